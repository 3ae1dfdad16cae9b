#include "model/capture/partition_ranges.h"

#include <algorithm>
#include <limits>
#include <mutex>

namespace hindcast {

void PartitionRanges::add(const BlockEntry& entry, std::uint32_t block)
{
    const std::unique_lock lock(m_mutex);
    for (std::size_t i = 0; i < entry.slotTable.size(); ++i) {
        const BlockEntry::Slot& slot = entry.slotTable[i];
        auto& ranges = m_ranges[{entry.topic, slot.partition}];
        Range range{slot.minOffset, slot.maxOffset, slot.maxOffset, block,
                    static_cast<std::uint32_t>(i)};
        const auto span =
            static_cast<std::uint64_t>(slot.maxOffset) - static_cast<std::uint64_t>(slot.minOffset);
        range.whole = slot.ascending && span + 1 == slot.count;
        auto at = std::upper_bound(
            ranges.begin(), ranges.end(), range.min,
            [](std::int64_t offset, const Range& other) { return offset < other.min; });
        at = ranges.insert(at, range);
        std::int64_t maxSoFar =
            at == ranges.begin() ? std::numeric_limits<std::int64_t>::min() : (at - 1)->maxSoFar;
        for (; at != ranges.end(); ++at) {
            maxSoFar = std::max(maxSoFar, at->max);
            at->maxSoFar = maxSoFar;
        }
    }
}

std::vector<PartitionRanges::Range> PartitionRanges::overlapping(TopicId topic,
                                                                 std::int32_t partition,
                                                                 std::int64_t from,
                                                                 std::int64_t to) const
{
    std::vector<Range> found;
    const std::shared_lock lock(m_mutex);
    const auto it = m_ranges.find({topic, partition});
    if (it == m_ranges.end()) {
        return found;
    }
    const auto& ranges = it->second;
    auto at = std::upper_bound(
        ranges.begin(), ranges.end(), to,
        [](std::int64_t offset, const Range& other) { return offset < other.min; });
    while (at != ranges.begin() && (at - 1)->maxSoFar >= from) {
        --at;
        if (at->max >= from) {
            found.push_back(*at);
        }
    }
    return found;
}

std::vector<PartitionRanges::Range> PartitionRanges::all(TopicId topic,
                                                         std::int32_t partition) const
{
    const std::shared_lock lock(m_mutex);
    const auto it = m_ranges.find({topic, partition});
    return it == m_ranges.end() ? std::vector<Range>{} : it->second;
}

std::size_t PartitionRanges::memoryBytes() const
{
    const std::shared_lock lock(m_mutex);
    std::size_t bytes = 0;
    for (const auto& [key, ranges] : m_ranges) {
        bytes += ranges.capacity() * sizeof(Range) + 64;
    }
    return bytes;
}

} // namespace hindcast

#include "model/capture/block_entry.h"

#include "model/capture/batch_codec.h"
#include "model/capture/byte_stream.h"

#include <algorithm>
#include <unordered_map>

namespace hindcast {

namespace {

// Finds a partition's slot; runs of one partition, as brokers send them, cost one comparison.
class SlotFinder
{
public:
    explicit SlotFinder(std::vector<BlockEntry::Slot>& slotTable)
        : m_slots(slotTable)
    {
    }

    std::size_t find(std::int32_t partition, std::int64_t offset)
    {
        if (m_last < m_slots.size() && m_slots[m_last].partition == partition) {
            return m_last;
        }
        const auto [it, isNew] = m_byPartition.try_emplace(partition, m_slots.size());
        if (isNew) {
            m_slots.push_back({partition, 0, offset, offset, true});
        }
        return m_last = it->second;
    }

private:
    std::vector<BlockEntry::Slot>& m_slots;
    std::unordered_map<std::int32_t, std::size_t> m_byPartition;
    std::size_t m_last = 0;
};

} // namespace

std::unique_ptr<BlockEntry> BlockEntry::make(TopicId topic, const RecordBatch& batch)
{
    return make(topic, batch.partitions(), batch.offsets(), batch.timestampsMs(),
                batch.arenaBytes());
}

std::unique_ptr<BlockEntry> BlockEntry::make(TopicId topic,
                                             std::span<const std::int32_t> partitions,
                                             std::span<const std::int64_t> offsets,
                                             std::span<const std::int64_t> timesMs,
                                             std::uint64_t bytes)
{
    auto entry = std::make_unique<BlockEntry>();
    entry->topic = topic;
    entry->count = static_cast<std::uint32_t>(offsets.size());
    entry->bytes = bytes;
    std::vector<std::int64_t> slotOfRecord(offsets.size());
    std::vector<std::int64_t> deltas(offsets.size());
    SlotFinder finder(entry->slotTable);
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        const std::size_t at = finder.find(partitions[i], offsets[i]);
        slotOfRecord[i] = static_cast<std::int64_t>(at);
        Slot& slot = entry->slotTable[at];
        if (slot.count > 0 && offsets[i] <= slot.maxOffset) {
            slot.ascending = false;
        }
        ++slot.count;
        slot.minOffset = std::min(slot.minOffset, offsets[i]);
        slot.maxOffset = std::max(slot.maxOffset, offsets[i]);
    }
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        const std::int64_t base =
            entry->slotTable[static_cast<std::size_t>(slotOfRecord[i])].minOffset;
        deltas[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(offsets[i]) -
                                              static_cast<std::uint64_t>(base));
    }
    if (!timesMs.empty()) {
        const auto [low, high] = std::minmax_element(timesMs.begin(), timesMs.end());
        entry->times = {timestampFromMs(*low), timestampFromMs(*high)};
    }
    entry->slotColumn = NarrowColumn(slotOfRecord);
    entry->offsetColumn = NarrowColumn(deltas);
    entry->timeColumn = NarrowColumn(timesMs);
    return entry;
}

std::size_t BlockEntry::memoryBytes() const
{
    return sizeof(BlockEntry) + slotTable.capacity() * sizeof(Slot) + slotColumn.memoryBytes() +
           offsetColumn.memoryBytes() + timeColumn.memoryBytes();
}

void BlockEntry::write(ByteWriter& to) const
{
    to.number(topic);
    to.number(firstRow);
    to.number(count);
    to.number(toMs(times.from));
    to.number(toMs(times.to));
    to.number(bytes);
    to.number(static_cast<std::uint32_t>(slotTable.size()));
    for (const Slot& slot : slotTable) {
        to.number(slot.partition);
        to.number(slot.count);
        to.number(slot.minOffset);
        to.number(slot.maxOffset);
        to.number(static_cast<std::uint8_t>(slot.ascending));
    }
    slotColumn.write(to);
    offsetColumn.write(to);
    timeColumn.write(to);
}

std::unique_ptr<BlockEntry> BlockEntry::load(ByteReader& from)
{
    auto entry = std::make_unique<BlockEntry>();
    entry->topic = from.number<TopicId>();
    entry->firstRow = from.number<Row>();
    entry->count = from.number<std::uint32_t>();
    entry->times.from = timestampFromMs(from.number<std::int64_t>());
    entry->times.to = timestampFromMs(from.number<std::int64_t>());
    entry->bytes = from.number<std::uint64_t>();
    const std::uint32_t slotCount = from.number<std::uint32_t>();
    if (!from.ok() || entry->count > kMaxRecordsOfRun || slotCount > from.left() ||
        (slotCount == 0) != (entry->count == 0)) {
        return nullptr;
    }
    entry->slotTable.resize(slotCount);
    for (Slot& slot : entry->slotTable) {
        slot.partition = from.number<std::int32_t>();
        slot.count = from.number<std::uint32_t>();
        slot.minOffset = from.number<std::int64_t>();
        slot.maxOffset = from.number<std::int64_t>();
        slot.ascending = from.number<std::uint8_t>() != 0;
    }
    entry->slotColumn = NarrowColumn::load(from, entry->count);
    entry->offsetColumn = NarrowColumn::load(from, entry->count);
    entry->timeColumn = NarrowColumn::load(from, entry->count);
    if (!from.ok()) {
        return nullptr;
    }
    for (std::uint32_t i = 0; i < entry->count; ++i) {
        if (static_cast<std::uint64_t>(entry->slotColumn.at(i)) >= slotCount) {
            return nullptr;
        }
    }
    return entry;
}

} // namespace hindcast

#include "model/capture/indexed_snapshot.h"

#include <algorithm>
#include <thread>

namespace hindcast {

namespace {

RowInfo infoOf(const BlockEntry& entry, std::uint32_t i, const CaptureIndex::Link& link, Row rows)
{
    RowInfo info;
    info.topic = entry.topic;
    const BlockEntry::Slot& slot = entry.slotOf(i);
    info.partition = slot.partition;
    info.offset = entry.offset(slot, i);
    info.timestamp = timestampFromMs(entry.timeColumn.at(i));
    info.key = link.key;
    info.previousOfKey = link.previous;
    const Row next = link.next.load(std::memory_order_acquire);
    info.nextOfKey = next < rows ? next : kNoRow;
    return info;
}

} // namespace

IndexedSnapshot::IndexedSnapshot(std::shared_ptr<const CaptureCore> core)
    : m_core(std::move(core))
    , m_index(m_core->index.published())
{
    const std::lock_guard lock(m_core->mutex);
    m_cluster = m_core->cluster;
    m_samples = m_core->samples.size();
    m_receipts = m_core->receipts.size();
    m_covered = m_core->covered;
}

std::uint64_t IndexedSnapshot::captureId() const
{
    return m_core->file ? m_core->file->seed() : 0;
}

std::optional<TopicId> IndexedSnapshot::topicId(std::string_view name) const
{
    const auto it = m_index.topics->ids.find(std::string(name));
    return it == m_index.topics->ids.end() ? std::nullopt : std::optional(it->second);
}

RowInfo IndexedSnapshot::row(Row row) const
{
    const BlockEntry& entry = *m_index.entries[m_index.blockOf(row)];
    return infoOf(entry, row - entry.firstRow, m_index.links[row], m_index.rows);
}

void IndexedSnapshot::rows(Row first, std::span<RowInfo> out) const
{
    if (out.empty()) {
        return;
    }
    std::size_t block = m_index.blockOf(first);
    const BlockEntry* entry = m_index.entries[block].get();
    for (std::size_t i = 0; i < out.size(); ++i) {
        const Row row = first + static_cast<Row>(i);
        while (row >= entry->firstRow + entry->count) {
            entry = m_index.entries[++block].get();
        }
        out[i] = infoOf(*entry, row - entry->firstRow, m_index.links[row], m_index.rows);
    }
}

Result<StoredRecord> IndexedSnapshot::record(Row row) const
{
    const std::size_t block = m_index.blockOf(row);
    const BlockEntry& entry = *m_index.entries[block];
    auto batch = m_core->store->load(block, entry, true);
    if (!batch) {
        return tl::unexpected(batch.error());
    }
    return StoredRecord{std::move(*batch), row - entry.firstRow};
}

Result<void> IndexedSnapshot::pick(std::span<const Row> rows, const TakeRecord& take) const
{
    std::vector<std::uint32_t> inBlock;
    for (std::size_t first = 0; first < rows.size();) {
        const std::size_t block = m_index.blockOf(rows[first]);
        const BlockEntry& entry = *m_index.entries[block];
        inBlock.clear();
        std::size_t next = first;
        for (; next < rows.size() && rows[next] - entry.firstRow < entry.count; ++next) {
            inBlock.push_back(rows[next] - entry.firstRow);
        }
        auto read =
            m_core->store->pick(block, inBlock, [&](std::size_t i, const RecordView& record) {
                take(first + i, record);
            });
        if (!read) {
            return read;
        }
        first = next;
    }
    return {};
}

std::optional<Row> IndexedSnapshot::find(const RecordPlace& place) const
{
    const auto topic = topicId(place.topic);
    if (!topic) {
        return std::nullopt;
    }
    for (const auto& range :
         m_core->index.ranges().overlapping(*topic, place.partition, place.offset, place.offset)) {
        if (range.block >= m_index.blocks) {
            continue;
        }
        const BlockEntry& entry = *m_index.entries[range.block];
        for (std::uint32_t i = 0; i < entry.count; ++i) {
            if (static_cast<std::uint32_t>(entry.slotColumn.at(i)) == range.slot &&
                entry.offset(i) == place.offset) {
                return entry.firstRow + i;
            }
        }
    }
    return std::nullopt;
}

BlockInfo IndexedSnapshot::block(std::size_t index) const
{
    const BlockEntry& entry = *m_index.entries[index];
    return {entry.topic, entry.firstRow, entry.count, entry.times, entry.bytes};
}

Result<RecordBatchPtr> IndexedSnapshot::loadBlock(std::size_t index) const
{
    return m_core->store->load(index, *m_index.entries[index], false);
}

Result<RecordBatchPtr> IndexedSnapshot::loadBlockIf(std::size_t index, const MayHold& mayHold) const
{
    return m_core->store->loadIf(index, *m_index.entries[index], mayHold);
}

std::optional<KeyId> IndexedSnapshot::findKey(TopicId topic, std::string_view key) const
{
    return m_index.keys.find(m_core->index.hashOf(topic, key), m_index.keyCount);
}

std::vector<Row> IndexedSnapshot::rowsOfKey(KeyId key) const
{
    std::vector<Row> rows;
    if (key >= m_index.keyCount) {
        return rows;
    }
    // From the newest back; what came after this snapshot is passed over.
    const CaptureIndex::Published* index = &m_index;
    CaptureIndex::Published newer;
    Row row = m_index.keys.lastRow(key);
    if (row != kNoRow && row >= m_index.rows) {
        newer = m_core->index.published();
        index = &newer;
        while (row != kNoRow && row >= newer.rows) { // being added right now
            std::this_thread::yield();
            newer = m_core->index.published();
        }
    }
    for (; row != kNoRow; row = index->links[row].previous) {
        if (row < m_index.rows) {
            rows.push_back(row);
        }
    }
    std::reverse(rows.begin(), rows.end());
    return rows;
}

std::vector<GroupSamplePtr> IndexedSnapshot::groupSamples() const
{
    std::vector<GroupSamplePtr> samples;
    {
        const std::lock_guard lock(m_core->mutex);
        samples.assign(m_core->samples.begin(),
                       m_core->samples.begin() + static_cast<std::ptrdiff_t>(m_samples));
    }
    const auto earlier = [](const GroupSamplePtr& a, const GroupSamplePtr& b) {
        return a->time < b->time;
    };
    if (!std::is_sorted(samples.begin(), samples.end(), earlier)) {
        std::stable_sort(samples.begin(), samples.end(), earlier);
    }
    return samples;
}

std::vector<std::string> IndexedSnapshot::receiptsJson() const
{
    const std::lock_guard lock(m_core->mutex);
    return {m_core->receipts.begin(),
            m_core->receipts.begin() + static_cast<std::ptrdiff_t>(m_receipts)};
}

std::vector<OffsetRange> IndexedSnapshot::covered(const TopicPartition& place) const
{
    std::vector<OffsetRange> ranges;
    if (const auto it = m_covered->find(place); it != m_covered->end()) {
        ranges = it->second;
    }
    // Blocks without gaps count too: a capture that was killed has records and no receipt.
    if (const auto topic = topicId(place.topic)) {
        for (const auto& range : m_core->index.ranges().all(*topic, place.partition)) {
            if (range.whole && range.block < m_index.blocks) {
                addRange(ranges, {range.min, range.max + 1});
            }
        }
    }
    return ranges;
}

std::uint64_t IndexedSnapshot::memoryBytes() const
{
    return m_index.memoryBytes + m_core->store->memoryBytes();
}

} // namespace hindcast

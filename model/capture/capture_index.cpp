#include "model/capture/capture_index.h"

#include "model/capture/key_hash.h"

#include <algorithm>
#include <fmt/core.h>
#include <unordered_set>

namespace hindcast {

std::size_t CaptureIndex::Published::blockOf(Row row) const
{
    std::size_t low = 0;
    std::size_t high = blocks;
    while (high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        (firstRows[middle] <= row ? low : high) = middle;
    }
    return low;
}

CaptureIndex::CaptureIndex(std::uint64_t seed)
    : m_seed(seed)
    , m_topics(std::make_shared<Topics>())
{
    publish();
}

CaptureIndex::Published CaptureIndex::published() const
{
    const std::lock_guard lock(m_mutex);
    return m_published;
}

void CaptureIndex::publish()
{
    Published next;
    next.rows = m_rows;
    next.blocks = m_blocks;
    next.keyCount = m_keys.size();
    next.memoryBytes = m_links.memoryBytes() + m_entries.memoryBytes() + m_firstRows.memoryBytes() +
                       m_keys.memoryBytes() + m_entryBytes;
    next.topics = m_topics;
    next.links = m_links.view();
    next.entries = m_entries.view();
    next.firstRows = m_firstRows.view();
    next.keys = m_keys.view();
    const std::lock_guard lock(m_mutex);
    std::swap(m_published, next);
}

std::uint64_t CaptureIndex::hashOf(TopicId topic, std::string_view key) const
{
    const std::uint64_t hash = keyHash(key, topicSeed(m_seed, topic));
    return hash == kNullHash ? 1 : hash;
}

Result<TopicId> CaptureIndex::intern(const std::string& topic)
{
    const auto it = m_topics->ids.find(topic);
    if (it != m_topics->ids.end()) {
        return it->second;
    }
    const std::size_t count = m_topics->names.size();
    if (count >= std::numeric_limits<TopicId>::max()) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Topic {} cannot be captured: a capture holds at most {} topics; "
                                "start another one.",
                                topic, count));
    }
    auto next = std::make_shared<Topics>(*m_topics);
    next->names.push_back(topic);
    next->ids.emplace(topic, static_cast<TopicId>(count));
    m_topics = std::move(next);
    return static_cast<TopicId>(count);
}

CaptureIndex::Prepared CaptureIndex::prepare(TopicId topic, const RecordBatch& batch) const
{
    Prepared prepared;
    prepared.entry = BlockEntry::make(topic, batch);
    prepared.keyHashes.resize(batch.size());
    const std::string_view arena = batch.arena();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const RecordBatch::Span key = batch.keys()[i];
        prepared.keyHashes[i] =
            key.length < 0
                ? kNullHash
                : hashOf(topic, arena.substr(key.at, static_cast<std::size_t>(key.length)));
    }
    return prepared;
}

Result<std::size_t> CaptureIndex::add(Prepared prepared)
{
    auto& hashes = prepared.keyHashes;
    m_idScratch.assign(hashes.size(), kNoKey);
    if (std::find(hashes.begin(), hashes.end(), kNullHash) == hashes.end()) {
        m_keys.insert(hashes, m_idScratch);
    } else {
        std::vector<std::uint64_t> present;
        std::copy_if(hashes.begin(), hashes.end(), std::back_inserter(present),
                     [](std::uint64_t hash) { return hash != kNullHash; });
        std::vector<KeyId> ids(present.size());
        m_keys.insert(present, ids);
        auto id = ids.begin();
        for (std::size_t i = 0; i < hashes.size(); ++i) {
            if (hashes[i] != kNullHash) {
                m_idScratch[i] = *id++;
            }
        }
    }
    return addStored(std::move(prepared.entry), m_idScratch);
}

Result<std::size_t> CaptureIndex::addStored(std::unique_ptr<BlockEntry> entry,
                                            std::span<const KeyId> keys)
{
    const std::uint64_t rows = std::uint64_t{m_rows} + entry->count;
    if (rows >= kNoRow) {
        return fail(ErrorCode::NoSpace, "The capture is full: it holds at most 4,294,967,294 "
                                        "records; start another one.");
    }
    const std::size_t block = m_blocks;
    entry->firstRow = m_rows;
    m_links.grow(rows);
    m_entries.grow(block + 1);
    m_firstRows.grow(block + 1);
    link(m_rows, keys);
    m_entryBytes += entry->memoryBytes() + entry->slotTable.size() * sizeof(PartitionRanges::Range);
    m_firstRows[block] = m_rows;
    m_ranges.add(*entry, static_cast<std::uint32_t>(block));
    m_entries[block] = std::move(entry);
    m_rows = static_cast<Row>(rows);
    ++m_blocks;
    return block;
}

void CaptureIndex::link(Row first, std::span<const KeyId> keys)
{
    constexpr std::size_t kAhead = 16;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i + kAhead < keys.size() && keys[i + kAhead] != kNoKey) {
            m_keys.prefetch(keys[i + kAhead]);
        }
        const Row row = first + static_cast<Row>(i);
        Link& own = m_links[row];
        own.key = keys[i];
        if (keys[i] == kNoKey) {
            continue;
        }
        const Row before = m_keys.exchangeLast(keys[i], row);
        own.previous = before;
        if (before != kNoRow) {
            m_links[before].next.store(row, std::memory_order_release);
        }
    }
}

RecordBatchPtr CaptureIndex::withoutDuplicates(TopicId topic, RecordBatchPtr batch,
                                               const BlockEntry& entry) const
{
    bool suspect = false;
    std::vector<std::unordered_set<std::int64_t>> known(entry.slotTable.size());
    for (std::size_t s = 0; s < entry.slotTable.size(); ++s) {
        const BlockEntry::Slot& slot = entry.slotTable[s];
        suspect |= !slot.ascending;
        for (const auto& range :
             m_ranges.overlapping(topic, slot.partition, slot.minOffset, slot.maxOffset)) {
            suspect = true;
            const BlockEntry& other = *m_entries[range.block];
            for (std::uint32_t i = 0; i < other.count; ++i) {
                if (static_cast<std::uint32_t>(other.slotColumn.at(i)) == range.slot) {
                    const std::int64_t offset = other.offset(i);
                    if (offset >= slot.minOffset && offset <= slot.maxOffset) {
                        known[s].insert(offset);
                    }
                }
            }
        }
    }
    if (!suspect) {
        return batch;
    }
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < batch->size(); ++i) {
        const auto slot =
            static_cast<std::size_t>(entry.slotColumn.at(static_cast<std::uint32_t>(i)));
        if (known[slot].insert(batch->offset(i)).second) {
            kept.push_back(i);
        }
    }
    if (kept.size() == batch->size()) {
        return batch;
    }
    RecordBatchBuilder builder(batch->topic());
    for (const std::size_t i : kept) {
        builder.add(batch->record(i));
    }
    return builder.take();
}

} // namespace hindcast

#pragma once

#include "model/capture/block_entry.h"
#include "model/capture/chunked_array.h"
#include "model/capture/key_table.h"
#include "model/capture/partition_ranges.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace hindcast {

// Everything a capture knows of its records without their bytes, in memory.
//
// One thread adds (its callers serialise themselves); any number of threads read what published()
// gave them. Blocks are immutable; of a record only the link to its key's next record changes
// later, atomically.
class CaptureIndex
{
public:
    struct Link
    {
        KeyId key = kNoKey;
        Row previous = kNoRow;
        std::atomic<Row> next{kNoRow};
    };
    struct Topics
    {
        std::vector<std::string> names;
        std::unordered_map<std::string, TopicId> ids;
    };
    using Links = ChunkedArray<Link, 14>;
    using Blocks = ChunkedArray<std::unique_ptr<const BlockEntry>, 10>;
    using FirstRows = ChunkedArray<Row, 10>;

    // The index as far as it was at one instant.
    struct Published
    {
        Row rows = 0;
        std::size_t blocks = 0;
        KeyId keyCount = 0;
        std::uint64_t memoryBytes = 0;
        std::shared_ptr<const Topics> topics;
        Links::View links;
        Blocks::View entries;
        FirstRows::View firstRows;
        KeyTable::View keys;

        std::size_t blockOf(Row row) const;
    };

    // A block ready to be added; made on any thread.
    struct Prepared
    {
        std::unique_ptr<BlockEntry> entry;
        std::vector<std::uint64_t> keyHashes; // kNullHash: no key
    };
    static constexpr std::uint64_t kNullHash = 0;

    explicit CaptureIndex(std::uint64_t seed);

    std::uint64_t seed() const { return m_seed; }
    Published published() const;
    const PartitionRanges& ranges() const { return m_ranges; }
    std::uint64_t hashOf(TopicId topic, std::string_view key) const;

    // For the one thread that adds:
    Result<TopicId> intern(const std::string& topic);
    Prepared prepare(TopicId topic, const RecordBatch& batch) const;
    // Fails with NoSpace when row numbers run out. Returns the block's number.
    Result<std::size_t> add(Prepared prepared);
    // As add(), with the ids of a stored index; `newHashes` are the keys that appear in it first.
    Result<std::size_t> addStored(std::unique_ptr<BlockEntry> entry, std::span<const KeyId> keys);
    void loadKeys(std::span<const std::uint64_t> newHashes) { m_keys.load(newHashes); }
    KeyId keyCount() const { return m_keys.size(); }
    void publish();
    // The batch without records that are here already; the same batch where there are none.
    RecordBatchPtr withoutDuplicates(TopicId topic, RecordBatchPtr batch,
                                     const BlockEntry& entry) const;

private:
    void link(Row first, std::span<const KeyId> keys);

    const std::uint64_t m_seed;
    PartitionRanges m_ranges; // thread-safe

    // Of the adding thread.
    Row m_rows = 0;
    std::size_t m_blocks = 0;
    std::uint64_t m_entryBytes = 0;
    Links m_links;
    Blocks m_entries;
    FirstRows m_firstRows;
    KeyTable m_keys;
    std::shared_ptr<const Topics> m_topics;
    std::vector<KeyId> m_idScratch;

    mutable std::mutex m_mutex;
    Published m_published; // guarded by m_mutex
};

} // namespace hindcast

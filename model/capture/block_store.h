#pragma once

#include "model/capture/block_codec.h"
#include "model/capture/block_entry.h"
#include "model/capture/capture_file.h"

#include <cstdint>
#include <list>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

namespace hindcast {

// Where a block's bytes are: still in memory, in the file, or in the cache.
//
// Thread-safe. A batch is pinned when it is appended and let go when it is in the file; what was
// read or let go stays in a cache bounded in bytes. Decompression runs on the caller's thread.
class BlockStore
{
public:
    // A block in the file: the part of a stored block, from its record `start` on.
    struct Location
    {
        std::uint32_t block = 0; // 0: not in the file
        std::uint32_t part = 0;
        std::uint32_t start = 0;
    };

    // `file` may be null: everything stays pinned.
    BlockStore(std::shared_ptr<CaptureFile> file, std::size_t cacheBytes);

    void pin(std::size_t block, RecordBatchPtr batch);
    void unpin(std::size_t block); // takes back a pin() whose block was not added after all
    void stored(std::size_t firstBlock, std::span<const Location> locations);
    Location location(std::size_t block) const;

    Result<RecordBatchPtr> load(std::size_t block, const BlockEntry& entry, bool keep);
    // Null where `mayHold` denies its bytes; not kept.
    Result<RecordBatchPtr> loadIf(std::size_t block, const BlockEntry& entry,
                                  const MayHold& mayHold);
    // Of a block that is not in memory only what leads up to the last of `indices` (rising, inside
    // the block) is unpacked.
    Result<void> pick(std::size_t block, std::span<const std::uint32_t> indices,
                      const TakeOfBlock& take);
    std::uint64_t memoryBytes() const;

private:
    struct Cached
    {
        std::size_t block;
        RecordBatchPtr batch;
    };
    using CacheList = std::list<Cached>;

    RecordBatchPtr inMemory(std::size_t block, bool touch);
    void keepInCache(std::size_t block, const RecordBatchPtr& batch); // m_mutex is held
    Result<RecordBatchPtr> read(Location location, const BlockEntry& entry,
                                const MayHold& mayHold = {});

    const std::shared_ptr<CaptureFile> m_file;
    const std::size_t m_cacheLimit;

    mutable std::mutex m_mutex; // everything below
    std::unordered_map<std::size_t, RecordBatchPtr> m_pinned;
    std::vector<Location> m_locations;
    CacheList m_cache; // most recently used first
    std::unordered_map<std::size_t, CacheList::iterator> m_cached;
    std::size_t m_cacheBytes = 0;
};

} // namespace hindcast

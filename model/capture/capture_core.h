#pragma once

#include "model/capture/block_store.h"
#include "model/capture/capture_index.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hindcast {

// What a capture and all its snapshots share, and what lives as long as any of them.
struct CaptureCore
{
    using Covered = std::map<TopicPartition, std::vector<OffsetRange>>;

    CaptureCore(std::shared_ptr<CaptureFile> captureFile, std::uint64_t seed,
                std::size_t cacheBytes)
        : file(std::move(captureFile))
        , index(seed)
        , store(std::make_shared<BlockStore>(file, cacheBytes))
    {
    }

    const std::shared_ptr<CaptureFile> file; // null in memory
    CaptureIndex index;
    const std::shared_ptr<BlockStore> store;
    std::uint64_t generation = 0;
    std::vector<std::string> problems; // found when opening; constant afterwards

    mutable std::mutex mutex; // everything below
    ClusterStatePtr cluster;
    std::vector<GroupSamplePtr> samples;
    std::vector<std::string> receipts;
    std::shared_ptr<const Covered> covered = std::make_shared<Covered>();
};

// Adds a range to sorted, disjoint ranges, joining what touches.
void addRange(std::vector<OffsetRange>& ranges, OffsetRange range);

// Fills a core from its file: the stored index first, then the blocks behind it, decompressed in
// parallel. What cannot be read is left out and named in `problems`.
Result<void> loadCore(CaptureCore& core);

// Writes the index of blocks that the stored one does not have; inside a transaction.
Result<void> storeIndex(CaptureCore& core, CaptureFile& file);

} // namespace hindcast

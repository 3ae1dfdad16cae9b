#pragma once

#include "model/capture/time_order.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace hindcast {

// TimeOrder by the clock `log`, in immutable chunks of ranks that a later order of the same capture
// shares: extending it for a live tail costs what is new and what it has to be merged with.
// A chunk holds row and time of each rank in 8 bytes; the 4 bytes of a row's rank are made when
// rankOf() is first asked.
class LogTimeOrder final : public TimeOrder
{
public:
    static constexpr Rank kChunk = 4096;

    explicit LogTimeOrder(CaptureSnapshotPtr snapshot);
    // nullptr where `older` cannot be extended: records came that lie before what it has.
    static std::shared_ptr<const LogTimeOrder> extend(const LogTimeOrder& older,
                                                      const CaptureSnapshotPtr& snapshot);

    const CaptureSnapshotPtr& snapshot() const override { return m_snapshot; }
    Rank size() const override { return m_size; }
    Row rowAt(Rank rank) const override { return m_chunks[rank / kChunk]->rows[rank % kChunk]; }
    Rank rankOf(Row row) const override;
    Timestamp timeAt(Rank rank) const override { return timestampFromMs(timeMs(rank)); }

    Rank prefix(const Moment& moment) const override;
    Moment momentOf(Rank prefix) const override;
    OffsetVector offsets(Rank prefix) const override;
    Rank lowerBound(Timestamp t) const override;
    TimeRange range() const override;

private:
    using PartitionKey = std::pair<TopicId, std::int32_t>;

    struct Partition
    {
        PartitionKey key;
        std::int64_t nextOffset = 0;
        std::int64_t time = 0; // the running maximum
        bool seen = false;
    };
    struct Chunk
    {
        std::vector<Row> rows;
        std::vector<std::uint32_t> deltas; // milliseconds after base; empty: times
        std::vector<std::int64_t> times;   // where they lie more than 49 days apart
        std::int64_t base = 0;
        std::vector<std::int64_t> offsets; // by partition, before the chunk; -1: none yet
    };
    using RankChunk = std::vector<Rank>;
    using Ranks = std::vector<std::shared_ptr<const RankChunk>>;

    // A record on its way into the order.
    struct Item
    {
        std::int64_t time = 0;
        std::int64_t offset = 0;
        Row row = 0;
    };
    struct Stream; // one partition's new records, in the order of their offsets
    class Merge;

    LogTimeOrder() = default;

    std::int64_t timeMs(Rank rank) const
    {
        const Chunk& chunk = *m_chunks[rank / kChunk];
        const Rank at = rank % kChunk;
        return chunk.times.empty() ? chunk.base + chunk.deltas[at] : chunk.times[at];
    }
    std::size_t partitionIndex(PartitionKey key);
    std::vector<std::uint32_t> placesInOrder() const;
    // False where a row lies before what its partition has already.
    bool collect(Row first, Row last, std::vector<Stream>& streams);
    void append(std::span<const Item> items, std::span<const std::uint32_t> partitions);
    std::shared_ptr<const Ranks> ranks() const;

    CaptureSnapshotPtr m_snapshot;
    Rank m_size = 0;
    std::vector<Partition> m_partitions; // by first appearance
    std::map<PartitionKey, std::size_t> m_indexOf;
    std::vector<std::shared_ptr<const Chunk>> m_chunks;

    mutable std::mutex m_ranksMutex;
    mutable std::shared_ptr<const Ranks> m_ranks; // guarded by m_ranksMutex until it is there
    mutable std::atomic<const Ranks*> m_ranksReady{nullptr};
};

} // namespace hindcast

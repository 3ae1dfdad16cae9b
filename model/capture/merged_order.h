#pragma once

#include "model/capture/partition_rows.h"
#include "model/capture/time_order.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace hindcast {

// What the orders by records' times share: a clock gives the records of each partition a time, and
// they are merged by (time, topic name, partition, offset) into immutable chunks of ranks, which a
// later order of the same capture may share. A chunk holds row and time of each rank in 8 bytes;
// the 4 bytes of a row's rank are made when rankOf() is first asked.
class MergedOrder : public TimeOrder
{
public:
    static constexpr Rank kChunk = 4096;

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

protected:
    using PartitionKey = std::pair<TopicId, std::int32_t>;

    using Item = TimedRow;
    using Items = std::vector<Item>; // of one partition

    explicit MergedOrder(CaptureSnapshotPtr snapshot)
        : m_snapshot(std::move(snapshot))
    {
    }

    std::int64_t timeMs(Rank rank) const
    {
        const Chunk& chunk = *m_chunks[rank / kChunk];
        const Rank at = rank % kChunk;
        return chunk.times.empty() ? chunk.base + chunk.deltas[at] : chunk.times[at];
    }
    // Rows [first, last) by partition, in the order of their offsets.
    std::vector<Items> collect(Row first, Row last);
    // Appends what the partitions have, whose times must not fall. `next` is the first offset of
    // the partition that is not applied when this record is. Once an order.
    void merge(const std::vector<Items>& items);
    // The partitions of `older` keep their numbers. Before collect().
    void takePartitions(const MergedOrder& older);
    // Takes over the chunks of `older` that lie wholly before rank `end`; gives the rank behind
    // them. Before merge(), which appends the others.
    Rank shareBefore(const MergedOrder& older, Rank end);
    // Ranks that were asked for once will be asked for again: those from `from` on are set anew.
    void shareRanks(const MergedOrder& older, Rank from);
    // offsets() for a clock that leaves the order of offsets; see merge().
    OffsetVector offsetsOutOfOrder(Rank prefix) const;
    std::size_t indexOf(PartitionKey key) const { return m_indexOf.at(key); }

    struct Partition
    {
        PartitionKey key;
        std::int64_t next = -1; // of its last record; -1: nothing applied
    };
    std::vector<Partition> m_partitions; // by first appearance

private:
    struct Chunk
    {
        std::vector<Row> rows;
        std::vector<std::uint32_t> deltas; // milliseconds after base; empty: times
        std::vector<std::int64_t> times;   // where they lie more than 49 days apart
        std::int64_t base = 0;
        std::vector<std::int64_t> next; // by partition, before the chunk; -1: none applied yet
    };
    using RankChunk = std::vector<Rank>;
    using Ranks = std::vector<std::shared_ptr<const RankChunk>>;
    class Merge;
    class Run;

    std::size_t partitionIndex(PartitionKey key);
    std::vector<std::uint32_t> placesInOrder() const;
    // How many records of each partition are among the first `rank` of all.
    static std::vector<std::size_t> cut(const std::vector<Items>& items,
                                        const std::vector<std::uint32_t>& places, std::size_t rank);
    std::shared_ptr<const Ranks> ranks() const;
    std::map<PartitionKey, std::int64_t> nextBefore(Rank chunk) const;
    OffsetVector named(const std::map<PartitionKey, std::int64_t>& next) const;

    CaptureSnapshotPtr m_snapshot;
    Rank m_size = 0;
    std::map<PartitionKey, std::size_t> m_indexOf;
    std::vector<std::shared_ptr<const Chunk>> m_chunks;

    mutable std::mutex m_ranksMutex;
    mutable std::shared_ptr<const Ranks> m_ranks; // guarded by m_ranksMutex until it is there
    mutable std::atomic<const Ranks*> m_ranksReady{nullptr};
};

} // namespace hindcast

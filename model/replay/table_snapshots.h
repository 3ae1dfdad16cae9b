#pragma once

#include "model/capture/time_order.h"

#include <cstdint>
#include <limits>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace hindcast {

// What the row of a snapshot says of its place in it: Debezium's source.snapshot.
enum class SnapshotMark : std::uint8_t { None, Inside, First, Last };
SnapshotMark snapshotMark(std::string_view word);

// A snapshot of a table, as it lies in its topic in the order of the clock `commit`.
struct TableSnapshot
{
    // Its rows in one partition: of a whole one all offsets from the first to the last.
    struct Part
    {
        std::int32_t partition = 0;
        std::int64_t first = 0;
        std::int64_t last = 0;
        bool ended = false; // its last row of all, or a record behind it, is here
    };

    Rank first = 0;    // of its rows
    Rank end = 0;      // behind all of them
    Row last = kNoRow; // the one that is marked as the last
    // Every row that was written is here: its marks are, in each partition where it has rows they
    // follow each other from the first one on, and what lies before and behind them there stands
    // before and behind it in the order.
    bool whole = false;
    std::vector<Part> parts; // partitions where it has rows, in order
};

// Finds the snapshots in topics of change events: to be given their records, those of a partition
// in the order of its offsets. One thread.
class SnapshotFinder
{
public:
    static constexpr std::uint32_t kNone = 0xffffffff;

    struct Entry
    {
        Row row = kNoRow;
        std::int64_t offset = 0;
        Rank rank = 0;
        std::uint32_t source = kNone;   // the database; kNone: not told
        std::uint32_t snapshot = kNone; // whose row it is
        SnapshotMark mark = SnapshotMark::None;
        bool tombstone = false;
        bool loose = false; // its place is not sure
    };
    void add(TopicId topic, std::int32_t partition, const Entry& entry);
    // By topic, in the order of the clock.
    std::map<TopicId, std::vector<TableSnapshot>> find() const;

private:
    static constexpr Rank kNoRank = std::numeric_limits<Rank>::max();

    // The rows of a snapshot in a partition, and what is around them there.
    struct Stretch
    {
        std::uint32_t snapshot = kNone;
        std::int64_t first = 0;
        std::int64_t last = 0;
        std::int64_t rows = 0;
        Rank lowest = kNoRank;
        Rank highest = 0;
        Rank highestBefore = 0; // behind the ranks of all records before it
        Rank lowestBehind = kNoRank;
        bool begins = false; // nothing of it can be missing before its first row here
        bool ended = false;
    };
    struct Partition
    {
        std::vector<Stretch> stretches; // by their first rows
        std::int64_t lastOffset = -1;
        Rank behind = 0; // the ranks of all records so far
    };
    struct Topic
    {
        std::vector<Partition> partitions; // by number
        std::uint32_t source = kNone;
        bool loose = false; // has a record without a sure place, or those of two databases
    };

    // Of a snapshot in all partitions of a topic.
    struct Marks
    {
        Row last = kNoRow;
        std::uint64_t rows = 0;
        bool first = false;
        bool unmarked = false; // has a row without a mark
    };

    std::vector<TableSnapshot> findIn(TopicId id) const;

    std::vector<Topic> m_topics; // by TopicId
    std::map<std::pair<TopicId, std::uint32_t>, Marks> m_marks;
};

} // namespace hindcast

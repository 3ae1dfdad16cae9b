#pragma once

#include "model/capture/time_order.h"
#include "model/replay/change_counts.h"
#include "model/replay/table_doubts.h"

#include <chrono>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

class ByteReader;
class ByteWriter;

// A record that a fold left out, and why.
struct SkippedRecord
{
    Rank rank = 0;
    RecordPlace place;
    std::string reason;
};

// What a reducer found wrong with a key at a record that it folded: a transition not allowed.
struct FoldFinding
{
    Rank rank = 0;
    RecordPlace place;
    std::string key;
    std::string what;
};

// What a fold left out since a snapshot emptied its table and filled it again: what it left out
// before concerned rows that are gone.
struct SnapshotCounts
{
    static constexpr Rank kNever = std::numeric_limits<Rank>::max();

    Rank from = 0; // the first row of the snapshot
    std::uint64_t skipped = 0;
    std::uint64_t unknownValues = 0;
    Rank firstSkipped = kNever;
    Rank firstUnknownValue = kNever;
    Rank firstUntold = kNever;
    std::string untold = {};
};

// What a fold saw: part of the receipt of every answer that rests on it. The same counts come out
// whether a log was folded at once or grew.
struct FoldReport
{
    std::uint64_t records = 0;     // of the projection's topics
    std::uint64_t filtered = 0;    // left out by `where`
    std::uint64_t redelivered = 0; // came again, as the clock `commit` knows; left out
    std::uint64_t withoutKey = 0;
    std::uint64_t skipped = 0; // undecodable (also for `where`), or not what the reducer takes
    std::uint64_t unknownValues = 0;                           // values that the log cannot tell
    Rank firstUnknownValue = std::numeric_limits<Rank>::max(); // of the first record that has one
    // From this record on the state is unknown, and why.
    Rank firstUntold = std::numeric_limits<Rank>::max();
    std::string untold;
    std::vector<SnapshotCounts> snapshots; // up to the next one
    TableDoubts doubts;                    // what was told of moments that the log does not tell
    std::vector<ChangeCounts> changes;     // by source; empty where none reads change events
    std::uint64_t versions = 0;
    std::uint64_t keys = 0;
    std::vector<SkippedRecord> firstSkipped; // at most kListed
    std::uint64_t findings = 0;
    std::vector<FoldFinding> firstFindings; // at most kListed
    static constexpr std::size_t kListed = 1000;
    Rank refoldedFrom = 0; // 0: from scratch
    std::chrono::milliseconds took{0};
    bool kept = false; // read back instead of folded

    void write(ByteWriter& to) const; // but for the lists
    void read(ByteReader& from);

    ChangeCounts allChanges() const;

    // Counted, and listed where there is room.
    void skip(SkippedRecord record);
    void countUnknownValue(Rank rank);
    void tellUntold(Rank rank, std::string_view why);
    void find(FoldFinding finding);

    // "200,000 records folded into 142,031 keys, 3 that could not be read as what the reducer takes
    // (the first: orders-3@41: the value is no JSON)."
    std::string sentence() const;
};

} // namespace hindcast

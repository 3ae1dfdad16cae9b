#pragma once

#include "model/capture/time_order.h"

#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// How far a rebuilt state can be believed.
enum class Trust : std::uint8_t {
    Exact,      // every record that could count is there
    ExactSince, // and counts no more: a whole snapshot came behind what is missing
    BestEffort, // built from what there is; something before or inside is missing
    Unknown,    // nothing was read that could tell
};

std::string_view trustWord(Trust trust); // "Exact", "Exact since a snapshot", "Best effort", ...

// One partition's share in a state, and why.
struct PartitionTrust
{
    TopicPartition place;
    Trust trust = Trust::Exact;
    std::string reason; // a clause without the partition's name; empty: exact
    // Records of it up to here that are there and could not be folded; or more than so many.
    std::uint64_t skipped = 0;
    bool skippedMore = false;

    std::string sentence() const { return place.toString() + ": " + reason; }
    // With what could not be folded: `trust` and `reason` are of what is there.
    Trust verdict() const;
    std::string why() const;
};

// How far the state at a prefix can be believed, from what the capture knows of its topics:
// offsets held, ranges read, log starts, and filters that were on while reading. What cannot be
// told from that is never called exact.
struct TrustReport
{
    Trust overall = Trust::Unknown;
    std::vector<PartitionTrust> partitions; // of the judged topics, in order
    std::uint64_t skipped = 0;              // records up to here that could not be folded
    std::string untold;                     // why the state is unknown, though all was read
    std::uint64_t unknownValues = 0;        // values up to here that the log does not tell
    Timestamp snapshotEnd = kNoTimestamp;   // where it is exact since a snapshot: when that ended
    bool skippedMore = false;               // `skipped` or more: they are listed up to a bound

    std::size_t exact() const;
    const PartitionTrust* worst() const; // null: all exact
    // "Exact on 6 partitions", "Exact on 5 of 6 partitions; payments-2: records before offset 1,204
    // were removed", "Best effort on 6 partitions; 2 unreadable records left out".
    std::string sentence() const;
};

// The trust of a stretch of moments, for the time strip.
struct TrustSpan
{
    TimeRange times;
    Rank from = 0; // the prefixes from this one on, up to the next span's
    Trust trust = Trust::Unknown;
    std::size_t exact = 0; // partitions
    std::size_t partitions = 0;
    std::string reason;                   // of the worst partition; empty: exact
    std::size_t others = 0;               // more partitions that are not exact
    Timestamp snapshotEnd = kNoTimestamp; // as in TrustReport
};

} // namespace hindcast

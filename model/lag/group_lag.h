#pragma once

#include "model/lag/lag_split.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hindcast {

// What is wrong with a partition or a group; the worse, the greater.
enum class Verdict : std::uint8_t {
    Unknown,       // no sample at that time, or records wait and a first look cannot tell more
    Ok,            // keeps up
    MembersHidden, // the library cannot describe its members (KIP-848), and there are no offsets
    Empty,         // no members
    NotAssigned,   // committed once, and no member reads it now: a topic the group has left
    NoCommit,      // nothing committed: the lag is not known
    Rebalancing,   //
    Lagging,       // seconds behind all through, or falling behind
    HotPartition,  // lagging on one partition that stands out, though it reads there
    NoLeader,      // the log end is not known
    Missed,        // records were deleted before this group read them
    Ahead,         // past the end for two polls or more: recreated or truncated
    Rewound,       // went back and has not returned
    Stopped,       // commits nothing while records wait
};

// How it is shown: a shape and a colour.
enum class Severity : std::uint8_t { None, Ok, Warning, Error };

// How a time lag was found.
enum class TimeLagMethod : std::uint8_t {
    None,
    CaughtUp,   // nothing to read: zero
    RecordTime, // the timestamp of the record at the committed offset, against the sample's time
    PollTime,   // when the polled log end passed the committed offset, between two polls
    PollTimeAtLeast, // before the first poll there is: at least so long
};

struct TimeLag
{
    TimeLagMethod method = TimeLagMethod::None;
    std::chrono::milliseconds lag{0};

    bool known() const { return method != TimeLagMethod::None; }
    bool atLeast() const { return method == TimeLagMethod::PollTimeAtLeast; }
};

struct CatchUp
{
    enum class Kind : std::uint8_t { Unknown, CaughtUp, In, Never };

    Kind kind = Kind::Unknown;
    std::chrono::milliseconds in{0};
};

// One partition of a group at one moment: numbers, verdict, and the facts behind the verdict.
struct PartitionLag
{
    GroupPartitionSample sample;
    LagSplit split;
    std::optional<double> in;  // records/s appended (offsets, exactly)
    std::optional<double> out; // records/s committed; nullopt after the group went back
    TimeLag behind;
    CatchUp catchUp;
    Verdict verdict = Verdict::Unknown;

    // The sample in which the committed offset was first seen; with `commitSeen` false it stood
    // there already in the first sample of all.
    Timestamp lastCommit = kNoTimestamp;
    bool commitSeen = false;
    Timestamp waitingSince = kNoTimestamp;   // records wait since then without a commit
    std::optional<std::int64_t> rewoundFrom; // Rewound: the offset it had been at
    Timestamp rewoundAt = kNoTimestamp;      //
    double lagSlope = 0;                     // records/s by which `available` grows
    bool standsOut = false;                  // its lag, among its topic's partitions

    std::string memberId; // who has it, or had it last
    std::string clientId;
    std::string host;
    bool memberHeld = false; // from an earlier sample: nobody has it now (a rebalance)

    const TopicPartition& place() const { return sample.place; }
};

// A group at one moment.
struct GroupLag
{
    std::string group;
    GroupSamplePtr sample; // the newest at or before the moment asked for; null: there is none
    Verdict verdict = Verdict::Unknown;
    Severity severity = Severity::None;
    std::vector<PartitionLag> partitions; // by topic and partition
    std::optional<std::size_t> worst;     // the partition that the verdict is about
    std::int64_t available = 0;           // summed over what is known
    std::int64_t missed = 0;
    TimeLag behind;                      // the largest
    double in = 0;                       // records/s, summed
    double out = 0;                      //
    Timestamp stateSince = kNoTimestamp; // first sample in a row with this state (or no members)
    bool stateSeenChange = false;        // a sample before it had another one
    bool firstLook = false;              // no sample before it: nothing is known of movement
    bool selfAssigned = false;           // no members, and it commits: it assigns partitions itself

    bool known() const { return sample != nullptr; }
};

Severity severityOf(Verdict verdict);
// One word or two, for a cell: "stopped", "no commit".
const char* wordOf(Verdict verdict);
// Where a seconds-behind value comes from, in words.
const char* sentenceOf(TimeLagMethod method);

} // namespace hindcast

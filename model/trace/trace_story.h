#pragma once

#include "model/trace/trace_set.h"

#include <memory>
#include <string>
#include <vector>

namespace hindcast {

inline constexpr std::uint32_t kNoStoryRow = std::numeric_limits<std::uint32_t>::max();

// One line of a business event as it is drawn: a span, an event waiting in a topic, a record that
// no span wrote, or something that others refer to and that is not there.
struct StoryRow
{
    enum class Kind : std::uint8_t { Span, Wait, Record, Missing };

    Kind kind = Kind::Span;
    bool open = false;            // Wait: nobody has read it yet; it ends where the axis does
    std::uint32_t depth = 0;      // rows below, until the next of this depth or less, belong to it
    SpanIndex span = kNoSpan;     // Wait: the consumer's; Missing: one that names it
    SpanIndex producer = kNoSpan; // Wait: of the record
    RecordIndex record = kNoRecord; // Wait, Record; Span: the one it wrote, else the first it read
    std::uint32_t records = 0;      // Wait: how many (a batch is one row)
    std::int64_t startNs = 0;
    std::int64_t endNs = 0;
    // Wait: the consumer's clock shows so much less than the record's. Never adjusted away.
    std::int64_t skewNs = 0;
};

// A stretch of the critical path, spent in one row.
struct PathSection
{
    std::uint32_t row = kNoStoryRow;
    std::int64_t fromNs = 0;
    std::int64_t toNs = 0;
};

// A record that a known consumer group has not passed yet, or whose topic's traced consumers have
// shown no span for it.
struct OpenWait
{
    RecordIndex record = kNoRecord;
    std::vector<std::string> groups; // those that have not passed it; empty: not known
};

// One business event: all traces linked with one, on one axis, with the time its records waited in
// topics, and the path that determined when it ended. A value; built on a worker thread.
struct TraceStory
{
    TraceSetPtr set;
    TraceIndex trace = kNoTrace; // the one asked for
    std::vector<TraceIndex> traces;
    std::vector<StoryRow> rows;
    std::vector<PathSection> path; // from the end to the start
    std::vector<OpenWait> openWaits;
    std::vector<std::string> services; // by first appearance
    std::int64_t startNs = 0;
    std::int64_t endNs = 0; // of the axis: past the last span where something still waits
    // The stretch to look at first: up to the first long silence, in which nothing runs and nothing
    // that was read later waits. Waits and path are told for it.
    std::int64_t focusEndNs = 0;
    std::int64_t lastNs = 0;   // of what is known to have happened
    std::int64_t waitedNs = 0; // how much of [startNs, focusEndNs] a record waited in a topic
    std::uint32_t spans = 0;
    std::uint32_t errors = 0;
    std::uint32_t missing = 0; // parents and link targets that are not there
    std::uint32_t skewed = 0;  // waits that clocks contradict
    std::int64_t worstSkewNs = 0;
    std::uint32_t cycles = 0;

    std::int64_t pathNs() const;
    // The span's row that the path spent most time in, and how much; kNoStoryRow: there is none.
    PathSection longestOnPath() const;
    std::uint32_t rowOf(SpanIndex span) const;
    // What a person calls the event: the first record's key, else the root span's name.
    std::string name() const;

    static TraceStory build(TraceSetPtr set, TraceIndex trace);
};

// The parts of build(): rows from the set, the axis and the sums from the rows, then `path`.
void fillStory(TraceStory& story);
void sumStory(TraceStory& story);
void findCriticalPath(TraceStory& story);

} // namespace hindcast

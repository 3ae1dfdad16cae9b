#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/trace/span_payload.h"
#include "model/trace/span_table.h"
#include "model/trace/trace_context.h"

#include <functional>
#include <limits>
#include <span>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace hindcast {

using TraceIndex = std::uint32_t;  // into TraceSet::traces()
using RecordIndex = std::uint32_t; // into TraceSet::records()
inline constexpr TraceIndex kNoTrace = std::numeric_limits<TraceIndex>::max();
inline constexpr RecordIndex kNoRecord = std::numeric_limits<RecordIndex>::max();

// One trace: the spans and records that have its id. Times: nanoseconds since the Unix epoch, from
// the spans, from the records where there is no span.
struct Trace
{
    TraceId id;
    std::int64_t startNs = 0;
    std::int64_t endNs = 0;
    SpanIndex root = kNoSpan; // the earliest without a parent, one that lacks it only if none is
    std::uint32_t firstSpan = 0;
    std::uint32_t spanCount = 0;
    std::uint32_t firstRecord = 0;
    std::uint32_t recordCount = 0;
    std::uint32_t errors = 0;
    std::uint32_t services = 0;
    std::uint32_t missingParents = 0;
    std::uint32_t cycles = 0; // spans whose parents led back to themselves; cut there

    std::int64_t durationNs() const { return endNs - startNs; }
};

// How a record and a span were found to belong together.
enum class JoinBy : std::uint8_t {
    None,
    Header,    // the record's context names the span
    Offset,    // the span tells topic, partition and offset
    MessageId, // the span's messaging.message.id is "topic.partition.offset"
    Context,   // the span's parent or link is the record's context
};

// A record that takes part in a trace.
struct TraceRecord
{
    Row row = kNoRow;
    TraceIndex trace = kNoTrace;
    SpanId contextSpan; // what its context names; null: it has no context
    // The span that wrote it; a span its context names that is not its writer stands in context.
    SpanIndex producer = kNoSpan;
    SpanIndex context = kNoSpan;
    JoinBy by = JoinBy::None; // of the producer
    TraceContext::Format format = TraceContext::Format::W3c;
    StringId key = 0; // its key as text; 0: null, empty or binary
};

// A consumer's span and a record it read.
struct Consumption
{
    RecordIndex record = kNoRecord;
    SpanIndex span = kNoSpan;
    JoinBy by = JoinBy::None;
};

// A payload, or a piece of one, that could not be read.
struct TraceProblem
{
    Row row = kNoRow;
    SpanProblem problem;
};

// A context of a record, as collected; the choice among several is made when spans are known.
struct RecordContext
{
    Row row = kNoRow;
    TraceId trace;
    SpanId span;
    StringId key = 0;
    TraceContext::Format format = TraceContext::Format::W3c;
    bool current = true;
};

// Rows of a matrix of unequal length, flat.
template <typename T>
struct Lists
{
    std::vector<std::uint32_t> starts; // one more than there are lists
    std::vector<T> items;

    std::span<const T> at(std::size_t list) const
    {
        if (list + 1 >= starts.size()) {
            return {};
        }
        return std::span(items).subspan(starts[list], starts[list + 1] - starts[list]);
    }
};

// Finds a span by its trace and id: an open-addressing table of indexes, 8 bytes a span.
class SpanLookup
{
public:
    void reset(std::size_t expected);
    SpanIndex find(const std::vector<Span>& spans, const TraceId& trace, SpanId id) const;
    // Where the span stands or is to stand.
    SpanIndex& slot(const std::vector<Span>& spans, const TraceId& trace, SpanId id);

private:
    std::size_t probe(const std::vector<Span>& spans, const TraceId& trace, SpanId id) const;
    std::vector<SpanIndex> m_slots;
};

// Everything a TraceSet knows, as plain columns: the stages below fill it one after the other, then
// it is read only.
struct TraceData
{
    // Collected; extended as a capture grows.
    SpanTable table;
    std::vector<RecordContext> contexts; // by row; a record's current ones first
    std::vector<TraceProblem> problems;  // the first kMaxProblems
    std::uint64_t problemCount = 0;
    std::uint64_t spanRecords = 0; // records that carry spans
    std::uint64_t duplicates = 0;
    Row rows = 0; // collected from rows [0, rows)

    // Assembled from it.
    std::vector<Span> spans; // as in the table, shared halves marked
    std::uint64_t spanCount = 0;
    std::vector<Trace> traces;
    std::unordered_map<TraceId, TraceIndex, TraceIdHash> traceIndex;
    std::vector<SpanIndex> traceSpans;      // the traces' spans, by start
    std::vector<RecordIndex> traceRecords;  // the traces' records, by time
    std::vector<TraceIndex> traceOf;        // of a span; kNoTrace: a duplicate
    std::vector<SpanIndex> parents;         // of a span
    std::vector<bool> parentMissing;        // it names a parent that is not there
    std::vector<bool> cycleCut;             // its parents led back to it
    Lists<SpanIndex> children;              // of a span, by start
    SpanLookup lookup;                      // without shared halves
    SpanLookup halves;                      // shared halves only
    std::vector<TraceRecord> records;       // by row
    std::vector<Consumption> consumptions;  // by record, then by the span's start
    Lists<Consumption> consumedBySpan;      // the same, by span
    std::vector<std::uint32_t> consumersOf; // of a record: where its consumptions start
    std::vector<std::pair<SpanIndex, RecordIndex>> produced; // by span
    std::vector<bool> consumedTopics; // by TopicId: some span read a record of it
    Lists<TraceIndex> leadsTo;        // traces that a trace's work led to
    Lists<TraceIndex> comesFrom;

    static constexpr std::size_t kMaxProblems = 1000;
};

using TraceProgress = std::function<void(std::uint64_t records, std::uint64_t total)>;

// Reads rows [data.rows, snapshot.rowCount()). False: stopped.
bool collectTraces(TraceData& data, const CaptureSnapshot& snapshot, const std::stop_token& stop,
                   const TraceProgress& progress);
// Fills everything else. False: stopped.
bool assembleTraces(TraceData& data, const CaptureSnapshot& snapshot, const std::stop_token& stop);
void joinRecords(TraceData& data, const CaptureSnapshot& snapshot);
void joinTraces(TraceData& data);

} // namespace hindcast

#pragma once

#include "model/trace/trace_data.h"

#include <memory>
#include <optional>

namespace hindcast {

class TraceSet;
using TraceSetPtr = std::shared_ptr<const TraceSet>;

// How a search's answer is ordered.
enum class TraceOrder : std::uint8_t { Newest, Longest, MostErrors };

// What a trace must have to be found; empty members ask for nothing.
struct TraceQuery
{
    std::string service; // exactly, of any span
    std::string text;    // in any case, in a name, service, attribute, record key, or a trace's id
    std::int64_t minDurationNs = 0;
    bool errorsOnly = false;
    std::optional<TimeRange> time; // the trace overlaps it
    TraceOrder order = TraceOrder::Newest;
};

// All traces of a capture: spans from payloads, contexts from headers, both joined. Immutable, and
// safe in any number of threads; built on a worker thread and handed over whole.
class TraceSet
{
public:
    // Reads what `older` (a set of the same capture; may be null) does not hold yet, and puts it
    // all together anew. Null: stopped. Blocks that cannot be read are told in problems().
    static TraceSetPtr build(CaptureSnapshotPtr snapshot, const TraceSetPtr& older = nullptr,
                             const std::stop_token& stop = {}, const TraceProgress& progress = {});

    const CaptureSnapshotPtr& snapshot() const { return m_snapshot; }

    const std::vector<Trace>& traces() const { return m_data.traces; } // in no order
    std::optional<TraceIndex> find(const TraceId& id) const;
    std::uint64_t spanCount() const { return m_data.spanCount; } // without duplicates
    std::uint64_t duplicates() const { return m_data.duplicates; }
    std::size_t tracesWithSpans() const;
    std::size_t tracesWithErrors() const;
    std::uint64_t spanRecords() const { return m_data.spanRecords; }
    const std::vector<TraceProblem>& problems() const { return m_data.problems; }
    std::uint64_t problemCount() const { return m_data.problemCount; }

    std::string_view text(StringId id) const { return m_data.table.pool()->at(id); }

    std::size_t textCount() const { return m_data.table.pool()->size(); }

    const Span& span(SpanIndex i) const { return m_data.spans[i]; }
    std::span<const SpanIndex> spansOf(TraceIndex trace) const; // by start
    std::optional<SpanIndex> findSpan(const TraceId& trace, SpanId id) const;
    TraceIndex traceOf(SpanIndex i) const { return m_data.traceOf[i]; }
    SpanIndex parentOf(SpanIndex i) const { return m_data.parents[i]; } // kNoSpan: a root
    bool parentMissing(SpanIndex i) const { return m_data.parentMissing[i]; }
    bool cycleCut(SpanIndex i) const { return m_data.cycleCut[i]; }
    std::span<const SpanIndex> childrenOf(SpanIndex i) const { return m_data.children.at(i); }
    std::span<const SpanAttribute> attributesOf(const Span& span) const;
    std::span<const SpanLink> linksOf(const Span& span) const;
    std::vector<std::string> servicesOf(TraceIndex trace) const; // sorted
    std::vector<std::string> services() const;                   // of all, sorted

    const std::vector<TraceRecord>& records() const { return m_data.records; }
    std::span<const RecordIndex> recordsOf(TraceIndex trace) const; // by time
    std::optional<RecordIndex> findRecord(Row row) const;
    RecordPlace placeOf(RecordIndex record) const;
    std::int64_t timeNs(RecordIndex record) const; // the record's timestamp
    // The spans that read it, by start; and the records that a span read, or wrote.
    std::span<const Consumption> consumersOf(RecordIndex record) const;
    std::span<const Consumption> consumedBy(SpanIndex i) const;
    std::vector<RecordIndex> producedBy(SpanIndex i) const;
    // Whether any span of the capture read any record of this one's topic.
    bool topicHasTracedConsumers(RecordIndex record) const;

    // The traces of the same business event, itself included, by start: those its work came from
    // and led to, through links and through records. Siblings that only share a batch with it are
    // left out. `limit`: no more than so many; the nearest stay.
    std::vector<TraceIndex> linkedTraces(TraceIndex trace, std::size_t limit = 32) const;

    // False past a stop: the answer is then empty.
    std::vector<TraceIndex> search(const TraceQuery& query, const std::stop_token& stop = {}) const;

private:
    TraceSet(CaptureSnapshotPtr snapshot, TraceData data);

    const CaptureSnapshotPtr m_snapshot;
    const TraceData m_data;
};

} // namespace hindcast

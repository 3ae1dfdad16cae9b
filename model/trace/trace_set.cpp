#include "model/trace/trace_set.h"

#include <algorithm>

namespace hindcast {

namespace {

// More origins than that are a batch: what else became of its other messages is not our event.
constexpr std::size_t kMaxOrigins = 8;

} // namespace

TraceSet::TraceSet(CaptureSnapshotPtr snapshot, TraceData data)
    : m_snapshot(std::move(snapshot))
    , m_data(std::move(data))
{
}

TraceSetPtr TraceSet::build(CaptureSnapshotPtr snapshot, const TraceSetPtr& older,
                            const std::stop_token& stop, const TraceProgress& progress)
{
    TraceData data;
    if (older && older->m_snapshot->generation() == snapshot->generation() &&
        older->m_data.rows <= snapshot->rowCount()) {
        data.table = older->m_data.table;
        data.contexts = older->m_data.contexts;
        data.problems = older->m_data.problems;
        data.problemCount = older->m_data.problemCount;
        data.spanRecords = older->m_data.spanRecords;
        data.rows = older->m_data.rows;
    }
    if (!collectTraces(data, *snapshot, stop, progress) || !assembleTraces(data, *snapshot, stop)) {
        return nullptr;
    }
    return TraceSetPtr(new TraceSet(std::move(snapshot), std::move(data)));
}

std::optional<TraceIndex> TraceSet::find(const TraceId& id) const
{
    const auto at = m_data.traceIndex.find(id);
    return at == m_data.traceIndex.end() ? std::nullopt : std::optional(at->second);
}

std::size_t TraceSet::tracesWithSpans() const
{
    return static_cast<std::size_t>(std::count_if(m_data.traces.begin(), m_data.traces.end(),
                                                  [](const Trace& t) { return t.spanCount > 0; }));
}

std::size_t TraceSet::tracesWithErrors() const
{
    return static_cast<std::size_t>(std::count_if(m_data.traces.begin(), m_data.traces.end(),
                                                  [](const Trace& t) { return t.errors > 0; }));
}

std::span<const SpanIndex> TraceSet::spansOf(TraceIndex trace) const
{
    const Trace& t = m_data.traces[trace];
    return std::span(m_data.traceSpans).subspan(t.firstSpan, t.spanCount);
}

std::optional<SpanIndex> TraceSet::findSpan(const TraceId& trace, SpanId id) const
{
    SpanIndex i = m_data.lookup.find(m_data.spans, trace, id);
    if (i == kNoSpan) {
        i = m_data.halves.find(m_data.spans, trace, id);
    }
    return i == kNoSpan ? std::nullopt : std::optional(i);
}

std::span<const SpanAttribute> TraceSet::attributesOf(const Span& span) const
{
    return std::span(m_data.table.attributes()).subspan(span.attributesAt, span.attributeCount);
}

std::span<const SpanLink> TraceSet::linksOf(const Span& span) const
{
    return std::span(m_data.table.links()).subspan(span.linksAt, span.linkCount);
}

std::vector<std::string> TraceSet::servicesOf(TraceIndex trace) const
{
    std::vector<StringId> ids;
    for (const SpanIndex i : spansOf(trace)) {
        ids.push_back(m_data.spans[i].service);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<std::string> names;
    names.reserve(ids.size());
    for (const StringId id : ids) {
        names.emplace_back(text(id));
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> TraceSet::services() const
{
    std::vector<bool> seen(m_data.table.pool()->size(), false);
    std::vector<std::string> names;
    for (SpanIndex i = 0; i < m_data.spans.size(); ++i) {
        const StringId service = m_data.spans[i].service;
        if (m_data.traceOf[i] != kNoTrace && !seen[service]) {
            seen[service] = true;
            names.emplace_back(text(service));
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::span<const RecordIndex> TraceSet::recordsOf(TraceIndex trace) const
{
    const Trace& t = m_data.traces[trace];
    return std::span(m_data.traceRecords).subspan(t.firstRecord, t.recordCount);
}

std::optional<RecordIndex> TraceSet::findRecord(Row row) const
{
    const auto& records = m_data.records;
    const auto at =
        std::lower_bound(records.begin(), records.end(), row,
                         [](const TraceRecord& record, Row key) { return record.row < key; });
    return at == records.end() || at->row != row
               ? std::nullopt
               : std::optional(static_cast<RecordIndex>(at - records.begin()));
}

RecordPlace TraceSet::placeOf(RecordIndex record) const
{
    const RowInfo info = m_snapshot->row(m_data.records[record].row);
    return {m_snapshot->topics()[info.topic], info.partition, info.offset};
}

std::int64_t TraceSet::timeNs(RecordIndex record) const
{
    return toMs(m_snapshot->row(m_data.records[record].row).timestamp) * kNsPerMs;
}

std::span<const Consumption> TraceSet::consumersOf(RecordIndex record) const
{
    const auto& starts = m_data.consumersOf;
    return std::span(m_data.consumptions)
        .subspan(starts[record], starts[record + 1] - starts[record]);
}

std::span<const Consumption> TraceSet::consumedBy(SpanIndex i) const
{
    return m_data.consumedBySpan.at(i);
}

std::vector<RecordIndex> TraceSet::producedBy(SpanIndex i) const
{
    std::vector<RecordIndex> records;
    auto at = std::lower_bound(m_data.produced.begin(), m_data.produced.end(),
                               std::pair<SpanIndex, RecordIndex>(i, 0));
    for (; at != m_data.produced.end() && at->first == i; ++at) {
        records.push_back(at->second);
    }
    return records;
}

bool TraceSet::topicHasTracedConsumers(RecordIndex record) const
{
    const TopicId topic = m_snapshot->row(m_data.records[record].row).topic;
    return topic < m_data.consumedTopics.size() && m_data.consumedTopics[topic];
}

std::vector<TraceIndex> TraceSet::linkedTraces(TraceIndex trace, std::size_t limit) const
{
    std::vector<bool> seen(m_data.traces.size(), false);
    // Breadth first, so that a cut leaves the nearest.
    const auto walk = [&](std::vector<TraceIndex> from, const Lists<TraceIndex>& edges) {
        for (const TraceIndex t : from) {
            seen[t] = true;
        }
        for (std::size_t i = 0; i < from.size(); ++i) {
            for (const TraceIndex next : edges.at(from[i])) {
                if (from.size() >= limit) {
                    return from;
                }
                if (!seen[next]) {
                    seen[next] = true;
                    from.push_back(next);
                }
            }
        }
        return from;
    };
    std::vector<TraceIndex> origins = walk({trace}, m_data.comesFrom);
    std::vector<TraceIndex> all;
    if (origins.size() <= kMaxOrigins) {
        all = walk(std::move(origins), m_data.leadsTo);
    } else {
        all = walk({trace}, m_data.leadsTo);
        all.insert(all.end(), origins.begin() + 1, origins.end());
        std::sort(all.begin() + 1, all.end());
        all.erase(std::unique(all.begin() + 1, all.end()), all.end());
        all.resize(std::min(all.size(), limit));
    }
    std::sort(all.begin(), all.end(), [this](TraceIndex a, TraceIndex b) {
        return std::pair(m_data.traces[a].startNs, a) < std::pair(m_data.traces[b].startNs, b);
    });
    return all;
}

} // namespace hindcast

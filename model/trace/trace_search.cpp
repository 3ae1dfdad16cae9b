#include "model/trace/needle.h"
#include "model/trace/trace_set.h"

#include <algorithm>

namespace hindcast {

std::vector<TraceIndex> TraceSet::search(const TraceQuery& query, const std::stop_token& stop) const
{
    // Texts are searched once each, not once a span.
    std::vector<bool> textMatches;
    const Needle needle(query.text);
    if (!query.text.empty()) {
        textMatches.resize(m_data.table.pool()->size());
        for (StringId id = 0; id < textMatches.size(); ++id) {
            if (id % 4096 == 0 && stop.stop_requested()) {
                return {};
            }
            textMatches[id] = needle.in(text(id));
        }
    }
    const auto spanMatches = [&](const Span& span) {
        if (textMatches[span.name] || textMatches[span.service] || textMatches[span.statusText]) {
            return true;
        }
        const auto attributes = attributesOf(span);
        return std::any_of(attributes.begin(), attributes.end(),
                           [&](const SpanAttribute& a) { return textMatches[a.value]; });
    };
    const auto traceMatchesText = [&](TraceIndex i) {
        const auto spans = spansOf(i);
        const auto records = recordsOf(i);
        return std::any_of(spans.begin(), spans.end(),
                           [&](SpanIndex s) { return spanMatches(m_data.spans[s]); }) ||
               std::any_of(records.begin(), records.end(),
                           [&](RecordIndex r) { return textMatches[m_data.records[r].key]; }) ||
               m_data.traces[i].id.toString().starts_with(needle.text());
    };
    const auto hasService = [&](TraceIndex i) {
        const auto spans = spansOf(i);
        return std::any_of(spans.begin(), spans.end(), [&](SpanIndex s) {
            return text(m_data.spans[s].service) == query.service;
        });
    };

    std::vector<TraceIndex> found;
    for (TraceIndex i = 0; i < m_data.traces.size(); ++i) {
        if (i % 1024 == 0 && stop.stop_requested()) {
            return {};
        }
        const Trace& trace = m_data.traces[i];
        if (trace.durationNs() < query.minDurationNs || (query.errorsOnly && trace.errors == 0)) {
            continue;
        }
        if (query.time && (trace.endNs < toMs(query.time->from) * kNsPerMs ||
                           trace.startNs > toMs(query.time->to) * kNsPerMs)) {
            continue;
        }
        if ((query.service.empty() || hasService(i)) &&
            (query.text.empty() || traceMatchesText(i))) {
            found.push_back(i);
        }
    }
    std::sort(found.begin(), found.end(), [&](TraceIndex x, TraceIndex y) {
        const Trace& a = m_data.traces[x];
        const Trace& b = m_data.traces[y];
        // Where no span was captured, a duration is only how far its records lie apart.
        if (query.order == TraceOrder::Longest && (a.spanCount > 0) != (b.spanCount > 0)) {
            return a.spanCount > 0;
        }
        if (query.order == TraceOrder::Longest && a.durationNs() != b.durationNs()) {
            return a.durationNs() > b.durationNs();
        }
        if (query.order == TraceOrder::MostErrors && a.errors != b.errors) {
            return a.errors > b.errors;
        }
        return a.startNs != b.startNs ? a.startNs > b.startNs : a.id < b.id;
    });
    return found;
}

} // namespace hindcast

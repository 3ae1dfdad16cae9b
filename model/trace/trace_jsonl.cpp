#include "model/trace/trace_jsonl.h"

#include <nlohmann/json.hpp>

namespace hindcast {

namespace {

// The record it wrote; else the first it read.
nlohmann::ordered_json recordOf(const TraceSet& set, SpanIndex span)
{
    const auto produced = set.producedBy(span);
    if (!produced.empty()) {
        return set.placeOf(produced.front()).toString();
    }
    const auto consumed = set.consumedBy(span);
    if (!consumed.empty()) {
        return set.placeOf(consumed.front().record).toString();
    }
    return nullptr;
}

} // namespace

std::string spanJsonLine(const TraceSet& set, SpanIndex index)
{
    const Span& span = set.span(index);
    auto links = nlohmann::ordered_json::array();
    for (const SpanLink& link : set.linksOf(span)) {
        links.push_back({{"traceId", link.trace.toString()}, {"spanId", link.span.toString()}});
    }
    nlohmann::ordered_json line;
    line["traceId"] = span.trace.toString();
    line["spanId"] = span.id.toString();
    line["parentSpanId"] = span.parent.isNull() ? std::string() : span.parent.toString();
    line["service"] = set.text(span.service);
    line["name"] = set.text(span.name);
    line["kind"] = toString(span.kind);
    line["startNs"] = span.startNs;
    line["durationNs"] = span.durationNs;
    line["links"] = std::move(links);
    line["record"] = recordOf(set, index);
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void forEachSpanLine(const TraceSet& set, std::span<const TraceIndex> traces,
                     const std::function<void(const std::string& line)>& write)
{
    for (const TraceIndex trace : traces) {
        for (const SpanIndex span : set.spansOf(trace)) {
            write(spanJsonLine(set, span));
        }
    }
}

} // namespace hindcast

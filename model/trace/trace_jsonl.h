#pragma once

#include "model/trace/trace_set.h"

#include <string>

namespace hindcast {

// One span as a JSON object on one line (no line break at the end): traceId, spanId, parentSpanId,
// service, name, kind, startNs, durationNs, links, record ("topic-partition@offset" of the record
// it wrote, else of the first one it read, or null). Ids are lower-case hex, a missing parent is
// "". Text that is not UTF-8 is written with replacement characters.
std::string spanJsonLine(const TraceSet& set, SpanIndex span);

// Every span of these traces in their order, by start within a trace: what `hindcast-cli traces`
// writes.
void forEachSpanLine(const TraceSet& set, std::span<const TraceIndex> traces,
                     const std::function<void(const std::string& line)>& write);

} // namespace hindcast

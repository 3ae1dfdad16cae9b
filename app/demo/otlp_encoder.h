#pragma once

#include "app/demo/story.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace hindcast::demo {

// A service exports what has ended about once a second.
struct SpanBatch
{
    std::int64_t atMs = 0;
    std::vector<SpanId> spans; // of one service
};

// All spans that end inside the story, in the batches in which their services export them, by time.
std::vector<SpanBatch> batchSpans(const Story& story);

// One ExportTraceServiceRequest as OTLP JSON. Producers and consumers name topic, partition and
// offset as the OpenTelemetry conventions have it; `offsetOf` says where an event came to lie
// (negative: not known).
std::string encodeOtlp(const Story& story, std::span<const SpanId> spans,
                       const std::function<std::int64_t(EventId)>& offsetOf);

} // namespace hindcast::demo

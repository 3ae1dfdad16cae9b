#pragma once

#include "model/trace/span_payload.h"

#include <simdjson.h>

namespace hindcast {

// Zipkin v2 JSON: a list of spans, times in microseconds. Short ids are padded; links come as tags
// `otlp.link.N`, as OpenTelemetry's exporter writes them. Included by this room's .cpp files only.
//
// Reads what it can: a broken span is told in the problems and the others stay.
SpanPayload parseZipkinJson(const simdjson::dom::element& document, Row source, SpanTable& table);

} // namespace hindcast

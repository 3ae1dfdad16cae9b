#pragma once

#include "model/trace/span_payload.h"

#include <simdjson.h>

namespace hindcast {

// OTLP's JSON encoding of ExportTraceServiceRequest and TracesData, and what writers of it do in
// practice: ids in hex of any case, 64-bit integers as strings or numbers, enums as numbers or
// names, unknown members. Included by this room's .cpp files only.
//
// Reads what it can: a broken span is told in the problems and the others stay.
SpanPayload parseOtlpJson(const simdjson::dom::element& document, Row source, SpanTable& table);

} // namespace hindcast

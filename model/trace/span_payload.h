#pragma once

#include "model/trace/span_table.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// What a record's value carries, by its bytes: topics do not tell (the same name holds OTLP here
// and Jaeger there).
enum class SpanFormat : std::uint8_t {
    None,       // no spans, as far as the bytes tell
    OtlpJson,   // ExportTraceServiceRequest or TracesData, JSON encoding
    ZipkinJson, // Zipkin v2, a list of spans
};

SpanFormat sniffSpans(std::string_view value);

// Why a payload, or one span in it, could not be read: "resourceSpans[0].scopeSpans[1].spans[4]:
// its traceId is not 32 hex digits".
struct SpanProblem
{
    std::string place; // inside the payload; empty: all of it
    std::string reason;
};

struct SpanPayload
{
    bool carriesSpans = false; // false: sniffing was wrong, it is something else
    std::size_t spans = 0;     // read
    std::vector<SpanProblem> problems;
};

// Reads the spans of payloads into a table. Buffers are kept between payloads; one thread.
class SpanReader
{
public:
    SpanReader();
    ~SpanReader();

    // `padded`: RecordBatch::kPadding readable bytes follow the value, as in any batch; it is
    // copied otherwise.
    SpanPayload read(std::string_view value, Row source, SpanTable& table, bool padded = true);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace hindcast

#include "model/trace/span_payload.h"

#include "model/trace/otlp_json_parser.h"
#include "model/trace/zipkin_json_parser.h"

#include <fmt/format.h>

#include <simdjson.h>

namespace hindcast {

static_assert(RecordBatch::kPadding >= simdjson::SIMDJSON_PADDING,
              "values are parsed in place, in the batch's arena");

SpanFormat sniffSpans(std::string_view value)
{
    const auto first = value.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
        return SpanFormat::None;
    }
    const auto has = [value](std::string_view needle) {
        return value.find(needle) != std::string_view::npos;
    };
    if (value[first] == '{') {
        return has("\"resourceSpans\"") ? SpanFormat::OtlpJson : SpanFormat::None;
    }
    if (value[first] != '[') {
        return SpanFormat::None;
    }
    // Zipkin's own rule asks for an endpoint or tags; both are optional, so times do as well.
    const bool zipkin = has("\"traceId\"") && has("\"id\"") &&
                        (has("Endpoint\"") || has("\"tags\"") || has("\"timestamp\""));
    return zipkin ? SpanFormat::ZipkinJson : SpanFormat::None;
}

struct SpanReader::Private
{
    simdjson::dom::parser parser;
};

SpanReader::SpanReader()
    : d(std::make_unique<Private>())
{
}

SpanReader::~SpanReader() = default;

SpanPayload SpanReader::read(std::string_view value, Row source, SpanTable& table, bool padded)
{
    const SpanFormat format = sniffSpans(value);
    if (format == SpanFormat::None) {
        return {};
    }
    simdjson::dom::element document;
    const auto error = d->parser.parse(value.data(), value.size(), !padded).get(document);
    if (error != simdjson::SUCCESS) {
        SpanPayload payload;
        payload.carriesSpans = true;
        payload.problems.push_back(
            {{}, fmt::format("it is not valid JSON: {}", simdjson::error_message(error))});
        return payload;
    }
    return format == SpanFormat::OtlpJson ? parseOtlpJson(document, source, table)
                                          : parseZipkinJson(document, source, table);
}

} // namespace hindcast

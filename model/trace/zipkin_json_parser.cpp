#include "model/trace/zipkin_json_parser.h"

#include "model/trace/json_scalars.h"

#include <fmt/format.h>

#include <limits>

namespace hindcast {

namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kLinkTag = "otlp.link.";

// Microseconds as nanoseconds; 0 where they are absent, negative or past the year 2262.
std::int64_t nanoseconds(const dom::element& microseconds)
{
    const std::int64_t us = integerOf(microseconds).value_or(0);
    return us > 0 && us < std::numeric_limits<std::int64_t>::max() / 1000 ? us * 1000 : 0;
}

// "traceid|spanid|state|{attributes}|dropped"; the state may hold bars itself.
SpanLink linkOf(std::string_view text)
{
    SpanLink link;
    const auto first = text.find('|');
    if (first == std::string_view::npos) {
        return link;
    }
    const auto second = text.find('|', first + 1);
    link.trace = TraceId::parse(text.substr(0, first)).value_or(TraceId{});
    const std::size_t spanLength = second == std::string_view::npos ? second : second - first - 1;
    link.span = SpanId::parse(text.substr(first + 1, spanLength)).value_or(SpanId{});
    const auto open = text.find('{', second == std::string_view::npos ? text.size() : second);
    const auto close = text.rfind('}');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2) {
        return link;
    }
    dom::parser parser;
    dom::element attributes;
    const simdjson::padded_string padded(text.substr(open, close - open + 1));
    if (parser.parse(padded).get(attributes) == simdjson::SUCCESS) {
        for (const auto* key : {"messaging.kafka.offset", "messaging.kafka.message.offset"}) {
            dom::element offset;
            if (attributes[key].get(offset) == simdjson::SUCCESS) {
                link.offset = integerOf(offset).value_or(-1);
                break;
            }
        }
    }
    return link;
}

class ZipkinReader
{
public:
    ZipkinReader(Row source, SpanTable& table, SpanPayload& payload)
        : m_source(source)
        , m_table(table)
        , m_payload(payload)
    {
    }

    void readSpan(const dom::element& element, std::size_t index)
    {
        m_index = index;
        dom::object object;
        if (element.get(object) != simdjson::SUCCESS) {
            problem("it is not an object");
            return;
        }
        Span& span = m_table.begin();
        span.source = m_source;
        std::string broken;
        dom::element tags;
        bool hasTags = false;
        for (const auto& [key, value] : object) {
            if (key == "traceId") {
                span.trace = TraceId::parse(textOf(value)).value_or(TraceId{});
            } else if (key == "id") {
                span.id = SpanId::parse(textOf(value)).value_or(SpanId{});
            } else if (key == "parentId") {
                const std::string_view hex = textOf(value);
                span.parent = SpanId::parse(hex).value_or(SpanId{});
                if (span.parent.isNull() && !hex.empty() &&
                    hex.find_first_not_of('0') != std::string_view::npos) {
                    broken += "its parentId is not hex digits; it is shown as a root";
                }
            } else if (key == "name") {
                span.name = m_table.intern(textOf(value));
            } else if (key == "kind") {
                span.kind = spanKindFromName(textOf(value));
            } else if (key == "timestamp") {
                span.startNs = nanoseconds(value);
            } else if (key == "duration") {
                span.durationNs = nanoseconds(value);
            } else if (key == "localEndpoint") {
                dom::element service;
                if (value["serviceName"].get(service) == simdjson::SUCCESS) {
                    span.service = m_table.intern(textOf(service));
                }
            } else if (key == "shared") {
                bool shared = false;
                span.shared = value.get(shared) == simdjson::SUCCESS && shared;
            } else if (key == "tags") {
                tags = value;
                hasTags = true;
            }
        }
        if (span.trace.isNull() || span.id.isNull()) {
            m_table.discard();
            problem(span.trace.isNull() ? "its traceId is not 1 to 32 hex digits, or all zero"
                                        : "its id is not 1 to 16 hex digits, or all zero");
            return;
        }
        if (hasTags) {
            readTags(tags, span);
        }
        m_table.end();
        ++m_payload.spans;
        if (!broken.empty()) {
            problem(std::move(broken));
        }
    }

private:
    void problem(std::string reason)
    {
        m_payload.problems.push_back({fmt::format("[{}]", m_index), std::move(reason)});
    }

    void readTags(const dom::element& tags, Span& span)
    {
        dom::object object;
        if (tags.get(object) != simdjson::SUCCESS) {
            problem("its tags are not an object; they are left out");
            return;
        }
        std::string_view description;
        for (const auto& [key, value] : object) {
            std::string other; // numbers and booleans are not allowed, and are written all the same
            std::string_view text;
            if (value.get(text) != simdjson::SUCCESS) {
                other = readable(value);
                text = other;
            }
            if (key.starts_with(kLinkTag)) {
                const SpanLink link = linkOf(text);
                if (!link.trace.isNull() && !link.span.isNull()) {
                    m_table.addLink(link);
                } else {
                    problem(fmt::format("its tag {} is no link; it is left out", key));
                }
                continue;
            }
            if (key == "error") {
                // Any value but "false" means one: the text is the reason.
                span.error = span.error || text != "false";
                if (span.error && text != "true") {
                    span.statusText = m_table.intern(text);
                }
            } else if (key == "otel.status_code") {
                span.error = span.error || text == "ERROR";
            } else if (key == "otel.status_description") {
                description = text;
                span.statusText = m_table.intern(description);
            }
            m_table.addAttribute(key, text);
        }
    }

    const Row m_source;
    SpanTable& m_table;
    SpanPayload& m_payload;
    std::size_t m_index = 0;
};

} // namespace

SpanPayload parseZipkinJson(const dom::element& document, Row source, SpanTable& table)
{
    SpanPayload payload;
    dom::array list;
    if (document.get(list) != simdjson::SUCCESS) {
        return payload;
    }
    payload.carriesSpans = true;
    ZipkinReader reader(source, table, payload);
    std::size_t index = 0;
    for (const dom::element element : list) {
        reader.readSpan(element, index++);
    }
    return payload;
}

} // namespace hindcast

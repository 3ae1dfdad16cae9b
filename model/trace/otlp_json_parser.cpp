#include "model/trace/otlp_json_parser.h"

#include "model/trace/json_scalars.h"

#include <fmt/format.h>

#include <functional>

namespace hindcast {

namespace {

namespace dom = simdjson::dom;

constexpr int kMaxValueDepth = 16; // of nested AnyValues written out

bool absent(const dom::element& element)
{
    return element.type() == dom::element_type::NULL_VALUE;
}

// AnyValue as text; lists and maps as the JSON a person would have written.
std::string anyValueText(const dom::element& value, bool quoted, int depth)
{
    dom::object object;
    if (value.get(object) != simdjson::SUCCESS) {
        return {};
    }
    for (const auto& [key, inner] : object) {
        if (key == "stringValue" || key == "bytesValue") {
            return quoted ? simdjson::minify(inner) : std::string(textOf(inner));
        }
        if (key == "intValue" || key == "doubleValue" || key == "boolValue") {
            return readable(inner);
        }
        dom::array values;
        if ((key == "arrayValue" || key == "kvlistValue") && depth < kMaxValueDepth) {
            const bool list = key == "arrayValue";
            std::string out(1, list ? '[' : '{');
            if (inner["values"].get(values) == simdjson::SUCCESS) {
                for (const dom::element item : values) {
                    out += out.size() > 1 ? ", " : "";
                    if (list) {
                        out += anyValueText(item, true, depth + 1);
                        continue;
                    }
                    dom::element name;
                    dom::element member;
                    if (item["key"].get(name) == simdjson::SUCCESS) {
                        out += simdjson::minify(name) + ": ";
                    }
                    if (item["value"].get(member) == simdjson::SUCCESS) {
                        out += anyValueText(member, true, depth + 1);
                    }
                }
            }
            return out + (list ? ']' : '}');
        }
    }
    return {};
}

void forEachAttribute(const dom::element& attributes,
                      const std::function<void(std::string_view, const dom::element&)>& visit)
{
    dom::array list;
    if (attributes.get(list) != simdjson::SUCCESS) {
        return;
    }
    for (const dom::element attribute : list) {
        std::string_view key;
        dom::element value;
        if (attribute["key"].get(key) == simdjson::SUCCESS &&
            attribute["value"].get(value) == simdjson::SUCCESS) {
            visit(key, value);
        }
    }
}

// Strings without a copy, everything else written out.
void addAttributes(const dom::element& attributes, SpanTable& table)
{
    forEachAttribute(attributes, [&table](std::string_view key, const dom::element& value) {
        std::string_view text;
        if (value["stringValue"].get(text) == simdjson::SUCCESS) {
            table.addAttribute(key, text);
        } else {
            table.addAttribute(key, anyValueText(value, false, 0));
        }
    });
}

class Reader
{
public:
    Reader(Row source, SpanTable& table, SpanPayload& payload)
        : m_source(source)
        , m_table(table)
        , m_payload(payload)
    {
    }

    void readResource(const dom::element& resourceSpans, const std::string& place)
    {
        m_service = 0;
        dom::element attributes;
        if (resourceSpans["resource"]["attributes"].get(attributes) == simdjson::SUCCESS) {
            forEachAttribute(attributes, [this](std::string_view key, const dom::element& value) {
                if (key == "service.name") {
                    m_service = m_table.intern(anyValueText(value, false, 0));
                }
            });
        }
        // The second name is that of releases before 2022.
        for (const std::string_view name : {"scopeSpans", "instrumentationLibrarySpans"}) {
            forEach(resourceSpans, name, place,
                    [this](const dom::element& scope, const std::string& scopePlace) {
                        forEach(scope, "spans", scopePlace,
                                [this](const dom::element& span, const std::string& spanPlace) {
                                    readSpan(span, spanPlace);
                                });
                    });
        }
    }

    // A member that must be a list, where it is there.
    void forEach(const dom::element& parent, std::string_view name, const std::string& place,
                 const std::function<void(const dom::element&, const std::string&)>& visit)
    {
        const std::string at =
            place.empty() ? std::string(name) : fmt::format("{}.{}", place, name);
        dom::object object;
        if (parent.get(object) != simdjson::SUCCESS) {
            problem(place, "it is not an object");
            return;
        }
        dom::element member;
        if (object.at_key(name).get(member) != simdjson::SUCCESS || absent(member)) {
            return;
        }
        dom::array list;
        if (member.get(list) != simdjson::SUCCESS) {
            problem(at, "it is not a list");
            return;
        }
        std::size_t index = 0;
        for (const dom::element item : list) {
            visit(item, fmt::format("{}[{}]", at, index++));
        }
    }

private:
    void problem(const std::string& place, std::string reason)
    {
        m_payload.problems.push_back({place, std::move(reason)});
    }

    void readSpan(const dom::element& element, const std::string& place)
    {
        dom::object object;
        if (element.get(object) != simdjson::SUCCESS) {
            problem(place, "it is not an object");
            return;
        }
        Span& span = m_table.begin();
        span.source = m_source;
        span.service = m_service;
        std::int64_t endNs = 0;
        dom::element attributes;
        dom::element links;
        dom::element events;
        bool hasAttributes = false;
        bool hasLinks = false;
        bool hasEvents = false;
        std::string broken;
        for (const auto& [key, value] : object) {
            if (key == "traceId") {
                // 16 digits: old tracers, whose ids are the low half.
                const std::string_view hex = textOf(value);
                const auto id =
                    hex.size() == 32 || hex.size() == 16 ? TraceId::parse(hex) : std::nullopt;
                span.trace = id.value_or(TraceId{});
            } else if (key == "spanId") {
                const std::string_view hex = textOf(value);
                span.id = hex.size() == 16 ? SpanId::parse(hex).value_or(SpanId{}) : SpanId{};
            } else if (key == "parentSpanId") {
                broken += readParent(value, span);
            } else if (key == "name") {
                span.name = m_table.intern(textOf(value));
            } else if (key == "kind") {
                const auto number = integerOf(value);
                span.kind = number ? spanKindFromNumber(*number) : spanKindFromName(textOf(value));
            } else if (key == "startTimeUnixNano") {
                span.startNs = integerOf(value).value_or(0);
            } else if (key == "endTimeUnixNano") {
                endNs = integerOf(value).value_or(0);
            } else if (key == "status") {
                readStatus(value, span);
            } else if (key == "attributes") {
                attributes = value;
                hasAttributes = true;
            } else if (key == "links") {
                links = value;
                hasLinks = true;
            } else if (key == "events") {
                events = value;
                hasEvents = true;
            }
        }
        if (span.trace.isNull() || span.id.isNull()) {
            m_table.discard();
            problem(place, span.trace.isNull() ? "its traceId is not 32 hex digits, or all zero"
                                               : "its spanId is not 16 hex digits, or all zero");
            return;
        }
        if (endNs > 0 && span.startNs > 0) {
            if (endNs < span.startNs) {
                broken += "it ends before it starts; it is shown without a length";
            }
            span.durationNs = std::max<std::int64_t>(0, endNs - span.startNs);
        }
        if (hasEvents && span.error && span.statusText == 0) {
            readException(events, span);
        }
        if (hasAttributes) {
            addAttributes(attributes, m_table);
        }
        if (hasLinks) {
            readLinks(links, place);
        }
        m_table.end();
        ++m_payload.spans;
        if (!broken.empty()) {
            problem(place, broken);
        }
    }

    static std::string readParent(const dom::element& value, Span& span)
    {
        const std::string_view hex = textOf(value);
        if (hex.empty() || hex.find_first_not_of('0') == std::string_view::npos) {
            return {}; // a root, said in any way
        }
        const auto id = hex.size() == 16 ? SpanId::parse(hex) : std::nullopt;
        span.parent = id.value_or(SpanId{});
        return id ? std::string() : "its parentSpanId is not 16 hex digits; it is shown as a root";
    }

    void readStatus(const dom::element& value, Span& span)
    {
        dom::element code;
        if (value["code"].get(code) == simdjson::SUCCESS) {
            const auto number = integerOf(code);
            const std::string_view name = textOf(code);
            span.error = number ? *number == 2 : name == "STATUS_CODE_ERROR" || name == "ERROR";
        }
        dom::element message;
        if (value["message"].get(message) == simdjson::SUCCESS) {
            span.statusText = m_table.intern(textOf(message));
        }
    }

    // An error without a message of its own: what its exception said.
    void readException(const dom::element& events, Span& span)
    {
        dom::array list;
        if (events.get(list) != simdjson::SUCCESS) {
            return;
        }
        for (const dom::element event : list) {
            dom::element attributes;
            if (event["attributes"].get(attributes) != simdjson::SUCCESS) {
                continue;
            }
            forEachAttribute(
                attributes, [this, &span](std::string_view key, const dom::element& value) {
                    if (key == "exception.message") {
                        span.statusText = m_table.intern(anyValueText(value, false, 0));
                    }
                });
        }
    }

    void readLinks(const dom::element& links, const std::string& place)
    {
        dom::array list;
        if (links.get(list) != simdjson::SUCCESS) {
            return;
        }
        std::size_t index = 0;
        for (const dom::element item : list) {
            SpanLink link;
            dom::element member;
            if (item["traceId"].get(member) == simdjson::SUCCESS) {
                link.trace = TraceId::parse(textOf(member)).value_or(TraceId{});
            }
            if (item["spanId"].get(member) == simdjson::SUCCESS) {
                link.span = SpanId::parse(textOf(member)).value_or(SpanId{});
            }
            if (item["attributes"].get(member) == simdjson::SUCCESS) {
                forEachAttribute(member, [&link](std::string_view key, const dom::element& value) {
                    if (key == "messaging.kafka.offset" ||
                        key == "messaging.kafka.message.offset") {
                        dom::element inner;
                        if (value["intValue"].get(inner) == simdjson::SUCCESS ||
                            value["stringValue"].get(inner) == simdjson::SUCCESS) {
                            link.offset = integerOf(inner).value_or(-1);
                        }
                    }
                });
            }
            if (link.trace.isNull() || link.span.isNull()) {
                problem(fmt::format("{}.links[{}]", place, index),
                        "its ids are not hex digits; the link is left out");
            } else {
                m_table.addLink(link);
            }
            ++index;
        }
    }

    const Row m_source;
    SpanTable& m_table;
    SpanPayload& m_payload;
    StringId m_service = 0;
};

} // namespace

SpanPayload parseOtlpJson(const dom::element& document, Row source, SpanTable& table)
{
    SpanPayload payload;
    dom::element resourceSpans;
    if (document["resourceSpans"].get(resourceSpans) != simdjson::SUCCESS) {
        return payload;
    }
    payload.carriesSpans = true;
    Reader reader(source, table, payload);
    reader.forEach(document, "resourceSpans", {},
                   [&reader](const dom::element& element, const std::string& place) {
                       reader.readResource(element, place);
                   });
    return payload;
}

} // namespace hindcast

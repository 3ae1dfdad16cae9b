#include "app/demo/otlp_encoder.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <string_view>

namespace hindcast::demo {

namespace {

void append(std::string& to, std::string_view text)
{
    to += text;
}

template <typename... Args>
void append(std::string& to, fmt::format_string<Args...> format, Args&&... args)
{
    fmt::format_to(std::back_inserter(to), format, std::forward<Args>(args)...);
}

class Attributes
{
public:
    explicit Attributes(std::string& to)
        : m_to(to)
    {
        m_to += R"("attributes":[)";
    }
    void text(std::string_view key, std::string_view value)
    {
        append(m_to, R"({}{{"key":"{}","value":{{"stringValue":"{}"}}}})", comma(), key, value);
    }
    void number(std::string_view key, std::int64_t value)
    {
        append(m_to, R"({}{{"key":"{}","value":{{"intValue":"{}"}}}})", comma(), key, value);
    }
    void end() { m_to += ']'; }

private:
    const char* comma()
    {
        const char* const text = m_first ? "" : ",";
        m_first = false;
        return text;
    }
    std::string& m_to;
    bool m_first = true;
};

void appendMessaging(const Story& story, const Span& span, std::int64_t offset, Attributes& to)
{
    const Event& event = story.events[static_cast<std::size_t>(span.event)];
    const bool producer = span.kind == SpanKind::Producer;
    to.text("messaging.system", "kafka");
    to.text("messaging.destination.name", shapeOf(event.topic).name);
    to.text("messaging.operation.name", producer ? "send" : "process");
    to.text("messaging.operation.type", producer ? "send" : "process");
    to.text("messaging.client.id",
            fmt::format("{}-{}-1", producer ? "producer" : "consumer", span.service));
    if (offset >= 0) {
        to.text("messaging.destination.partition.id", std::to_string(event.partition));
        to.number("messaging.kafka.offset", offset);
    }
    if (event.key) {
        to.text("messaging.kafka.message.key", *event.key);
    }
    if (!producer) {
        to.text("messaging.consumer.group.name", span.group);
    }
}

void appendSpan(const Story& story, const Span& span,
                const std::function<std::int64_t(EventId)>& offsetOf, std::string& to)
{
    append(to,
           R"({{"traceId":"{}","spanId":"{}","parentSpanId":"{}","name":"{}","kind":{},)"
           R"("startTimeUnixNano":"{}000","endTimeUnixNano":"{}000","flags":257,)",
           span.traceId, span.spanId, span.parentId, span.name, static_cast<int>(span.kind),
           span.startUs, span.endUs);
    Attributes attributes(to);
    if (span.event >= 0) {
        appendMessaging(story, span, offsetOf(span.event), attributes);
    }
    for (const auto& [name, value] : span.attributes) {
        attributes.text(name, value);
    }
    attributes.end();
    if (!span.links.empty()) {
        append(to, R"(,"links":[)");
        for (std::size_t i = 0; i < span.links.size(); ++i) {
            const Span& linked = story.spans[static_cast<std::size_t>(span.links[i])];
            append(to, R"({}{{"traceId":"{}","spanId":"{}"}})", i == 0 ? "" : ",", linked.traceId,
                   linked.spanId);
        }
        append(to, "]");
    }
    if (span.error.empty()) {
        append(to, R"(,"status":{}})");
    } else {
        append(to, R"(,"status":{{"code":2,"message":"{}"}}}})", span.error);
    }
}

} // namespace

std::vector<SpanBatch> batchSpans(const Story& story)
{
    constexpr std::int64_t kEveryMs = 1000;
    constexpr std::size_t kMost = 200;
    std::map<std::string_view, std::vector<SpanId>> byService;
    for (std::size_t i = 0; i < story.spans.size(); ++i) {
        const Span& span = story.spans[i];
        const bool sent = span.kind != SpanKind::Producer || span.event >= 0;
        if (sent && span.startUs >= story.startMs * 1000 &&
            span.endUs < (story.endMs - kEveryMs) * 1000) {
            byService[span.service].push_back(static_cast<SpanId>(i));
        }
    }
    std::vector<SpanBatch> batches;
    std::int64_t phase = 0;
    for (auto& [service, spans] : byService) {
        const auto end = [&story](SpanId id) {
            return story.spans[static_cast<std::size_t>(id)].endUs;
        };
        std::stable_sort(spans.begin(), spans.end(),
                         [&end](SpanId a, SpanId b) { return end(a) < end(b); });
        phase += 170;
        SpanBatch batch;
        for (const SpanId id : spans) {
            const std::int64_t ms = end(id) / 1000 - story.startMs - phase;
            const std::int64_t atMs = story.startMs + phase + (ms / kEveryMs + 1) * kEveryMs;
            if (!batch.spans.empty() && (batch.atMs != atMs || batch.spans.size() >= kMost)) {
                batches.push_back(std::move(batch));
                batch = {};
            }
            batch.atMs = atMs;
            batch.spans.push_back(id);
        }
        if (!batch.spans.empty()) {
            batches.push_back(std::move(batch));
        }
    }
    std::stable_sort(batches.begin(), batches.end(),
                     [](const SpanBatch& a, const SpanBatch& b) { return a.atMs < b.atMs; });
    return batches;
}

std::string encodeOtlp(const Story& story, std::span<const SpanId> spans,
                       const std::function<std::int64_t(EventId)>& offsetOf)
{
    const Span& first = story.spans[static_cast<std::size_t>(spans.front())];
    std::string json = R"({"resourceSpans":[{"resource":{)";
    Attributes resource(json);
    resource.text("service.name", first.service);
    resource.text("service.version", "4.11.0");
    resource.text("host.name", fmt::format("{}-7c9f", first.service));
    resource.text("deployment.environment.name", "prod");
    resource.end();
    json += R"(},"scopeSpans":[{"scope":{"name":"shop.instrumentation","version":"1.0"},"spans":[)";
    for (std::size_t i = 0; i < spans.size(); ++i) {
        json += i == 0 ? "" : ",";
        appendSpan(story, story.spans[static_cast<std::size_t>(spans[i])], offsetOf, json);
    }
    json += "]}]}]}";
    return json;
}

} // namespace hindcast::demo

#include "tests/unit/trace/trace_builder.h"

#include <algorithm>
#include <map>
#include <random>

namespace hindcast::test {

namespace {

constexpr std::int64_t kEpochMs = 1'795'237'200'000; // a day in 2026

QByteArray quoted(const QByteArray& name, const QByteArray& value)
{
    return '"' + name + "\":\"" + value + '"';
}

QByteArray wrapped(const QByteArray& spans, const QByteArray& service)
{
    return R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{)" +
           quoted("stringValue", service) + "}}]},\"scopeSpans\":[{\"spans\":[" + spans + "]}]}]}";
}

} // namespace

QByteArray traceId(const QByteArray& word)
{
    return (word.startsWith('t') ? "1" + word.mid(1) : word).rightJustified(32, '0');
}

QByteArray spanId(const QByteArray& word)
{
    return word.rightJustified(16, '0');
}

QByteArray traceparent(const QByteArray& trace, const QByteArray& span)
{
    return "00-" + traceId(trace) + '-' + spanId(span) + "-01";
}

QByteArray b3(const QByteArray& trace, const QByteArray& span)
{
    return traceId(trace) + '-' + spanId(span) + "-1";
}

std::int64_t ns(std::int64_t ms)
{
    return ms == 0 ? 0 : (kEpochMs + ms) * 1'000'000;
}

SpanText::SpanText(const QByteArray& trace, const QByteArray& id, const QByteArray& parent)
{
    m_members << quoted("traceId", traceId(trace)) << quoted("spanId", spanId(id));
    if (parent != "0") {
        m_members << quoted("parentSpanId", spanId(parent));
    }
}

SpanText& SpanText::named(const QByteArray& name)
{
    m_members << quoted("name", name);
    return *this;
}

SpanText& SpanText::service(const QByteArray& name)
{
    m_service = name;
    return *this;
}

SpanText& SpanText::kind(const QByteArray& name)
{
    m_members << quoted("kind", name);
    return *this;
}

SpanText& SpanText::at(std::int64_t startMs, std::int64_t durationMs)
{
    m_members << quoted("startTimeUnixNano", QByteArray::number(static_cast<qint64>(ns(startMs))));
    if (durationMs > 0) {
        m_members << quoted("endTimeUnixNano",
                            QByteArray::number(static_cast<qint64>(ns(startMs + durationMs))));
    }
    return *this;
}

SpanText& SpanText::topic(const QByteArray& name)
{
    return attribute("messaging.destination.name", name);
}

SpanText& SpanText::place(int partition, int offset)
{
    attribute("messaging.destination.partition.id", QByteArray::number(partition));
    return attribute("messaging.kafka.offset", QByteArray::number(offset));
}

SpanText& SpanText::attribute(const QByteArray& key, const QByteArray& value)
{
    m_attributes << '{' + quoted("key", key) + ",\"value\":{" + quoted("stringValue", value) + "}}";
    return *this;
}

SpanText& SpanText::link(const QByteArray& trace, const QByteArray& span, int offset)
{
    QByteArray link =
        '{' + quoted("traceId", traceId(trace)) + ',' + quoted("spanId", spanId(span));
    if (offset >= 0) {
        link += R"(,"attributes":[{"key":"messaging.kafka.offset","value":{"intValue":)" +
                QByteArray::number(offset) + "}}]";
    }
    m_links << link + '}';
    return *this;
}

SpanText& SpanText::error(const QByteArray& message)
{
    m_members << R"("status":{"code":2,)" + quoted("message", message) + '}';
    return *this;
}

QByteArray SpanText::json() const
{
    return '{' + m_members.join(',') + ",\"attributes\":[" + m_attributes.join(',') +
           "],\"links\":[" + m_links.join(',') + "]}";
}

void TraceBuilder::span(const SpanText& span)
{
    json(span.json(), span.serviceName());
}

void TraceBuilder::json(const QByteArray& span, const QByteArray& service)
{
    value("spans", wrapped(span, service));
}

void TraceBuilder::zipkin(const QByteArray& list)
{
    value("spans", list);
}

void TraceBuilder::value(const QByteArray& topic, const QByteArray& value)
{
    RecordBatchBuilder builder(topic.toStdString());
    builder.add(0, m_nextSpanOffset++, kEpochMs, TimestampType::CreateTime, std::nullopt,
                std::string_view(value.constData(), static_cast<std::size_t>(value.size())));
    m_list->add(builder.take());
}

void TraceBuilder::record(const QByteArray& topic, int partition, int offset, std::int64_t ms,
                          const QByteArray& key, const Headers& headers)
{
    RecordBatchBuilder builder(topic.toStdString());
    builder.add(partition, offset, kEpochMs + ms, TimestampType::CreateTime,
                std::string_view(key.constData(), static_cast<std::size_t>(key.size())),
                std::string_view("{}"));
    for (const auto& [name, headerValue] : headers) {
        builder.addHeader(name.toStdString(), headerValue.toStdString());
    }
    m_list->add(builder.take());
}

std::shared_ptr<RecordList> largeTrace(int spans)
{
    constexpr int kServices = 36;
    constexpr int kMaxDepth = 24;
    constexpr int kSpansPerRecord = 1000;
    std::mt19937 random(17);
    std::vector<int> depth(static_cast<std::size_t>(spans), 0);
    std::vector<std::int64_t> start(static_cast<std::size_t>(spans), 1);
    std::vector<std::pair<QByteArray, QByteArray>> all; // service, span
    for (int i = 0; i < spans; ++i) {
        const auto at = static_cast<std::size_t>(i);
        int parent = 0;
        if (i > 0) {
            parent = std::max(0, i - 1 - static_cast<int>(random() % 200));
            if (depth[static_cast<std::size_t>(parent)] >= kMaxDepth) {
                parent = 0;
            }
            depth[at] = depth[static_cast<std::size_t>(parent)] + 1;
            start[at] = start[static_cast<std::size_t>(parent)] + random() % 20;
        }
        SpanText span("t1", QByteArray::number(i + 1, 16),
                      i == 0 ? QByteArray("0") : QByteArray::number(parent + 1, 16));
        span.named("GET /thing/" + QByteArray::number(i % 50))
            .kind(i % 2 == 0 ? "server" : "client")
            .at(start[at], 5 + static_cast<std::int64_t>(random() % 100))
            .attribute("http.request.method", "GET")
            .attribute("server.address", "host-" + QByteArray::number(i % kServices));
        all.emplace_back("service-" + QByteArray::number(i % kServices), span.json());
    }
    std::shuffle(all.begin(), all.end(), random);
    auto list = std::make_shared<RecordList>();
    RecordBatchBuilder builder("spans");
    for (std::size_t first = 0; first < all.size(); first += kSpansPerRecord) {
        std::map<QByteArray, QByteArrayList> byService;
        for (std::size_t i = first; i < std::min(all.size(), first + kSpansPerRecord); ++i) {
            byService[all[i].first] << all[i].second;
        }
        QByteArrayList resources;
        for (const auto& [service, texts] : byService) {
            const QByteArray one = wrapped(texts.join(','), service);
            constexpr qsizetype kOpening = 18; // {"resourceSpans":[
            resources << one.mid(kOpening, one.size() - kOpening - 2);
        }
        const QByteArray value = "{\"resourceSpans\":[" + resources.join(',') + "]}";
        builder.add(0, static_cast<std::int64_t>(first), kEpochMs, TimestampType::CreateTime,
                    std::nullopt,
                    std::string_view(value.constData(), static_cast<std::size_t>(value.size())));
        if (builder.full()) {
            list->add(builder.take());
        }
    }
    if (builder.size() > 0) {
        list->add(builder.take());
    }
    return list;
}

} // namespace hindcast::test

#pragma once

#include "tests/unit/trace/record_list.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <memory>
#include <utility>
#include <vector>

namespace hindcast::test {

// Trace ids in tests are short words: "t1" is this one.
inline constexpr auto kTrace1 = "00000000000000000000000000000011";
inline constexpr auto kTrace2 = "00000000000000000000000000000012";
inline constexpr auto kTrace3 = "00000000000000000000000000000013";
inline constexpr auto kTrace4 = "00000000000000000000000000000014";

// "t1" -> kTrace1; any other word is taken as hex and padded.
QByteArray traceId(const QByteArray& word);
QByteArray spanId(const QByteArray& word);
QByteArray traceparent(const QByteArray& trace, const QByteArray& span);
QByteArray b3(const QByteArray& trace, const QByteArray& span);
// Milliseconds of test time as nanoseconds since the epoch; 0 stays 0.
std::int64_t ns(std::int64_t ms);

// One span in OTLP JSON, as tests write it.
class SpanText
{
public:
    SpanText(const QByteArray& trace, const QByteArray& id, const QByteArray& parent = "0");

    SpanText& named(const QByteArray& name);
    SpanText& service(const QByteArray& name);
    SpanText& kind(const QByteArray& name); // "producer"
    SpanText& at(std::int64_t startMs, std::int64_t durationMs);
    SpanText& topic(const QByteArray& name);
    SpanText& place(int partition, int offset);
    SpanText& attribute(const QByteArray& key, const QByteArray& value);
    SpanText& link(const QByteArray& trace, const QByteArray& span, int offset = -1);
    SpanText& error(const QByteArray& message);

    QByteArray json() const;
    const QByteArray& serviceName() const { return m_service; }

private:
    QByteArray m_service = "shop";
    QByteArrayList m_members;
    QByteArrayList m_attributes;
    QByteArrayList m_links;
};

// A small capture of records and spans, each span in a record of its own.
class TraceBuilder
{
public:
    using Headers = std::vector<std::pair<QByteArray, QByteArray>>;

    void span(const SpanText& span);
    void json(const QByteArray& span, const QByteArray& service = "shop");
    void zipkin(const QByteArray& list);
    void value(const QByteArray& topic, const QByteArray& value);
    void record(const QByteArray& topic, int partition, int offset, std::int64_t ms,
                const QByteArray& key, const Headers& headers);

    std::shared_ptr<RecordList> list() const { return m_list; }

private:
    std::shared_ptr<RecordList> m_list = std::make_shared<RecordList>();
    int m_nextSpanOffset = 0;
};

// One trace in OTLP JSON, about 1,000 spans a record, shuffled: 36 services, up to 24 deep.
std::shared_ptr<RecordList> largeTrace(int spans);

} // namespace hindcast::test

#include "model/trace/trace_jsonl.h"
#include "model/trace/trace_set.h"

#include "tests/unit/trace/record_list.h"

#include <QDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <map>
#include <set>

using namespace hindcast;
using nlohmann::json;

namespace {

const std::string kData = HINDCAST_SHARED_DATA "/otel-kafka/";

bool dataIsThere()
{
    return QDir(QString::fromStdString(kData)).exists();
}

std::shared_ptr<test::RecordList> shop(const std::string& spanTopic)
{
    auto list = std::make_shared<test::RecordList>();
    const QDir dir(QString::fromStdString(kData));
    const auto files = dir.entryList({QStringLiteral("shop.*.zst")});
    for (const QString& file : files) {
        list->addInterchange(dir.filePath(file).toStdString());
    }
    list->addInterchange(kData + spanTopic + ".jsonl.zst");
    return list;
}

// "trace span parent|service|name|start us|duration us": what both sides can say.
std::string described(const std::string& trace, const std::string& span, const std::string& parent,
                      const std::string& service, const std::string& name, std::int64_t startUs,
                      std::int64_t durationUs)
{
    return trace + ' ' + span + ' ' + parent + '|' + service + '|' + name + '|' +
           std::to_string(startUs) + '|' + std::to_string(durationUs);
}

std::set<std::string> described(const TraceSet& set)
{
    std::set<std::string> all;
    for (TraceIndex t = 0; t < set.traces().size(); ++t) {
        for (const SpanIndex i : set.spansOf(t)) {
            const Span& span = set.span(i);
            all.insert(described(span.trace.toString(), span.id.toString(),
                                 span.parent.isNull() ? "" : span.parent.toString(),
                                 std::string(set.text(span.service)),
                                 std::string(set.text(span.name)), span.startNs / 1000,
                                 span.endNs() / 1000 - span.startNs / 1000));
        }
    }
    return all;
}

std::set<std::string> zipkinOracle()
{
    std::set<std::string> all;
    for (const std::string& line : test::zstdLines(kData + "oracle/zipkin/traces.jsonl.zst")) {
        for (const auto& span : json::parse(line)) {
            all.insert(described(span["traceId"], span["id"], span.value("parentId", ""),
                                 span["localEndpoint"]["serviceName"], span["name"],
                                 span["timestamp"], span.value("duration", std::int64_t{0})));
        }
    }
    return all;
}

// What the collector wrote to a file, read by another JSON library: nanoseconds and all.
std::set<std::string> collectorOracle()
{
    std::set<std::string> all;
    for (const std::string& line : test::zstdLines(kData + "oracle/collector-traces.jsonl.zst")) {
        const auto request = json::parse(line);
        for (const auto& resource : request["resourceSpans"]) {
            std::string service;
            for (const auto& attribute : resource["resource"]["attributes"]) {
                if (attribute["key"] == "service.name") {
                    service = attribute["value"]["stringValue"];
                }
            }
            for (const auto& scope : resource["scopeSpans"]) {
                for (const auto& span : scope["spans"]) {
                    const auto start = std::stoll(span["startTimeUnixNano"].get<std::string>());
                    const auto end = std::stoll(span["endTimeUnixNano"].get<std::string>());
                    all.insert(described(span["traceId"], span["spanId"],
                                         span.value("parentSpanId", ""), service, span["name"],
                                         start / 1000, end / 1000 - start / 1000));
                }
            }
        }
    }
    return all;
}

// Jaeger names parents by references, times in microseconds.
std::set<std::string> jaegerIds()
{
    std::set<std::string> all;
    for (const std::string& line : test::zstdLines(kData + "oracle/jaeger/traces.jsonl.zst")) {
        const auto trace = json::parse(line);
        for (const auto& span : trace["spans"]) {
            // Where a parent is linked to as well, Jaeger keeps the link alone.
            std::string parent;
            for (const auto& reference : span["references"]) {
                if (reference["traceID"] == span["traceID"] &&
                    (parent.empty() || reference["refType"] == "CHILD_OF")) {
                    parent = reference["spanID"];
                }
            }
            const std::string process = span["processID"];
            all.insert(span["traceID"].get<std::string>() + ' ' +
                       span["spanID"].get<std::string>() + ' ' + parent + '|' +
                       trace["processes"][process]["serviceName"].get<std::string>() + '|' +
                       span["operationName"].get<std::string>() + '|' +
                       std::to_string(span["startTime"].get<std::int64_t>()));
        }
    }
    return all;
}

std::string lowered(std::string text)
{
    return QString::fromStdString(text).toLower().toStdString();
}

// What is not in both: the first few, to be read in a failure.
std::string difference(const std::set<std::string>& found, const std::set<std::string>& expected)
{
    std::vector<std::string> only;
    std::set_symmetric_difference(found.begin(), found.end(), expected.begin(), expected.end(),
                                  std::back_inserter(only));
    std::string text = std::to_string(only.size()) + " differ";
    for (std::size_t i = 0; i < std::min<std::size_t>(only.size(), 6); ++i) {
        text += "\n" + only[i];
    }
    return text;
}

// A record's truth, read from its header texts without the code under test: all "trace/span" that
// any W3C or B3 header of it names, with where the record stands.
struct NamedContexts
{
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::set<std::string> contexts;
};

std::vector<NamedContexts> namedContexts()
{
    std::vector<NamedContexts> records;
    const QDir dir(QString::fromStdString(kData));
    const auto files = dir.entryList({QStringLiteral("shop.*.zst")});
    for (const QString& file : files) {
        for (const std::string& line : test::zstdLines(dir.filePath(file).toStdString())) {
            const auto record = json::parse(line);
            NamedContexts named{record["topic"], record["partition"], record["offset"], {}};
            std::string multiTrace;
            std::string multiSpan;
            const auto& headers = record["headers"];
            for (std::size_t i = 0; i + 1 < headers.size(); i += 2) {
                if (!headers[i + 1].is_string()) {
                    continue;
                }
                const QString name =
                    QString::fromStdString(headers[i].get<std::string>()).toLower();
                const QString value = QString::fromStdString(headers[i + 1].get<std::string>());
                const auto parts = value.split(QLatin1Char('-'));
                if (name == QLatin1String("traceparent") && parts.size() == 4) {
                    named.contexts.insert(parts[1].toStdString() + '/' + parts[2].toStdString());
                } else if (name == QLatin1String("b3") && parts.size() > 1) {
                    const QString padded = parts[0].rightJustified(32, QLatin1Char('0'));
                    named.contexts.insert(padded.toStdString() + '/' + parts[1].toStdString());
                } else if (name == QLatin1String("x-b3-traceid")) {
                    multiTrace = value.rightJustified(32, QLatin1Char('0')).toStdString();
                } else if (name == QLatin1String("x-b3-spanid")) {
                    multiSpan = value.toStdString();
                }
            }
            if (!multiTrace.empty() && !multiSpan.empty()) {
                named.contexts.insert(multiTrace + '/' + multiSpan);
            }
            records.push_back(std::move(named));
        }
    }
    return records;
}

// The destination of each PRODUCER span that the collector wrote, by "trace/span".
std::map<std::string, std::string> producersOfTheOracle()
{
    std::map<std::string, std::string> producers;
    for (const std::string& line : test::zstdLines(kData + "oracle/collector-traces.jsonl.zst")) {
        const auto request = json::parse(line);
        for (const auto& resource : request["resourceSpans"]) {
            for (const auto& scope : resource["scopeSpans"]) {
                for (const auto& span : scope["spans"]) {
                    if (span.value("kind", 0) != 4) {
                        continue;
                    }
                    std::string topic;
                    for (const auto& attribute : span["attributes"]) {
                        if (attribute["key"] == "messaging.destination.name" ||
                            attribute["key"] == "messaging.destination") {
                            topic = attribute["value"]["stringValue"];
                        }
                    }
                    producers[span["traceId"].get<std::string>() + '/' +
                              span["spanId"].get<std::string>()] = topic;
                }
            }
        }
    }
    return producers;
}

} // namespace

// Real traces over Kafka, against what the collector, Jaeger and Zipkin made of the same records.
class tst_TraceShop : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void theTracesAreTheOracles_data();
    void theTracesAreTheOracles();
    void everyRecordWithAProducerSpanIsJoinedToIt_data();
    void everyRecordWithAProducerSpanIsJoinedToIt();
    void consumersAreJoinedToRecordsTheyTellOf();
    void bothEncodingsAtOnceGiveEachSpanOnce();
    void aGrowingCaptureGivesTheSameTraces();
    void everySpanIsWrittenAsALine();
    void braveTracesAreJoinedBy64BitIds();
};

void tst_TraceShop::init()
{
    if (!dataIsThere()) {
        QSKIP("The recorded traces are not there: they are kept outside the project.");
    }
}

void tst_TraceShop::theTracesAreTheOracles_data()
{
    QTest::addColumn<QString>("topic");
    QTest::newRow("OTLP JSON") << QStringLiteral("spans-otlp_json");
    QTest::newRow("Zipkin JSON") << QStringLiteral("spans-zipkin_json");
}

void tst_TraceShop::theTracesAreTheOracles()
{
    QFETCH(QString, topic);
    auto list = std::make_shared<test::RecordList>();
    QVERIFY(list->addInterchange(kData + topic.toStdString() + ".jsonl.zst"));
    const auto set = TraceSet::build(list);
    QCOMPARE(set->traces().size(), std::size_t{622});
    QCOMPARE(set->tracesWithSpans(), std::size_t{622});
    QCOMPARE(set->spanCount(), std::uint64_t{2954});
    QCOMPARE(set->problemCount(), std::uint64_t{0});
    QCOMPARE(set->duplicates(), std::uint64_t{0});
    const auto found = described(*set);
    const bool zipkin = topic.contains(QLatin1String("zipkin"));
    const auto expected = zipkin ? zipkinOracle() : collectorOracle();
    QVERIFY2(found == expected, difference(found, expected).c_str());
    std::size_t missing = 0;
    for (const Trace& trace : set->traces()) {
        missing += trace.missingParents;
        QCOMPARE(trace.cycles, 0U);
    }
    QCOMPARE(missing, std::size_t{31});

    // Zipkin's exporter rounds times that Jaeger cuts, and writes names in lower case.
    std::set<std::string> withoutDuration;
    std::set<std::string> jaeger;
    for (const std::string& text : found) {
        const std::string cut = text.substr(0, text.rfind('|'));
        withoutDuration.insert(zipkin ? cut.substr(0, cut.rfind('|')) : cut);
    }
    for (const std::string& text : jaegerIds()) {
        jaeger.insert(zipkin ? lowered(text.substr(0, text.rfind('|'))) : text);
    }
    QVERIFY2(withoutDuration == jaeger, difference(withoutDuration, jaeger).c_str());
}

void tst_TraceShop::everyRecordWithAProducerSpanIsJoinedToIt_data()
{
    theTracesAreTheOracles_data();
}

void tst_TraceShop::everyRecordWithAProducerSpanIsJoinedToIt()
{
    QFETCH(QString, topic);
    const auto list = shop(topic.toStdString());
    const auto set = TraceSet::build(list);
    const auto producers = producersOfTheOracle();
    std::size_t joined = 0;
    std::set<SpanIndex> used;
    for (const NamedContexts& record : namedContexts()) {
        std::set<std::string> writers;
        for (const std::string& context : record.contexts) {
            const auto producer = producers.find(context);
            if (producer != producers.end() && producer->second == record.topic) {
                writers.insert(context);
            }
        }
        const auto row = list->find({record.topic, record.partition, record.offset});
        QVERIFY(row.has_value());
        const auto found = set->findRecord(*row);
        QVERIFY(found.has_value());
        const TraceRecord& joinedRecord = set->records()[*found];
        if (writers.empty()) {
            QVERIFY(joinedRecord.producer == kNoSpan);
            continue;
        }
        QCOMPARE(writers.size(), std::size_t{1});
        QVERIFY(joinedRecord.producer != kNoSpan);
        const Span& span = set->span(joinedRecord.producer);
        QCOMPARE(span.trace.toString() + '/' + span.id.toString(), *writers.begin());
        QVERIFY(joinedRecord.by == JoinBy::Header);
        QVERIFY(used.insert(joinedRecord.producer).second);
        QCOMPARE(set->traces()[joinedRecord.trace].id.toString(), span.trace.toString());
        if (span.offset >= 0) {
            QCOMPARE(span.offset, record.offset);
        }
        const auto produced = set->producedBy(joinedRecord.producer);
        QCOMPARE(produced, std::vector<RecordIndex>{*found});
        ++joined;
    }
    QCOMPARE(joined, std::size_t{957});
}

void tst_TraceShop::consumersAreJoinedToRecordsTheyTellOf()
{
    const auto list = shop("spans-otlp_json");
    const auto set = TraceSet::build(list);
    std::map<JoinBy, std::size_t> joins;
    for (RecordIndex r = 0; r < set->records().size(); ++r) {
        for (const Consumption& consumption : set->consumersOf(r)) {
            ++joins[consumption.by];
            const Span& span = set->span(consumption.span);
            const RecordPlace place = set->placeOf(r);
            // Whatever the span tells of its message is true of the record.
            if (span.destination != 0) {
                QCOMPARE(std::string(set->text(span.destination)), place.topic);
            }
            if (span.offset >= 0) {
                QCOMPARE(span.offset, place.offset);
            }
            if (span.partition >= 0) {
                QCOMPARE(span.partition, place.partition);
            }
            if (span.messageKey != 0 && set->records()[r].key != 0) {
                QCOMPARE(set->text(span.messageKey), set->text(set->records()[r].key));
            }
            const auto back = set->consumedBy(consumption.span);
            QVERIFY(std::any_of(back.begin(), back.end(),
                                [&](const Consumption& c) { return c.record == r; }));
        }
    }
    QVERIFY(joins[JoinBy::Offset] > 500);
    QVERIFY(joins[JoinBy::MessageId] > 50);
    QVERIFY(joins[JoinBy::Context] > 50);
}

void tst_TraceShop::bothEncodingsAtOnceGiveEachSpanOnce()
{
    const auto list = shop("spans-otlp_json");
    QVERIFY(list->addInterchange(kData + "spans-zipkin_json.jsonl.zst"));
    const auto set = TraceSet::build(list);
    QCOMPARE(set->tracesWithSpans(), std::size_t{622});
    QCOMPARE(set->spanCount(), std::uint64_t{2954});
    QCOMPARE(set->duplicates(), std::uint64_t{2954});
}

void tst_TraceShop::aGrowingCaptureGivesTheSameTraces()
{
    const auto whole = shop("spans-zipkin_json");
    const auto expected = TraceSet::build(whole);
    TraceSetPtr grown;
    for (const std::size_t blocks : {std::size_t{3}, std::size_t{11}, whole->blockCount()}) {
        grown = TraceSet::build(whole->prefix(blocks), grown);
    }
    QVERIFY(described(*grown) == described(*expected));
    QCOMPARE(grown->records().size(), expected->records().size());
    for (RecordIndex r = 0; r < grown->records().size(); ++r) {
        QCOMPARE(grown->records()[r].producer, expected->records()[r].producer);
        QCOMPARE(grown->consumersOf(r).size(), expected->consumersOf(r).size());
    }
}

void tst_TraceShop::everySpanIsWrittenAsALine()
{
    const auto set = TraceSet::build(shop("spans-otlp_json"));
    const auto all = set->search({});
    std::size_t lines = 0;
    std::size_t records = 0;
    forEachSpanLine(*set, all, [&](const std::string& line) {
        const auto span = json::parse(line);
        ++lines;
        records += span["record"].is_string() ? 1 : 0;
        QVERIFY(span["startNs"].is_number_integer());
        QCOMPARE(span["traceId"].get<std::string>().size(), std::size_t{32});
    });
    QCOMPARE(lines, std::size_t{2954});
    QVERIFY(records >= 957);
}

void tst_TraceShop::braveTracesAreJoinedBy64BitIds()
{
    const auto set = TraceSet::build(shop("spans-brave_json"));
    QCOMPARE(set->tracesWithSpans(), std::size_t{120});
    QCOMPARE(set->spanCount(), std::uint64_t{471});
    std::size_t joined = 0;
    for (const TraceRecord& record : set->records()) {
        if (record.producer != kNoSpan) {
            QVERIFY(set->text(set->span(record.producer).destination) ==
                    set->snapshot()->topics()[set->snapshot()->row(record.row).topic]);
            ++joined;
        }
    }
    QVERIFY(joined > 0);
    qInfo("%zu records joined", joined);
}

QTEST_GUILESS_MAIN(tst_TraceShop)
#include "tst_trace_shop.moc"

#include "model/trace/trace_jsonl.h"
#include "model/trace/trace_set.h"

#include "tests/unit/trace/record_list.h"
#include "tests/unit/trace/trace_builder.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <chrono>

using namespace hindcast;
using test::SpanText;
using test::TraceBuilder;

namespace {

// "a(b(c) d)": the tree of a trace by names, a missing parent as "?(...)".
QByteArray treeOf(const TraceSet& set, TraceIndex trace)
{
    const std::function<QByteArray(SpanIndex)> branch = [&](SpanIndex i) {
        QByteArrayList children;
        for (const SpanIndex child : set.childrenOf(i)) {
            children << branch(child);
        }
        const auto name = set.text(set.span(i).name);
        QByteArray text(name.data(), static_cast<qsizetype>(name.size()));
        if (!children.isEmpty()) {
            text += '(' + children.join(' ') + ')';
        }
        return set.parentMissing(i) ? "?(" + text + ')' : text;
    };
    QByteArrayList roots;
    for (const SpanIndex i : set.spansOf(trace)) {
        if (set.parentOf(i) == kNoSpan) {
            roots << branch(i);
        }
    }
    return roots.join(' ');
}

TraceIndex traceOf(const TraceSet& set, const char* id)
{
    return set.find(*TraceId::parse(id)).value();
}

} // namespace

class tst_TraceSet : public QObject
{
    Q_OBJECT

private slots:
    void spansBecomeATree_data();
    void spansBecomeATree();
    void aRingOfParentsIsCutAndListed();
    void duplicatesCountOnce();
    void halvesOfASharedSpanAreBothThere();
    void aSpanWithoutAStartBeginsWithItsParent();
    void contradictingHeadersAreDecidedByTheTopic();
    void aCopiedHeaderDoesNotMakeAProducer();
    void anOffsetThatDisagreesIsNoJoin();
    void aProducerWithoutHeadersIsFoundByItsOffset();
    void consumersAreJoinedByTheSurestEvidence_data();
    void consumersAreJoinedByTheSurestEvidence();
    void aContextThatSeveralRecordsHaveIsDecidedByTheKey();
    void recordsWithoutSpansAreATrace();
    void linkedTracesAreOneEvent();
    void aBatchDoesNotPullInItsOtherMessages();
    void searchesFindWhatTheyAskFor_data();
    void searchesFindWhatTheyAskFor();
    void brokenPayloadsAreToldWithTheirPlace();
    void aStoppedBuildGivesNothing();
    void aSpanLineHasTheContractsMembers();
    void aHundredThousandSpansAssemble();
};

void tst_TraceSet::spansBecomeATree_data()
{
    QTest::addColumn<QList<QByteArray>>("spans"); // "id parent name start"
    QTest::addColumn<QByteArray>("tree");
    QTest::newRow("one") << QList<QByteArray>{"1 0 a 10"} << QByteArray("a");
    QTest::newRow("children by start, whatever the order")
        << QList<QByteArray>{"3 1 c 30", "2 1 b 20", "1 0 a 10"} << QByteArray("a(b c)");
    QTest::newRow("deep") << QList<QByteArray>{"3 2 c 30", "2 1 b 20", "1 0 a 10"}
                          << QByteArray("a(b(c))");
    QTest::newRow("two roots") << QList<QByteArray>{"2 0 b 20", "1 0 a 10"} << QByteArray("a b");
    QTest::newRow("a missing parent")
        << QList<QByteArray>{"1 0 a 10", "2 9 b 20", "3 2 c 30"} << QByteArray("a ?(b(c))");
    QTest::newRow("its own parent") << QList<QByteArray>{"1 1 a 10"} << QByteArray("a");
}

void tst_TraceSet::spansBecomeATree()
{
    QFETCH(QList<QByteArray>, spans);
    TraceBuilder builder;
    for (const QByteArray& text : spans) {
        const auto parts = text.split(' ');
        builder.span(
            SpanText("t1", parts[0], parts[1]).named(parts[2]).at(parts[3].toLongLong(), 5));
    }
    const auto set = TraceSet::build(builder.list());
    QTEST(treeOf(*set, traceOf(*set, test::kTrace1)), "tree");
}

void tst_TraceSet::aRingOfParentsIsCutAndListed()
{
    TraceBuilder builder;
    builder.span(SpanText("t1", "1", "3").named("a").at(10, 5));
    builder.span(SpanText("t1", "2", "1").named("b").at(20, 5));
    builder.span(SpanText("t1", "3", "2").named("c").at(30, 5));
    builder.span(SpanText("t1", "4", "3").named("d").at(40, 5));
    const auto set = TraceSet::build(builder.list());
    const TraceIndex t = traceOf(*set, test::kTrace1);
    QCOMPARE(treeOf(*set, t), QByteArray("a(b(c(d)))"));
    QCOMPARE(set->traces()[t].cycles, 3U);
    QCOMPARE(set->traces()[t].missingParents, 0U);
    QVERIFY(set->cycleCut(set->spansOf(t)[0]));
}

void tst_TraceSet::duplicatesCountOnce()
{
    TraceBuilder builder;
    builder.span(SpanText("t1", "1").named("half").at(10, 0));
    builder.span(SpanText("t1", "1").named("whole").at(10, 5));
    builder.span(SpanText("t1", "1").named("half").at(10, 0));
    builder.span(SpanText("t2", "1").named("other").at(10, 5));
    const auto set = TraceSet::build(builder.list());
    QCOMPARE(set->spanCount(), std::uint64_t{2});
    QCOMPARE(set->duplicates(), std::uint64_t{2});
    QCOMPARE(treeOf(*set, traceOf(*set, test::kTrace1)), QByteArray("whole"));
}

void tst_TraceSet::halvesOfASharedSpanAreBothThere()
{
    TraceBuilder builder;
    builder.zipkin(R"([
        {"traceId":"1","id":"b","parentId":"a","kind":"SERVER","name":"server","timestamp":30,
         "duration":5,"shared":true,"localEndpoint":{"serviceName":"back"}},
        {"traceId":"1","id":"a","kind":"SERVER","name":"root","timestamp":10,"duration":50,
         "localEndpoint":{"serviceName":"front"}},
        {"traceId":"1","id":"c","parentId":"b","name":"below","timestamp":31,"duration":1,
         "localEndpoint":{"serviceName":"back"}},
        {"traceId":"1","id":"d","parentId":"b","name":"beside","timestamp":32,"duration":1,
         "localEndpoint":{"serviceName":"front"}},
        {"traceId":"1","id":"b","parentId":"a","kind":"CLIENT","name":"client","timestamp":20,
         "duration":25,"localEndpoint":{"serviceName":"front"}}])");
    const auto set = TraceSet::build(builder.list());
    QCOMPARE(set->duplicates(), std::uint64_t{0});
    QCOMPARE(treeOf(*set, traceOf(*set, "1")), QByteArray("root(client(server(below) beside))"));
}

void tst_TraceSet::aSpanWithoutAStartBeginsWithItsParent()
{
    TraceBuilder builder;
    builder.span(SpanText("t1", "1").named("a").at(10, 5));
    builder.span(SpanText("t1", "2", "1").named("b").at(0, 0));
    builder.span(SpanText("t1", "3", "2").named("c").at(0, 0));
    const auto set = TraceSet::build(builder.list());
    for (const SpanIndex i : set->spansOf(traceOf(*set, test::kTrace1))) {
        QCOMPARE(set->span(i).startNs, test::ns(10));
    }
}

void tst_TraceSet::contradictingHeadersAreDecidedByTheTopic()
{
    TraceBuilder builder;
    builder.span(SpanText("t1", "1").kind("producer").topic("in").at(10, 5));
    builder.span(SpanText("t2", "2").kind("producer").topic("out").at(20, 5));
    builder.record("out", 0, 0, 21, "k",
                   {{"traceparent", test::traceparent("t1", "1")}, {"b3", test::b3("t2", "2")}});
    const auto set = TraceSet::build(builder.list());
    QCOMPARE(set->records().size(), std::size_t{1});
    const TraceRecord& record = set->records()[0];
    QCOMPARE(set->span(record.producer).trace.toString(), std::string(test::kTrace2));
    QVERIFY(record.format == TraceContext::Format::B3Single);
}

void tst_TraceSet::aCopiedHeaderDoesNotMakeAProducer()
{
    TraceBuilder builder;
    builder.span(SpanText("t1", "1").kind("producer").topic("in").at(10, 5));
    builder.record("out", 0, 0, 21, "k", {{"traceparent", test::traceparent("t1", "1")}});
    const auto set = TraceSet::build(builder.list());
    QCOMPARE(set->records()[0].producer, kNoSpan);
    QVERIFY(set->records()[0].context != kNoSpan);
    QCOMPARE(set->recordsOf(traceOf(*set, test::kTrace1)).size(), std::size_t{1});
}

void tst_TraceSet::anOffsetThatDisagreesIsNoJoin()
{
    TraceBuilder builder;
    builder.span(SpanText("t1", "1").kind("producer").topic("orders").place(0, 7).at(10, 5));
    builder.record("orders", 0, 8, 11, "k", {{"traceparent", test::traceparent("t1", "1")}});
    const auto set = TraceSet::build(builder.list());
    QCOMPARE(set->records()[0].producer, kNoSpan);
}

void tst_TraceSet::aProducerWithoutHeadersIsFoundByItsOffset()
{
    TraceBuilder builder;
    builder.span(SpanText("t1", "1").kind("producer").topic("orders").place(2, 7).at(10, 5));
    builder.record("orders", 2, 7, 11, "k", {});
    const auto set = TraceSet::build(builder.list());
    QCOMPARE(set->records().size(), std::size_t{1});
    QVERIFY(set->records()[0].by == JoinBy::Offset);
    QCOMPARE(set->traces()[set->records()[0].trace].id.toString(), std::string(test::kTrace1));
}

void tst_TraceSet::consumersAreJoinedByTheSurestEvidence_data()
{
    QTest::addColumn<QByteArray>("span"); // what the consumer tells
    QTest::addColumn<int>("by");
    QTest::addColumn<int>("offset"); // of the record it is joined to
    const auto row = [](const char* name, const SpanText& span, JoinBy by, int offset) {
        QTest::newRow(name) << span.json() << static_cast<int>(by) << offset;
    };
    const auto consumer = [](const char* parent = "0") {
        return SpanText("t9", "9", parent).kind("consumer").at(100, 5);
    };
    row("offset", consumer().topic("orders").place(0, 2), JoinBy::Offset, 2);
    row("offset against a link", consumer().topic("orders").place(0, 2).link("t1", "1"),
        JoinBy::Offset, 2);
    row("message id", consumer().topic("orders").attribute("messaging.message.id", "orders.0.2"),
        JoinBy::MessageId, 2);
    row("message id without a topic", consumer().attribute("messaging.message.id", "orders.0.2"),
        JoinBy::MessageId, 2);
    row("a link", consumer().topic("orders").link("t1", "1"), JoinBy::Context, 1);
    row("a link, no topic told", consumer().link("t1", "1"), JoinBy::Context, 1);
    row("a link with an offset",
        consumer()
            .topic("orders")
            .attribute("messaging.destination.partition.id", "0")
            .link("t7", "7", 2),
        JoinBy::Offset, 2);
    row("a parent", SpanText("t1", "9", "1").kind("consumer").topic("orders").at(100, 5),
        JoinBy::Context, 1);
    row("a link to another topic's record", consumer().topic("payments").link("t1", "1"),
        JoinBy::None, -1);
    row("an offset that is not captured", consumer().topic("orders").place(0, 99), JoinBy::None,
        -1);
    row("a foreign message id", consumer().attribute("messaging.message.id", "a.b.c"), JoinBy::None,
        -1);
    row("a message id of dots", consumer().attribute("messaging.message.id", "..."), JoinBy::None,
        -1);
    row("no consumer", SpanText("t9", "9").kind("internal").link("t1", "1").at(100, 5),
        JoinBy::None, -1);
}

void tst_TraceSet::consumersAreJoinedByTheSurestEvidence()
{
    QFETCH(QByteArray, span);
    QFETCH(int, by);
    QFETCH(int, offset);
    TraceBuilder builder;
    builder.record("orders", 0, 1, 11, "k", {{"traceparent", test::traceparent("t1", "1")}});
    builder.record("orders", 0, 2, 12, "k", {});
    builder.json(span);
    const auto set = TraceSet::build(builder.list());
    int found = -1;
    auto how = JoinBy::None;
    for (RecordIndex r = 0; r < set->records().size(); ++r) {
        for (const Consumption& consumption : set->consumersOf(r)) {
            QCOMPARE(found, -1);
            found = static_cast<int>(set->placeOf(r).offset);
            how = consumption.by;
        }
    }
    QCOMPARE(found, offset);
    QCOMPARE(static_cast<int>(how), by);
}

void tst_TraceSet::aContextThatSeveralRecordsHaveIsDecidedByTheKey()
{
    TraceBuilder builder;
    for (const char* key : {"a", "b"}) {
        builder.record("orders", 0, key[0] - 'a', 11, key,
                       {{"traceparent", test::traceparent("t1", "1")}});
    }
    builder.span(SpanText("t9", "8").kind("consumer").topic("orders").link("t1", "1").at(100, 5));
    builder.span(SpanText("t9", "9")
                     .kind("consumer")
                     .topic("orders")
                     .attribute("messaging.kafka.message.key", "b")
                     .link("t1", "1")
                     .at(100, 5));
    const auto set = TraceSet::build(builder.list());
    QCOMPARE(set->consumersOf(0).size(), std::size_t{0});
    QCOMPARE(set->consumersOf(1).size(), std::size_t{1});
    QCOMPARE(set->span(set->consumersOf(1)[0].span).id.value, std::uint64_t{9});
}

void tst_TraceSet::recordsWithoutSpansAreATrace()
{
    TraceBuilder builder;
    builder.record("orders", 0, 0, 30, "k", {{"traceparent", test::traceparent("t1", "1")}});
    builder.record("payments", 0, 0, 20, "k", {{"traceparent", test::traceparent("t1", "2")}});
    builder.record("plain", 0, 0, 20, "k", {});
    const auto set = TraceSet::build(builder.list());
    QCOMPARE(set->traces().size(), std::size_t{1});
    QCOMPARE(set->tracesWithSpans(), std::size_t{0});
    QCOMPARE(set->traces()[0].recordCount, 2U);
    QCOMPARE(set->traces()[0].startNs, test::ns(20));
    QCOMPARE(set->traces()[0].endNs, test::ns(30));
    QCOMPARE(set->placeOf(set->recordsOf(0)[0]).topic, std::string("payments"));
}

void tst_TraceSet::linkedTracesAreOneEvent()
{
    TraceBuilder builder;
    builder.span(SpanText("t1", "1").kind("producer").topic("orders").at(10, 5));
    builder.record("orders", 0, 0, 10, "k", {{"traceparent", test::traceparent("t1", "1")}});
    builder.span(SpanText("t2", "2").kind("consumer").topic("orders").link("t1", "1").at(20, 5));
    builder.span(SpanText("t3", "3").kind("consumer").topic("orders").place(0, 0).at(30, 5));
    builder.span(SpanText("t4", "4").at(40, 5));
    const auto set = TraceSet::build(builder.list());
    const std::vector<TraceIndex> event{traceOf(*set, test::kTrace1), traceOf(*set, test::kTrace2),
                                        traceOf(*set, test::kTrace3)};
    for (const TraceIndex any : event) {
        QCOMPARE(set->linkedTraces(any), event);
    }
    const TraceIndex alone = traceOf(*set, test::kTrace4);
    QCOMPARE(set->linkedTraces(alone), std::vector<TraceIndex>{alone});
    QCOMPARE(set->linkedTraces(event[0], 2).size(), std::size_t{2});
}

void tst_TraceSet::aBatchDoesNotPullInItsOtherMessages()
{
    TraceBuilder builder;
    SpanText batch("t1", "1");
    batch.kind("consumer").topic("orders").at(100, 5);
    for (int i = 0; i < 20; ++i) {
        const QByteArray trace = "b" + QByteArray::number(i, 16);
        builder.span(SpanText(trace, "5").kind("producer").topic("orders").at(10 + i, 1));
        // Each message has work of its own beside the batch.
        builder.span(SpanText("c" + QByteArray::number(i, 16), "6")
                         .kind("consumer")
                         .topic("orders")
                         .link(trace, "5")
                         .at(50 + i, 1));
        batch.link(trace, "5");
    }
    builder.span(batch);
    const auto set = TraceSet::build(builder.list());
    // The batch shows its messages, not what else became of them.
    QCOMPARE(set->linkedTraces(traceOf(*set, test::kTrace1)).size(), std::size_t{21});
    // A message shows its own work and the batch.
    const auto one = set->linkedTraces(set->find(*TraceId::parse("b3")).value());
    QCOMPARE(one.size(), std::size_t{3});
}

void tst_TraceSet::searchesFindWhatTheyAskFor_data()
{
    QTest::addColumn<QByteArray>("service");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("minDurationMs");
    QTest::addColumn<bool>("errorsOnly");
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("order");
    QTest::addColumn<QByteArray>("found"); // traces' last digits
    const auto row = [](const char* name, const char* service, const char* text, int duration,
                        bool errors, int from, TraceOrder order, const char* found) {
        QTest::newRow(name) << QByteArray(service) << QByteArray(text) << duration << errors << from
                            << static_cast<int>(order) << QByteArray(found);
    };
    row("all, newest first", "", "", 0, false, 0, TraceOrder::Newest, "3 2 1");
    row("longest first", "", "", 0, false, 0, TraceOrder::Longest, "2 3 1");
    row("errors first", "", "", 0, false, 0, TraceOrder::MostErrors, "1 3 2");
    row("a service", "billing", "", 0, false, 0, TraceOrder::Newest, "2");
    row("half a service's name", "bill", "", 0, false, 0, TraceOrder::Newest, "");
    row("long ones", "", "", 10, false, 0, TraceOrder::Newest, "3 2");
    row("errors", "", "", 0, true, 0, TraceOrder::Newest, "1");
    row("text in a name, any case", "", "CHARGE", 0, false, 0, TraceOrder::Newest, "2");
    row("text in a service", "", "bill", 0, false, 0, TraceOrder::Newest, "2");
    row("text in an attribute", "", "o-17", 0, false, 0, TraceOrder::Newest, "1");
    row("text in a status", "", "declined", 0, false, 0, TraceOrder::Newest, "1");
    row("text in a record's key", "", "order-3", 0, false, 0, TraceOrder::Newest, "3");
    row("a trace id", "", test::kTrace2, 0, false, 0, TraceOrder::Newest, "2");
    row("nothing has it", "", "no such thing", 0, false, 0, TraceOrder::Newest, "");
    row("from a time on", "", "", 0, false, 100, TraceOrder::Newest, "3 2");
}

void tst_TraceSet::searchesFindWhatTheyAskFor()
{
    QFETCH(QByteArray, service);
    QFETCH(QByteArray, text);
    QFETCH(int, minDurationMs);
    QFETCH(bool, errorsOnly);
    QFETCH(int, from);
    QFETCH(int, order);
    TraceBuilder builder;
    builder.span(SpanText("t1", "1")
                     .named("checkout")
                     .at(10, 5)
                     .attribute("order", "o-17")
                     .error("card declined"));
    builder.span(SpanText("t2", "2").service("billing").named("charge card").at(90, 50));
    builder.span(SpanText("t3", "3").named("checkout").at(200, 20));
    builder.record("orders", 0, 0, 201, "order-3", {{"traceparent", test::traceparent("t3", "3")}});
    const auto set = TraceSet::build(builder.list());
    TraceQuery query;
    query.service = service.toStdString();
    query.text = text.toStdString();
    query.minDurationNs = minDurationMs * 1'000'000LL;
    query.errorsOnly = errorsOnly;
    query.order = static_cast<TraceOrder>(order);
    if (from > 0) {
        query.time = TimeRange{timestampFromMs(test::ns(from) / 1'000'000),
                               timestampFromMs(test::ns(from) / 1'000'000 + 1000)};
    }
    QByteArrayList found;
    for (const TraceIndex t : set->search(query)) {
        found << QByteArray::fromStdString(set->traces()[t].id.toString()).right(1);
    }
    QTEST(found.join(' '), "found");
}

void tst_TraceSet::brokenPayloadsAreToldWithTheirPlace()
{
    TraceBuilder builder;
    builder.span(SpanText("t1", "1").at(10, 5));
    builder.json(R"({"traceId":"x","spanId":"y"})");
    builder.value("spans", R"({"resourceSpans":[)");
    const auto set = TraceSet::build(builder.list());
    QCOMPARE(set->spanCount(), std::uint64_t{1});
    QCOMPARE(set->spanRecords(), std::uint64_t{3});
    QCOMPARE(set->problemCount(), std::uint64_t{2});
    QCOMPARE(set->problems()[0].problem.place,
             std::string("resourceSpans[0].scopeSpans[0].spans[0]"));
    QCOMPARE(set->problems()[1].row, Row{2});
}

void tst_TraceSet::aStoppedBuildGivesNothing()
{
    TraceBuilder builder;
    builder.span(SpanText("t1", "1").at(10, 5));
    std::stop_source stop;
    stop.request_stop();
    QVERIFY(TraceSet::build(builder.list(), nullptr, stop.get_token()) == nullptr);
}

void tst_TraceSet::aSpanLineHasTheContractsMembers()
{
    TraceBuilder builder;
    builder.span(SpanText("t1", "1")
                     .service("shop")
                     .named("orders send")
                     .kind("producer")
                     .topic("orders")
                     .at(10, 5));
    builder.record("orders", 4, 17, 10, "k", {{"traceparent", test::traceparent("t1", "1")}});
    builder.span(SpanText("t1", "2", "1").service("billing").named("x").link("t2", "7").at(20, 0));
    const auto set = TraceSet::build(builder.list());
    QByteArrayList lines;
    forEachSpanLine(*set, set->search({}),
                    [&](const std::string& line) { lines << QByteArray::fromStdString(line); });
    QCOMPARE(lines.size(), 2);
    const QByteArray t1 = test::kTrace1;
    const auto start = [](int ms) { return QByteArray::number(static_cast<qint64>(test::ns(ms))); };
    QCOMPARE(lines[0],
             QByteArray("{\"traceId\":\"" + t1 +
                        "\",\"spanId\":\"0000000000000001\",\"parentSpanId\":\"\","
                        "\"service\":\"shop\",\"name\":\"orders send\",\"kind\":"
                        "\"producer\",\"startNs\":" +
                        start(10) +
                        ",\"durationNs\":5000000,\"links\":[],\"record\":\"orders-4@17\"}"));
    QCOMPARE(lines[1],
             QByteArray("{\"traceId\":\"" + t1 +
                        "\",\"spanId\":\"0000000000000002\",\"parentSpanId\":\"0000000000000001\","
                        "\"service\":\"billing\",\"name\":\"x\",\"kind\":\"\",\"startNs\":" +
                        start(20) + ",\"durationNs\":0,\"links\":[{\"traceId\":\"" + test::kTrace2 +
                        "\",\"spanId\":\"0000000000000007\"}],\"record\":null}"));
}

void tst_TraceSet::aHundredThousandSpansAssemble()
{
    constexpr int kSpans = 100'000;
    const auto list = test::largeTrace(kSpans);
    const auto began = std::chrono::steady_clock::now();
    const auto set = TraceSet::build(list);
    const auto took = std::chrono::steady_clock::now() - began;
    qInfo("%d spans assembled in %lld ms", kSpans,
          static_cast<long long>(
              std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
    QCOMPARE(set->traces().size(), std::size_t{1});
    QCOMPARE(set->traces()[0].spanCount, static_cast<std::uint32_t>(kSpans));
    QCOMPARE(set->traces()[0].services, 36U);
    QCOMPARE(set->traces()[0].missingParents, 0U);
}

QTEST_GUILESS_MAIN(tst_TraceSet)
#include "tst_trace_set.moc"

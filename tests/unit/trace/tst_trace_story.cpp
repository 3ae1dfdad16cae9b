#include "model/trace/trace_story.h"

#include "tests/unit/trace/order_story.h"

#include <QTest>

using namespace hindcast;
using test::billingAt;
using test::orderStory;
using test::SpanText;
using test::TraceBuilder;

namespace {

QByteArray ms(std::int64_t timeNs)
{
    return QByteArray::number(static_cast<qint64>((timeNs - test::ns(1)) / 1'000'000 + 1));
}

QByteArray nameOf(const TraceStory& story, const StoryRow& row)
{
    const auto text = [&](StringId id) {
        const auto view = story.set->text(id);
        return QByteArray(view.data(), static_cast<qsizetype>(view.size()));
    };
    const auto place = [&](RecordIndex record) {
        return QByteArray::fromStdString(story.set->placeOf(record).toString());
    };
    switch (row.kind) {
    case StoryRow::Kind::Span:
        return text(story.set->span(row.span).name);
    case StoryRow::Kind::Wait:
        return (row.open ? QByteArray("open ") : QByteArray("wait ")) +
               (row.record == kNoRecord ? QByteArray("?") : place(row.record)) +
               (row.records > 1 ? " x" + QByteArray::number(row.records) : QByteArray());
    case StoryRow::Kind::Record:
        return "record " + place(row.record);
    case StoryRow::Kind::Missing:
        return "missing";
    }
    return {};
}

// One line a row, two blanks a level: "name from-to".
QByteArrayList drawn(const TraceStory& story)
{
    QByteArrayList lines;
    for (const StoryRow& row : story.rows) {
        lines << QByteArray(static_cast<qsizetype>(row.depth) * 2, ' ') + nameOf(story, row) + ' ' +
                     ms(row.startNs) + '-' + ms(row.endNs);
    }
    return lines;
}

QByteArrayList pathOf(const TraceStory& story)
{
    QByteArrayList lines;
    for (auto it = story.path.rbegin(); it != story.path.rend(); ++it) {
        lines << nameOf(story, story.rows[it->row]) + ' ' + ms(it->fromNs) + '-' + ms(it->toNs);
    }
    return lines;
}

TraceStory storyOf(const TraceBuilder& builder, const char* trace = test::kTrace1)
{
    auto set = TraceSet::build(builder.list());
    const TraceIndex index = set->find(*TraceId::parse(trace)).value();
    return TraceStory::build(std::move(set), index);
}

} // namespace

class tst_TraceStory : public QObject
{
    Q_OBJECT

private slots:
    void anEventIsOneTreeOverItsTraces();
    void aGroupThatHasNotPassedARecordKeepsItsWaitOpen();
    void aGroupThatHasPassedARecordClosesIt();
    void theRecordsTimeBeginsTheWait_data();
    void theRecordsTimeBeginsTheWait();
    void clocksThatContradictAreFlaggedAndNotAdjusted();
    void anotherReaderIsDrawnWhereItWaitedClearlyLonger();
    void aBatchOfManyIsOneWait();
    void missingParentsAndLinksAreShown();
    void recordsThatNoSpanWroteArePoints();
    void waitsThatOverlapCountOnce();
    void aLongSilencePartsTheEvent();
    void aLongWaitIsNoSilence();
    void aGroupWithoutMembersKeepsNothingWaiting();
    void thePathIsFoundAsDrawn_data();
    void thePathIsFoundAsDrawn();
    void aDeepTraceHasAPath();
    void ringsOfLinksEnd();
    void theEventIsNamedByItsFirstKey();
};

void tst_TraceStory::anEventIsOneTreeOverItsTraces()
{
    TraceBuilder b = orderStory();
    b.list()->addSamples({billingAt(9)});
    const TraceStory story = storyOf(b);
    const QByteArrayList expected{
        "POST /orders 1-183",
        "  orders send 25-34",
        "  wait orders-4@17 34-95",
        "  orders process 95-635",
        "    charge card 105-493",
        "    payments send 501-508",
        "    open payments-2@9 508-1001",
        "  orders process 97-217",
    };
    QCOMPARE(drawn(story), expected);
    QCOMPARE(story.traces.size(), std::size_t{3});
    QCOMPARE(story.services, (std::vector<std::string>{"checkout", "payment", "shipping"}));
    QCOMPARE(story.endNs - story.startNs, std::int64_t{1'000'000'000});
    QCOMPARE(story.waitedNs, std::int64_t{554'000'000});
    QCOMPARE(story.openWaits.size(), std::size_t{1});
    QCOMPARE(story.openWaits[0].groups, std::vector<std::string>{"billing"});
    const QByteArrayList path{
        "POST /orders 1-25",     "orders send 25-34",          "wait orders-4@17 34-95",
        "orders process 95-105", "charge card 105-493",        "orders process 493-501",
        "payments send 501-508", "open payments-2@9 508-1001",
    };
    QCOMPARE(pathOf(story), path);
    const PathSection longest = story.longestOnPath();
    QCOMPARE(nameOf(story, story.rows[longest.row]), QByteArray("charge card"));
    QCOMPARE(longest.toNs, std::int64_t{388'000'000});
    QCOMPARE(story.pathNs(), std::int64_t{1'000'000'000});
    // The same event from whichever of its traces.
    QCOMPARE(drawn(storyOf(b, test::kTrace3)), expected);
}

void tst_TraceStory::aGroupThatHasNotPassedARecordKeepsItsWaitOpen()
{
    TraceBuilder b = orderStory();
    b.span(SpanText("t4", "7")
               .named("fraud")
               .kind("consumer")
               .topic("payments")
               .place(2, 9)
               .attribute("messaging.consumer.group.name", "fraud-check")
               .at(600, 5));
    b.list()->addSamples({billingAt(9)});
    QCOMPARE(storyOf(b).openWaits.size(), std::size_t{1}); // fraud-check read it, billing did not
}

void tst_TraceStory::aGroupThatHasPassedARecordClosesIt()
{
    TraceBuilder b = orderStory();
    b.list()->addSamples({billingAt(9), billingAt(10)});
    const TraceStory story = storyOf(b);
    QVERIFY(story.openWaits.empty());
    QCOMPARE(story.endNs, story.lastNs);
}

void tst_TraceStory::theRecordsTimeBeginsTheWait_data()
{
    QTest::addColumn<int>("recordMs"); // the producer's span is 20 to 30
    QTest::addColumn<QByteArray>("wait");
    QTest::newRow("inside the span") << 25 << QByteArray("25-50");
    QTest::newRow("after the span") << 45 << QByteArray("45-50");
    QTest::newRow("the span's first millisecond") << 20 << QByteArray("20-50");
}

void tst_TraceStory::theRecordsTimeBeginsTheWait()
{
    QFETCH(int, recordMs);
    QFETCH(QByteArray, wait);
    TraceBuilder b;
    b.span(SpanText("t1", "1").named("send").kind("producer").topic("orders").at(20, 10));
    b.record("orders", 0, 0, recordMs, "k", {{"traceparent", test::traceparent("t1", "1")}});
    b.span(SpanText("t1", "2", "1").named("process").kind("consumer").topic("orders").at(50, 10));
    QCOMPARE(drawn(storyOf(b))[1], QByteArray("wait orders-0@0 " + wait));
}

void tst_TraceStory::clocksThatContradictAreFlaggedAndNotAdjusted()
{
    TraceBuilder b;
    b.span(SpanText("t1", "1").named("send").kind("producer").topic("orders").at(100, 10));
    b.record("orders", 0, 0, 102, "k", {{"traceparent", test::traceparent("t1", "1")}});
    b.span(SpanText("t1", "2", "1").named("process").kind("consumer").topic("orders").at(60, 10));
    const TraceStory story = storyOf(b);
    QCOMPARE(drawn(story),
             (QByteArrayList{"send 100-110", "wait orders-0@0 60-60", "process 60-70"}));
    QCOMPARE(story.skewed, 1U);
    QCOMPARE(story.worstSkewNs, std::int64_t{42'000'000});
    QCOMPARE(story.rows[1].skewNs, std::int64_t{42'000'000});
    QCOMPARE(story.waitedNs, std::int64_t{0});
}

void tst_TraceStory::anotherReaderIsDrawnWhereItWaitedClearlyLonger()
{
    TraceBuilder b;
    b.span(SpanText("t1", "1").named("send").kind("producer").topic("orders").at(10, 1));
    b.record("orders", 0, 0, 10, "k", {{"traceparent", test::traceparent("t1", "1")}});
    const auto reader = [&](const char* id, const char* service, int at) {
        b.span(SpanText("t1", id, "1")
                   .named(service)
                   .service(service)
                   .kind("consumer")
                   .topic("orders")
                   .at(at, 5));
    };
    reader("2", "first", 50);
    reader("3", "nearly", 55);
    reader("4", "late", 200);
    reader("5", "late", 300); // a retry
    const QByteArrayList expected{"send 10-11",   "wait orders-0@0 10-50",  "first 50-55",
                                  "nearly 55-60", "wait orders-0@0 10-200", "late 200-205",
                                  "late 300-305"};
    QCOMPARE(drawn(storyOf(b)), expected);
}

void tst_TraceStory::aBatchOfManyIsOneWait()
{
    TraceBuilder b;
    SpanText batch("t1", "99");
    batch.named("batch").kind("consumer").topic("orders").at(100, 5);
    for (int i = 0; i < 6; ++i) {
        const QByteArray trace = "b" + QByteArray::number(i);
        b.span(SpanText(trace, "5").named("send").kind("producer").topic("orders").at(10 + i, 1));
        b.record("orders", 0, i, 10 + i, "k", {{"traceparent", test::traceparent(trace, "5")}});
        batch.link(trace, "5");
    }
    b.span(batch);
    const QByteArrayList lines = drawn(storyOf(b));
    QCOMPARE(lines.size(), 8);
    QVERIFY(lines.contains("wait orders-0@0 x6 10-100"));
    QVERIFY(lines.contains("batch 100-105"));
}

void tst_TraceStory::missingParentsAndLinksAreShown()
{
    TraceBuilder b;
    b.span(SpanText("t1", "1", "77").named("a").at(10, 5));
    b.span(SpanText("t1", "2", "77").named("b").at(12, 5).link("t2", "8"));
    const TraceStory story = storyOf(b);
    QCOMPARE(drawn(story), (QByteArrayList{"missing 10-10", "  a 10-15", "  b 12-17"}));
    QCOMPARE(story.missing, 2U);
}

void tst_TraceStory::recordsThatNoSpanWroteArePoints()
{
    TraceBuilder b;
    b.span(SpanText("t1", "1").named("work").at(10, 30));
    b.record("orders", 0, 0, 20, "k", {{"traceparent", test::traceparent("t1", "1")}});
    b.record("lost", 0, 3, 5, "k", {{"traceparent", test::traceparent("t1", "9")}});
    QCOMPARE(drawn(storyOf(b)),
             (QByteArrayList{"record lost-0@3 5-5", "work 10-40", "  record orders-0@0 20-20"}));
}

void tst_TraceStory::waitsThatOverlapCountOnce()
{
    TraceBuilder b;
    b.span(SpanText("t1", "1").named("send").kind("producer").topic("orders").at(10, 1));
    b.record("orders", 0, 0, 10, "k", {{"traceparent", test::traceparent("t1", "1")}});
    for (const char* id : {"2", "3"}) {
        b.span(SpanText("t1", id, "1")
                   .service(id)
                   .named("p")
                   .kind("consumer")
                   .topic("orders")
                   .at(id[0] == '2' ? 20 : 110, 1));
    }
    QCOMPARE(storyOf(b).waitedNs, std::int64_t{100'000'000});
}

void tst_TraceStory::aLongSilencePartsTheEvent()
{
    TraceBuilder b;
    b.span(SpanText("t1", "1").named("order").at(1, 400));
    b.span(SpanText("t1", "2", "1").named("parcel scanned").at(150'000, 30));
    const TraceStory story = storyOf(b);
    QCOMPARE(ms(story.focusEndNs), QByteArray("501"));
    QCOMPARE(ms(story.endNs), QByteArray("150030"));
    QCOMPARE(pathOf(story), QByteArrayList{"order 1-401"});
}

void tst_TraceStory::aLongWaitIsNoSilence()
{
    TraceBuilder b;
    b.span(SpanText("t1", "1").named("send").kind("producer").topic("orders").at(10, 5));
    b.record("orders", 0, 0, 10, "k", {{"traceparent", test::traceparent("t1", "1")}});
    b.span(
        SpanText("t1", "2", "1").named("process").kind("consumer").topic("orders").at(131'000, 40));
    const TraceStory story = storyOf(b);
    QCOMPARE(story.focusEndNs, story.endNs);
    QCOMPARE(story.waitedNs, std::int64_t{130'990'000'000});
}

void tst_TraceStory::aGroupWithoutMembersKeepsNothingWaiting()
{
    TraceBuilder b = orderStory();
    GroupSample idle = *billingAt(9);
    idle.state = "Empty";
    b.list()->addSamples({std::make_shared<const GroupSample>(idle)});
    QVERIFY(storyOf(b).openWaits.empty());
}

void tst_TraceStory::thePathIsFoundAsDrawn_data()
{
    QTest::addColumn<QList<QByteArray>>("spans"); // "id parent start duration", named by their id
    QTest::addColumn<QByteArrayList>("path");
    const auto row = [](const char* name, const QList<QByteArray>& spans,
                        const QByteArrayList& path) { QTest::newRow(name) << spans << path; };
    row("one span", {"1 0 10 20"}, {"1 10-30"});
    row("a child inside", {"1 0 10 20", "2 1 15 5"}, {"1 10-15", "2 15-20", "1 20-30"});
    row("children one after the other", {"1 0 10 20", "2 1 12 3", "3 1 20 5"},
        {"1 10-12", "2 12-15", "1 15-20", "3 20-25", "1 25-30"});
    row("children back to back", {"1 0 10 20", "2 1 12 8", "3 1 20 5"},
        {"1 10-12", "2 12-20", "3 20-25", "1 25-30"});
    row("of two at once the one that ended last", {"1 0 10 20", "2 1 12 10", "3 1 11 15"},
        {"1 10-11", "3 11-26", "1 26-30"});
    row("a child longer than its parent", {"1 0 10 20", "2 1 15 30"}, {"1 10-15", "2 15-45"});
    row("a child after its parent", {"1 0 10 5", "2 1 20 5"}, {"1 10-15", "2 20-25"});
    row("a child of no length", {"1 0 10 20", "2 1 15 0"}, {"1 10-15", "1 15-30"});
    row("grandchildren", {"1 0 10 20", "2 1 12 15", "3 2 14 10"},
        {"1 10-12", "2 12-14", "3 14-24", "2 24-27", "1 27-30"});
}

void tst_TraceStory::thePathIsFoundAsDrawn()
{
    QFETCH(QList<QByteArray>, spans);
    TraceBuilder b;
    for (const QByteArray& text : spans) {
        const auto parts = text.split(' ');
        b.span(SpanText("t1", parts[0], parts[1])
                   .named(parts[0])
                   .at(parts[2].toLongLong(), parts[3].toLongLong()));
    }
    QTEST(pathOf(storyOf(b)), "path");
}

void tst_TraceStory::aDeepTraceHasAPath()
{
    constexpr int kDepth = 20'000;
    TraceBuilder b;
    for (int i = 0; i < kDepth; ++i) {
        b.span(SpanText("t1", QByteArray::number(i + 1, 16),
                        i == 0 ? QByteArray("0") : QByteArray::number(i, 16))
                   .named("x")
                   .at(10 + i, 2 * kDepth - 2 * i));
    }
    const TraceStory story = storyOf(b);
    QCOMPARE(story.rows.size(), static_cast<std::size_t>(kDepth));
    QCOMPARE(story.rows.back().depth, static_cast<std::uint32_t>(kDepth - 1));
    QVERIFY(story.path.size() >= static_cast<std::size_t>(kDepth));
}

void tst_TraceStory::ringsOfLinksEnd()
{
    // Each consumer says that the other wrote what it read.
    TraceBuilder b;
    for (int i = 0; i < 2; ++i) {
        const QByteArray own = i == 0 ? "t1" : "t2";
        const QByteArray other = i == 0 ? "t2" : "t1";
        b.span(
            SpanText(own, "1").named("in").kind("consumer").topic("a").link(other, "2").at(10, 50));
        b.span(SpanText(own, "2", "1").named("out").kind("producer").topic("a").at(20, 5));
        b.record("a", 0, i, 20, "k", {{"traceparent", test::traceparent(own, "2")}});
    }
    const TraceStory story = storyOf(b);
    const auto lines = drawn(story);
    QCOMPARE(std::count_if(story.rows.begin(), story.rows.end(),
                           [](const StoryRow& row) { return row.kind == StoryRow::Kind::Span; }),
             4);
    QVERIFY(!story.path.empty());
}

void tst_TraceStory::theEventIsNamedByItsFirstKey()
{
    QCOMPARE(storyOf(orderStory()).name(), std::string("order-483710"));
    TraceBuilder b;
    b.span(SpanText("t1", "1").service("a").named("b").at(10, 5));
    QCOMPARE(storyOf(b).name(), std::string("a \u00b7 b"));
}

QTEST_GUILESS_MAIN(tst_TraceStory)
#include "tst_trace_story.moc"

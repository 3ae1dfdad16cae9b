#include "model/capture/capture.h"
#include "model/capture/event_time_order.h"
#include "model/capture/robust_curve.h"
#include "model/capture/robust_order.h"
#include "tests/unit/capture/random_log.h"

#include <QTest>

#include <cstdlib>
#include <functional>
#include <limits>

using namespace hindcast;
using namespace hindcast::test;

namespace {

using Times = std::vector<std::int64_t>;

std::int64_t deviation(const Times& times, const Times& curve)
{
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        sum += times[i] == -1 ? 0 : std::abs(times[i] - curve[i]);
    }
    return sum;
}

// Every rising curve through values that occur; the best ones' cost and their lowest.
struct Best
{
    std::int64_t cost = std::numeric_limits<std::int64_t>::max();
    Times lowest;
};
Best bruteForce(const Times& times)
{
    Times values;
    std::copy_if(times.begin(), times.end(), std::back_inserter(values),
                 [](std::int64_t t) { return t != -1; });
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    Best best;
    Times curve(times.size());
    const std::function<void(std::size_t, std::size_t)> go = [&](std::size_t i, std::size_t from) {
        if (i == times.size()) {
            const std::int64_t cost = deviation(times, curve);
            if (cost < best.cost) {
                best = {cost, curve};
            } else if (cost == best.cost) {
                for (std::size_t k = 0; k < curve.size(); ++k) {
                    best.lowest[k] = std::min(best.lowest[k], curve[k]);
                }
            }
            return;
        }
        for (std::size_t v = from; v < values.size(); ++v) {
            curve[i] = values[v];
            go(i + 1, v);
        }
    };
    go(0, 0);
    return best;
}

void robustTimes(std::vector<Plain>& log)
{
    sortByOffset(log);
    for (std::size_t from = 0; from < log.size();) {
        std::size_t to = from;
        Times times;
        while (to < log.size() && log[to].topic == log[from].topic &&
               log[to].partition == log[from].partition) {
            times.push_back(log[to++].timeMs);
        }
        const Times curve = robustCurve(times);
        for (; from < to; ++from) {
            log[from].effective = curve[from + times.size() - to];
        }
    }
}

void eventTimes(std::vector<Plain>& log)
{
    runningMaximum(log);
    for (std::size_t i = 0; i < log.size(); ++i) {
        log[i].effective = log[i].timeMs == -1 ? log[i].effective : log[i].timeMs;
    }
}

using Naive = std::vector<Plain> (*)(std::vector<Plain>);
std::vector<Plain> naiveRobust(std::vector<Plain> log)
{
    robustTimes(log);
    sortByEffective(log);
    return log;
}
std::vector<Plain> naiveEventTime(std::vector<Plain> log)
{
    eventTimes(log);
    sortByEffective(log);
    return log;
}

// Per partition with a record before `prefix` the first one that is not; else the offset behind
// all.
OffsetVector firstNotApplied(const std::vector<Plain>& log, std::size_t prefix)
{
    OffsetVector vector;
    for (std::size_t i = 0; i < prefix; ++i) {
        vector[{log[i].topic, log[i].partition}] = std::numeric_limits<std::int64_t>::max();
    }
    OffsetVector end;
    for (std::size_t i = 0; i < log.size(); ++i) {
        const TopicPartition place{log[i].topic, log[i].partition};
        end[place] = std::max(end[place], log[i].offset + 1);
        if (i >= prefix && vector.contains(place)) {
            vector[place] = std::min(vector[place], log[i].offset);
        }
    }
    for (auto& [place, offset] : vector) {
        offset = std::min(offset, end[place]);
    }
    return vector;
}
OffsetVector behindLast(const std::vector<Plain>& log, std::size_t prefix)
{
    OffsetVector vector;
    for (std::size_t i = 0; i < prefix; ++i) {
        vector[{log[i].topic, log[i].partition}] = log[i].offset + 1;
    }
    return vector;
}

QString compare(const TimeOrder& order, const std::vector<Plain>& expected)
{
    if (order.size() != expected.size()) {
        return QStringLiteral("size");
    }
    for (Rank rank = 0; rank < order.size(); ++rank) {
        const Plain& e = expected[rank];
        const RecordPlace place{e.topic, e.partition, e.offset};
        const Row row = order.rowAt(rank);
        if (order.snapshot()->placeOf(row) != place || toMs(order.timeAt(rank)) != e.effective ||
            order.rankOf(row) != rank) {
            return QStringLiteral("rank %1: %2 for %3")
                .arg(rank)
                .arg(QString::fromStdString(order.snapshot()->placeOf(row).toString()),
                     QString::fromStdString(place.toString()));
        }
        if (rank > 0 && order.timeAt(rank) < order.timeAt(rank - 1)) {
            return QStringLiteral("time falls at %1").arg(rank);
        }
    }
    const auto vector = order.clock().kind == Clock::Kind::Robust ? behindLast : firstNotApplied;
    const std::size_t step = std::max<std::size_t>(expected.size() / 23, 1);
    for (std::size_t prefix = 0; prefix <= expected.size(); prefix += step) {
        const auto rank = static_cast<Rank>(prefix);
        if (order.offsets(rank) != vector(expected, prefix)) {
            return QStringLiteral("offsets at %1").arg(prefix);
        }
        if (order.prefix(order.momentOf(rank)) != rank) {
            return QStringLiteral("moment of %1").arg(prefix);
        }
    }
    return {};
}

TimeOrderPtr build(const QString& clock, const CaptureSnapshotPtr& snapshot)
{
    return clock == QLatin1String("robust") ? RobustOrder::build(snapshot)
                                            : EventTimeOrder::build(snapshot);
}

} // namespace

class tst_Clocks : public QObject
{
    Q_OBJECT

private slots:
    void aClockIsReadAndPrinted_data();
    void aClockIsReadAndPrinted();
    void noOtherClockIsRead_data();
    void noOtherClockIsRead();
    void aCurveIsTheNearestRisingOne_data();
    void aCurveIsTheNearestRisingOne();
    void noCurveComesNearerThanTheRobustOne();
    void aStrayRecordMovesNoOther_data();
    void aStrayRecordMovesNoOther();
    void anOrderIsTheNaiveOne_data();
    void anOrderIsTheNaiveOne();
    void anEmptyCaptureHasAnEmptyOrder();
    void aFieldsTimesOrderTheRecords();
    void aLateEventIsSortedIn();
};

void tst_Clocks::aClockIsReadAndPrinted_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("field");
    QTest::newRow("log") << int(Clock::Kind::Log) << "";
    QTest::newRow("robust") << int(Clock::Kind::Robust) << "";
    QTest::newRow("event-time") << int(Clock::Kind::EventTime) << "";
    QTest::newRow("event-time:value.created_at")
        << int(Clock::Kind::EventTime) << "value.created_at";
    QTest::newRow("commit") << int(Clock::Kind::Commit) << "";
}

void tst_Clocks::aClockIsReadAndPrinted()
{
    QFETCH(int, kind);
    QFETCH(QString, field);
    const std::string text = QTest::currentDataTag();
    const auto clock = Clock::parse(text);
    QVERIFY(clock);
    QCOMPARE(int(clock->kind), kind);
    QCOMPARE(QString::fromStdString(clock->field), field);
    QCOMPARE(clock->toString(), text);
}

void tst_Clocks::noOtherClockIsRead_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << "";
    QTest::newRow("another word") << "wall";
    QTest::newRow("no field") << "event-time:";
    QTest::newRow("a field where none belongs") << "robust:value.at";
}

void tst_Clocks::noOtherClockIsRead()
{
    QFETCH(QString, text);
    const auto clock = Clock::parse(text.toStdString());
    QVERIFY(!clock);
    QVERIFY(clock.error().message.find("log, robust, event-time") != std::string::npos);
}

void tst_Clocks::aCurveIsTheNearestRisingOne_data()
{
    QTest::addColumn<QList<qint64>>("times");
    QTest::addColumn<QList<qint64>>("curve");
    const auto row = [](const char* name, const QList<qint64>& times, const QList<qint64>& curve) {
        QTest::newRow(name) << times << curve;
    };
    row("nothing", {}, {});
    row("one", {5}, {5});
    row("rising", {1, 2, 2, 9}, {1, 2, 2, 9});
    row("a late one", {10, 20, 15, 30}, {10, 15, 15, 30});
    row("one in the future", {10, 11, 9000, 12, 13, 14}, {10, 11, 12, 12, 13, 14});
    row("one in the past", {10, 11, 12, 0, 13, 14}, {10, 11, 11, 11, 13, 14});
    row("falling", {3, 2, 1}, {2, 2, 2});
    row("without timestamp", {10, -1, 11}, {10, 10, 11});
    row("first ones without timestamp", {-1, -1, 11}, {11, 11, 11});
    row("none with a timestamp", {-1, -1}, {-1, -1});
    row("the last one in the future", {10, 11, 9000}, {10, 11, 9000});
    row("two in the future", {10, 9000, 9001, 11, 12, 13}, {10, 12, 12, 12, 12, 13});
}

void tst_Clocks::aCurveIsTheNearestRisingOne()
{
    QFETCH(QList<qint64>, times);
    QFETCH(QList<qint64>, curve);
    const Times made = robustCurve(Times(times.begin(), times.end()));
    QCOMPARE(QList<qint64>(made.begin(), made.end()), curve);
}

void tst_Clocks::noCurveComesNearerThanTheRobustOne()
{
    std::mt19937 random(7);
    for (int round = 0; round < 3000; ++round) {
        Times times(1 + random() % 7);
        const auto values = 2 + random() % 9;
        for (auto& time : times) {
            time = random() % 9 == 0 ? -1 : static_cast<std::int64_t>(random() % values);
        }
        if (std::all_of(times.begin(), times.end(), [](std::int64_t t) { return t == -1; })) {
            continue;
        }
        const Best best = bruteForce(times);
        const Times curve = robustCurve(times);
        QVERIFY(std::is_sorted(curve.begin(), curve.end()));
        QCOMPARE(deviation(times, curve), best.cost);
        for (std::size_t i = 0; i < times.size(); ++i) {
            if (times[i] != -1) {
                QCOMPARE(curve[i], best.lowest[i]);
            }
        }
    }
}

void tst_Clocks::aStrayRecordMovesNoOther_data()
{
    QTest::addColumn<qint64>("stamp");
    QTest::newRow("2030") << qint64(1'893'456'000'000);
    QTest::newRow("1970") << qint64(0);
    QTest::newRow("no timestamp") << qint64(-1);
}

void tst_Clocks::aStrayRecordMovesNoOther()
{
    QFETCH(qint64, stamp);
    Times times;
    for (std::int64_t i = 0; i < 1000; ++i) {
        times.push_back(1'763'000'000'000 + i * 10);
    }
    times[400] = stamp;
    const Times curve = robustCurve(times);
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (i != 400) {
            QVERIFY(std::abs(curve[i] - times[i]) <= 10);
        }
    }
    QVERIFY(curve[400] >= curve[399] && curve[400] <= curve[401]);
}

void tst_Clocks::anOrderIsTheNaiveOne_data()
{
    QTest::addColumn<QString>("clock");
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<int>("records");
    QTest::addColumn<int>("disorder");
    QTest::addColumn<bool>("gaps");
    QTest::addColumn<bool>("stray");
    for (const char* const clock : {"robust", "event-time"}) {
        const auto row = [clock](const char* name, unsigned seed, int records, int disorder,
                                 bool gaps, bool stray) {
            QTest::addRow("%s, %s", clock, name)
                << clock << seed << records << disorder << gaps << stray;
        };
        row("in order", 1, 2000, 0, false, false);
        row("a little disorder", 2, 3000, 20, true, false);
        row("much disorder", 3, 9000, 2000, false, false);
        row("strays", 4, 9000, 20, true, true);
        row("more than one chunk", 5, 10'000, 300, true, true);
        row("one record", 6, 1, 0, false, false);
        for (unsigned seed = 10; seed < 30; ++seed) {
            QTest::addRow("%s, small, seed %u", clock, seed)
                << clock << seed << 40 << 10 << (seed % 2 == 0) << (seed % 3 == 0);
        }
    }
}

void tst_Clocks::anOrderIsTheNaiveOne()
{
    QFETCH(QString, clock);
    QFETCH(unsigned, seed);
    QFETCH(int, records);
    QFETCH(int, disorder);
    QFETCH(bool, gaps);
    QFETCH(bool, stray);
    const auto log = makeLog({seed, records, disorder, gaps, stray});
    const Naive naive = clock == QLatin1String("robust") ? naiveRobust : naiveEventTime;
    const auto expected = naive(log);
    auto parts = batches(log, 500);
    std::mt19937 random(seed);
    for (int round = 0; round < 2; ++round) { // as it came, and in another order of arrival
        const auto capture = Capture::inMemory();
        for (const auto& batch : parts) {
            QVERIFY(capture->append(batchOf(batch)));
        }
        const auto order = build(clock, capture->snapshot());
        QCOMPARE(QString::fromStdString(order->clock().toString()), clock);
        const QString wrong = compare(*order, expected);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        std::shuffle(parts.begin(), parts.end(), random);
    }
}

void tst_Clocks::anEmptyCaptureHasAnEmptyOrder()
{
    for (const char* const clock : {"robust", "event-time"}) {
        const auto order = build(QLatin1String(clock), Capture::inMemory()->snapshot());
        QCOMPARE(order->size(), Rank{0});
        QVERIFY(order->offsets(0).empty());
        QCOMPARE(order->range(), TimeRange{});
    }
}

void tst_Clocks::aFieldsTimesOrderTheRecords()
{
    const auto capture = Capture::inMemory();
    RecordBatchBuilder builder("t");
    for (int i = 0; i < 4; ++i) {
        builder.add(0, i, 100 + i, TimestampType::CreateTime, "k", "v");
    }
    QVERIFY(capture->append(builder.take()));
    FieldTimes times;
    times.field = "value.at";
    times.ms = {50, -1, 20, 20};
    const auto order =
        EventTimeOrder::build(capture->snapshot(), std::make_shared<const FieldTimes>(times));
    QCOMPARE(order->clock().toString(), std::string("event-time:value.at"));
    std::vector<Row> rows;
    for (Rank rank = 0; rank < order->size(); ++rank) {
        rows.push_back(order->rowAt(rank));
    }
    QCOMPARE(rows, (std::vector<Row>{2, 3, 0, 1}));
    QCOMPARE(toMs(order->timeAt(3)), std::int64_t{50}); // without a time: with the newest before it
}

void tst_Clocks::aLateEventIsSortedIn()
{
    const auto capture = Capture::inMemory();
    RecordBatchBuilder builder("t");
    for (const auto& [offset, time] :
         std::vector<std::pair<int, int>>{{0, 100}, {1, 300}, {2, 200}, {3, 300}}) {
        builder.add(0, offset, time, TimestampType::CreateTime, "k", "v");
    }
    QVERIFY(capture->append(builder.take()));
    const auto order = EventTimeOrder::build(capture->snapshot());
    QCOMPARE(order->prefix({timestampFromMs(199), std::nullopt}), Rank{1});
    QCOMPARE(order->prefix({timestampFromMs(200), std::nullopt}), Rank{2});
    QCOMPARE(order->rowAt(1), Row{2});
    QCOMPARE(order->offsets(2), (OffsetVector{{{"t", 0}, 1}})); // offset 2 is in, 1 is not
    QCOMPARE(order->offsets(3), (OffsetVector{{{"t", 0}, 3}}));
    QCOMPARE(order->prefix({timestampFromMs(0), RecordPlace{"t", 0, 2}}), Rank{2});
}

QTEST_GUILESS_MAIN(tst_Clocks)
#include "tst_clocks.moc"

#include "model/capture/capture.h"
#include "model/capture/time_order.h"
#include "tests/unit/capture/random_log.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace hindcast;
using namespace hindcast::test;

namespace {

std::vector<Plain> naive(std::vector<Plain> log)
{
    runningMaximum(log);
    sortByEffective(log);
    return log;
}

QString compare(const TimeOrder& order, const std::vector<Plain>& expected)
{
    if (order.size() != expected.size()) {
        return QStringLiteral("size");
    }
    OffsetVector vector;
    for (Rank rank = 0; rank < order.size(); ++rank) {
        const Plain& e = expected[rank];
        const RecordPlace place{e.topic, e.partition, e.offset};
        const RecordPlace got = order.snapshot()->placeOf(order.rowAt(rank));
        if (got != place || toMs(order.timeAt(rank)) != e.effective ||
            order.rankOf(order.rowAt(rank)) != rank) {
            return QStringLiteral("rank %1: %2 for %3")
                .arg(rank)
                .arg(QString::fromStdString(got.toString()),
                     QString::fromStdString(place.toString()));
        }
        if (rank % 613 == 0 || rank + 1 == order.size()) {
            if (order.offsets(rank) != vector) {
                return QStringLiteral("offsets at %1").arg(rank);
            }
            const Moment moment = order.momentOf(rank);
            if (order.prefix(moment) != rank) {
                return QStringLiteral("moment of %1").arg(rank);
            }
            const auto first = std::find_if(expected.begin(), expected.end(), [&](const Plain& p) {
                return p.effective >= e.effective;
            });
            if (order.lowerBound(timestampFromMs(e.effective)) !=
                static_cast<Rank>(first - expected.begin())) {
                return QStringLiteral("lower bound at %1").arg(rank);
            }
        }
        vector[{e.topic, e.partition}] = e.offset + 1;
    }
    return order.offsets(order.size()) == vector ? QString() : QStringLiteral("last offsets");
}

} // namespace

class tst_TimeOrder : public QObject
{
    Q_OBJECT

private slots:
    void anEmptyCaptureHasAnEmptyOrder();
    void itIsTheNaiveOrder_data();
    void itIsTheNaiveOrder();
    void aLargeOneIsMergedInHalves_data();
    void aLargeOneIsMergedInHalves() { itIsTheNaiveOrder(); }
    void anyOrderOfArrivalGivesTheSameOrder_data() { itIsTheNaiveOrder_data(); }
    void anyOrderOfArrivalGivesTheSameOrder();
    void anExtendedOrderIsTheOneFromNothing_data() { itIsTheNaiveOrder_data(); }
    void anExtendedOrderIsTheOneFromNothing();
    void anOrderOfAnotherCaptureIsNotExtended();
    void aTimeIsAMomentToo();
};

void tst_TimeOrder::anEmptyCaptureHasAnEmptyOrder()
{
    const auto order = TimeOrder::build(Capture::inMemory()->snapshot());
    QCOMPARE(order->size(), Rank{0});
    QCOMPARE(order->prefix({timestampFromMs(5), std::nullopt}), Rank{0});
    QVERIFY(order->offsets(0).empty());
    QCOMPARE(order->range(), TimeRange{});
    QCOMPARE(order->momentOf(0), Moment{});
}

void tst_TimeOrder::itIsTheNaiveOrder_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<int>("records");
    QTest::addColumn<int>("disorder");
    QTest::addColumn<bool>("gaps");
    QTest::addColumn<bool>("stray");
    QTest::newRow("in order") << 1u << 9000 << 0 << false << false;
    QTest::newRow("a little disorder") << 2u << 9000 << 20 << true << false;
    QTest::newRow("much disorder") << 3u << 9000 << 2000 << false << false;
    QTest::newRow("strays") << 4u << 9000 << 20 << true << true;
    QTest::newRow("more than one chunk") << 5u << 30'000 << 300 << true << true;
    QTest::newRow("one record") << 6u << 1 << 0 << false << false;
    for (unsigned seed = 10; seed < 20; ++seed) {
        QTest::addRow("small, seed %u", seed)
            << seed << 40 << 10 << (seed % 2 == 0) << (seed % 3 == 0);
    }
}

void tst_TimeOrder::itIsTheNaiveOrder()
{
    QFETCH(unsigned, seed);
    QFETCH(int, records);
    QFETCH(int, disorder);
    QFETCH(bool, gaps);
    QFETCH(bool, stray);
    const auto log = makeLog({seed, records, disorder, gaps, stray});
    const auto capture = Capture::inMemory();
    for (const auto& batch : batches(log, 500)) {
        QVERIFY(capture->append(batchOf(batch)));
    }
    const QString wrong = compare(*TimeOrder::build(capture->snapshot()), naive(log));
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void tst_TimeOrder::aLargeOneIsMergedInHalves_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<int>("records");
    QTest::addColumn<int>("disorder");
    QTest::addColumn<bool>("gaps");
    QTest::addColumn<bool>("stray");
    QTest::newRow("in disorder") << 7u << 110'000 << 300 << true << false;
    QTest::newRow("parted amid equal times") << 8u << 110'000 << 300 << true << true;
}

void tst_TimeOrder::anyOrderOfArrivalGivesTheSameOrder()
{
    QFETCH(unsigned, seed);
    QFETCH(int, records);
    QFETCH(int, disorder);
    QFETCH(bool, gaps);
    QFETCH(bool, stray);
    const auto log = makeLog({seed, records, disorder, gaps, stray});
    const auto expected = naive(log);
    auto parts = batches(log, 700);
    std::mt19937 random(seed);
    for (int round = 0; round < 3; ++round) {
        std::shuffle(parts.begin(), parts.end(), random);
        const auto capture = Capture::inMemory();
        TimeOrderPtr order;
        for (const auto& batch : parts) {
            QVERIFY(capture->append(batchOf(batch)));
            if (round == 2) {
                order = TimeOrder::build(capture->snapshot(), order);
            }
        }
        order = TimeOrder::build(capture->snapshot(), order);
        const QString wrong = compare(*order, expected);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
}

void tst_TimeOrder::anExtendedOrderIsTheOneFromNothing()
{
    QFETCH(unsigned, seed);
    QFETCH(int, records);
    QFETCH(int, disorder);
    QFETCH(bool, gaps);
    QFETCH(bool, stray);
    const auto log = makeLog({seed, records, disorder, gaps, stray});
    const auto capture = Capture::inMemory();
    TimeOrderPtr order = TimeOrder::build(capture->snapshot());
    std::size_t step = 0;
    std::vector<Plain> sofar;
    for (const auto& batch : batches(log, 37)) {
        QVERIFY(capture->append(batchOf(batch)));
        sofar.insert(sofar.end(), batch.begin(), batch.end());
        order = TimeOrder::build(capture->snapshot(), order);
        if (++step % 40 == 0) {
            const QString wrong = compare(*order, naive(sofar));
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        }
    }
    const QString wrong = compare(*order, naive(log));
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void tst_TimeOrder::anOrderOfAnotherCaptureIsNotExtended()
{
    const auto log = makeLog({7, 500, 10, false, false});
    const auto one = Capture::inMemory();
    const auto two = Capture::inMemory();
    for (const auto& batch : batches(log, 50)) {
        QVERIFY(one->append(batchOf(batch)));
    }
    const auto other = TimeOrder::build(one->snapshot());
    const auto half = makeLog({8, 800, 10, false, false});
    for (const auto& batch : batches(half, 50)) {
        QVERIFY(two->append(batchOf(batch)));
    }
    const QString wrong = compare(*TimeOrder::build(two->snapshot(), other), naive(half));
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void tst_TimeOrder::aTimeIsAMomentToo()
{
    const auto capture = Capture::inMemory();
    RecordBatchBuilder builder("t");
    for (const auto& [offset, time] :
         std::vector<std::pair<int, int>>{{0, 100}, {1, 90}, {2, 200}, {3, 200}, {4, 150}}) {
        builder.add(0, offset, time, TimestampType::CreateTime, "k", "v");
    }
    QVERIFY(capture->append(builder.take()));
    const auto order = TimeOrder::build(capture->snapshot());
    const auto at = [&](std::int64_t ms) {
        return order->prefix({timestampFromMs(ms), std::nullopt});
    };
    QCOMPARE(at(99), Rank{0});
    QCOMPARE(at(100), Rank{2}); // the one stamped 90 counts as 100
    QCOMPARE(at(199), Rank{2});
    QCOMPARE(at(200), Rank{5});
    QCOMPARE(order->prefix({timestampFromMs(0), RecordPlace{"t", 0, 2}}), Rank{3});
    QCOMPARE(order->range(), (TimeRange{timestampFromMs(100), timestampFromMs(200)}));
    QCOMPARE(toMs(order->momentOf(0).time), std::int64_t{99});
}

QTEST_GUILESS_MAIN(tst_TimeOrder)
#include "tst_time_order.moc"

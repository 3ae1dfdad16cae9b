#include "model/capture/capture.h"
#include "model/capture/disorder.h"
#include "model/capture/log_time_order.h"
#include "model/capture/robust_order.h"
#include "tests/unit/capture/random_log.h"

#include <QTest>

#include <cstdlib>

using namespace hindcast;
using namespace hindcast::test;

namespace {

constexpr std::int64_t kStart = 1'763'000'000'000;
constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t k2030 = 1'893'456'000'000;

PartitionDisorder of(const std::vector<std::int64_t>& times,
                     TimestampType type = TimestampType::CreateTime)
{
    const auto capture = Capture::inMemory();
    RecordBatchBuilder builder("t");
    for (std::size_t i = 0; i < times.size(); ++i) {
        builder.add(0, static_cast<std::int64_t>(i), times[i], type, "k", "v");
    }
    (void)capture->append(builder.take());
    auto report = DisorderReport::of(*capture->snapshot(), true).value();
    return report.partitions.at(0);
}

// A record every ten seconds.
std::vector<std::int64_t> steady(std::size_t count)
{
    std::vector<std::int64_t> times;
    for (std::size_t i = 0; i < count; ++i) {
        times.push_back(kStart + static_cast<std::int64_t>(i) * 10 * kSecond);
    }
    return times;
}

} // namespace

class tst_Disorder : public QObject
{
    Q_OBJECT

private slots:
    void aLogInOrderHasNone();
    void lateRecordsAreCountedAndTheLatestMeasured();
    void aStrayAheadIsNamedWithWhatItMoves();
    void aStrayBehindDistortsNothing_data();
    void aStrayBehindDistortsNothing();
    void theStrayThatMovesMostIsNamed();
    void twoClocksInOnePartitionAreNoStrays();
    void aLittleDisorderDistortsNothing();
    void theStampsAreThoseOfTheFirstAndTheLast_data();
    void theStampsAreThoseOfTheFirstAndTheLast();
    void partitionsStandInOrderAndTheWorstIsFound();
    void theCountsAreThoseOfTheOrders();
};

void tst_Disorder::aLogInOrderHasNone()
{
    const auto part = of(steady(50));
    QCOMPARE(part.place.toString(), std::string("t-0"));
    QCOMPARE(part.records, std::uint64_t{50});
    QCOMPARE(part.late + part.strays + part.displaced + part.untimed, std::uint64_t{0});
    QVERIFY(!part.distortion);
}

void tst_Disorder::lateRecordsAreCountedAndTheLatestMeasured()
{
    auto times = steady(50);
    times[20] -= 25 * kSecond; // behind 19, 18
    times[30] = times[29] - 1;
    times[40] = times[39];
    const auto part = of(times);
    QCOMPARE(part.late, std::uint64_t{2});
    QCOMPARE(part.maxLateness, std::chrono::milliseconds(15 * kSecond));
    QCOMPARE(part.strays, std::uint64_t{0});
}

void tst_Disorder::aStrayAheadIsNamedWithWhatItMoves()
{
    auto times = steady(50);
    times[10] = k2030;
    const auto part = of(times);
    QCOMPARE(part.strays, std::uint64_t{1});
    QCOMPARE(part.late, std::uint64_t{39});
    QCOMPARE(part.displaced, std::uint64_t{40}); // itself as well
    QVERIFY(part.distortion);
    QCOMPARE(part.distortion->offset, std::int64_t{10});
    QCOMPARE(toMs(part.distortion->stamp), k2030);
    QCOMPARE(part.distortion->moved, std::uint64_t{39});
}

void tst_Disorder::aStrayBehindDistortsNothing_data()
{
    QTest::addColumn<qint64>("stamp");
    QTest::addColumn<quint64>("strays");
    QTest::addColumn<quint64>("untimed");
    QTest::newRow("1970") << qint64(0) << quint64(1) << quint64(0);
    QTest::newRow("no timestamp") << qint64(-1) << quint64(0) << quint64(1);
}

void tst_Disorder::aStrayBehindDistortsNothing()
{
    QFETCH(qint64, stamp);
    QFETCH(quint64, strays);
    QFETCH(quint64, untimed);
    auto times = steady(50);
    times[10] = stamp;
    const auto part = of(times);
    QCOMPARE(part.strays, strays);
    QCOMPARE(part.untimed, untimed);
    QCOMPARE(part.late, strays);
    QVERIFY(!part.distortion);
}

void tst_Disorder::theStrayThatMovesMostIsNamed()
{
    auto times = steady(100);
    times[10] = times[10] + 5 * kMinute; // for 29 records
    times[60] = times[60] + 6 * kMinute; // for 35
    const auto part = of(times);
    QVERIFY(part.distortion);
    QCOMPARE(part.distortion->offset, std::int64_t{60});
    QCOMPARE(part.distortion->moved, std::uint64_t{35});
}

void tst_Disorder::twoClocksInOnePartitionAreNoStrays()
{
    auto times = steady(100);
    for (std::size_t i = 0; i < times.size(); i += 2) {
        times[i] += 10 * kMinute;
    }
    const auto part = of(times);
    QVERIFY(part.strays > 0);
    QVERIFY(part.displaced > 0);
    QVERIFY(!part.distortion);
}

void tst_Disorder::aLittleDisorderDistortsNothing()
{
    auto times = steady(100);
    times[10] += 50 * kSecond; // moves four more than a second, and is no stray
    const auto part = of(times);
    QCOMPARE(part.strays, std::uint64_t{0});
    QVERIFY(part.displaced > 1);
    QVERIFY(!part.distortion);
}

void tst_Disorder::theStampsAreThoseOfTheFirstAndTheLast_data()
{
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("last");
    QTest::addColumn<QString>("word");
    const int none = int(TimestampType::None);
    const int create = int(TimestampType::CreateTime);
    const int append = int(TimestampType::LogAppendTime);
    QTest::newRow("by the producer") << create << create << "CreateTime";
    QTest::newRow("by the broker") << append << append << "LogAppendTime";
    QTest::newRow("changed") << create << append << "mixed";
    QTest::newRow("not told") << none << none << "";
}

void tst_Disorder::theStampsAreThoseOfTheFirstAndTheLast()
{
    QFETCH(int, first);
    QFETCH(int, last);
    QFETCH(QString, word);
    const auto capture = Capture::inMemory();
    RecordBatchBuilder builder("t");
    builder.add(0, 0, 5, TimestampType(first), "k", "v");
    builder.add(0, 1, 6, TimestampType(last), "k", "v");
    QVERIFY(capture->append(builder.take()));
    const auto report = DisorderReport::of(*capture->snapshot(), true);
    QVERIFY(report);
    QCOMPARE(QString::fromLatin1(stampsWord(report->partitions.at(0).stamps)), word);
    const auto quick = DisorderReport::of(*capture->snapshot(), false);
    QVERIFY(quick->partitions.at(0).stamps == PartitionDisorder::Stamps::Unknown);
}

void tst_Disorder::partitionsStandInOrderAndTheWorstIsFound()
{
    const auto capture = Capture::inMemory();
    for (const auto& [topic, strayAt] :
         std::vector<std::pair<std::string, std::size_t>>{{"b", 80}, {"a", 40}, {"c", 1000}}) {
        RecordBatchBuilder builder(topic);
        auto times = steady(100);
        if (strayAt < times.size()) {
            times[strayAt] = k2030;
        }
        for (std::size_t i = 0; i < times.size(); ++i) {
            builder.add(i % 2 == 0 ? 1 : 0, static_cast<std::int64_t>(i), times[i],
                        TimestampType::CreateTime, "k", "v");
        }
        QVERIFY(capture->append(builder.take()));
    }
    const auto report = DisorderReport::of(*capture->snapshot(), false).value();
    std::vector<std::string> places;
    for (const auto& part : report.partitions) {
        places.push_back(part.place.toString());
    }
    QCOMPARE(places, (std::vector<std::string>{"a-0", "a-1", "b-0", "b-1", "c-0", "c-1"}));
    QVERIFY(report.worst() != nullptr);
    QCOMPARE(report.worst()->place.toString(), std::string("a-1"));
    QCOMPARE(report.worst()->distortion->offset, std::int64_t{40});
}

// What the report counts is what the two orders say of each record.
void tst_Disorder::theCountsAreThoseOfTheOrders()
{
    for (unsigned seed = 1; seed <= 12; ++seed) {
        const auto log = makeLog({seed, 400, 5000, seed % 2 == 0, seed % 3 == 0});
        const auto capture = Capture::inMemory();
        for (const auto& batch : batches(log, 50)) {
            QVERIFY(capture->append(batchOf(batch)));
        }
        const auto snapshot = capture->snapshot();
        const LogTimeOrder byLog(snapshot);
        const RobustOrder byCurve(snapshot);
        std::uint64_t late = 0;
        std::uint64_t displaced = 0;
        std::uint64_t strays = 0;
        for (Row row = 0; row < snapshot->rowCount(); ++row) {
            const std::int64_t stamp = toMs(snapshot->row(row).timestamp);
            const std::int64_t logged = toMs(byLog.timeAt(byLog.rankOf(row)));
            const std::int64_t curve = toMs(byCurve.timeAt(byCurve.rankOf(row)));
            late += stamp != -1 && stamp < logged;
            displaced += std::abs(logged - curve) > 1000;
            strays += stamp != -1 && std::abs(stamp - curve) > kMinute;
        }
        std::uint64_t counted[3] = {0, 0, 0};
        const auto report = DisorderReport::of(*snapshot, false);
        for (const auto& part : report->partitions) {
            counted[0] += part.late;
            counted[1] += part.displaced;
            counted[2] += part.strays;
        }
        QCOMPARE(counted[0], late);
        QCOMPARE(counted[1], displaced);
        QCOMPARE(counted[2], strays);
        QVERIFY(late > 0 && displaced > 0);
    }
}

QTEST_GUILESS_MAIN(tst_Disorder)
#include "tst_disorder.moc"

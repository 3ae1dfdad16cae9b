#include "widgets/timestrip/time_axis.h"

#include <QTest>
#include <limits>

using namespace hindcast;

namespace {

constexpr qint64 kMinute = 60'000;

TimeRange range(qint64 from, qint64 to)
{
    return {timestampFromMs(from), timestampFromMs(to)};
}

} // namespace

class tst_TimeAxis : public QObject
{
    Q_OBJECT

private slots:
    void pixelsAndTimesAreEachOthersInverse_data()
    {
        QTest::addColumn<qint64>("from");
        QTest::addColumn<qint64>("to");
        QTest::addColumn<double>("left");
        QTest::addColumn<double>("width");
        QTest::newRow("twelve minutes")
            << qint64(1'795'183'080'000) << qint64(1'795'183'800'000) << 0.0 << 1258.0;
        QTest::newRow("off the left edge") << qint64(1000) << qint64(9000) << 48.0 << 700.0;
        QTest::newRow("twenty milliseconds")
            << qint64(1'795'183'080'000) << qint64(1'795'183'080'020) << 0.0 << 1000.0;
        QTest::newRow("a year") << qint64(1'700'000'000'000) << qint64(1'731'536'000'000) << 0.0
                                << 300.0;
    }
    void pixelsAndTimesAreEachOthersInverse()
    {
        QFETCH(qint64, from);
        QFETCH(qint64, to);
        QFETCH(double, left);
        QFETCH(double, width);
        const TimeAxis axis = TimeAxis::of(range(from, to), left, width);
        QCOMPARE(axis.xOf(timestampFromMs(from)), left);
        QCOMPARE(axis.xOf(timestampFromMs(to)), left + width);
        for (double x = left; x <= left + width; x += width / 17) {
            // A double holds a time of today to a quarter of a microsecond.
            QVERIFY(std::abs(axis.xOf(axis.msAt(x)) - x) < 1e-3 + 1e-3 / axis.msPerPixel());
            QVERIFY(std::abs(axis.xOf(axis.timeAt(x)) - x) <= 0.5 / axis.msPerPixel() + 1e-3);
        }
    }

    void anInstantStillHasALength()
    {
        const TimeAxis axis = TimeAxis::of(range(500, 500), 0, 100);
        QCOMPARE(axis.xOf(timestampFromMs(500)), 0.0);
        QVERIFY(axis.length() > 0);
    }

    void zoomingKeepsWhatIsUnderTheMouse_data()
    {
        QTest::addColumn<double>("x");
        QTest::addColumn<double>("factor");
        QTest::newRow("nearer in the middle") << 500.0 << 0.5;
        QTest::newRow("nearer at the left") << 10.0 << 0.8;
        QTest::newRow("further") << 700.0 << 1.1;
    }
    void zoomingKeepsWhatIsUnderTheMouse()
    {
        QFETCH(double, x);
        QFETCH(double, factor);
        const TimeRange full = range(0, 100 * kMinute);
        const TimeAxis axis = TimeAxis::of(range(40 * kMinute, 60 * kMinute), 0, 1000);
        const TimeAxis zoomed = axis.zoomedAround(x, factor, full);
        QVERIFY(std::abs(zoomed.msAt(x) - axis.msAt(x)) < 1e-3);
        QVERIFY(std::abs(zoomed.length() - axis.length() * factor) < 1e-3);
    }

    void zoomingAndMovingStayInsideWhatThereIs()
    {
        const TimeRange full = range(0, 100'000);
        const TimeAxis all = TimeAxis::of(full, 0, 1000);
        QCOMPARE(all.zoomedAround(500, 3, full).range(), full);
        const TimeAxis near = all.zoomedAround(999, 0.1, full);
        QCOMPARE(near.panned(-100'000, full).range().to, full.to);
        QCOMPARE(near.panned(+100'000, full).range().from, full.from);
        TimeAxis nearest = all;
        for (int i = 0; i < 200; ++i) {
            nearest = nearest.zoomedAround(300, 0.5, full);
        }
        QCOMPARE(nearest.length(), 20.0);
    }

    void labelsStandWhereAPersonWouldPutThem_data()
    {
        QTest::addColumn<qint64>("from");
        QTest::addColumn<qint64>("to");
        QTest::addColumn<double>("width");
        QTest::addColumn<double>("label");
        QTest::addColumn<qint64>("offset");
        QTest::addColumn<qint64>("step");
        QTest::addColumn<qint64>("first");
        QTest::newRow("minutes") << qint64(30'000) << qint64(12 * kMinute) << 1258.0 << 60.0
                                 << qint64(0) << kMinute << kMinute;
        QTest::newRow("few fit") << qint64(0) << qint64(12 * kMinute) << 200.0 << 60.0 << qint64(0)
                                 << 5 * kMinute << qint64(0);
        QTest::newRow("milliseconds")
            << qint64(3) << qint64(103) << 1000.0 << 90.0 << qint64(0) << qint64(10) << qint64(10);
        QTest::newRow("days begin at the zone's midnight")
            << qint64(0) << qint64(10 * 1440 * kMinute) << 1000.0 << 90.0 << 60 * kMinute
            << 1440 * kMinute << 1440 * kMinute - 60 * kMinute;
    }
    void labelsStandWhereAPersonWouldPutThem()
    {
        QFETCH(qint64, from);
        QFETCH(qint64, to);
        QFETCH(double, width);
        QFETCH(double, label);
        QFETCH(qint64, offset);
        const TimeAxis axis = TimeAxis::of(range(from, to), 0, width);
        const TimeTicks ticks = timeTicks(axis, label, offset);
        QTEST(static_cast<qint64>(ticks.stepMs), "step");
        QVERIFY(!ticks.atMs.empty());
        QTEST(static_cast<qint64>(ticks.atMs.front()), "first");
        for (std::size_t i = 1; i < ticks.atMs.size(); ++i) {
            const double apart = axis.xOf(static_cast<double>(ticks.atMs[i])) -
                                 axis.xOf(static_cast<double>(ticks.atMs[i - 1]));
            QVERIFY(apart >= label - 1e-6);
        }
        QVERIFY(static_cast<double>(ticks.atMs.back()) <= axis.to);
    }

    // A timestamp may be any number of 64 bits.
    void theEndOfTimeHasAnAxisToo()
    {
        constexpr qint64 kMost = std::numeric_limits<qint64>::max();
        for (const TimeRange& whole : {range(1'763'647'200'000, kMost), range(-kMost, kMost)}) {
            const TimeAxis axis = TimeAxis::of(whole, 0, 1000);
            const TimeTicks ticks = timeTicks(axis, 90, -3'600'000);
            QVERIFY(!ticks.atMs.empty() && ticks.atMs.size() < 20);
            QVERIFY(std::is_sorted(ticks.atMs.begin(), ticks.atMs.end()));
            QVERIFY(toMs(axis.timeAt(1000)) > kMost / 2);
            QVERIFY(toMs(axis.range().to) > kMost / 2);
        }
    }
};

QTEST_GUILESS_MAIN(tst_TimeAxis)
#include "tst_time_axis.moc"

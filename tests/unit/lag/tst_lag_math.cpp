#include "model/lag/lag_math.h"
#include "model/lag/lag_split.h"
#include "model/lag/lag_text.h"

#include <QTest>

#include <vector>

using namespace hindcast;
using namespace hindcast::lag_math;

namespace {

std::vector<EndPoint> ends(std::initializer_list<std::pair<std::int64_t, std::int64_t>> points)
{
    std::vector<EndPoint> made;
    for (const auto& [end, ms] : points) {
        made.push_back({timestampFromMs(ms), end});
    }
    return made;
}

// kafka-lag-exporter's LookupTableSpec, seconds as milliseconds a thousandfold.
const std::vector<EndPoint> kFlat = ends({{100, 30'000},
                                          {200, 60'000},
                                          {200, 120'000},
                                          {200, 700'000},
                                          {300, 730'000},
                                          {300, 9'000'000},
                                          {400, 9'030'000}});
const std::vector<EndPoint> kSteep =
    ends({{0, 0}, {10, 1'000}, {200, 2'000}, {3'000, 3'000}, {40'000, 4'000}});
const std::vector<EndPoint> kStill = ends({{100, 10'000}, {100, 20'000}});

} // namespace

class tst_lag_math : public QObject
{
    Q_OBJECT

private slots:
    void lagIsSplitNeverClamped_data()
    {
        QTest::addColumn<qint64>("committed");
        QTest::addColumn<qint64>("logStart");
        QTest::addColumn<qint64>("logEnd");
        QTest::addColumn<int>("state");
        QTest::addColumn<qint64>("missed");
        QTest::addColumn<qint64>("available");
        QTest::addColumn<qint64>("ahead");
        QTest::addColumn<bool>("empty");

        const auto known = static_cast<int>(LagSplit::State::Known);
        const auto noCommit = static_cast<int>(LagSplit::State::NoCommit);
        const auto noLeader = static_cast<int>(LagSplit::State::NoLeader);
        const auto row = [](const char* name, qint64 committed, qint64 start, qint64 end, int state,
                            qint64 missed, qint64 available, qint64 ahead, bool empty) {
            QTest::newRow(name) << committed << start << end << state << missed << available
                                << ahead << empty;
        };
        row("caught up", 100, 0, 100, known, 0, 0, 0, false);
        row("behind", 60, 0, 100, known, 0, 40, 0, false);
        row("below the log start", 10, 50, 100, known, 40, 50, 0, false);
        row("past the end", 120, 0, 100, known, 0, 0, 20, false);
        row("no commit is not lag zero", -1, 0, 100, noCommit, 0, 0, 0, false);
        row("no leader", 60, 0, -1, noLeader, 0, 0, 0, false);
        row("neither", -1, -1, -1, noCommit, 0, 0, 0, false);
        row("emptied by retention is no phantom lag", 60, 100, 100, known, 40, 0, 0, true);
        row("empty and new", 0, 0, 0, known, 0, 0, 0, true);
        row("log start not known", 60, -1, 100, known, 0, 40, 0, false);
        row("past what an int holds", 5, 0, 5'000'000'005, known, 0, 5'000'000'000, 0, false);
    }

    void lagIsSplitNeverClamped()
    {
        QFETCH(qint64, committed);
        QFETCH(qint64, logStart);
        QFETCH(qint64, logEnd);
        const LagSplit split = LagSplit::of(committed, logStart, logEnd);
        QTEST(static_cast<int>(split.state), "state");
        QTEST(static_cast<qint64>(split.missed), "missed");
        QTEST(static_cast<qint64>(split.available), "available");
        QTEST(static_cast<qint64>(split.ahead), "ahead");
        QTEST(split.empty, "empty");
    }

    void findsWhenAnOffsetWasAppended_data()
    {
        QTest::addColumn<int>("table");
        QTest::addColumn<qint64>("offset");
        QTest::addColumn<qint64>("ms"); // -1: not known, never extrapolated
        QTest::newRow("inside the first segment") << 0 << qint64{199} << qint64{59'700};
        QTest::newRow("of a flat line the end") << 0 << qint64{200} << qint64{700'000};
        QTest::newRow("just after a flat line") << 0 << qint64{201} << qint64{700'300};
        QTest::newRow("half way") << 0 << qint64{250} << qint64{715'000};
        QTest::newRow("the second flat line") << 0 << qint64{300} << qint64{9'000'000};
        QTest::newRow("after the second flat line") << 0 << qint64{301} << qint64{9'000'300};
        QTest::newRow("steep") << 1 << qint64{1600} << qint64{2'500};
        QTest::newRow("first record") << 1 << qint64{1} << qint64{100};
        QTest::newRow("last of a segment") << 1 << qint64{2999} << qint64{3'000};
        QTest::newRow("the newest end") << 1 << qint64{40'000} << qint64{4'000};
        QTest::newRow("left of all") << 1 << qint64{-10'000} << qint64{-1};
        QTest::newRow("right of all") << 1 << qint64{50'000} << qint64{-1};
        QTest::newRow("left of a still log") << 2 << qint64{99} << qint64{-1};
        QTest::newRow("right of a still log") << 2 << qint64{101} << qint64{-1};
    }

    void findsWhenAnOffsetWasAppended()
    {
        QFETCH(int, table);
        QFETCH(qint64, offset);
        QFETCH(qint64, ms);
        const auto found = timeOfOffset(table == 0 ? kFlat : table == 1 ? kSteep : kStill, offset);
        QCOMPARE(found ? toMs(*found) : -1, ms);
    }

    void slopesAndRates()
    {
        std::vector<Point> points;
        QVERIFY(!rate(points));
        for (int i = 0; i < 5; ++i) {
            points.push_back({timestampFromMs(i * 2'000), 1'000.0 - 30.0 * i});
        }
        QCOMPARE(*rate(points), -15.0);
        QCOMPARE(*slope(points), -15.0);
        points[2].value += 5; // off the line in its middle: the slope stays
        QCOMPARE(*slope(points), -15.0);
        QVERIFY(!slope(std::span(points).first(2)));
        const std::vector<Point> sameTime(3, Point{timestampFromMs(0), 1.0});
        QVERIFY(!rate(sameTime));
        QVERIFY(!slope(sameTime));
    }

    void catchesUpOnlyWhereThatMeansSomething_data()
    {
        QTest::addColumn<qint64>("lag");
        QTest::addColumn<double>("slope");
        QTest::addColumn<qint64>("ms"); // -1: none
        QTest::newRow("shrinks") << qint64{1'000} << -10.0 << qint64{100'000};
        QTest::newRow("grows") << qint64{1'000} << 10.0 << qint64{-1};
        QTest::newRow("stays") << qint64{1'000} << 0.0 << qint64{-1};
        QTest::newRow("shrinks by noise") << qint64{1'000} << -0.0009 << qint64{-1};
        QTest::newRow("just enough") << qint64{100} << -0.001 << qint64{100'000'000};
        QTest::newRow("so little that it is noise") << qint64{99} << -10.0 << qint64{-1};
    }

    void catchesUpOnlyWhereThatMeansSomething()
    {
        QFETCH(qint64, lag);
        QFETCH(double, slope);
        const auto in = timeToCatchUp(lag, slope);
        QTEST(in ? static_cast<qint64>(in->count()) : qint64{-1}, "ms");
    }

    void aValueStandsOutAmongItsLike()
    {
        QCOMPARE(*standsOut(std::vector<double>{3, 5, 4'000, 3, 0, 3}), std::size_t{2});
        QVERIFY(!standsOut(std::vector<double>{100, 120, 90, 110, 95, 105, 99, 125}, 2.5));
        QVERIFY(!standsOut(std::vector<double>{5, 5, 5, 5, 5}));
        QVERIFY(!standsOut(std::vector<double>{1, 2, 1'000})); // too few to tell
        QVERIFY(!standsOut(std::vector<double>{}));
    }

    void numbersAreWrittenAsPeopleReadThem()
    {
        QCOMPARE(formatCount(8'122'277), std::string("8,122,277"));
        QCOMPARE(formatCount(0), std::string("0"));
        QCOMPARE(formatCount(-1'000), std::string("-1,000"));
        QCOMPARE(formatCount(999), std::string("999"));
        QCOMPARE(formatRate(0), std::string("0"));
        QCOMPARE(formatRate(0.01), std::string("< 0.1"));
        QCOMPARE(formatRate(0.44), std::string("0.4"));
        QCOMPARE(formatRate(9.96), std::string("10"));
        QCOMPARE(formatRate(1203.6), std::string("1,204"));
        QCOMPARE(formatTimeLag({}), std::string("\u2013"));
        QCOMPARE(formatTimeLag({TimeLagMethod::CaughtUp, std::chrono::seconds{0}}),
                 std::string("0s"));
        QCOMPARE(formatTimeLag({TimeLagMethod::RecordTime, std::chrono::milliseconds{40}}),
                 std::string("< 0.1s"));
        QCOMPARE(formatTimeLag({TimeLagMethod::PollTimeAtLeast, std::chrono::seconds{70}}),
                 std::string("> 1m 10s"));
    }
};

QTEST_GUILESS_MAIN(tst_lag_math)
#include "tst_lag_math.moc"

#include "model/lag/lag_series.h"
#include "tests/unit/lag/lag_scenario.h"

#include <QTest>

#include <cmath>
#include <thread>

using namespace hindcast;
using hindcast::test::kStart;
using hindcast::test::LagScenario;
using namespace std::chrono_literals;

namespace {

LagScenario six()
{
    LagScenario scenario;
    for (int p = 0; p < 6; ++p) {
        scenario.partitions.push_back(p == 2 ? LagScenario::stopsAt(31) : LagScenario::keepsUp());
    }
    return scenario;
}

} // namespace

class tst_lag_history : public QObject
{
    Q_OBJECT

private slots:
    void theStateAtATimeIsTheNewestSampleUpToIt_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<qint64>("sampleMs"); // -1: none
        QTest::newRow("before all") << qint64{-1} << qint64{-1};
        QTest::newRow("exactly the first") << qint64{0} << qint64{0};
        QTest::newRow("between two") << qint64{9'999} << qint64{5'000};
        QTest::newRow("exactly the third") << qint64{10'000} << qint64{10'000};
        QTest::newRow("after all") << qint64{10'000'000} << qint64{995'000};
    }

    void theStateAtATimeIsTheNewestSampleUpToIt()
    {
        QFETCH(qint64, ms);
        QFETCH(qint64, sampleMs);
        const auto history = six().history(200);
        const auto sample = history->at("billing", kStart + std::chrono::milliseconds{ms});
        QCOMPARE(sample ? (sample->time - kStart).count() : -1, sampleMs);
    }

    void theLastChangeOfACommitIsFound()
    {
        const auto history = six().history(2'000);
        const TopicPartition stuck{"payments", 2};
        const auto change = history->lastCommit("billing", stuck, kStart + 5s * 1'999);
        QVERIFY(change.has_value());
        QCOMPARE(toMs(change->time), toMs(kStart + 31 * 5s));
        QCOMPARE(change->offset, std::int64_t{8'122'277 + 31 * 1'750});
        QCOMPARE(change->previous, std::int64_t{8'122'277 + 30 * 1'750});
        QVERIFY(!history->lastCommit("billing", stuck, kStart));
        QVERIFY(!history->lastCommit("billing", {"payments", 77}, kStart + 1h));
        QVERIFY(!history->lastCommit("nobody", stuck, kStart + 1h));
    }

    void samplesOutOfOrderAreRefused()
    {
        LagHistoryBuilder builder;
        QVERIFY(builder.add(six().sample(1)));
        QVERIFY(!builder.add(six().sample(1)));
        QVERIFY(!builder.add(six().sample(0)));
        QVERIFY(!builder.add(nullptr));
        QVERIFY(builder.add(six().sample(2)));
        QCOMPARE(builder.snapshot()->sampleCount(), std::size_t{2});
    }

    void anOlderSnapshotStaysAsItWas()
    {
        LagHistoryBuilder builder;
        const LagScenario scenario = six();
        for (int i = 0; i < 300; ++i) {
            builder.add(scenario.sample(i));
        }
        const auto old = builder.snapshot();
        const auto unchanged = builder.snapshot();
        QCOMPARE(unchanged->track("billing"), old->track("billing"));
        for (int i = 300; i < 600; ++i) {
            builder.add(scenario.sample(i));
        }
        QCOMPARE(old->track("billing")->samples.size(), std::size_t{300});
        QCOMPARE(old->track("billing")->partitions[0].points.size(), std::size_t{300});
        QCOMPARE(old->range().to, kStart + 5s * 299);
        QCOMPARE(builder.snapshot()->range("billing").to, kStart + 5s * 599);
    }

    void snapshotsAreReadWhileTheHistoryGrows()
    {
        LagHistoryBuilder builder;
        const LagScenario scenario = six();
        builder.add(scenario.sample(0));
        for (int round = 0; round < 20; ++round) {
            const auto snapshot = builder.snapshot();
            const std::size_t size = snapshot->sampleCount();
            std::size_t seen = 0;
            std::thread reader([&] {
                for (int again = 0; again < 20; ++again) {
                    const auto lag = evaluateLag(*snapshot, "billing", kStart + 10h);
                    seen += lag.known() ? snapshot->track("billing")->samples.size() : 0;
                }
            });
            for (int i = 0; i < 50; ++i) {
                builder.add(scenario.sample(1 + round * 50 + i));
            }
            reader.join();
            QCOMPARE(seen, size * 20);
        }
    }

    void aPartitionThatComesLaterHasItsOwnHistory()
    {
        LagScenario scenario = six();
        LagHistoryBuilder builder;
        builder.add(scenario.sample(0));
        scenario.partitions.push_back(LagScenario::keepsUp());
        builder.add(scenario.sample(1));
        const auto track = builder.snapshot()->track("billing");
        QCOMPARE(track->find({"payments", 6})->points.size(), std::size_t{1});
        QCOMPARE(track->find({"payments", 0})->points.size(), std::size_t{2});
        const auto series = lagSeries(*builder.snapshot(), "billing", {kStart, kStart + 1h}, 100,
                                      LagQuantity::Records);
        QVERIFY(std::isnan(series.lines.at(6).values.at(0)));
        QVERIFY(!std::isnan(series.lines.at(6).values.at(1)));
    }

    void theIntervalIsTheOneThatWasKept()
    {
        LagScenario scenario = six();
        QVERIFY(!scenario.history(1)->interval("billing", kStart + 1h));
        QCOMPARE(*scenario.history(30)->interval("billing", kStart + 1h), 5'000ms);
        LagHistoryBuilder builder;
        for (int i = 0; i < 30; ++i) {
            builder.add(scenario.sample(i * 12));
        }
        QCOMPARE(*builder.snapshot()->interval("billing", kStart + 1h), 60'000ms);
    }

    void aSeriesHasEverySampleWhereThereIsRoom()
    {
        const auto history = six().history(80);
        const auto series =
            lagSeries(*history, "billing", {kStart, kStart + 5s * 79}, 600, LagQuantity::Records);
        QCOMPARE(series.times.size(), std::size_t{80});
        QCOMPARE(series.lines.size(), std::size_t{6});
        QCOMPARE(series.lines[2].name, std::string("payments-2"));
        QCOMPARE(series.lines[2].values.back(), 5.0 + 1'750.0 * 48);
    }

    void aNarrowSeriesKeepsThePeak()
    {
        LagScenario scenario;
        scenario.partitions.emplace_back([](int i) {
            const std::int64_t end = 1 + i * 100;
            return LagScenario::At{i == 4'321 ? end - 399'999 : end - 1, end};
        });
        const auto series = lagSeries(*scenario.history(10'000), "billing",
                                      {kStart, kStart + 5s * 10'000}, 200, LagQuantity::Records);
        QVERIFY(series.times.size() <= 400);
        QVERIFY(series.times.size() >= 200);
        QVERIFY(std::is_sorted(series.times.begin(), series.times.end()));
        const auto& values = series.lines[0].values;
        QCOMPARE(*std::max_element(values.begin(), values.end()), 399'999.0);
    }

    void whereNobodyLookedTheLineBreaks()
    {
        LagScenario scenario = six();
        LagHistoryBuilder builder;
        for (int i = 0; i < 60; ++i) {
            builder.add(scenario.sample(i < 30 ? i : i + 200));
        }
        const auto series = lagSeries(*builder.snapshot(), "billing", {kStart, kStart + 5s * 260},
                                      600, LagQuantity::Records);
        QCOMPARE(series.times.size(), std::size_t{61});
        QVERIFY(std::isnan(series.lines[0].values[30]));
    }

    void ratesAreOfTheWholeGroup()
    {
        const auto series = lagSeries(*six().history(60), "billing", {kStart, kStart + 1h}, 600,
                                      LagQuantity::Rates);
        QCOMPARE(series.lines.size(), std::size_t{2});
        QVERIFY(std::isnan(series.lines[0].values[0]));
        QCOMPARE(series.lines[0].values[50], 5 * 58.0 + 350);
        QVERIFY(std::abs(series.lines[1].values[50] - 5 * 58.0) < 5);
    }

    void secondsAreAPartitionEach()
    {
        const auto series = lagSeries(*six().history(60), "billing", {kStart, kStart + 1h}, 600,
                                      LagQuantity::Seconds);
        QCOMPARE(series.lines.size(), std::size_t{6});
        QCOMPARE(series.lines[2].values[59], 28 * 5.0);
    }

    void manyPartitionsAreFolded()
    {
        LagScenario scenario;
        for (int p = 0; p < 40; ++p) {
            scenario.partitions.emplace_back([p](int i) {
                return LagScenario::At{i * 10, i * 10 + p};
            });
        }
        const auto series = lagSeries(*scenario.history(10), "billing", {kStart, kStart + 1h}, 600,
                                      LagQuantity::Records, 8);
        QCOMPARE(series.lines.size(), std::size_t{8});
        QCOMPARE(series.lines[6].name, std::string("payments-39"));
        QCOMPARE(series.lines[7].name, std::string("33 others"));
        QCOMPARE(series.lines[7].values[5], 32.0 * 33 / 2);
    }

    void anEmptyQuestionHasAnEmptyAnswer()
    {
        const auto history = six().history(5);
        QVERIFY(lagSeries(*history, "nobody", {kStart, kStart + 1h}, 100, LagQuantity::Records)
                    .times.empty());
        QVERIFY(lagSeries(*history, "billing", {kStart, kStart - 1h}, 100, LagQuantity::Records)
                    .times.empty());
        QVERIFY(LagHistory{}.groups().empty());
        QCOMPARE(LagHistory{}.range().from, kNoTimestamp);
    }
};

QTEST_GUILESS_MAIN(tst_lag_history)
#include "tst_lag_history.moc"

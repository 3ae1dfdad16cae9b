#include "model/lag/lag_sampler.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace hindcast;
using namespace std::chrono_literals;

namespace {

class FakeCluster final : public ClusterView
{
public:
    Result<ClusterState> topics(Deadline) override { return ClusterState{}; }
    Result<TopicState> topic(const std::string&, Deadline) override { return TopicState{}; }
    Result<std::vector<GroupSample>> groups(Deadline) override
    {
        return std::vector<GroupSample>{};
    }
    Result<std::vector<GroupSample>> sample(const std::vector<std::string>& names, bool recordTimes,
                                            Deadline) override
    {
        overlapped = overlapped || inside.exchange(true);
        ++calls;
        askedFor = names;
        askedRecordTimes = recordTimes;
        const bool failsNow = calls >= failFrom && calls < failTo;
        inside = false;
        if (failsNow) {
            return fail(ErrorCode::TimedOut, "The broker did not answer.");
        }
        GroupSample sample;
        sample.group = "billing";
        sample.time = timestampFromMs(calls.load());
        return std::vector<GroupSample>{sample, sample};
    }

    std::atomic<int> calls{0};
    std::atomic<bool> inside{false};
    std::atomic<bool> overlapped{false};
    int failFrom = 1 << 30;
    int failTo = 1 << 30;
    std::vector<std::string> askedFor;
    bool askedRecordTimes = false;
};

} // namespace

class tst_lag_sampler : public QObject
{
    Q_OBJECT

private slots:
    void handsOverEveryGroupUntilItIsStopped()
    {
        FakeCluster cluster;
        std::stop_source stop;
        int samples = 0;
        int rounds = 0;
        LagSampler::Options options;
        options.interval = 1ms;
        options.groups = {"billing"};
        LagSampler sampler(cluster, options,
                           {[&](GroupSamplePtr sample) {
                                QCOMPARE(sample->group, std::string("billing"));
                                ++samples;
                            },
                            [&](std::size_t groups, std::chrono::milliseconds) {
                                QCOMPARE(groups, std::size_t{2});
                                if (++rounds == 5) {
                                    stop.request_stop();
                                }
                            },
                            {}});
        sampler.run(stop.get_token());
        QCOMPARE(rounds, 5);
        QCOMPARE(samples, 10);
        QCOMPARE(cluster.calls.load(), 5);
        QVERIFY(!cluster.overlapped);
        QCOMPARE(cluster.askedFor, std::vector<std::string>{"billing"});
        QVERIFY(cluster.askedRecordTimes);
    }

    void goesOnAfterAFailureAndSaysIt()
    {
        FakeCluster cluster;
        cluster.failFrom = 2;
        cluster.failTo = 4;
        std::stop_source stop;
        std::vector<std::string> problems;
        int rounds = 0;
        LagSampler::Options options;
        options.interval = 1ms;
        LagSampler sampler(cluster, options,
                           {[](GroupSamplePtr) {},
                            [&](std::size_t, std::chrono::milliseconds) {
                                if (++rounds == 3) {
                                    stop.request_stop();
                                }
                            },
                            [&](const Error& error, std::chrono::milliseconds) {
                                problems.push_back(error.message);
                            }});
        sampler.run(stop.get_token());
        QCOMPARE(rounds, 3);
        QCOMPARE(problems, std::vector<std::string>(2, std::string("The broker did not answer.")));
    }

    void aStopEndsAPauseAtOnce()
    {
        FakeCluster cluster;
        std::stop_source stop;
        LagSampler::Options options;
        options.interval = 1h;
        std::atomic<bool> pausing{false};
        LagSampler sampler(cluster, options,
                           {[](GroupSamplePtr) {},
                            [&](std::size_t, std::chrono::milliseconds) { pausing = true; },
                            {}});
        std::thread thread([&] { sampler.run(stop.get_token()); });
        QTRY_VERIFY(pausing);
        stop.request_stop();
        thread.join(); // hangs, and so fails by its timeout, if the pause were slept through
        QCOMPARE(cluster.calls.load(), 1);
    }

    void aSlowClusterIsAskedLess_data()
    {
        QTest::addColumn<int>("tookMs");
        QTest::addColumn<int>("pauseMs");
        QTest::newRow("fast: every interval") << 100 << 4'900;
        QTest::newRow("a quarter of the time is the limit") << 1'250 << 3'750;
        QTest::newRow("slower: asked less often") << 4'000 << 12'000;
        QTest::newRow("slower than the interval: never overlapping") << 9'000 << 27'000;
    }

    void aSlowClusterIsAskedLess()
    {
        QFETCH(int, tookMs);
        const auto pause = LagSampler::pause(5s, std::chrono::milliseconds{tookMs});
        QTEST(static_cast<int>(pause.count()), "pauseMs");
    }

    void failuresInARowAreFurtherAndFurtherApart()
    {
        QCOMPARE(LagSampler::pauseAfterFailure(5s, 1), 5'000ms);
        QCOMPARE(LagSampler::pauseAfterFailure(5s, 2), 10'000ms);
        QCOMPARE(LagSampler::pauseAfterFailure(5s, 3), 20'000ms);
        QCOMPARE(LagSampler::pauseAfterFailure(5s, 100), 60'000ms);
        QCOMPARE(LagSampler::pauseAfterFailure(120s, 9), 120'000ms);
    }
};

QTEST_GUILESS_MAIN(tst_lag_sampler)
#include "tst_lag_sampler.moc"

#include "model/lag/lag_text.h"
#include "tests/unit/lag/lag_scenario.h"

#include <QTest>

using namespace hindcast;
using hindcast::test::kStart;
using hindcast::test::LagScenario;
using namespace std::chrono_literals;

namespace {

std::string wallClock(Timestamp t)
{
    return formatUtc(t).substr(11, 12);
}

struct Case
{
    const char* name;
    std::function<LagScenario()> scenario;
    int samples;
    Verdict group;
    Verdict first; // partition 0
};

LagScenario one(LagScenario::Partition partition)
{
    LagScenario scenario;
    scenario.partitions.push_back(std::move(partition));
    return scenario;
}

using At = LagScenario::At;

const std::vector<Case>& cases()
{
    static const std::vector<Case> all{
        {"keeps up", [] { return one(LagScenario::keepsUp()); }, 30, Verdict::Ok, Verdict::Ok},
        {"stops while records arrive", [] { return one(LagScenario::stopsAt(20)); }, 30,
         Verdict::Stopped, Verdict::Stopped},
        {"one poll without a commit is not a stop", [] { return one(LagScenario::stopsAt(20)); },
         22, Verdict::Ok, Verdict::Ok},
        {"was stopped before the first sample", [] { return one(LagScenario::stopsAt(0)); }, 10,
         Verdict::Stopped, Verdict::Stopped},
        {"a first look says nothing about commits",
         [] { return one([](int) {
                  return At{5, 9, 0, 200ms};
              }); }, 1, Verdict::Ok, Verdict::Ok},
        {"quiet: all read and nothing arrives",
         [] { return one([](int) {
                  return At{100, 100};
              }); }, 60, Verdict::Ok, Verdict::Ok},
        {"quiet: a transaction marker is left, nobody ever reads it",
         [] { return one([](int) {
                  return At{100, 101};
              }); }, 60, Verdict::Ok, Verdict::Ok},
        {"transactions: committed moves, lag 1 for ever",
         [] { return one([](int i) {
                  return At{100 + 2 * i, 101 + 2 * i};
              }); }, 60, Verdict::Ok,
         Verdict::Ok},
        {"a record that can be read waits on a quiet topic",
         [] { return one([](int i) {
                  return At{100, 101, 0, i * 5s};
              }); }, 60, Verdict::Stopped,
         Verdict::Stopped},
        {"a record after a long silence is given time",
         [] { return one([](int i) {
                  return At{100, i < 59 ? 100 : 101, 0, 100ms};
              }); }, 60,
         Verdict::Ok, Verdict::Ok},
        {"slow batches have their own rhythm",
         [] {
             return one([](int i) {
                 // Commits once a minute, all that came until then.
                 return At{i / 12 * 12 * 50, i * 50, 0, (i % 12) * 5s};
             });
         },
         130, Verdict::Ok, Verdict::Ok},
        {"behind all through",
         [] { return one([](int i) {
                  return At{i * 50, 500 + i * 50, 0, 8'400ms};
              }); }, 30,
         Verdict::Lagging, Verdict::Lagging},
        {"behind by Kafka's own commit interval is keeping up",
         [] { return one([](int i) {
                  return At{i * 50, 50 + i * 50, 0, (i % 2) * 4'900ms};
              }); },
         30, Verdict::Ok, Verdict::Ok},
        {"falls behind",
         [] { return one([](int i) {
                  return At{i * 50, 10 + i * 60, 0, i * 1s};
              }); }, 30,
         Verdict::Lagging, Verdict::Lagging},
        {"one look, far behind", [] { return one([](int) {
                                          return At{5, 900, 0, 60s};
                                      }); }, 1,
         Verdict::Lagging, Verdict::Lagging},
        {"went back and has not returned",
         [] {
             return one([](int i) {
                 return At{i < 20 ? i * 50 : (i - 15) * 50, i * 50 + 3, 0, i < 20 ? 0ms : 75s};
             });
         },
         24, Verdict::Rewound, Verdict::Rewound},
        {"went back and returned",
         [] { return one([](int i) {
                  return At{i == 20 ? 900 : i * 50, i * 50 + 3, 0, 50ms};
              }); },
         24, Verdict::Ok, Verdict::Ok},
        {"never committed", [] { return one([](int i) {
                                     return At{-1, i * 50};
                                 }); }, 30,
         Verdict::NoCommit, Verdict::NoCommit},
        {"no leader", [] { return one([](int) {
                               return At{50, -1};
                           }); }, 30, Verdict::NoLeader,
         Verdict::NoLeader},
        {"past the end for one poll is a race",
         [] { return one([](int i) {
                  return At{i == 29 ? 105 : 100, 100};
              }); }, 30, Verdict::Ok,
         Verdict::Ok},
        {"past the end for two polls is a new topic",
         [] { return one([](int i) {
                  return At{100, i < 28 ? 100 : 7};
              }); }, 30, Verdict::Ahead,
         Verdict::Ahead},
        {"retention took what was not read",
         [] { return one([](int i) {
                  return At{i * 10, 1'000 + i * 50, 900 + i * 50};
              }); }, 30,
         Verdict::Missed, Verdict::Missed},
        {"retention emptied the partition",
         [] { return one([](int) {
                  return At{60, 100, 100};
              }); }, 30, Verdict::Missed,
         Verdict::Missed},
        {"an empty partition that was read to its end",
         [] { return one([](int) {
                  return At{100, 100, 100};
              }); }, 30, Verdict::Ok, Verdict::Ok},
        {"no members",
         [] {
             LagScenario s = one([](int i) { return At{100, i * 50 + 200, 0, i * 5s}; });
             s.state = [](int) { return "Empty"; };
             s.hasMembers = [](int) { return false; };
             return s;
         },
         30, Verdict::Empty, Verdict::Empty},
        {"no members, yet it commits: it assigns partitions itself",
         [] {
             LagScenario s = one(LagScenario::keepsUp());
             s.state = [](int) { return "Empty"; };
             s.hasMembers = [](int) { return false; };
             return s;
         },
         30, Verdict::Ok, Verdict::Ok},
        {"members left a moment ago",
         [] {
             LagScenario s = one(LagScenario::stopsAt(20));
             s.state = [](int i) { return i < 21 ? "Stable" : "Empty"; };
             s.hasMembers = [](int i) { return i < 21; };
             return s;
         },
         24, Verdict::Empty, Verdict::Empty},
        {"rebalancing is not stopped",
         [] {
             LagScenario s = one(LagScenario::stopsAt(20));
             s.state = [](int i) { return i < 21 ? "Stable" : "PreparingRebalance"; };
             s.hasMembers = [](int i) { return i < 21; };
             return s;
         },
         30, Verdict::Rebalancing, Verdict::Rebalancing},
        {"new protocol, old library: the offsets still tell",
         [] {
             LagScenario s = one(LagScenario::stopsAt(20));
             s.state = [](int) { return "Stable"; };
             s.membersVisible = false;
             return s;
         },
         30, Verdict::Stopped, Verdict::Stopped},
    };
    return all;
}

} // namespace

class tst_lag_evaluation : public QObject
{
    Q_OBJECT

private slots:
    void eachStateHasItsVerdict_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < cases().size(); ++i) {
            QTest::newRow(cases()[i].name) << static_cast<int>(i);
        }
    }

    void eachStateHasItsVerdict()
    {
        QFETCH(int, index);
        const Case& c = cases()[static_cast<std::size_t>(index)];
        const GroupLag lag = c.scenario().evaluate(c.samples);
        QCOMPARE(wordOf(lag.partitions.at(0).verdict), wordOf(c.first));
        QCOMPARE(wordOf(lag.verdict), wordOf(c.group));
        QVERIFY(!describeLag(lag).headline.empty());
        QVERIFY(!describeLag(lag).detail.empty());
    }

    void aFirstLookClaimsNoMoreThanItCanKnow_data()
    {
        QTest::addColumn<qint64>("committed");
        QTest::addColumn<qint64>("end");
        QTest::addColumn<qint64>("start");
        QTest::addColumn<qint64>("behindMs"); // -1: not known
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("headline");
        const QString unknown = QStringLiteral("Whether billing keeps up is not known yet");
        QTest::newRow("nothing waits")
            << qint64{100} << qint64{100} << qint64{0} << qint64{-1} << "ok"
            << "billing keeps up";
        QTest::newRow("a little waits, a moment old")
            << qint64{100} << qint64{300} << qint64{0} << qint64{900} << "ok"
            << "billing keeps up";
        QTest::newRow("much waits, of an age not known")
            << qint64{100} << qint64{90'000} << qint64{0} << qint64{-1} << "unknown" << unknown;
        QTest::newRow("it waits for hours: slow or stuck")
            << qint64{100} << qint64{90'000} << qint64{0} << qint64{7'200'000} << "lagging"
            << "billing is 2h 00m behind";
        QTest::newRow("deleted before it was read")
            << qint64{100} << qint64{90'000} << qint64{400} << qint64{-1} << "records lost"
            << "billing has lost 300 records on payments-0";
        QTest::newRow("past the end: a race, or a new topic")
            << qint64{100} << qint64{90} << qint64{0} << qint64{-1} << "ok"
            << "billing keeps up";
        QTest::newRow("no commit")
            << qint64{-1} << qint64{90} << qint64{0} << qint64{-1} << "no commit"
            << "billing has committed nothing";
    }

    void aFirstLookClaimsNoMoreThanItCanKnow()
    {
        QFETCH(qint64, committed);
        QFETCH(qint64, end);
        QFETCH(qint64, start);
        QFETCH(qint64, behindMs);
        QFETCH(QString, word);
        QFETCH(QString, headline);
        // Five more partitions that are read to the end, so that this one stands out.
        LagScenario scenario = one([&](int) {
            At at{committed, end, start, std::nullopt};
            if (behindMs >= 0) {
                at.behind = std::chrono::milliseconds{behindMs};
            }
            return at;
        });
        if (committed >= 0) {
            for (int i = 0; i < 5; ++i) {
                scenario.partitions.push_back([](int) { return At{50, 50}; });
            }
        }
        const GroupLag lag = scenario.evaluate(1);
        QVERIFY(lag.firstLook);
        QCOMPARE(QString::fromLatin1(wordOf(lag.partitions.at(0).verdict)), word);
        QCOMPARE(QString::fromLatin1(wordOf(lag.verdict)), word);
        const LagText text = describeLag(lag);
        QCOMPARE(QString::fromStdString(text.headline), headline);
        QVERIFY2(text.detail.find("records/s") == std::string::npos, text.detail.c_str());
    }

    void aPartitionWithoutACommitIsNotCalledHot()
    {
        LagScenario scenario;
        for (int p = 0; p < 6; ++p) {
            scenario.partitions.push_back(
                p == 4 ? [](int i) { return At{5, 9'000 + i * 1'750, 0, 60s + i * 5s}; }
                       : LagScenario::keepsUp());
        }
        for (const int samples : {1, 2, 4, 6}) {
            const GroupLag lag = scenario.evaluate(samples);
            QCOMPARE(wordOf(lag.verdict), "lagging");
            const std::string detail = describeLag(lag).detail;
            QVERIFY2(detail.find(samples == 1 ? "a first look cannot tell"
                                              : "nothing was committed there") != std::string::npos,
                     detail.c_str());
        }
        QCOMPARE(wordOf(scenario.evaluate(8).verdict), "stopped");
    }

    void oneStuckPartitionIsNamedWithItsFacts()
    {
        LagScenario scenario;
        for (int p = 0; p < 6; ++p) {
            scenario.partitions.push_back(p == 2 ? LagScenario::stopsAt(31)
                                                 : LagScenario::keepsUp());
        }
        const GroupLag lag = scenario.evaluate(40);
        QCOMPARE(wordOf(lag.verdict), "stopped");
        QCOMPARE(lag.severity, Severity::Error);
        QCOMPARE(lag.worst, std::optional<std::size_t>(2));
        const PartitionLag& stuck = lag.partitions[2];
        QCOMPARE(stuck.sample.committed, std::int64_t{8'122'277 + 31 * 1750});
        QCOMPARE(*stuck.in, 350.0);
        QCOMPARE(*stuck.out, 0.0);
        QCOMPARE(stuck.behind.lag, 40s);
        QCOMPARE(static_cast<int>(stuck.behind.method),
                 static_cast<int>(TimeLagMethod::RecordTime));
        QCOMPARE(static_cast<int>(stuck.catchUp.kind), static_cast<int>(CatchUp::Kind::Never));
        QVERIFY(stuck.commitSeen);
        QCOMPARE(toMs(stuck.lastCommit), toMs(kStart + 31 * 5s));
        QCOMPARE(wordOf(lag.partitions[0].verdict), "ok");
        QCOMPARE(formatCatchUp(lag.partitions[0].catchUp), std::string("caught up"));

        const LagText text = describeLag(lag, wallClock);
        QCOMPARE(text.headline, std::string("billing has stopped on payments-2"));
        QCOMPARE(text.detail,
                 std::string("Nothing committed since 14:02:35.000 while 350 records/s arrive; its "
                             "member is alive. The other 5 partitions keep up: look at the record "
                             "it is stuck on."));
    }

    void stoppedEverywherePointsAtTheConsumer()
    {
        LagScenario scenario;
        scenario.partitions = {LagScenario::stopsAt(5), LagScenario::stopsAt(5)};
        const LagText text = describeLag(scenario.evaluate(30), wallClock);
        QCOMPARE(text.headline, std::string("billing has stopped"));
        QVERIFY(text.detail.find("look at the consumer itself first") != std::string::npos);
    }

    void aNumberIsOnlyGivenWhereThereIsOne()
    {
        const GroupLag none = one([](int i) { return At{-1, i * 50}; }).evaluate(10);
        QCOMPARE(none.available, std::int64_t{0});
        QVERIFY(!none.behind.known());
        QVERIFY(!none.partitions[0].out);
        QCOMPARE(formatCatchUp(none.partitions[0].catchUp), std::string("\u2013"));
    }

    void aStepBackBreaksTheRate()
    {
        const GroupLag lag = one([](int i) {
                                 return At{i < 9 ? i * 500 : 1'000, 5'000 + i * 50};
                             }).evaluate(10);
        QVERIFY(!lag.partitions[0].out);
        QCOMPARE(*lag.partitions[0].in, 10.0);
    }

    void withoutRecordTimesThePollsTellHowFarBehind()
    {
        // 10 records/s arrive, the group stands 100 records behind the end: 10 s.
        const GroupLag lag = one([](int i) { return At{i * 50, 100 + i * 50}; }).evaluate(30);
        QCOMPARE(static_cast<int>(lag.behind.method), static_cast<int>(TimeLagMethod::PollTime));
        QCOMPARE(lag.behind.lag, 10s);
        // Before the first sample nobody knows: at least.
        const GroupLag far = one([](int i) { return At{5 + i, 100'000 + i * 50}; }).evaluate(30);
        QVERIFY(far.behind.atLeast());
        QCOMPARE(far.behind.lag, 29 * 5s);
    }

    void aBacklogThatShrinksHasATime()
    {
        const GroupLag lag = one([](int i) {
                                 return At{i * 100, 10'000 + i * 50, 0, 60s};
                             }).evaluate(30);
        QCOMPARE(wordOf(lag.verdict), "lagging");
        QCOMPARE(static_cast<int>(lag.partitions[0].catchUp.kind),
                 static_cast<int>(CatchUp::Kind::In));
        QCOMPARE(lag.partitions[0].catchUp.in, 855s); // 8,550 records at 10 a second
        const LagText text = describeLag(lag);
        QCOMPARE(text.headline, std::string("billing is 1m 00s behind"));
        QVERIFY(text.detail.find("catches up in about 14m 15s") != std::string::npos);
    }

    void aHotPartitionStandsOut()
    {
        LagScenario scenario;
        for (int p = 0; p < 6; ++p) {
            scenario.partitions.push_back(
                p == 4 ? [](int i) { return At{i * 200, 4'000 + i * 250, 0, 20s}; }
                       : LagScenario::keepsUp());
        }
        const GroupLag lag = scenario.evaluate(30);
        QCOMPARE(wordOf(lag.verdict), "hot partition");
        QCOMPARE(lag.worst, std::optional<std::size_t>(4));
        QVERIFY(describeLag(lag).headline.find("payments-4 alone") != std::string::npos);
    }

    void duringARebalanceTheLastOwnerIsHeld()
    {
        LagScenario scenario = one(LagScenario::keepsUp());
        scenario.state = [](int i) { return i < 8 ? "Stable" : "CompletingRebalance"; };
        scenario.hasMembers = [](int i) { return i < 8; };
        const PartitionLag lag = scenario.evaluate(10).partitions.at(0);
        QCOMPARE(lag.memberId, std::string("billing-0ab2"));
        QCOMPARE(lag.host, std::string("/10.2.0.14"));
        QVERIFY(lag.memberHeld);
    }

    void offsetsOfATopicTheGroupHasLeftDoNotCount()
    {
        LagScenario scenario = one(LagScenario::keepsUp());
        LagHistoryBuilder builder;
        for (int i = 0; i < 30; ++i) {
            GroupSample sample = *scenario.sample(i);
            GroupPartitionSample left;
            left.place = {"refunds", 0};
            left.committed = 10;
            left.logStart = 0;
            left.logEnd = 9'000 + i * 100;
            sample.partitions.push_back(left);
            builder.add(std::make_shared<const GroupSample>(sample));
        }
        const GroupLag lag = evaluateLag(*builder.snapshot(), "billing", kStart + 1h);
        QCOMPARE(wordOf(lag.verdict), "ok");
        QCOMPARE(wordOf(lag.partitions.at(1).verdict), "not assigned");
        QVERIFY(lag.available < 10);
    }

    void membersThatLeftWhileWatchedAreAWarning()
    {
        LagScenario scenario = one(LagScenario::stopsAt(20));
        scenario.state = [](int i) { return i < 21 ? "Stable" : "Empty"; };
        scenario.hasMembers = [](int i) { return i < 21; };
        const GroupLag lag = scenario.evaluate(40);
        QCOMPARE(lag.severity, Severity::Warning);
        QVERIFY(describeLag(lag, wallClock).detail.find("left by 14:01:45.000") !=
                std::string::npos);
        scenario.state = [](int) { return "Empty"; };
        scenario.hasMembers = [](int) { return false; };
        QCOMPARE(scenario.evaluate(40).severity, Severity::None);
    }

    void beforeTheFirstSampleNothingIsKnown()
    {
        const auto history = one(LagScenario::keepsUp()).history(5);
        const GroupLag lag = evaluateLag(*history, "billing", kStart - 1ms);
        QVERIFY(!lag.known());
        QCOMPARE(wordOf(lag.verdict), "unknown");
        QVERIFY(!evaluateLag(*history, "nobody", kStart).known());
        QVERIFY(describeLag(lag).headline.find("Nothing is known of billing") == 0);
    }
};

QTEST_GUILESS_MAIN(tst_lag_evaluation)
#include "tst_lag_evaluation.moc"

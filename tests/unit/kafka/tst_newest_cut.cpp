#include "connectors/kafka/newest_cut.h"

#include <QTest>
#include <algorithm>
#include <random>
#include <tuple>

using hindcast::kafka::NewestCut;

namespace {

struct LogRecord
{
    std::int64_t offset = 0;
    std::int64_t time = 0;
};

// A partition: what stands in [begin, end), holes left out.
struct Log
{
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::vector<LogRecord> records;
};

struct Answer
{
    std::vector<std::int64_t> from;
    std::int64_t found = 0;
    int rounds = 0;
    std::int64_t offsetsRead = 0;
};

std::vector<NewestCut::Bounds> boundsOf(const std::vector<Log>& logs)
{
    std::vector<NewestCut::Bounds> bounds;
    for (const auto& log : logs) {
        bounds.push_back({log.begin, log.end});
    }
    return bounds;
}

void feed(NewestCut& cut, const std::vector<Log>& logs, const NewestCut::Ask& ask)
{
    for (const auto& record : logs[ask.part].records) {
        if (record.offset >= ask.from && record.offset < ask.to) {
            cut.add(ask.part, record.offset, record.time);
        }
    }
}

Answer find(const std::vector<Log>& logs, std::int64_t wanted)
{
    NewestCut cut(boundsOf(logs), wanted);
    Answer answer;
    for (auto asks = cut.next(); !asks.empty(); asks = cut.next()) {
        ++answer.rounds;
        for (const auto& ask : asks) {
            answer.offsetsRead += ask.to - ask.from;
            feed(cut, logs, ask);
        }
    }
    answer.found = cut.found();
    for (std::size_t i = 0; i < logs.size(); ++i) {
        answer.from.push_back(cut.from(i));
    }
    return answer;
}

// How many records each partition gives to the newest `wanted`, by looking at all of them.
std::vector<std::int64_t> sharesOf(const std::vector<Log>& logs, std::int64_t wanted)
{
    std::vector<std::tuple<std::int64_t, std::size_t, std::int64_t>> all;
    for (std::size_t i = 0; i < logs.size(); ++i) {
        for (const auto& record : logs[i].records) {
            all.emplace_back(record.time, i, record.offset);
        }
    }
    std::sort(all.rbegin(), all.rend());
    std::vector<std::int64_t> shares(logs.size());
    for (std::size_t i = 0; i < std::min(all.size(), static_cast<std::size_t>(wanted)); ++i) {
        ++shares[std::get<1>(all[i])];
    }
    return shares;
}

std::vector<std::int64_t> sharesOf(const std::vector<Log>& logs, const Answer& answer)
{
    std::vector<std::int64_t> shares;
    for (std::size_t i = 0; i < logs.size(); ++i) {
        shares.push_back(std::count_if(logs[i].records.begin(), logs[i].records.end(),
                                       [&](const auto& r) { return r.offset >= answer.from[i]; }));
    }
    return shares;
}

Log dense(std::int64_t begin, std::int64_t end, std::int64_t firstTime, std::int64_t step)
{
    Log log{begin, end, {}};
    for (auto offset = begin; offset < end; ++offset) {
        log.records.push_back({offset, firstTime + (offset - begin) * step});
    }
    return log;
}

} // namespace

// Where the newest N records of several partitions begin.
class tst_NewestCut : public QObject
{
    Q_OBJECT

private slots:
    void evenPartitionsGiveEvenSharesInOneRound();
    void onePartitionGivesItsLast();
    void aBusyPartitionGivesMoreThanAQuietOne();
    void fewerThanAskedAreAllOfThem();
    void holesAtTheEndAreReadOver();
    void noneAreWanted();
    void ofOneTimeTheLaterPartitionIsNewer();
    void aStrayTimestampKeepsAPartitionInOneRange();
    void aPartGivenUpEndsWhereItWasRead();
    void aForgottenAskCountsAsNotAsked();
    void itIsRightForAnyLog_data();
    void itIsRightForAnyLog();
};

void tst_NewestCut::evenPartitionsGiveEvenSharesInOneRound()
{
    const std::vector<Log> logs(4, dense(0, 1000, 0, 1));
    const auto answer = find(logs, 100);
    QCOMPARE(answer.from, (std::vector<std::int64_t>{975, 975, 975, 975}));
    QCOMPARE(answer.found, 100);
    QCOMPARE(answer.rounds, 1);
    QVERIFY(answer.offsetsRead <= 300);
}

void tst_NewestCut::onePartitionGivesItsLast()
{
    const auto answer = find({dense(5, 1005, 0, 1)}, 500);
    QCOMPARE(answer.from, (std::vector<std::int64_t>{505}));
    QCOMPARE(answer.rounds, 1);
}

void tst_NewestCut::aBusyPartitionGivesMoreThanAQuietOne()
{
    // The quiet one has a record every 100 ms, both up to the same moment.
    const std::vector<Log> logs{dense(0, 10'000, 0, 1), dense(0, 100, 99, 100)};
    const auto answer = find(logs, 1010);
    QCOMPARE(sharesOf(logs, answer), (std::vector<std::int64_t>{1000, 10}));
}

void tst_NewestCut::fewerThanAskedAreAllOfThem()
{
    const auto answer = find({dense(7, 10, 0, 1), dense(0, 0, 0, 1)}, 500);
    QCOMPARE(answer.from, (std::vector<std::int64_t>{7, 0}));
    QCOMPARE(answer.found, 3);
}

void tst_NewestCut::holesAtTheEndAreReadOver()
{
    Log log{0, 100'000, {}};
    for (std::int64_t i = 0; i < 30; ++i) {
        log.records.push_back({i * 100, i});
    }
    const auto answer = find({log}, 10);
    QCOMPARE(answer.from, (std::vector<std::int64_t>{2000}));
    QCOMPARE(answer.found, 10);
    QVERIFY(answer.rounds < 20);
}

void tst_NewestCut::noneAreWanted()
{
    const auto answer = find({dense(0, 10, 0, 1)}, 0);
    QCOMPARE(answer.rounds, 0);
    QCOMPARE(answer.from, (std::vector<std::int64_t>{10}));
}

void tst_NewestCut::ofOneTimeTheLaterPartitionIsNewer()
{
    const std::vector<Log> logs(3, dense(0, 10, 5, 0));
    QCOMPARE(find(logs, 12).from, (std::vector<std::int64_t>{10, 8, 0}));
}

void tst_NewestCut::aStrayTimestampKeepsAPartitionInOneRange()
{
    auto logs = std::vector<Log>(2, dense(0, 100, 1000, 1));
    logs[0].records[95].time = 9000; // what follows it in the log is not older than it
    const auto answer = find(logs, 8);
    QCOMPARE(answer.from, (std::vector<std::int64_t>{95, 97}));
}

void tst_NewestCut::aPartGivenUpEndsWhereItWasRead()
{
    const std::vector<Log> logs{{0, 100'000, {}}, dense(0, 50, 0, 1)};
    NewestCut cut(boundsOf(logs), 60);
    auto asks = cut.next();
    QCOMPARE(asks.size(), std::size_t{2});
    for (const auto& ask : asks) {
        feed(cut, logs, ask);
    }
    cut.giveUp(0);
    const auto reached = cut.lookedFrom(0);
    while (!asks.empty()) {
        asks = cut.next();
        for (const auto& ask : asks) {
            QCOMPARE(ask.part, std::size_t{1});
            feed(cut, logs, ask);
        }
    }
    QCOMPARE(cut.from(0), reached);
    QCOMPARE(cut.from(1), 0);
    QCOMPARE(cut.found(), 50);
}

void tst_NewestCut::aForgottenAskCountsAsNotAsked()
{
    Log log{0, 1000, {}};
    log.records = {{1, 1}, {999, 2}};
    NewestCut cut(boundsOf({log}), 2);
    const auto first = cut.next();
    QVERIFY(cut.firstAsk(0));
    feed(cut, {log}, first[0]);
    const auto second = cut.next();
    QVERIFY(!cut.firstAsk(0));
    feed(cut, {log}, second[0]);
    cut.forget(0);
    cut.giveUp(0);
    QVERIFY(cut.next().empty());
    QCOMPARE(cut.found(), 1);
    QCOMPARE(cut.lookedFrom(0), first[0].from);
}

void tst_NewestCut::itIsRightForAnyLog_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 0; seed < 300; ++seed) {
        QTest::addRow("seed %d", seed) << seed;
    }
}

void tst_NewestCut::itIsRightForAnyLog()
{
    QFETCH(int, seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    std::vector<Log> logs(static_cast<std::size_t>(1 + below(6)));
    std::int64_t all = 0;
    for (auto& log : logs) {
        log.begin = below(3) * 100;
        log.end = log.begin + below(3000);
        const int holes = below(101); // percent
        const int step = below(4);    // 0: all of one time
        std::int64_t time = below(500);
        for (auto offset = log.begin; offset < log.end; ++offset) {
            time += below(step + 1);
            if (below(100) >= holes) {
                log.records.push_back({offset, time});
            }
        }
        all += static_cast<std::int64_t>(log.records.size());
    }
    const std::int64_t wanted = below(2) == 0 ? below(50) : below(2000);

    const auto answer = find(logs, wanted);

    QCOMPARE(answer.found, std::min(wanted, all));
    QCOMPARE(sharesOf(logs, answer), sharesOf(logs, wanted));
}

QTEST_GUILESS_MAIN(tst_NewestCut)
#include "tst_newest_cut.moc"

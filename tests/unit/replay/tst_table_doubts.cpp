// Moments that a log does not tell though every record of it is there: by its snapshots.
#include "tests/unit/replay/doubts_fixture.h"

#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

class tst_TableDoubts : public QObject
{
    Q_OBJECT

private slots:
    void aSnapshotWithRowsTellsThatThereWereSome();
    void aSnapshotWithoutAnEndIsNotExact();
    void aSnapshotWithoutAMarkIsWholeWhereTheStreamGoesOn();
    void whatChangedBeforeTheTablesWereReadAnewIsNotTold();
    void aReadingInTheMiddleOfARunLosesNothing();
    void aTableThatWasNotReadAnewIsInDoubt();
    void aRowReadAgainDoesNotRise();
    void byTheClockLogATableReadAnewIsInDoubt();
    void withoutABaseTheRowsOfAnIncrementalSnapshotCount();
    void theEndOfABootstrapIsTold();
    void aMessageLeavesTheirPositionsToTransactions();
    void theDelimiterOfTopicsMayBeAnother();
};

void tst_TableDoubts::aSnapshotWithRowsTellsThatThereWereSome()
{
    const VersionLogPtr log =
        foldedOf({{0, 'r', 1, 1, 100, "first"}, {0, 'r', 2, 1, 100, "last"}, {0, 'u', 1, 2, 110}});
    QCOMPARE(judged(log, 0).overall, Trust::Unknown);
    QCOMPARE(judged(log, 1).overall, Trust::BestEffort);
    QCOMPARE(judged(log, 2).overall, Trust::ExactSince);
    QCOMPARE(atEnd(log).overall, Trust::ExactSince);
    QCOMPARE(QString::fromStdString(judged(log, 0).sentence()),
             QStringLiteral("Unknown on 1 partition; db.app.t-0: what the table held before it was "
                            "first read, at db.app.t-0@0, is not in the log"));
    const auto band = TrustJudge(log).band();
    QCOMPARE(band.front().trust, Trust::Unknown);
    QCOMPARE(band.back().trust, Trust::ExactSince);
    // By the clock `log` too.
    const VersionLogPtr byLog =
        fold(*written({{0, 'r', 1, 1, 100, "first"}, {0, 'r', 2, 1, 100, "last"}}).capture({}),
             projection(TableLog::kTopic, "cdc"));
    QCOMPARE(judged(byLog, 0).overall, Trust::Unknown);
    QCOMPARE(judged(byLog, 1).overall, Trust::BestEffort);
    QCOMPARE(atEnd(byLog).overall, Trust::Exact);
}

void tst_TableDoubts::aSnapshotWithoutAnEndIsNotExact()
{
    const VersionLogPtr log = foldedOf({{0, 'r', 1, 1, 100, "first"}, {0, 'r', 2, 1, 100, "true"}});
    QCOMPARE(atEnd(log).overall, Trust::BestEffort);
    QVERIFY(atEnd(log).sentence().find("has no end in the capture") != std::string::npos);
    // It was broken off, and another one read the whole table.
    const VersionLogPtr again = foldedOf({{0, 'r', 1, 1, 100, "first"},
                                          {0, 'r', 2, 1, 100, "true"},
                                          {0, 'r', 1, 2, 200, "first"},
                                          {0, 'r', 2, 2, 200, "true"},
                                          {0, 'r', 3, 2, 200, "last"},
                                          {0, 'u', 1, 3, 210}});
    QCOMPARE(judged(again, 2).overall, Trust::BestEffort);
    QCOMPARE(judged(again, 5).overall, Trust::ExactSince);
    QCOMPARE(atEnd(again).overall, Trust::ExactSince);
}

void tst_TableDoubts::aSnapshotWithoutAMarkIsWholeWhereTheStreamGoesOn()
{
    const VersionLogPtr log = foldedOf({{0, 'r', 1, 1, 100, "true"}, {0, 'u', 1, 2, 110}});
    QCOMPARE(judged(log, 1).overall, Trust::Exact);
    QCOMPARE(atEnd(log).overall, Trust::Exact);
}

void tst_TableDoubts::whatChangedBeforeTheTablesWereReadAnewIsNotTold()
{
    const VersionLogPtr log = foldedOf({{0, 'r', 1, 1, 100, "last"},
                                        {0, 'u', 1, 2, 200},
                                        {0, 'u', 1, 3, 210},
                                        {0, 'r', 1, 9, 900, "last"},
                                        {0, 'u', 1, 10, 910}});
    QCOMPARE(judged(log, 1).overall, Trust::ExactSince);
    QCOMPARE(judged(log, 2).overall, Trust::ExactSince);
    QCOMPARE(judged(log, 3).overall, Trust::BestEffort);
    QVERIFY(judged(log, 3).sentence().find("read its tables anew at db.app.t-0@3") !=
            std::string::npos);
    QCOMPARE(judged(log, 4).overall, Trust::ExactSince);
    QCOMPARE(atEnd(log).overall, Trust::ExactSince);
}

namespace {

// As TableChange, of a topic and a run of the connector.
Event debezium(const std::string& topic, std::int64_t offset, char op, int id, std::uint64_t lsn,
               const std::string& mark, const std::string& run)
{
    const std::string row = fmt::format(R"({{"id":{},"v":1}})", id);
    Event event{topic,
                0,
                offset,
                1000 + static_cast<std::int64_t>(lsn),
                fmt::format(R"({{"id":{}}})", id),
                std::nullopt};
    event.value = fmt::format(
        R"({{"before":null,"after":{},"source":{{"name":"db","ts_ms":{},)"
        R"("snapshot":"{}","sequence":"[null,\"{}\"]","txId":{},"lsn":{}}},"op":"{}"}})",
        row, lsn, mark, lsn, lsn, lsn, op);
    event.headers.emplace_back("__debezium.context.runId", run);
    return event;
}

} // namespace

void tst_TableDoubts::aReadingInTheMiddleOfARunLosesNothing()
{
    for (const bool same : {true, false}) {
        auto capture = Capture::inMemory();
        append(*capture, std::vector<Event>{
                             debezium("db.app.t", 0, 'r', 1, 100, "last", "1"),
                             debezium("db.app.t", 1, 'u', 1, 200, "false", "1"),
                             debezium("db.app.t", 2, 'r', 1, 300, "last", same ? "1" : "2"),
                         });
        const VersionLogPtr log = foldByCommit(*capture, projection("db.app.t", "cdc"));
        QCOMPARE(judged(log, 2).overall, same ? Trust::ExactSince : Trust::BestEffort);
    }
}

void tst_TableDoubts::aTableThatWasNotReadAnewIsInDoubt()
{
    auto capture = Capture::inMemory();
    append(*capture, std::vector<Event>{
                         debezium("db.app.t", 0, 'r', 1, 100, "last_in_data_collection", "1"),
                         debezium("db.app.u", 0, 'r', 1, 100, "last", "1"),
                         debezium("db.app.u", 1, 'u', 1, 200, "false", "1"),
                         debezium("db.app.u", 2, 'r', 1, 900, "last", "2"),
                         debezium("db.app.u", 3, 'u', 1, 950, "false", "2"),
                     });
    const VersionLogPtr log = foldByCommit(*capture, projection("db.app.t", "cdc"));
    QCOMPARE(judged(log, 2).overall, Trust::ExactSince);
    QCOMPARE(judged(log, 3).overall, Trust::BestEffort); // in the gap
    QCOMPARE(atEnd(log).overall, Trust::BestEffort);
    QVERIFY(atEnd(log).sentence().find("there is no row of this one") != std::string::npos);
    const VersionLogPtr other = foldByCommit(*capture, projection("db.app.u", "cdc"));
    QCOMPARE(atEnd(other).overall, Trust::ExactSince);
}

// The connector leaves a row in its window whose key was changed.
void tst_TableDoubts::aRowReadAgainDoesNotRise()
{
    const VersionLogPtr log = foldedOf({{0, 'r', 1, 1, 100, "last"},
                                        {0, 'd', 1, 1, 110},
                                        {0, 'c', 2, 1, 120},
                                        {0, 'r', 1, 1, 130, "incremental"}});
    QCOMPARE(test::table(log, 4), (Table{{"2", R"({"id":2,"v":1})"}}));
    QCOMPARE(atEnd(log).overall, Trust::ExactSince);
    const VersionLogPtr byLog = fold(*written({{0, 'r', 1, 1, 100, "last"},
                                               {0, 'd', 1, 1, 110},
                                               {0, 'c', 2, 1, 120},
                                               {0, 'r', 1, 1, 130, "incremental"}})
                                          .capture({}),
                                     projection(TableLog::kTopic, "cdc"));
    QCOMPARE(test::table(byLog, 4), test::table(log, 4));
}

// A snapshot does not empty the table there.
void tst_TableDoubts::byTheClockLogATableReadAnewIsInDoubt()
{
    const VersionLogPtr log = fold(*written({{0, 'r', 1, 1, 100, "first"},
                                             {0, 'r', 2, 1, 100, "last"},
                                             {0, 'u', 1, 2, 110},
                                             {0, 'r', 1, 3, 900, "last"},
                                             {0, 'u', 1, 4, 910}})
                                        .capture({}),
                                   projection(TableLog::kTopic, "cdc"));
    QCOMPARE(judged(log, 2).overall, Trust::Exact);
    QCOMPARE(judged(log, 3).overall, Trust::BestEffort);
    QCOMPARE(atEnd(log).overall, Trust::BestEffort);
    QVERIFY(atEnd(log).sentence().find("the clock commit empties the table") != std::string::npos);
}

void tst_TableDoubts::withoutABaseTheRowsOfAnIncrementalSnapshotCount()
{
    const VersionLogPtr log = foldedOf({{0, 'c', 2, 1, 120}, {0, 'r', 1, 1, 130, "incremental"}});
    QCOMPARE(test::table(log, 2).size(), std::size_t{2});
    QCOMPARE(judged(log, 1).overall, Trust::BestEffort);
}

void tst_TableDoubts::theEndOfABootstrapIsTold()
{
    const VersionLogPtr log = folded({{maxwellKey(9), maxwell("insert", 9)},
                                      {"", maxwell("bootstrap-start")},
                                      {maxwellKey(1), maxwell("bootstrap-insert", 1)},
                                      {maxwellKey(2), maxwell("bootstrap-insert", 2)},
                                      {"", maxwell("bootstrap-complete")}});
    QCOMPARE(judged(log, 1).overall, Trust::Unknown);
    QCOMPARE(judged(log, 3).overall, Trust::BestEffort);
    QCOMPARE(judged(log, 4).overall, Trust::BestEffort);
    QCOMPARE(atEnd(log).overall, Trust::Exact);
}

void tst_TableDoubts::aMessageLeavesTheirPositionsToTransactions()
{
    const auto insert = [](int id, const std::string& end) {
        return fmt::format(
            R"({{"xid":{},"nextlsn":"{}","change":[{{"kind":"insert","schema":"s","table":"t",)"
            R"("columnnames":["id"],"columntypes":["integer"],"columnvalues":[{}],)"
            R"("pk":{{"pknames":["id"],"pktypes":["integer"]}}}}]}})",
            id, end, id);
    };
    const VersionLogPtr log = folded(
        {{"",
          R"({"change":[{"kind":"message","transactional":false,"prefix":"x","content":"x"}]})"},
         {"", insert(1, "0/100")},
         {"", insert(2, "0/200")}});
    const auto* const order = dynamic_cast<const CommitOrder*>(log->order().get());
    QCOMPARE(order->prefixOfLsn(0x100).value_or(0), Rank{2});
    QCOMPARE(order->prefixOfLsn(0x200).value_or(0), Rank{3});
}

void tst_TableDoubts::theDelimiterOfTopicsMayBeAnother()
{
    for (const std::string delimiter : {".", "_", "-"}) {
        auto events = eventsFor({{"c", kOne, "", kOne, 1, 10, 5, 0, 1}, end(1, 40, 10)});
        events[0].topic = "db" + delimiter + "app" + delimiter + "t";
        events[1].topic = "db" + delimiter + "transaction";
        const auto capture = Capture::inMemory();
        append(*capture, events);
        const auto order = CommitOrder::build(capture->snapshot()).value();
        QCOMPARE(order->sources(), (std::vector<std::string>{"db"}));
        QCOMPARE(order->prefixOfLsn(40).value_or(0), Rank{2});
        QCOMPARE(order->prefixOfLsn(39).value_or(9), Rank{0});
    }
}

QTEST_GUILESS_MAIN(tst_TableDoubts)
#include "tst_table_doubts.moc"

// Moments that a log does not tell though every record of it is there.
#include "model/replay/trust_judge.h"
#include "tests/unit/replay/commit_fixture.h"
#include "tests/unit/replay/snapshot_log.h"

#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

namespace {

TrustReport judged(const VersionLogPtr& log, Rank prefix)
{
    return TrustJudge(log).at(prefix);
}

TrustReport atEnd(const VersionLogPtr& log)
{
    return judged(log, log->order()->size());
}

TableLog written(const std::vector<TableChange>& changes)
{
    TableLog log;
    for (const TableChange& change : changes) {
        log.write(change);
    }
    return log;
}

VersionLogPtr foldedOf(const std::vector<TableChange>& changes)
{
    return foldByCommit(*written(changes).capture({}));
}

// One partition of records as they are written: key, value; an empty key is null.
using Written = std::vector<std::pair<std::string, std::string>>;

VersionLogPtr folded(const Written& records, bool byCommit = true)
{
    auto capture = Capture::inMemory();
    std::vector<Event> events;
    for (std::size_t i = 0; i < records.size(); ++i) {
        Event event{"t",
                    0,
                    static_cast<std::int64_t>(i),
                    static_cast<std::int64_t>(1000 + i),
                    std::nullopt,
                    std::nullopt};
        if (!records[i].first.empty()) {
            event.key = records[i].first;
        }
        event.value = records[i].second;
        events.push_back(std::move(event));
    }
    append(*capture, events);
    const ProjectionPtr defined = projection("t", "cdc");
    return byCommit ? foldByCommit(*capture, defined) : fold(*capture, defined);
}

std::string maxwell(const std::string& type, int id = 0, const std::string& more = {})
{
    return fmt::format(R"({{"database":"shop","table":"t","type":"{}","ts":1795183200,)"
                       R"("data":{{{}}}{}}})",
                       type, id > 0 ? fmt::format(R"("id":{},"v":"a")", id) : std::string(), more);
}

std::string maxwellKey(int id)
{
    return fmt::format(R"({{"database":"shop","table":"t","pk.id":{}}})", id);
}

std::string dms(const std::string& operation, int id, const std::string& before = {})
{
    return fmt::format(
        R"({{"data":{{"id":{},"v":"a"}},{}"metadata":{{"timestamp":"2026-11-20T14:00:00.000000Z",)"
        R"("record-type":"data","operation":"{}","schema-name":"shop","table-name":"t"}}}})",
        id, before.empty() ? std::string() : R"("before-image":)" + before + ",", operation);
}

} // namespace

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
    void aRowThatIsChangedWasThereBefore_data();
    void aRowThatIsChangedWasThereBefore();
    void changesThatCameAgainTellNothing();
    void aDeleteOfATableThatIsDroppedTellsNothingOfItsPast();
    void anEmptyTableLacksNoColumn();
    void aTableThatWasEmptiedIsKnown();
    void aRowReadAgainDoesNotRise();
    void byTheClockLogATableReadAnewIsInDoubt();
    void withoutABaseTheRowsOfAnIncrementalSnapshotCount();
    void aKeyWithANullTellsNoRow();
    void theEndOfABootstrapIsTold();
    void aKeyOfTheTableTellsNoRow();
    void aTextKeyThatChangesTakesItsRowAlong();
    void aTableThatIsRenamedIsInDoubt();
    void schemaChangesHaveMilliseconds();
    void anIndexTellsTheRowsOfWal2json();
    void aMessageLeavesTheirPositionsToTransactions();
    void theDelimiterOfTopicsMayBeAnother();
    void rowsLackAColumnThatCame_data();
    void rowsLackAColumnThatCame();
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

void tst_TableDoubts::aRowThatIsChangedWasThereBefore_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    const auto row = [](const char* name, const std::string& key, const std::string& value) {
        QTest::newRow(name) << QString::fromStdString(key) << QString::fromStdString(value);
    };
    row("Maxwell's update", maxwellKey(1), maxwell("update", 1, R"(,"old":{"v":"b"})"));
    row("Maxwell's delete", maxwellKey(1), maxwell("delete", 1));
    row("Canal's update", "",
        R"({"data":[{"id":"1","v":"b"}],"database":"shop","es":1,"id":1,"isDdl":false,)"
        R"("old":[{"v":"a"}],"pkNames":["id"],"sql":"","table":"t","ts":1,"type":"UPDATE"})");
    row("the update of AWS DMS", "shop.t.1", dms("update", 1));
    row("wal2json's delete", "",
        R"({"action":"D","xid":2,"schema":"s","table":"t",)"
        R"("identity":[{"name":"id","type":"integer","value":1}]})");
    row("Debezium's delete", R"({"id":1})",
        R"({"before":{"id":1},"after":null,"source":{"name":"db","ts_ms":1,"txId":1,"lsn":10},)"
        R"("op":"d"})");
}

void tst_TableDoubts::aRowThatIsChangedWasThereBefore()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    for (const bool byCommit : {true, false}) {
        const VersionLogPtr log = folded({{key.toStdString(), value.toStdString()}}, byCommit);
        QCOMPARE(judged(log, 0).overall, Trust::BestEffort);
        QCOMPARE(atEnd(log).overall, Trust::BestEffort);
        QVERIFY(judged(log, 0).sentence().find("t-0@0 is a row that no record before it tells") !=
                std::string::npos);
    }
}

// After a restart a connector tells the last changes again, from an update of a row on that is
// deleted later.
void tst_TableDoubts::changesThatCameAgainTellNothing()
{
    const std::string key = R"({"id":5})";
    const auto change = [](const char* op, int lsn) {
        return fmt::format(R"({{"id":5,"v":"a","__op":"{}","__lsn":{},"__deleted":"{}"}})", op, lsn,
                           *op == 'd');
    };
    const Written records{{key, change("c", 200)},
                          {key, change("u", 300)},
                          {key, change("d", 400)},
                          {key, change("u", 300)},
                          {key, change("d", 400)}};
    const VersionLogPtr log = folded(records, false);
    for (Rank prefix = 0; prefix <= records.size(); ++prefix) {
        QCOMPARE(judged(log, prefix).overall, Trust::Exact);
    }
}

// Its key goes first, and then its rows without one.
void tst_TableDoubts::aDeleteOfATableThatIsDroppedTellsNothingOfItsPast()
{
    const std::string key = R"({"id":1})";
    const std::string insert = R"({"op":"c","before":null,"after":{"id":1,"v":"x"}})";
    const std::string gone = R"({"op":"d","before":{"id":1,"v":null},"after":null})";
    const VersionLogPtr log = folded({{key, insert}, {"", gone}}, false);
    QCOMPARE(judged(log, 1).overall, Trust::Exact);
    QCOMPARE(atEnd(log).overall, Trust::BestEffort);
    QCOMPARE(log->report().skipped, std::uint64_t{1});
}

void tst_TableDoubts::anEmptyTableLacksNoColumn()
{
    const std::string key = R"({"id":1})";
    const std::string insert = R"({"op":"c","before":null,"after":{"id":1}})";
    const std::string gone = R"({"op":"d","before":{"id":1},"after":null})";
    const std::string wider = R"({"op":"c","before":null,"after":{"id":1,"w":2}})";
    QCOMPARE(atEnd(folded({{key, insert}, {key, gone}, {key, wider}}, false)).overall,
             Trust::Exact);
    const VersionLogPtr log = folded(
        {{R"({"id":2})", R"({"op":"c","before":null,"after":{"id":2}})"}, {key, wider}}, false);
    QCOMPARE(atEnd(log).overall, Trust::BestEffort);
}

void tst_TableDoubts::aTableThatWasEmptiedIsKnown()
{
    const std::string gone =
        R"({"type":"table-drop","database":"shop","table":"t","ts":1795183200000,"sql":"x"})";
    const VersionLogPtr log = folded(
        {{maxwellKey(1), maxwell("update", 1)}, {"", gone}, {maxwellKey(2), maxwell("insert", 2)}});
    QCOMPARE(judged(log, 1).overall, Trust::BestEffort);
    QCOMPARE(judged(log, 2).overall, Trust::Exact);
    QCOMPARE(atEnd(log).overall, Trust::Exact);
    QCOMPARE(test::table(log, 3).size(), std::size_t{1});
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

void tst_TableDoubts::aKeyWithANullTellsNoRow()
{
    const auto folded = foldChanges({
        {"c", R"({"id":1,"code":null})", "", R"({"id":1,"code":null,"v":"x"})", 1, 10, 5, 0, 1},
        {"c", R"({"id":1,"code":null})", "", R"({"id":1,"code":null,"v":"y"})", 2, 30, 20, 0, 1},
    });
    const TrustReport report = atEnd(folded.log);
    QCOMPARE(report.overall, Trust::Unknown);
    QVERIFY(report.sentence().find("has a null in it") != std::string::npos);
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

void tst_TableDoubts::aKeyOfTheTableTellsNoRow()
{
    const VersionLogPtr log = folded({{"shop.t", dms("load", 1)}, {"shop.t", dms("load", 2)}});
    QCOMPARE(atEnd(log).overall, Trust::Unknown);
    QVERIFY(atEnd(log).sentence().find("key = \"value.id\"") != std::string::npos);
}

void tst_TableDoubts::aTextKeyThatChangesTakesItsRowAlong()
{
    const VersionLogPtr log = folded(
        {{"shop.t.1", dms("insert", 1)}, {"shop.t.5", dms("update", 5, R"({"id":1,"v":"a"})")}});
    QCOMPARE(test::table(log, 2), (Table{{"shop.t.5", R"({"id":5,"v":"a"})"}}));
    QCOMPARE(atEnd(log).overall, Trust::Exact);
    // Where no column explains it, the row it had stays.
    const VersionLogPtr other =
        folded({{"shop.t.1", dms("insert", 1)}, {"shop.t.5", dms("update", 5, R"({"v":"b"})")}});
    QCOMPARE(atEnd(other).overall, Trust::BestEffort);
}

void tst_TableDoubts::aTableThatIsRenamedIsInDoubt()
{
    const auto renamed = [](const std::string& sql, const std::string& to) {
        return R"({"data":null,"database":"shop","es":1,"id":1,"isDdl":true,"pkNames":null,)"
               R"("sql":")" +
               sql + R"(","table":")" + to + R"(","ts":1,"type":"RENAME"})";
    };
    const std::string one =
        R"({"data":[{"id":"1","v":"b"}],"database":"shop","es":1,"id":1,"isDdl":false,)"
        R"("old":null,"pkNames":["id"],"sql":"","table":"t","ts":1,"type":"INSERT"})";
    const VersionLogPtr log = folded({{"", one}, {"", renamed("rename table t to t2", "t2")}});
    QCOMPARE(judged(log, 1).overall, Trust::Exact);
    QCOMPARE(atEnd(log).overall, Trust::BestEffort);
    const VersionLogPtr other = folded({{"", one}, {"", renamed("RENAME x TO y", "y")}});
    QCOMPARE(atEnd(other).overall, Trust::Exact);
}

void tst_TableDoubts::schemaChangesHaveMilliseconds()
{
    const VersionLogPtr log =
        folded({{maxwellKey(1), maxwell("insert", 1)},
                {"", R"({"type":"table-alter","database":"shop","table":"t","old":{},"def":{},)"
                     R"("ts":1795183201000,"sql":"x"})"},
                {maxwellKey(2), maxwell("insert", 2)}});
    QCOMPARE(toMs(log->order()->timeAt(2)), std::int64_t{1795183201000});
}

void tst_TableDoubts::anIndexTellsTheRowsOfWal2json()
{
    const std::string pk = R"(,"pk":[{"name":"id","type":"integer"}]})";
    const auto insert = [&pk](int id, const std::string& code) {
        return fmt::format(R"({{"action":"I","xid":{},"schema":"s","table":"t","columns":[)"
                           R"({{"name":"id","type":"integer","value":{}}},)"
                           R"({{"name":"code","type":"text","value":"{}"}}])",
                           id, id, code) +
               pk;
    };
    const VersionLogPtr log = folded(
        {{"", insert(1, "a")},
         {"", insert(2, "b")},
         {"",
          R"({"action":"U","xid":3,"schema":"s","table":"t","columns":[)"
          R"({"name":"id","type":"integer","value":2},{"name":"code","type":"text","value":"c"}],)"
          R"("identity":[{"name":"code","type":"text","value":"b"}])" +
              pk},
         {"", R"({"action":"D","xid":4,"schema":"s","table":"t",)"
              R"("identity":[{"name":"code","type":"text","value":"a"}])" +
                  pk}});
    QCOMPARE(test::table(log, 4), (Table{{"c", R"({"id":2,"code":"c"})"}}));
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

void tst_TableDoubts::rowsLackAColumnThatCame_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<bool>("came");
    const auto row = [](const char* name, const char* before, const char* after, bool came) {
        QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(after) << came;
    };
    row("a number", R"({"id":1,"v":1})", R"({"id":2,"v":1,"w":3})", true);
    row("a text", R"({"id":1,"v":1})", R"({"id":2,"v":1,"w":"a\\\"\\\\"})", true);
    row("an object", R"({"id":1,"v":1})", R"({"id":2,"v":1,"w":{"a":[{"b":"}"}]} })", true);
    row("behind an object", R"({"id":1,"v":{"x":1}})", R"({"id":2,"v":{"x":1}, "w" : null })",
        true);
    row("another's inside", R"({"id":1,"v":{"x":1}})", R"({"id":2,"v":{"y":1}})", false);
    row("none", R"({"id":1,"v":1})", R"({"id":2,"v":"w"})", false);
    row("one went", R"({"id":1,"v":1,"w":1})", R"({"id":2,"v":1})", false);
}

void tst_TableDoubts::rowsLackAColumnThatCame()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    QFETCH(bool, came);
    const auto folded = foldChanges({
        {"c", kOne, "", before.toStdString(), 1, 10, 5, 0, 1},
        {"c", kTwo, "", after.toStdString(), 2, 30, 20, 0, 1},
        {"t", "", "", "", 3, 50, 40, 0, 1},
    });
    QCOMPARE(judged(folded.log, 1).overall, Trust::Exact);
    QCOMPARE(judged(folded.log, 2).overall, came ? Trust::BestEffort : Trust::Exact);
    if (came) {
        QVERIFY(judged(folded.log, 2).sentence().find("column w came at db.app.t-0@1") !=
                std::string::npos);
    }
    QCOMPARE(judged(folded.log, 3).overall, Trust::Exact); // the table was emptied
    const auto asMaxwell = [](const QString& row) {
        return R"({"database":"shop","table":"t","type":"insert","ts":1795183200,"data":)" +
               row.toStdString() + "}";
    };
    const VersionLogPtr log =
        ::folded({{maxwellKey(1), asMaxwell(before)}, {maxwellKey(2), asMaxwell(after)}});
    QCOMPARE(atEnd(log).overall, came ? Trust::BestEffort : Trust::Exact);
}

QTEST_GUILESS_MAIN(tst_TableDoubts)
#include "tst_table_doubts.moc"

// What change data leaves in doubt, or settles, by rows, keys and columns.
#include "tests/unit/replay/doubts_fixture.h"

#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

class tst_RowDoubts : public QObject
{
    Q_OBJECT

private slots:
    void aRowThatIsChangedWasThereBefore_data();
    void aRowThatIsChangedWasThereBefore();
    void changesThatCameAgainTellNothing();
    void aDeleteOfATableThatIsDroppedTellsNothingOfItsPast();
    void anEmptyTableLacksNoColumn();
    void aTableThatWasEmptiedIsKnown();
    void aKeyWithANullTellsNoRow();
    void aKeyOfTheTableTellsNoRow();
    void aTextKeyThatChangesTakesItsRowAlong();
    void aTableThatIsRenamedIsInDoubt();
    void schemaChangesHaveMilliseconds();
    void anIndexTellsTheRowsOfWal2json();
    void rowsLackAColumnThatCame_data();
    void rowsLackAColumnThatCame();
};

void tst_RowDoubts::aRowThatIsChangedWasThereBefore_data()
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

void tst_RowDoubts::aRowThatIsChangedWasThereBefore()
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
void tst_RowDoubts::changesThatCameAgainTellNothing()
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
void tst_RowDoubts::aDeleteOfATableThatIsDroppedTellsNothingOfItsPast()
{
    const std::string key = R"({"id":1})";
    const std::string insert = R"({"op":"c","before":null,"after":{"id":1,"v":"x"}})";
    const std::string gone = R"({"op":"d","before":{"id":1,"v":null},"after":null})";
    const VersionLogPtr log = folded({{key, insert}, {"", gone}}, false);
    QCOMPARE(judged(log, 1).overall, Trust::Exact);
    QCOMPARE(atEnd(log).overall, Trust::BestEffort);
    QCOMPARE(log->report().skipped, std::uint64_t{1});
}

void tst_RowDoubts::anEmptyTableLacksNoColumn()
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

void tst_RowDoubts::aTableThatWasEmptiedIsKnown()
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

void tst_RowDoubts::aKeyWithANullTellsNoRow()
{
    const auto folded = foldChanges({
        {"c", R"({"id":1,"code":null})", "", R"({"id":1,"code":null,"v":"x"})", 1, 10, 5, 0, 1},
        {"c", R"({"id":1,"code":null})", "", R"({"id":1,"code":null,"v":"y"})", 2, 30, 20, 0, 1},
    });
    const TrustReport report = atEnd(folded.log);
    QCOMPARE(report.overall, Trust::Unknown);
    QVERIFY(report.sentence().find("has a null in it") != std::string::npos);
}

void tst_RowDoubts::aKeyOfTheTableTellsNoRow()
{
    const VersionLogPtr log = folded({{"shop.t", dms("load", 1)}, {"shop.t", dms("load", 2)}});
    QCOMPARE(atEnd(log).overall, Trust::Unknown);
    QVERIFY(atEnd(log).sentence().find("key = \"value.id\"") != std::string::npos);
}

void tst_RowDoubts::aTextKeyThatChangesTakesItsRowAlong()
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

void tst_RowDoubts::aTableThatIsRenamedIsInDoubt()
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

void tst_RowDoubts::schemaChangesHaveMilliseconds()
{
    const VersionLogPtr log =
        folded({{maxwellKey(1), maxwell("insert", 1)},
                {"", R"({"type":"table-alter","database":"shop","table":"t","old":{},"def":{},)"
                     R"("ts":1795183201000,"sql":"x"})"},
                {maxwellKey(2), maxwell("insert", 2)}});
    QCOMPARE(toMs(log->order()->timeAt(2)), std::int64_t{1795183201000});
}

void tst_RowDoubts::anIndexTellsTheRowsOfWal2json()
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

void tst_RowDoubts::rowsLackAColumnThatCame_data()
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

void tst_RowDoubts::rowsLackAColumnThatCame()
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
        test::folded({{maxwellKey(1), asMaxwell(before)}, {maxwellKey(2), asMaxwell(after)}});
    QCOMPARE(atEnd(log).overall, came ? Trust::BestEffort : Trust::Exact);
    // Of an unwrapped change what the connector added stands behind the row.
    const auto unwrapped = [](QString row) {
        return row.trimmed().chopped(1).toStdString() + R"(,"__op":"c","__lsn":1})";
    };
    const VersionLogPtr plain = test::folded(
        {{R"({"id":1})", unwrapped(before)}, {R"({"id":2})", unwrapped(after)}}, false);
    QCOMPARE(atEnd(plain).overall, came ? Trust::BestEffort : Trust::Exact);
}

QTEST_GUILESS_MAIN(tst_RowDoubts)
#include "tst_row_doubts.moc"

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
    void anIndexTellsTheRowsOfWal2json_data();
    void anIndexTellsTheRowsOfWal2json();
    void rowsAreAsTheyWere_data();
    void rowsAreAsTheyWere();
    void rowsThatAreWrittenAnewHaveTheirColumns();
    void aColumnOfAnotherTypeIsTold();
    void documentsHaveTheFieldsThatTheyHave();
    void aTableThatIsAlteredIsInDoubt_data();
    void aTableThatIsAlteredIsInDoubt();
    void rowsOfDmsLackWhatIsNull();
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

void tst_RowDoubts::anIndexTellsTheRowsOfWal2json_data()
{
    QTest::addColumn<bool>("numbered"); // transactions
    QTest::addColumn<bool>("mixed");    // with a table that is told apart by its key
    QTest::newRow("one table") << true << false;
    QTest::newRow("without transactions") << false << false;
    QTest::newRow("among others") << true << true;
    QTest::newRow("among others, without transactions") << false << true;
}

void tst_RowDoubts::anIndexTellsTheRowsOfWal2json()
{
    QFETCH(bool, numbered);
    QFETCH(bool, mixed);
    int transaction = 0;
    const auto change = [&](const char* action, const char* table, const std::string& more) {
        const std::string xid = numbered ? fmt::format(R"("xid":{},)", ++transaction) : "";
        return std::pair(std::string(),
                         fmt::format(R"({{"action":"{}",{}"schema":"s","table":"{}"{},)"
                                     R"("pk":[{{"name":"id","type":"integer"}}]}})",
                                     action, xid, table, more));
    };
    const auto row = [](int id, const std::string& code) {
        return fmt::format(R"(,"columns":[{{"name":"id","type":"integer","value":{}}},)"
                           R"({{"name":"code","type":"text","value":"{}"}}])",
                           id, code);
    };
    const auto code = [](const std::string& value) {
        return R"(,"identity":[{"name":"code","type":"text","value":")" + value + R"("}])";
    };
    Written records{change("I", "t", row(1, "a")), change("I", "t", row(2, "b"))};
    if (mixed) {
        records.push_back(change("I", "u", row(1, "a")));
        records.push_back(
            change("D", "u", R"(,"identity":[{"name":"id","type":"integer","value":1}])"));
    }
    records.push_back(change("U", "t", row(2, "c") + code("b")));
    records.push_back(change("D", "t", code("a")));
    const VersionLogPtr log = folded(records);
    QCOMPARE(test::table(log, static_cast<Rank>(records.size())),
             (Table{{"c", R"({"id":2,"code":"c"})"}}));
    QCOMPARE(atEnd(log).overall, Trust::Exact);
}

void tst_RowDoubts::rowsAreAsTheyWere_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("words"); // empty: nothing was altered
    const auto row = [](const char* name, const char* before, const char* after,
                        const char* words) {
        QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(after)
                            << QString::fromUtf8(words);
    };
    const char* const came = "column w came at %1; rows not changed since lack it";
    const char* const went = "column w went at %1; rows not changed since still have it";
    row("a number", R"({"id":1,"v":1})", R"({"id":2,"v":1,"w":3})", came);
    row("a text", R"({"id":1,"v":1})", R"({"id":2,"v":1,"w":"a\\\"\\\\"})", came);
    row("an object", R"({"id":1,"v":1})", R"({"id":2,"v":1,"w":{"a":[{"b":"}"}]} })", came);
    row("behind an object", R"({"id":1,"v":{"x":1}})", R"({"id":2,"v":{"x":1}, "w" : null })",
        came);
    row("in the middle", R"({"id":1,"v":1})", R"({"id":2,"w":1,"v":1})", came);
    row("another's inside", R"({"id":1,"v":{"x":1}})", R"({"id":2,"v":{"y":1}})", "");
    row("none", R"({"id":1,"v":1})", R"({"id":2,"v":"w"})", "");
    row("one went", R"({"id":1,"v":1,"w":1})", R"({"id":2,"v":1})", went);
    row("one went in the middle", R"({"id":1,"w":"[{","v":1})", R"({"id":2,"v":1})", went);
    row("several came", R"({"id":1,"v":1})", R"({"id":2,"v":1,"w":3,"x":4})",
        "columns w and x came at %1; rows not changed since lack them");
    row("one got another name", R"({"id":1,"v":1})", R"({"id":2,"w":1})",
        "columns w and v changed at %1; rows not changed since are as they were");
}

void tst_RowDoubts::rowsAreAsTheyWere()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    QFETCH(QString, words);
    const bool altered = !words.isEmpty();
    const auto says = [&words](const TrustReport& report, const char* place) {
        const QString said = QString::fromStdString(report.sentence());
        return report.overall == Trust::BestEffort &&
               said.contains(words.arg(QString::fromUtf8(place)));
    };
    const auto folded = foldChanges({
        {"c", kOne, "", before.toStdString(), 1, 10, 5, 0, 1},
        {"c", kTwo, "", after.toStdString(), 2, 30, 20, 0, 1},
        {"t", "", "", "", 3, 50, 40, 0, 1},
    });
    // Whether it was altered before the row that shows it is not told.
    const TrustReport between = judged(folded.log, 1);
    QCOMPARE(between.overall, altered ? Trust::BestEffort : Trust::Exact);
    QCOMPARE(between.sentence().find("at db.app.t-0@1, or before it") != std::string::npos,
             altered);
    QVERIFY(altered ? says(judged(folded.log, 2), "db.app.t-0@1")
                    : judged(folded.log, 2).overall == Trust::Exact);
    QCOMPARE(judged(folded.log, 3).overall, Trust::Exact); // the table was emptied
    const auto asMaxwell = [](const QString& row) {
        return R"({"database":"shop","table":"t","type":"insert","ts":1795183200,"data":)" +
               row.toStdString() + "}";
    };
    const VersionLogPtr log =
        test::folded({{maxwellKey(1), asMaxwell(before)}, {maxwellKey(2), asMaxwell(after)}});
    QVERIFY(altered ? says(atEnd(log), "t-0@1") : atEnd(log).overall == Trust::Exact);
    // Of an unwrapped change what the connector added is no column.
    const auto unwrapped = [](const QString& row, int lsn) {
        return row.trimmed().chopped(1).toStdString() +
               fmt::format(R"(,"__op":"c","__{}":1}})", lsn == 1 ? "lsn" : "source_lsn");
    };
    const VersionLogPtr plain = test::folded(
        {{R"({"id":1})", unwrapped(before, 1)}, {R"({"id":2})", unwrapped(after, 2)}}, false);
    QVERIFY(altered ? says(atEnd(plain), "t-0@1") : atEnd(plain).overall == Trust::Exact);
}

// The doubt ends with the last row that was there; a row that was written anew is told already.
void tst_RowDoubts::rowsThatAreWrittenAnewHaveTheirColumns()
{
    const auto row = [](int id, bool wide) {
        return fmt::format(R"({{"id":{}{}}})", id, wide ? R"(,"w":1)" : "");
    };
    const auto folded = foldChanges({
        {"c", kOne, "", row(1, false), 1, 10, 5, 0, 1},
        {"c", kTwo, "", row(2, false), 1, 11, 5, 0, 2},
        {"c", kThree, "", row(3, false), 1, 12, 5, 0, 3},
        {"u", kOne, "", row(1, true), 2, 30, 20, 0, 1},
        {"u", kOne, "", row(1, true), 3, 50, 40, 0, 1},
        {"d", kTwo, R"({"id":2})", "", 4, 70, 60, 0, 1},
        {"u", kThree, "", row(3, true), 5, 90, 80, 0, 1},
    });
    const VersionLog& log = *folded.log;
    for (Rank prefix = 4; prefix <= 6; ++prefix) {
        QCOMPARE(judged(folded.log, prefix).overall, Trust::BestEffort);
        QCOMPARE(TrustJudge(folded.log).ofKey(log, log.keys().find("1"), prefix).trust,
                 Trust::Exact);
        QCOMPARE(TrustJudge(folded.log).ofKey(log, log.keys().find("3"), prefix).trust,
                 Trust::BestEffort);
    }
    QCOMPARE(atEnd(folded.log).overall, Trust::Exact);
}

void tst_RowDoubts::aColumnOfAnotherTypeIsTold()
{
    const auto event = [](int id, const char* type, const std::string& value) {
        return fmt::format(
            R"({{"schema":{{"type":"struct","fields":[{{"type":"struct","field":"before"}},)"
            R"({{"type":"struct","field":"after","fields":[{{"type":"int32","field":"id"}},)"
            R"({{"type":"{}","optional":true,"field":"v"}}]}}]}},)"
            R"("payload":{{"before":null,"after":{{"id":{},"v":{}}},"op":"c"}}}})",
            type, id, value);
    };
    const auto key = [](int id) { return fmt::format(R"({{"id":{}}})", id); };
    const VersionLogPtr same = folded(
        {{key(1), event(1, "string", "null")}, {key(2), event(2, "string", "\"a\"")}}, false);
    QCOMPARE(atEnd(same).overall, Trust::Exact);
    const VersionLogPtr other =
        folded({{key(1), event(1, "int32", "5")}, {key(2), event(2, "string", "\"a\"")}}, false);
    QCOMPARE(atEnd(other).overall, Trust::BestEffort);
    QVERIFY(atEnd(other).sentence().find(
                "column v changed at t-0@1; rows not changed since are as they were") !=
            std::string::npos);
}

// Where fields come and go, rows are documents: each is whole.
void tst_RowDoubts::documentsHaveTheFieldsThatTheyHave()
{
    Written records;
    for (int i = 0; i < 20; ++i) {
        records.emplace_back(
            fmt::format(R"({{"id":{}}})", i),
            fmt::format(R"({{"id":{}{},"__op":"c"}})", i, i % 2 == 0 ? R"(,"w":1)" : ""));
    }
    QCOMPARE(atEnd(folded({records.begin(), records.begin() + 4}, false)).overall,
             Trust::BestEffort);
    QCOMPARE(atEnd(folded(records, false)).overall, Trust::Exact);
}

void tst_RowDoubts::aTableThatIsAlteredIsInDoubt_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("insert");
    QTest::addColumn<QString>("alter");
    QTest::addColumn<bool>("doubted");
    const auto row = [](const char* name, const std::string& key, const std::string& insert,
                        const std::string& alter, bool doubted) {
        QTest::newRow(name) << QString::fromStdString(key) << QString::fromStdString(insert)
                            << QString::fromStdString(alter) << doubted;
    };
    const auto asMaxwell = [](const char* columns) {
        return fmt::format(R"({{"type":"table-alter","database":"shop","table":"t","old":{{)"
                           R"("database":"shop","table":"t","columns":[{{"name":"id"}}]}},)"
                           R"("def":{{"database":"shop","table":"t","columns":[{}]}},)"
                           R"("ts":1795183201000,"sql":"x"}})",
                           columns);
    };
    row("Maxwell", maxwellKey(1), maxwell("insert", 1), asMaxwell(R"({"name":"id"},{"name":"w"})"),
        true);
    row("Maxwell, an index", maxwellKey(1), maxwell("insert", 1), asMaxwell(R"({"name":"id"})"),
        false);
    const auto canal = [](const char* type) {
        return fmt::format(R"({{"data":null,"database":"shop","es":1,"id":1,"isDdl":true,)"
                           R"("pkNames":null,"sql":"x","table":"t","ts":1,"type":"{}"}})",
                           type);
    };
    const std::string one =
        R"({"data":[{"id":"1","v":"b"}],"database":"shop","es":1,"id":1,"isDdl":false,)"
        R"("old":null,"pkNames":["id"],"sql":"","table":"t","ts":1,"type":"INSERT"})";
    row("Canal", "", one, canal("ALTER"), true);
    row("Canal, an index", "", one, canal("CINDEX"), false);
    const auto control = [](const char* operation, const char* table) {
        return fmt::format(R"({{"metadata":{{"timestamp":"2026-11-20T14:00:01.000000Z",)"
                           R"("record-type":"control","operation":"{}","schema-name":"shop",)"
                           R"("table-name":"{}"}}}})",
                           operation, table);
    };
    row("AWS DMS", "shop.t.1", dms("insert", 1), control("add-column", "t"), true);
    row("AWS DMS, another table", "shop.t.1", dms("insert", 1), control("add-column", "u"), false);
}

void tst_RowDoubts::aTableThatIsAlteredIsInDoubt()
{
    QFETCH(QString, key);
    QFETCH(QString, insert);
    QFETCH(QString, alter);
    QFETCH(bool, doubted);
    const std::pair<std::string, std::string> row{key.toStdString(), insert.toStdString()};
    const VersionLogPtr log = folded({row, {"", alter.toStdString()}, row});
    QCOMPARE(judged(log, 1).overall, Trust::Exact);
    QCOMPARE(judged(log, 2).overall, doubted ? Trust::BestEffort : Trust::Exact);
    QCOMPARE(judged(log, 2).sentence().find("the table was altered at t-0@1") != std::string::npos,
             doubted);
    QCOMPARE(atEnd(log).overall, Trust::Exact); // its only row is written anew
}

// It leaves out what is null.
void tst_RowDoubts::rowsOfDmsLackWhatIsNull()
{
    const auto row = [](int id, const std::string& more) {
        std::string text = dms("insert", id);
        return text.replace(text.find(R"(,"v":"a")"), 8, more);
    };
    const VersionLogPtr log = folded({{"shop.t.1", row(1, "")},
                                      {"shop.t.2", row(2, R"(,"v":"a","w":1)")},
                                      {"shop.t.3", row(3, R"(,"w":1)")}});
    QCOMPARE(test::table(log, 3).size(), std::size_t{3});
    QCOMPARE(atEnd(log).overall, Trust::Exact);
}

QTEST_GUILESS_MAIN(tst_RowDoubts)
#include "tst_row_doubts.moc"

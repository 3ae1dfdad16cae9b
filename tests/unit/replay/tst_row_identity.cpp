#include "model/replay/trust_judge.h"
#include "tests/unit/replay/commit_fixture.h"

#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

// Which row a change means: by its key, its replica identity, and its place in a transaction.
class tst_RowIdentity : public QObject
{
    Q_OBJECT

private slots:
    void keysThatMoveUpLoseNoRow();
    void keysThatMoveUpLoseNoRowWithBlanks_data();
    void keysThatMoveUpLoseNoRowWithBlanks();
    void aRowThatCameAndWentInOneTransactionIsGone();
    void anIndexAsIdentityIsFoundInTheDeletes();
    void anUpdateOfTheIndexMovesTheRow();
    void aChangedKeyThatIsWrittenOtherwiseKeepsItsLargeValues();
    void anUpdateOfARowThatNoRecordTellsIsNotExact();
    void keysThatAreExchangedAreNotExact();
};

// 1 becomes 2 and 2 becomes 3, and 3 goes on as 1: for a while two rows have one key.
void tst_RowIdentity::keysThatMoveUpLoseNoRow()
{
    const auto row = [](int id, const char* who) {
        return R"({"id":)" + std::to_string(id) + R"(,"who":")" + who + R"("})";
    };
    std::vector<Change> changes{
        {"c", kOne, "", row(1, "a"), 1, 10, 5, 0, 1},
        {"c", kTwo, "", row(2, "b"), 1, 11, 5, 0, 2},
        {"c", kThree, "", row(3, "c"), 1, 12, 5, 0, 3},
    };
    const auto move = [&](int from, int to, const char* who, std::uint64_t lsn,
                          std::uint32_t order) {
        const auto key = [](int id) { return R"({"id":)" + std::to_string(id) + "}"; };
        changes.push_back({"d", key(from), row(from, who), "", 2, lsn, 20, 0, order});
        changes.push_back({"tombstone", key(from), "", "", 2, lsn, 20, 0, order});
        changes.push_back({"c", key(to), "", row(to, who), 2, lsn, 20, 0, order + 1});
    };
    move(1, 2, "a", 30, 1);
    move(2, 3, "b", 31, 3);
    move(3, 1, "c", 32, 5);
    QCOMPARE(atEnd(foldChanges(changes)),
             (Table{{"1", row(1, "c")}, {"2", row(2, "a")}, {"3", row(3, "b")}}));
    // The same with a redelivery of the whole transaction.
    const std::vector<Change> again(changes.begin() + 3, changes.end());
    for (Change change : again) {
        change.run = "2";
        changes.push_back(change);
    }
    QCOMPARE(atEnd(foldChanges(changes)),
             (Table{{"1", row(1, "c")}, {"2", row(2, "a")}, {"3", row(3, "b")}}));
}

// With REPLICA IDENTITY FULL nothing in a `before` is blank: what looks so is the value.
void tst_RowIdentity::keysThatMoveUpLoseNoRowWithBlanks_data()
{
    QTest::addColumn<QByteArray>("who");
    for (const char* const who : {"null", "\"\"", "0", "false", "\"z\""}) {
        QTest::newRow(who) << QByteArray(who);
    }
}

void tst_RowIdentity::keysThatMoveUpLoseNoRowWithBlanks()
{
    QFETCH(QByteArray, who);
    const auto row = [](int id, const std::string& value) {
        return R"({"id":)" + std::to_string(id) + R"(,"who":)" + value + "}";
    };
    const std::string blank = who.toStdString();
    QCOMPARE(atEnd(foldChanges({
                 {"c", kOne, "", row(1, R"("a")"), 1, 10, 5, 0, 1},
                 {"c", kTwo, "", row(2, blank), 1, 11, 5, 0, 2},
                 {"u", kOne, row(1, R"("a")"), row(1, R"("b")"), 1, 12, 5, 0, 3},
                 {"d", kOne, row(1, R"("b")"), "", 2, 30, 20, 0, 1},
                 {"c", kTwo, "", row(2, R"("b")"), 2, 30, 20, 0, 2},
                 {"d", kTwo, row(2, blank), "", 2, 31, 20, 0, 3},
                 {"c", kThree, "", row(3, blank), 2, 31, 20, 0, 4},
             })),
             (Table{{"2", row(2, R"("b")")}, {"3", row(3, blank)}}));
}

void tst_RowIdentity::aRowThatCameAndWentInOneTransactionIsGone()
{
    const std::string blank = R"({"id":1,"v":null})";
    const std::vector<Change> life{
        {"c", kOne, "", R"({"id":1,"v":"a"})", 1, 10, 5, 0, 1},
        {"u", kOne, "", R"({"id":1,"v":"b"})", 1, 11, 5, 0, 2},
        {"d", kOne, blank, "", 1, 12, 5, 0, 3},
    };
    QVERIFY(atEnd(foldChanges(life)).empty());
    auto reborn = life;
    reborn.push_back({"c", kOne, "", R"({"id":1,"v":"c"})", 1, 13, 5, 0, 4});
    QCOMPARE(atEnd(foldChanges(reborn)), (Table{{"1", R"({"id":1,"v":"c"})"}}));
}

void tst_RowIdentity::anIndexAsIdentityIsFoundInTheDeletes()
{
    const auto folded = foldChanges({
        {"c", kOne, "", R"({"id":1,"code":"A"})", 1, 10, 5, 0, 1},
        {"c", kTwo, "", R"({"id":2,"code":"B"})", 1, 11, 5, 0, 2},
        {"c", kThree, "", R"({"id":3,"code":"C"})", 1, 12, 5, 0, 3},
        // The key of the delete is made up; the primary key may change without one.
        {"d", R"({"id":0})", R"({"id":0,"code":"B"})", "", 2, 30, 20, 0, 1},
        {"tombstone", R"({"id":0})", "", "", 2, 30, 20, 0, 1},
        {"u", R"({"id":300})", "", R"({"id":300,"code":"C"})", 3, 40, 35, 0, 1},
    });
    QCOMPARE(atEnd(folded),
             (Table{{"A", R"({"id":1,"code":"A"})"}, {"C", R"({"id":300,"code":"C"})"}}));
}

// It names the columns that the row had, of which the index's are not blank; a key of 0 is none.
void tst_RowIdentity::anUpdateOfTheIndexMovesTheRow()
{
    const std::string kNone = R"({"id":0})";
    const auto folded = foldChanges({
        {"c", kThree, "", R"({"id":3,"code":"C3","v":"a"})", 1, 10, 5, 0, 1},
        {"c", R"({"id":4})", "", R"({"id":4,"code":"C4","v":"b"})", 1, 11, 5, 0, 2},
        {"c", kNone, "", R"({"id":0,"code":"C0","v":"big"})", 1, 12, 5, 0, 3},
        {"u", kNone, R"({"id":0,"code":"C0","v":null})",
         R"({"id":0,"code":"C0b","v":"__debezium_unavailable_value"})", 2, 30, 20, 0, 1},
        {"d", kNone, R"({"id":0,"code":"C4","v":null})", "", 3, 40, 35, 0, 1},
    });
    QCOMPARE(atEnd(folded), (Table{{"C0b", R"({"id":0,"code":"C0b","v":"big"})"},
                                   {"C3", R"({"id":3,"code":"C3","v":"a"})"}}));
    QCOMPARE(folded.log->report().unknownValues, std::uint64_t{0});
}

// A header writes a decimal key as a number, the record as bytes; a time is no JSON there at all.
void tst_RowIdentity::aChangedKeyThatIsWrittenOtherwiseKeepsItsLargeValues()
{
    for (const char* const old : {R"({"k":2.10})", R"({"k":00:00:00.000Z})"}) {
        const auto folded = foldChanges({
            {"c", R"({"k":"ANI="})", "", R"({"k":"ANI=","body":"LONG"})", 1, 10, 5, 0, 1},
            {"d", R"({"k":"ANI="})", R"({"k":"ANI=","body":null})", "", 2, 30, 20, 0, 1},
            {"tombstone", R"({"k":"ANI="})", "", "", 2, 30, 20, 0, 1},
            {"c",
             R"({"k":"AN4="})",
             "",
             R"({"k":"AN4=","body":"__debezium_unavailable_value"})",
             2,
             30,
             20,
             0,
             2,
             "1",
             0,
             "db.app.t",
             {{"__debezium.oldkey", old}}},
        });
        QCOMPARE(atEnd(folded), (Table{{"AN4=", R"({"k":"AN4=","body":"LONG"})"}}));
    }
}

// Where no delete has told which columns tell the rows apart, a changed key leaves its old row.
void tst_RowIdentity::anUpdateOfARowThatNoRecordTellsIsNotExact()
{
    const auto folded = foldChanges({
        {"c", kOne, "", R"({"id":1,"code":"A"})", 1, 10, 5, 0, 1},
        {"u", kOne, "", R"({"id":1,"code":"A","v":2})", 2, 30, 20, 0, 1},
        {"u", kTwo, "", R"({"id":2,"code":"A","v":2})", 3, 40, 35, 0, 1},
    });
    QCOMPARE(atEnd(folded).size(), std::size_t{2});
    QCOMPARE(folded.log->report().unknownValues, std::uint64_t{1});
    const TrustJudge judge(folded.log);
    QCOMPARE(judge.at(2).overall, Trust::BestEffort); // the row was there by then
    QCOMPARE(judge.at(folded.log->order()->size()).overall, Trust::BestEffort);
}

// A row takes the key of another before that one has its own new key.
void tst_RowIdentity::keysThatAreExchangedAreNotExact()
{
    const auto message = [](const std::string& type, const std::string& data,
                            const std::string& old) {
        return R"({"data":)" + data + R"(,"database":"shop","es":1,"id":1,"isDdl":false,"old":)" +
               old + R"(,"pkNames":["id"],"sql":"","table":"t","ts":1,"type":")" + type + R"("})";
    };
    const auto capture = Capture::inMemory();
    append(*capture, {{"t", 0, 0, 1000, std::nullopt,
                       message("INSERT", R"([{"id":"1","v":"a"},{"id":"2","v":"b"}])", "null")},
                      {"t", 0, 1, 1001, std::nullopt,
                       message("UPDATE", R"([{"id":"2","v":"a"},{"id":"3","v":"b"}])",
                               R"([{"id":"1"},{"id":"2"}])")}});
    const TrustJudge judge(fold(*capture, projection("t", "cdc")));
    QCOMPARE(judge.at(1).overall, Trust::Exact);
    QCOMPARE(judge.at(2).overall, Trust::BestEffort);
}

QTEST_GUILESS_MAIN(tst_RowIdentity)
#include "tst_row_identity.moc"

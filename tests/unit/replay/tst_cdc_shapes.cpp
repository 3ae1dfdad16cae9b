#include "model/replay/projection_proposal.h"
#include "model/replay/state_writer.h"
#include "model/replay/trust_judge.h"
#include "tests/unit/replay/cdc_shapes.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace hindcast;
using namespace hindcast::test;
using nlohmann::json;

namespace {

void caseColumns()
{
    QTest::addColumn<QByteArrayList>("values"); // with "key|" before where a record has a key
    QTest::addColumn<QByteArray>("rows");       // afterwards
    QTest::addColumn<QByteArray>("settings");
}

void add(const char* name, const std::vector<std::string>& values, const std::string& rows,
         const char* settings = "")
{
    QByteArrayList list;
    for (const std::string& value : values) {
        list << QByteArray::fromStdString(value);
    }
    QTest::newRow(name) << list << QByteArray::fromStdString(rows) << QByteArray(settings);
}

void checkCase()
{
    QFETCH(QByteArrayList, values);
    QFETCH(QByteArray, rows);
    QFETCH(QByteArray, settings);
    std::vector<Told> told;
    for (const QByteArray& value : values) {
        const qsizetype bar = value.indexOf('|');
        told.push_back({value.left(std::max<qsizetype>(bar, 0)).toStdString(),
                        value.mid(bar + 1).toStdString()});
    }
    const auto log = foldOf(told, settings.toStdString());
    QCOMPARE(QByteArray::fromStdString(written(atEnd(log))), rows);
    const auto& skipped = log->report().firstSkipped;
    QVERIFY2(skipped.empty(), skipped.empty() ? "" : skipped.front().reason.c_str());
    QVERIFY(log->report().firstUntold == std::numeric_limits<Rank>::max());
}

} // namespace

class tst_CdcShapes : public QObject
{
    Q_OBJECT

private slots:
    void maxwellFolds_data();
    void maxwellFolds() { checkCase(); }
    void canalFolds_data();
    void canalFolds() { checkCase(); }
    void dmsFolds_data();
    void dmsFolds() { checkCase(); }
    void wal2jsonFolds_data();
    void wal2jsonFolds() { checkCase(); }
    void shapesMayMixInATopic();
    void brokenRecordsAreLeftOutAndSayWhere_data();
    void brokenRecordsAreLeftOutAndSayWhere();
    void aRowWithoutATellableKeyIsUnknown_data();
    void aRowWithoutATellableKeyIsUnknown();
    void anAbsentLargeValueWithoutABaseIsUnknown();
    void tablesOfOneTopicAreKeptApart();
    void whatWasReadIsSaid();
    void aWrongKeyIsRefused();
    void theShapeIsProposed_data();
    void theShapeIsProposed();
};

void tst_CdcShapes::maxwellFolds_data()
{
    caseColumns();
    const std::string e = R"({"id":1,"m":4.2341,"c":"2016-10-21 05:33:37.523000",)";
    const std::string key = R"([1,"2016-10-21 05:33:37.523000"] )";
    add("the documented insert", {kMaxwellInsert},
        key + e + R"("comment":"I am a creature of light."})" + "\n");
    const std::string columns = R"(,"primary_key_columns":["id"])";
    const std::string one = maxwell("insert", R"({"id":1,"n":0.10})", {}, columns);
    add("update", {one, maxwell("update", R"({"id":1,"n":2})", R"({"n":0.10})", columns)},
        "1 {\"id\":1,\"n\":2}\n");
    add("delete", {one, maxwell("delete", R"({"id":1,"n":0.10})", {}, columns)}, "");
    add("a changed primary key",
        {one, maxwell("update", R"({"id":7,"n":0.10})", R"({"id":1})", columns)},
        "7 {\"id\":7,\"n\":0.10}\n");
    add("bootstrap",
        {maxwell("bootstrap-start", "{}"),
         maxwell("bootstrap-insert", R"({"id":1,"n":3})", {}, columns),
         maxwell("bootstrap-complete", "{}")},
        "1 {\"id\":1,\"n\":3}\n");
    add("definitions change no row",
        {one,
         R"({"type":"table-alter","database":"shop","table":"orders","old":{},"def":{},"ts":1,"sql":"x"})",
         R"({"type":"table-drop","database":"shop","table":"others","ts":1477053280000,"sql":"x"})",
         R"({"type":"database-create","database":"shop","ts":1,"sql":"x"})"},
        "1 {\"id\":1,\"n\":0.10}\n");
    add("a table that is dropped is empty",
        {one,
         R"({"type":"table-drop","database":"shop","table":"orders","ts":1477053280000,"sql":"x"})"},
        "");
    add("and all of a database",
        {one, R"({"type":"database-drop","database":"shop","ts":1477053280000,"sql":"x"})"}, "");
    add("but not another",
        {one, R"({"type":"database-drop","database":"other","ts":1477053280000,"sql":"x"})"},
        "1 {\"id\":1,\"n\":0.10}\n");
    add("the key by the record's own",
        {kMaxwellKey + maxwell("insert", R"({"id":1,"n":1})"),
         kMaxwellKey + maxwell("update", R"({"id":1,"n":2})", R"({"n":1})")},
        "1 {\"id\":1,\"n\":2}\n");
    add("a changed key by the record's own",
        {kMaxwellKey + maxwell("insert", R"({"id":1})"),
         R"({"database":"shop","table":"orders","pk.id":2}|)" +
             maxwell("update", R"({"id":2})", R"({"id":1})")},
        "2 {\"id\":2}\n");
    add("kafka_key_format=array",
        {R"(["shop","orders",[{"id":1},{"part":"b"}]]|)" +
         maxwell("insert", R"({"id":1,"part":"b"})")},
        "[1,\"b\"] {\"id\":1,\"part\":\"b\"}\n");
    const std::string noKey = R"({"database":"shop","table":"orders","_uuid":"u"}|)";
    add("a table without a key is a bag of rows",
        {noKey + maxwell("insert", R"({"n":1})"), noKey + maxwell("insert", R"({ "n" : 1})"),
         noKey + maxwell("insert", R"({"n":2})"),
         noKey + maxwell("update", R"({"n":3})", R"({"n":2})"),
         noKey + maxwell("delete", R"({"n":1})")},
        "{\"n\":1} {\"n\":1}\n{\"n\":3} {\"n\":3}\n");
    add("the key as the projection says it", {maxwell("insert", R"({"sku":"a","n":1})")},
        "a {\"sku\":\"a\",\"n\":1}\n", "key = \"value.sku\"\n");
}

void tst_CdcShapes::canalFolds_data()
{
    caseColumns();
    // The update that Flink's documentation of the format has.
    add("the documented update",
        {canal(
            "UPDATE",
            R"([{"id":"111","name":"scooter","description":"Big 2-wheel scooter","weight":"5.18"}])",
            R"([{"weight":"5.15"}])")},
        R"(111 {"id":"111","name":"scooter","description":"Big 2-wheel scooter","weight":"5.18"})"
        "\n");
    const std::string two = canal("INSERT", R"([{"id":"1","n":"a"},{"id":"2","n":null}])");
    add("several rows in a message", {two},
        "1 {\"id\":\"1\",\"n\":\"a\"}\n2 {\"id\":\"2\",\"n\":null}\n");
    add("several updates in a message",
        {two, canal("UPDATE", R"([{"id":"1","n":"x"},{"id":"9","n":null}])",
                    R"([{"n":"a"},{"id":"2"}])")},
        "1 {\"id\":\"1\",\"n\":\"x\"}\n9 {\"id\":\"9\",\"n\":null}\n");
    add("delete", {two, canal("DELETE", R"([{"id":"2","n":null}])")},
        "1 {\"id\":\"1\",\"n\":\"a\"}\n");
    add("truncate",
        {two, R"({"data":null,"database":"inventory","es":2,"id":3,"isDdl":true,"mysqlType":null,)"
              R"("old":null,"pkNames":null,"sql":"truncate products","sqlType":null,)"
              R"("table":"products","ts":1,"type":"TRUNCATE"})"},
        "");
    add("definitions change no row",
        {two, R"({"data":null,"database":"inventory","es":2,"id":3,"isDdl":true,"mysqlType":null,)"
              R"("old":null,"pkNames":null,"sql":"alter table products","sqlType":null,)"
              R"("table":"products","ts":1,"type":"ALTER"})"},
        "1 {\"id\":\"1\",\"n\":\"a\"}\n2 {\"id\":\"2\",\"n\":null}\n");
    add("a watermark of TiCDC changes no row",
        {two, R"({"id":0,"database":"","table":"","pkNames":null,"isDdl":false,)"
              R"("type":"TIDB_WATERMARK","es":1640007049196,"ts":1640007050284,"sql":"",)"
              R"("sqlType":null,"mysqlType":null,"data":null,"old":null,)"
              R"("_tidb":{"watermarkTs":429918007904436226}})"},
        "1 {\"id\":\"1\",\"n\":\"a\"}\n2 {\"id\":\"2\",\"n\":null}\n");
    add("a table without a key is a bag of rows",
        {canal("INSERT", R"([{"n":"1"},{"n":"1"}])", "null", "null"),
         canal("UPDATE", R"([{"n":"2"}])", R"([{"n":"1"}])", "null")},
        "{\"n\":\"1\"} {\"n\":\"1\"}\n{\"n\":\"2\"} {\"n\":\"2\"}\n");
}

void tst_CdcShapes::dmsFolds_data()
{
    caseColumns();
    const std::string john = R"({"age":30,"id":42,"name":"John"})";
    add("load, by the record's key", {"public.foo.42|" + dms("load", john)},
        "public.foo.42 " + john + "\n");
    const char* const id = "key = \"value.id\"\n";
    add("insert, update",
        {dms("insert", john), dms("update", R"({"age":33,"id":42})", R"(,"before-image":{})")},
        "42 {\"age\":33,\"id\":42}\n", id);
    add("a changed primary key",
        {dms("insert", R"({"id":46})"),
         dms("update", R"({"id":45})", R"(,"before-image":{"id":46})")},
        "45 {\"id\":45}\n", id);
    add("delete", {dms("insert", john), dms("delete", R"({"age":null,"id":42,"name":null})")}, "",
        id);
    const auto control = [](const std::string& operation) {
        return R"({"control":{"table-def":{"primary-key":["id"]}},"metadata":{"operation":")" +
               operation +
               R"(","partition-key-type":"task-id","record-type":"control","schema-name":"public",)"
               R"("table-name":"foo","timestamp":"2024-07-29T00:30:47.266581Z"}})";
    };
    add("control records change no row",
        {control("drop-table"), control("create-table"), dms("load", john), control("add-column")},
        "42 " + john + "\n", id);
    add("truncate", {dms("load", john), control("truncate-table")}, "", id);
}

void tst_CdcShapes::wal2jsonFolds_data()
{
    caseColumns();
    const std::string one = wal2("I", column("id", "1") + "," + column("doc", R"("long")"), {});
    add("version 2: insert", {one}, "1 {\"id\":1,\"doc\":\"long\"}\n");
    add("version 2: an unchanged large value is absent and stays",
        {one, wal2("U", column("id", "1") + "," + column("n", "2"), column("id", "1"))},
        "1 {\"id\":1,\"doc\":\"long\",\"n\":2}\n");
    add("version 2: a changed primary key takes it along",
        {one, wal2("U", column("id", "5"), column("id", "1"))}, "5 {\"id\":5,\"doc\":\"long\"}\n");
    add("version 2: replica identity full has it",
        {wal2("U", column("id", "1"), column("id", "1") + "," + column("doc", R"("x")"))},
        "1 {\"id\":1,\"doc\":\"x\"}\n");
    add("version 2: delete", {one, wal2("D", {}, column("id", "1"))}, "");
    add("version 2: truncate", {one, R"({"action":"T","schema":"public","table":"t"})"}, "");
    add("version 2: transactions and messages change no row",
        {R"({"action":"B"})", one,
         R"({"action":"M","transactional":true,"prefix":"wal2json","content":"hi"})",
         R"({"action":"C","xid":9,"lsn":"0/1","nextlsn":"0/2"})"},
        "1 {\"id\":1,\"doc\":\"long\"}\n");
    add("version 2: without pk, by the record's key",
        {R"({"id":1}|)" + wal2("I", column("id", "1"), {}, ""),
         R"({"id":1}|)" +
             wal2("U", column("id", "1") + "," + column("n", "2"), column("id", "1"), "")},
        "1 {\"id\":1,\"n\":2}\n");
    add("version 2: a table without a key, replica identity full",
        {wal2("I", column("n", "1"), {}, R"(,"pk":[])"),
         wal2("I", column("n", "1"), {}, R"(,"pk":[])"),
         wal2("U", column("n", "2"), column("n", "1"), R"(,"pk":[])")},
        "{\"n\":1} {\"n\":1}\n{\"n\":2} {\"n\":2}\n");
    // The transaction that wal2json's README shows.
    const std::string names =
        R"("columnnames":["a","b","c"],"columntypes":["integer","text","timestamp"],)";
    const std::string in = R"("schema":"public","table":"table1_with_pk",)";
    const std::string batch =
        R"({"change":[{"kind":"insert",)" + in + names +
        R"("columnvalues":[1,"Backup and Restore","2018-03-27"]},{"kind":"insert",)" + in + names +
        R"("columnvalues":[2,"Tuning","2018-03-27"]},{"kind":"insert",)" + in + names +
        R"("columnvalues":[3,"Replication","2018-03-27"]},{"kind":"message","transactional":true,)"
        R"("prefix":"wal2json","content":"this message will be delivered"},{"kind":"delete",)" +
        in +
        R"("oldkeys":{"keynames":["a","c"],"keytypes":["integer","timestamp"],)"
        R"("keyvalues":[1,"2018-03-27"]}}]})";
    add("version 1: the documented transaction", {batch},
        "[2,\"2018-03-27\"] {\"a\":2,\"b\":\"Tuning\",\"c\":\"2018-03-27\"}\n"
        "[3,\"2018-03-27\"] {\"a\":3,\"b\":\"Replication\",\"c\":\"2018-03-27\"}\n",
        "key = [\"value.a\", \"value.c\"]\n");
    add("version 1: an empty transaction changes no row", {batch, R"({"change":[]})"},
        "2 {\"a\":2,\"b\":\"Tuning\",\"c\":\"2018-03-27\"}\n"
        "3 {\"a\":3,\"b\":\"Replication\",\"c\":\"2018-03-27\"}\n",
        "key = \"value.a\"\n");
    add("version 1: a row made and changed in one transaction",
        {R"({"change":[{"kind":"insert",)" + in +
         R"("columnnames":["id","doc"],"columnvalues":[1,"x"],"pk":{"pknames":["id"]}},)"
         R"({"kind":"update",)" +
         in +
         R"("columnnames":["id"],"columnvalues":[2],"pk":{"pknames":["id"]},)"
         R"("oldkeys":{"keynames":["id"],"keyvalues":[1]}}]})"},
        "2 {\"id\":2,\"doc\":\"x\"}\n");
}

void tst_CdcShapes::shapesMayMixInATopic()
{
    const auto log =
        foldOf({{R"({"id":1})",
                 R"({"before":null,"after":{"id":1,"n":1},"source":{"db":"shop"},"op":"c"})"},
                {"", maxwell("update", R"({"id":1,"n":2})", R"({"n":1})",
                             R"(,"primary_key_columns":["id"])")},
                {R"({"id":3})", R"({"id":3,"__op":"c"})"}});
    QCOMPARE(written(atEnd(log)), std::string("1 {\"id\":1,\"n\":2}\n3 {\"id\":3}\n"));
    QCOMPARE(log->report().sentence(),
             std::string("3 records folded into 2 keys, read as 1 Debezium, 1 unwrapped Debezium "
                         "and 1 Maxwell change events."));
}

void tst_CdcShapes::brokenRecordsAreLeftOutAndSayWhere_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("says");
    const auto add = [](const char* says, const std::string& value) {
        QTest::newRow(says) << QByteArray::fromStdString(value) << QByteArray(says);
    };
    add("JSON breaks off at byte 19", R"({"database":"shop",)");
    add("This is no change event of a shape that is known", R"({"database":"shop","type":"x"})");
    add("This Maxwell change (insert) has no row in \"data\".", maxwell("insert", "[]"));
    add("\"primary_key_columns\" of this Maxwell change are no list",
        maxwell("insert", "{}", {}, R"(,"primary_key_columns":[1])"));
    add("This Canal message (INSERT) has no rows in \"data\".", canal("INSERT", "null"));
    add("data[1] of this Canal message is no row.", canal("INSERT", R"([{"id":"1"},7])"));
    add("has 1 rows in \"data\" and 2 in \"old\".", canal("UPDATE", R"([{"id":"1"}])", "[{},{}]"));
    add("The operation \"upsert\" of this AWS DMS record", dms("upsert", "{}"));
    add("This AWS DMS record (load) has no row", dms("load", "null"));
    add("columns[1] of this wal2json record has no \"name\" and \"value\".",
        wal2("I", column("id", "1") + R"(,{"name":"x"})", {}));
    add("This wal2json record has no list of \"identity\".",
        R"({"action":"D","schema":"public","table":"t","identity":7})");
    add("change[0]: columnnames has 2 items, its values are 1.",
        R"({"change":[{"kind":"insert","table":"t","columnnames":["a","b"],"columnvalues":[1]}]})");
    add("change[1] of this wal2json record has a \"kind\"",
        R"({"change":[{"kind":"message"},{"kind":"upsert"}]})");
    add("change[0] of this wal2json record does not tell its row in \"oldkeys\".",
        R"({"change":[{"kind":"delete","table":"t"}]})");
}

void tst_CdcShapes::brokenRecordsAreLeftOutAndSayWhere()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, says);
    const auto log = foldOf({{"7", value.toStdString()}});
    QCOMPARE(log->report().skipped, std::uint64_t{1});
    QCOMPARE(log->size(), Version{0});
    const SkippedRecord& skipped = log->report().firstSkipped.front();
    QCOMPARE(skipped.place.toString(), std::string("t-0@0"));
    QVERIFY2(QByteArray::fromStdString(skipped.reason).contains(says), skipped.reason.c_str());
}

void tst_CdcShapes::aRowWithoutATellableKeyIsUnknown_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("says");
    const auto add = [](const char* name, const char* key, const std::string& value,
                        const char* says) {
        QTest::newRow(name) << QByteArray(key) << QByteArray::fromStdString(value)
                            << QByteArray(says);
    };
    add("an insert of wal2json without pk", "", wal2("I", column("id", "1"), {}, ""),
        "name them: key = \"value.id\"");
    add("AWS DMS without a record key", "", dms("insert", R"({"id":1})"), "name them: key");
    add("several rows under one record's key", "17",
        R"({"change":[{"kind":"insert","table":"t","columnnames":["a"],"columnvalues":[1]},)"
        R"({"kind":"insert","table":"t","columnnames":["a"],"columnvalues":[2]}]})",
        "which columns tell its rows apart");
    add("a delete by another identity than the key", "", wal2("D", {}, column("sku", "1")),
        "This change lacks columns that tell its row apart: id.");
}

void tst_CdcShapes::aRowWithoutATellableKeyIsUnknown()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, says);
    const auto log = foldOf({{key.toStdString(), value.toStdString()}});
    QCOMPARE(log->report().firstUntold, Rank{0});
    QVERIFY2(QByteArray::fromStdString(log->report().untold).contains(says),
             log->report().untold.c_str());
    QVERIFY(TrustJudge(log).at(1).overall == Trust::Unknown);
}

void tst_CdcShapes::anAbsentLargeValueWithoutABaseIsUnknown()
{
    const auto log = foldOf({{"", wal2("U", column("id", "1"), column("id", "1"))}});
    QCOMPARE(written(atEnd(log)), std::string("1 {\"id\":1}\n"));
    QCOMPARE(log->report().unknownValues, std::uint64_t{1});
}

void tst_CdcShapes::tablesOfOneTopicAreKeptApart()
{
    const auto of = [](const std::string& name, const std::string& row) {
        return Told{R"({"database":"shop","table":")" + name + R"(","pk.id":1})",
                    R"({"database":"shop","table":")" + name +
                        R"(","type":"insert","ts":1,"data":)" + row + "}"};
    };
    const std::vector<Told> told{of("a", R"({"id":1,"a":1})"), of("b", R"({"id":1,"b":1})"),
                                 of("c", R"({"id":1,"c":1})"), of("b", R"({"id":1,"b":2})")};
    const auto first = foldOf(told);
    QCOMPARE(written(atEnd(first)), std::string("1 {\"id\":1,\"a\":1}\n"));
    QCOMPARE(first->report().sentence(),
             std::string("4 records folded into 1 key, read as Maxwell change events, 3 changes of "
                         "other tables left out (shop.b, shop.c; `table` says which are folded)."));
    QCOMPARE(written(atEnd(foldOf(told, "table = \"shop.b\"\n"))),
             std::string("1 {\"id\":1,\"b\":2}\n"));
    QCOMPARE(written(atEnd(foldOf(told, "table = [\"c\", \"shop.a\"]\n"))),
             std::string("1 {\"id\":1,\"c\":1}\n"));
    QVERIFY(atEnd(foldOf(told, "table = \"hop.b\"\n")).empty());
    // Debezium's events tell their table too, where one is asked for.
    const auto debezium = [](const std::string& name) {
        return Told{R"({"id":1})", R"({"before":null,"after":{"id":1,"t":")" + name +
                                       R"("},"source":{"db":"d","schema":"app","table":")" + name +
                                       R"("},"op":"c"})"};
    };
    QCOMPARE(written(atEnd(foldOf({debezium("a"), debezium("b")}, "table = \"app.a\"\n"))),
             std::string("1 {\"id\":1,\"t\":\"a\"}\n"));
}

void tst_CdcShapes::whatWasReadIsSaid()
{
    const auto log = foldOf({{"", canal("INSERT", R"([{"id":"1"}])")},
                             {"", R"({"data":null,"database":"d","es":2,"id":3,"isDdl":true,)"
                                  R"("table":"products","ts":1,"type":"ALTER"})"}});
    QCOMPARE(
        log->report().sentence(),
        std::string("2 records folded into 1 key, read as Canal change events, 1 about schemas "
                    "or the stream itself."));
    const auto state = State::at(log, 2);
    const json receipt =
        json::parse(stateReceiptJson(*state, TrustJudge(log).at(2), state->hash().value()));
    QCOMPARE(receipt["changeEvents"].dump(), std::string(R"({"Canal":2})"));
    QCOMPARE(receipt["folded"]["withoutRows"].get<int>(), 1);
}

void tst_CdcShapes::aWrongKeyIsRefused()
{
    const auto refused = Projection::parse(
        "name = \"p\"\n[[source]]\ntopic = \"t\"\nreduce = \"cdc\"\nkey = \"header.x\"\n",
        "a.toml");
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.starts_with("a.toml:2: The key of cdc names columns"),
             refused.error().message.c_str());
}

void tst_CdcShapes::theShapeIsProposed_data()
{
    QTest::addColumn<QByteArrayList>("values");
    QTest::addColumn<QByteArrayList>("lines");
    const auto add = [](const char* name, const std::vector<std::string>& values,
                        const QByteArrayList& lines) {
        QByteArrayList list;
        for (const std::string& value : values) {
            list << QByteArray::fromStdString(value);
        }
        QTest::newRow(name) << list << lines;
    };
    add("Maxwell", {kMaxwellInsert},
        {"# Maxwell change events: the key is the row's own.", "table = \"test.e\"",
         "comment = \"comment\""});
    add("Canal", {canal("INSERT", R"([{"id":"1"}])")},
        {"# Canal change events: the key is the row's own.", "table = \"inventory.products\""});
    add("AWS DMS", {dms("load", R"({"id":1})")},
        {"# AWS DMS change events.", "# Nothing seen says which columns"});
    add("wal2json", {wal2("U", column("id", "1") + "," + column("n", "1"), column("id", "1"), "")},
        {"# wal2json change events.", "key = [\"value.id\"]"});
    add("several tables",
        {kMaxwellInsert, maxwell("insert", R"({"id":1})"), maxwell("insert", R"({"id":2})")},
        {"# The topic also tells test.e.", "table = \"shop.orders\"", "name = \"orders\""});
}

void tst_CdcShapes::theShapeIsProposed()
{
    QFETCH(QByteArrayList, values);
    QFETCH(QByteArrayList, lines);
    std::vector<Told> told;
    for (const QByteArray& value : values) {
        told.push_back({"", value.toStdString()});
    }
    const auto capture = Capture::inMemory();
    append(*capture, eventsOf(told));
    const auto text = proposeProjection(*capture->snapshot(), "t");
    QVERIFY(text.has_value());
    const QByteArray shown = QByteArray::fromStdString(*text);
    QVERIFY2(shown.contains("reduce = \"cdc\""), shown.constData());
    for (const QByteArray& line : lines) {
        QVERIFY2(shown.contains(line), shown.constData());
    }
    const auto parsed = Projection::parse(*text, "proposal");
    QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message.c_str());
}

QTEST_GUILESS_MAIN(tst_CdcShapes)
#include "tst_cdc_shapes.moc"

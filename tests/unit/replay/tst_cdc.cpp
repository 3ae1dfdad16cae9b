#include "model/replay/commit_order.h"
#include "model/replay/transaction_counts.h"
#include "model/replay/trust_judge.h"
#include "tests/unit/replay/cdc_fixture.h"

#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

namespace {

using Table = std::map<std::string, std::string>;

std::string change(const std::string& op, const std::string& after)
{
    return R"({"before":null,"after":)" + after + R"(,"source":{"table":"t"},"op":")" + op +
           R"(","ts_ms":1})";
}

Event row(std::int64_t offset, const std::string& key, std::optional<std::string> value)
{
    return {"t", 0, offset, offset, key, std::move(value)};
}

Table tableOf(const std::vector<Event>& events)
{
    const auto capture = Capture::inMemory();
    append(*capture, events);
    const auto log = fold(*capture, projection("t", "cdc"));
    return table(log, log->order()->size());
}

const std::string kToast = "\"__debezium_unavailable_value\"";

} // namespace

class tst_Cdc : public QObject
{
    Q_OBJECT

private slots:
    void eachOperationDoesItsWork_data();
    void eachOperationDoesItsWork();
    void unwrappedRowsAreTold_data();
    void unwrappedRowsAreTold();
    void whatUnwrappedChangesCannotTellIsUnknown();
    void keysAreTheChangeEventsOwn_data();
    void keysAreTheChangeEventsOwn();
    void anUnchangedToastValueKeepsWhatItWas();
    void aTruncateEmptiesItsTopicOnly();
    void whatIsNoChangeEventIsSkippedWithItsPlace();
    void debeziumsOwnFixturesFold_data();
    void debeziumsOwnFixturesFold();
    void aRealWorkloadFolds_data();
    void aRealWorkloadFolds();
};

void tst_Cdc::eachOperationDoesItsWork_data()
{
    QTest::addColumn<QByteArrayList>("values"); // of one key, {"id":1}; empty: a tombstone
    QTest::addColumn<QByteArray>("state");      // empty: no row
    const auto add = [](const char* name, const std::vector<std::string>& values,
                        const char* state) {
        QByteArrayList list;
        for (const std::string& value : values) {
            list << QByteArray::fromStdString(value);
        }
        QTest::newRow(name) << list << QByteArray(state);
    };
    const std::string one = change("c", R"({"id":1,"n":0.10})");
    const std::string gone = R"({"before":{"id":1},"after":null,"source":{},"op":"d"})";
    add("create", {one}, R"({"id":1,"n":0.10})");
    add("snapshot read", {change("r", R"({"id":1})")}, R"({"id":1})");
    add("update", {one, change("u", R"({"id":1,"n":9223372036854775808})")},
        R"({"id":1,"n":9223372036854775808})");
    add("delete", {one, gone}, "");
    add("delete and its tombstone", {one, gone, ""}, "");
    add("created again behind the tombstone", {one, gone, "", one}, R"({"id":1,"n":0.10})");
    add("a tombstone whose delete was compacted away", {one, ""}, "");
    add("a delete of what was never there", {gone}, "");
    add("a logical message changes nothing", {one, R"({"op":"m","message":{},"source":{}})"},
        R"({"id":1,"n":0.10})");
    add("with a schema",
        {R"({"schema":{"type":"struct","fields":[{"field":"op"}]},"payload":)" + one + "}"},
        R"({"id":1,"n":0.10})");
}

void tst_Cdc::eachOperationDoesItsWork()
{
    QFETCH(QByteArrayList, values);
    QFETCH(QByteArray, state);
    std::vector<Event> events;
    for (const QByteArray& value : values) {
        events.push_back(row(static_cast<std::int64_t>(events.size()), R"({"id":1})",
                             value.isEmpty() ? std::nullopt : std::optional(value.toStdString())));
    }
    QCOMPARE(tableOf(events), state.isEmpty() ? Table{} : (Table{{"1", state.toStdString()}}));
}

void tst_Cdc::unwrappedRowsAreTold_data()
{
    QTest::addColumn<QByteArray>("value"); // of the last record of the key; empty: null
    QTest::addColumn<QByteArray>("op");    // its header __op; empty: none
    QTest::addColumn<QByteArray>("state"); // afterwards; empty: no row
    const auto add = [](const char* name, const char* value, const char* op, const char* state) {
        QTest::newRow(name) << QByteArray(value) << QByteArray(op) << QByteArray(state);
    };
    add("metadata as members", R"({"id":1,"n":2,"__deleted":"false","__op":"u","__source_lsn":7})",
        "", R"({"id":1,"n":2})");
    add("metadata as headers", R"({"id":1,"n":2})", "u", R"({"id":1,"n":2})");
    add("a row's own columns may look like an envelope", R"({"id":1,"op":"d","after":"x","__x":1})",
        "u", R"({"id":1,"op":"d","after":"x","__x":1})");
    add("even one whose names are all an envelope's",
        R"({"id":1,"op":"c","before":"x","after":"y","source":"z"})", "u",
        R"({"id":1,"op":"c","before":"x","after":"y","source":"z"})");
    add("or whose values are all null", R"({"id":1,"op":"d","before":null,"after":null})", "u",
        R"({"id":1,"op":"d","before":null,"after":null})");
    add("with a schema", R"({"schema":{},"payload":{"id":1,"n":2,"__op":"u"}})", "",
        R"({"id":1,"n":2})");
    add("a placeholder keeps what was", R"({"id":1,"n":"__debezium_unavailable_value","__op":"u"})",
        "", R"({"id":1,"n":1})");
    add("delete, rewritten", R"({"id":1,"n":null,"__deleted":"true","__op":"d"})", "", "");
    add("delete, rewritten, by __deleted alone", R"({"id":1,"n":null,"__deleted":"true"})", "", "");
    add("delete, as a tombstone with its header", "", "d", "");
    add("delete, as a JSON null", "null", "d", "");
    add("delete, as a JSON null with a schema", R"({"schema":null,"payload":null})", "d", "");
    add("delete, as a bare tombstone", "", "", "");
}

void tst_Cdc::unwrappedRowsAreTold()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, op);
    QFETCH(QByteArray, state);
    auto last =
        row(1, R"({"id":1})", value.isEmpty() ? std::nullopt : std::optional(value.toStdString()));
    if (!op.isEmpty()) {
        last.headers = {{"__op", op.toStdString()}};
    }
    QCOMPARE(tableOf({row(0, R"({"id":1})", R"({"id":1,"n":1,"__deleted":"false"})"), last}),
             state.isEmpty() ? Table{} : (Table{{"1", state.toStdString()}}));
}

void tst_Cdc::whatUnwrappedChangesCannotTellIsUnknown()
{
    const auto capture = Capture::inMemory();
    append(*capture, {row(0, R"({"id":1})", R"({"id":1,"__op":"c"})"),
                      {"t", 0, 1, 1, std::nullopt, R"({"id":2,"__op":"c"})"}});
    const auto log = fold(*capture, projection("t", "cdc"));
    QVERIFY(TrustJudge(log).at(1).overall == Trust::Exact);
    const TrustReport report = TrustJudge(log).at(2);
    QVERIFY(report.overall == Trust::Unknown);
    QVERIFY(report.sentence().starts_with("Unknown: A table without a key cannot be rebuilt"));
    QVERIFY(TrustJudge(log).band().back().trust == Trust::Unknown);
    // A TRUNCATE is not among unwrapped changes; the end of its transaction counts it.
    TransactionCounts counts({"db.app.t", "db.app.u_"});
    const std::string ends =
        R"([{"data_collection":"app.t","event_count":2},{"data_collection":"app.u é","event_count":1}])" +
        std::string(RecordBatch::kPadding, ' ');
    counts.told(7, "db", std::string_view(ends).substr(0, ends.size() - RecordBatch::kPadding));
    counts.addUnwrapped(0);
    counts.seen(7, 0);
    QCOMPARE(counts.missing().size(), std::size_t{1});
    counts.seen(7, 0);
    QVERIFY(counts.missing().empty());
}

void tst_Cdc::keysAreTheChangeEventsOwn_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("text");
    const auto add = [](const char* key, const char* text) {
        QTest::newRow(key) << QByteArray(key) << QByteArray(text);
    };
    add(R"({"id":17})", "17");
    add(R"({"name":"a \"b\""})", "a \"b\"");
    add(R"({"shop":"x","id":3})", R"(["x",3])");
    add(R"({"schema":{"type":"struct"},"payload":{"id":17}})", "17");
    add(R"({"schema":null,"payload":{"a":1,"b":"2"}})", R"([1,"2"])");
    add("plain", "plain");
}

void tst_Cdc::keysAreTheChangeEventsOwn()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, text);
    QCOMPARE(tableOf({row(0, key.toStdString(), change("c", "{}"))}),
             (Table{{text.toStdString(), "{}"}}));
}

void tst_Cdc::anUnchangedToastValueKeepsWhatItWas()
{
    QCOMPARE(
        tableOf({row(0, R"({"id":1})", change("c", R"({"id":1,"doc":"long","n":1})")),
                 row(1, R"({"id":1})", change("u", R"({"id":1,"doc":)" + kToast + R"(,"n":2})")),
                 row(2, R"({"id":1})", change("u", R"({"id":1,"doc":)" + kToast + R"(,"n":3})"))}),
        (Table{{"1", R"({"id":1,"doc":"long","n":3})"}}));
    // A changed primary key: the new row takes the value of the old one, deleted just before.
    auto moved = row(2, R"({"id":2})", change("c", R"({"id":2,"doc":)" + kToast + "}"));
    moved.headers = {{"__debezium.oldkey", R"({"id":1})"}};
    QCOMPARE(
        tableOf({row(0, R"({"id":1})", change("c", R"({"id":1,"doc":"long"})")),
                 row(1, R"({"id":1})", R"({"op":"d","before":{"id":1},"after":null})"), moved}),
        (Table{{"2", R"({"id":2,"doc":"long"})"}}));
    // Nothing to keep: the placeholder stays and is counted.
    const auto capture = Capture::inMemory();
    append(*capture, {row(0, R"({"id":1})", change("u", R"({"id":1,"doc":)" + kToast + "}"))});
    const auto log = fold(*capture, projection("t", "cdc"));
    QCOMPARE(log->report().unknownValues, std::uint64_t{1});
    QCOMPARE(table(log, 1), (Table{{"1", R"({"id":1,"doc":)" + kToast + "}"}}));
}

void tst_Cdc::aTruncateEmptiesItsTopicOnly()
{
    const auto capture = Capture::inMemory();
    append(*capture,
           {{"t", 0, 0, 1, R"({"id":1})", change("c", R"({"id":1})")},
            {"u", 0, 0, 2, R"({"id":2})", change("c", R"({"id":2})")},
            {"t", 0, 1, 3, R"({"id":3})", change("c", R"({"id":3})")},
            {"t", 1, 0, 4, std::nullopt, R"({"op":"t","before":null,"after":null,"source":{}})"},
            {"t", 0, 2, 5, R"({"id":3})", change("c", R"({"id":3,"new":1})")}});
    const auto log =
        fold(*capture, projection("name=\"p\"\n[[source]]\ntopic=[\"t\",\"u\"]\nreduce=\"cdc\"\n"));
    QCOMPARE(table(log, 3).size(), std::size_t{3});
    QCOMPARE(table(log, 4), (Table{{"2", R"({"id":2})"}}));
    QCOMPARE(table(log, 5), (Table{{"2", R"({"id":2})"}, {"3", R"({"id":3,"new":1})"}}));
}

void tst_Cdc::whatIsNoChangeEventIsSkippedWithItsPlace()
{
    const auto capture = Capture::inMemory();
    append(*capture, {row(0, R"({"id":1})", R"({"id":1,"name":"unwrapped"})"),
                      row(1, R"({"id":1})", "text"),
                      row(2, R"({"id":1})", change("x", "{}")),
                      row(3, R"({"id":1})", change("c", "null")),
                      {"t", 0, 4, 4, std::nullopt, change("d", "null")}});
    const auto log = fold(*capture, projection("t", "cdc"));
    QCOMPARE(log->report().skipped, std::uint64_t{4});
    QCOMPARE(log->report().withoutKey, std::uint64_t{1});
    QCOMPARE(log->report().firstSkipped.at(1).place.offset, std::int64_t{1});
    QVERIFY(table(log, 5).empty());
}

void tst_Cdc::debeziumsOwnFixturesFold_data()
{
    QTest::addColumn<QString>("file");
    for (const char* file : {"serde-update.json", "serde-with-schema.json",
                             "serde-without-schema.json", "serde-unknown-property.json"}) {
        QTest::newRow(file) << QString::fromLatin1(file);
    }
}

void tst_Cdc::debeziumsOwnFixturesFold()
{
    QFETCH(QString, file);
    const std::string value = sharedFile(QStringLiteral("debezium/") + file);
    if (value.empty()) {
        QSKIP("Debezium's fixtures are not beside this checkout.");
    }
    const Table rows = tableOf({row(0, R"({"id":1004})", value)});
    QCOMPARE(rows.size(), std::size_t{1});
    const auto anne = nlohmann::json::parse(rows.at("1004"));
    QCOMPARE(anne["first_name"].get<std::string>(), std::string("Anne"));
    QCOMPARE(anne["id"].get<int>(), 1004);
}

void tst_Cdc::aRealWorkloadFolds_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("prefix");
    QTest::newRow("without schemas")
        << QStringLiteral("cdc/envelope.jsonl.zst") << QByteArray("pgopen.");
    QTest::newRow("with schemas") << QStringLiteral("cdc/envelope_schema.jsonl.zst")
                                  << QByteArray("pgopens.");
}

// Every record is understood; tables whose rows only came and changed hold as many as PostgreSQL.
void tst_Cdc::aRealWorkloadFolds()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, prefix);
    const std::string packed = sharedFile(file);
    if (packed.empty()) {
        QSKIP("The recorded PostgreSQL workload is not beside this checkout.");
    }
    const auto capture = captureOf(unpacked(packed));
    const auto order = CommitOrder::build(capture->snapshot()).value();
    // What PostgreSQL counts at the end.
    const std::map<std::string, std::size_t> expected{{"public.pgbench_accounts", 500},
                                                      {"public.pgbench_tellers", 20},
                                                      {"public.pgbench_branches", 2},
                                                      {"app.counter", 100},
                                                      {"app.items", 204},
                                                      {"app.marker", 7},
                                                      {"app.gen", 6},
                                                      {"app.part_eu", 21},
                                                      {"app.part_us", 20},
                                                      {"app.moved", 161}};
    std::size_t tables = 0;
    for (const std::string& topic : capture->snapshot()->topics()) {
        if (topic.starts_with("__") || topic.ends_with(".transaction") ||
            topic.ends_with(".message")) {
            continue;
        }
        const auto log = VersionLog::fold(projection(topic, "cdc"), order, {}).value();
        // A delete in the transaction that dropped its table has no key any more.
        QVERIFY2(log->report().skipped == (topic.ends_with(".doomed") ? 1u : 0u), topic.c_str());
        const auto count = expected.find(topic.substr(prefix.size()));
        if (count != expected.end()) {
            QCOMPARE(State::at(log, order->size())->size(), count->second);
            ++tables;
        }
    }
    QVERIFY(tables >= 4);
}

QTEST_GUILESS_MAIN(tst_Cdc)
#include "tst_cdc.moc"

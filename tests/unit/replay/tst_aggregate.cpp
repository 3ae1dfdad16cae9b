#include "tests/unit/replay/fold_ways.h"
#include "tests/unit/replay/refusals.h"

#include "model/replay/decimal.h"

#include <nlohmann/json.hpp>
#include <set>

using namespace hindcast;
using namespace hindcast::test;

namespace {

using Table = std::map<std::string, std::string>;

ProjectionPtr aggregate(const std::string& settings)
{
    return projection("name = \"p\"\n[[source]]\ntopic = \"orders\"\nreduce = \"aggregate\"\n" +
                      settings);
}

// The one row that the values make.
VersionLogPtr foldValues(const std::vector<std::string>& values, const std::string& settings)
{
    const auto capture = Capture::inMemory();
    std::vector<Event> events;
    for (const std::string& value : values) {
        const auto at = static_cast<std::int64_t>(events.size());
        events.push_back(
            {"orders", 0, at, 100 + at, "k", value.empty() ? std::nullopt : std::optional(value)});
    }
    append(*capture, events);
    return fold(*capture, aggregate(settings));
}

} // namespace

class tst_Aggregate : public QObject
{
    Q_OBJECT

private slots:
    void functionsGiveWhatSqlGives_data();
    void functionsGiveWhatSqlGives();
    void valuesThatDoNotFitLeaveTheWholeRecordOut_data();
    void valuesThatDoNotFitLeaveTheWholeRecordOut();
    void groupsAreRowsWithTheirColumns();
    void textsAreTheSameHoweverTheyAreWritten();
    void oneRowOfEverything();
    void theTableShowsWhatIsComputed();
    void otherSourcesKeepTheirMembers();
    void aRowThatWasRemovedCountsFromNothing();
    void wrongDefinitionsAreRefused_data();
    void wrongDefinitionsAreRefused();
    void randomGroupsAreThoseCountedPlainly();
    void everyWayToAMomentGivesOneState_data();
    void everyWayToAMomentGivesOneState();
};

void tst_Aggregate::functionsGiveWhatSqlGives_data()
{
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<QStringList>("values"); // of v, as JSON; "-": no v; "": a null record
    QTest::addColumn<QByteArray>("result");
    const auto row = [](const char* function, const char* values, const char* result) {
        QTest::addRow("%s of %s", function, values)
            << QByteArray(function) << QString::fromUtf8(values).split(QLatin1Char(' '))
            << QByteArray(result);
    };
    row("count", "1 null - 2", "4");
    row("count", "1  2", "3");
    row("count(value.v)", "1 null - \"x\"  {}", "3");
    row("count(value.v)", "null", "0");
    row("sum(value.v)", "0.1 0.2", "0.3");
    row("sum(value.v)", "0.10 0.2 null -", "0.30");
    row("sum(value.v)", "null -", "null");
    row("sum(value.v)", "9223372036854775807 1 1", "9223372036854775809");
    row("sum(value.v)", "1e400 1 -1e400", "1");
    row("sum(value.v)", "\"12.50\" 1", "13.50");
    row("sum(value.v)", "5 -5.00", "0.00");
    row("min(value.v)", "3 1.50 2", "1.50");
    row("min(value.v)", "9007199254740993 9007199254740992", "9007199254740992");
    row("max(value.v)", "9007199254740992 9007199254740993", "9007199254740993");
    row("max(value.v)", "2 10 9.99", "10");
    row("max(value.v)", "1.0 1 1.00", "1.0");
    row("max(value.v)", "-1 null -", "-1");
    row("min(value.v)", "null -", "null");
    row("min(value.v)", "\"b\" \"a\" \"c\"", "\"a\"");
    row("max(value.v)", "\"10\" \"9\"", "\"9\"");
    row("min(value.v)", "\"1\" 2", "2");
    row("max(value.v)", "\"1\" 2", "\"1\"");
    row("max(value.v)", "\"é\" \"z\"", "\"é\"");
    row("avg(value.v)", "1 2", "1.5");
    row("avg(value.v)", "0.10 0.20", "0.15");
    row("avg(value.v)", "1 1 2", "1.333333333333333333333333333333333");
    row("avg(value.v)", "1 null - 3", "2");
    row("avg(value.v)", "null", "null");
    row("first(value.v)", "- null 1.0 2", "1.0");
    row("first(value.v)", "{\"a\":0.10} 2", "{\"a\":0.10}");
    row("last(value.v)", "1 2.50 null -", "2.50");
    row("last(value.v)", "1 \"a\\\"b\"", "\"a\\\"b\"");
    row("last(value.v)", "1 true", "true");
    row("distinct(value.v)", "1 1.0 10e-1 2", "2");
    row("distinct(value.v)", "1 \"1\" true null -", "3");
    row("distinct(value.v)", "\"a\" \"b\" \"a\"", "2");
    row("distinct(value.v)", "null -", "0");
    row("distinct(value.v)",
        "{\"a\":1,\"b\":[2,3]} {\"b\":[2.0,3],\"a\":1.0} {\"a\":1,\"b\":[3,2]}", "2");
    row("distinct(value.v)", "{\"a\":{\"x\":\"\\u0041\"}} {\"a\":{\"x\":\"A\"}} [] {}", "3");
    row("distinct(value.v)", "{\"a\":1,\"a\":2} {\"a\":2} [\"1\"] [1]", "3");
}

void tst_Aggregate::functionsGiveWhatSqlGives()
{
    QFETCH(QByteArray, function);
    QFETCH(QStringList, values);
    QFETCH(QByteArray, result);
    std::vector<std::string> records;
    for (const QString& value : values) {
        records.push_back(value.isEmpty()               ? std::string()
                          : value == QLatin1String("-") ? std::string("{}")
                                                        : "{\"v\":" + value.toStdString() + "}");
    }
    const auto log =
        foldValues(records, "[source.compute]\nx = \"" + function.toStdString() + "\"\n");
    QCOMPARE(log->report().skipped, std::uint64_t{0});
    const std::string state = table(log, log->order()->size()).at("k");
    const std::string begin = "{\"x\":" + result.toStdString();
    QVERIFY2(state == begin + "}" || state.starts_with(begin + ",\"x.sum\":"), state.c_str());
}

void tst_Aggregate::valuesThatDoNotFitLeaveTheWholeRecordOut_data()
{
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* function, const char* value, const char* says) {
        QTest::addRow("%s of %s", function, value)
            << QByteArray(function) << QByteArray(value) << QByteArray(says);
    };
    row("sum", "\"abc\"", "value.v is \"abc\", which is no number that can be added up.");
    row("sum", "true", "value.v is true");
    row("sum", "{}", "value.v is {}");
    row("sum", "1e999999999", "value.v is 1e999999999");
    row("avg", "\"\"", "value.v is \"\"");
    row("min", "[1]", "value.v is [1], which is neither a text nor a number");
    row("max", "false", "value.v is false");
    row("sum", "tru", "not the JSON");
}

void tst_Aggregate::valuesThatDoNotFitLeaveTheWholeRecordOut()
{
    QFETCH(QByteArray, function);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, says);
    const auto log =
        foldValues({R"({"v":1})", "{\"v\":" + value.toStdString() + "}"},
                   "[source.compute]\nn = \"count\"\nd = \"distinct(value.v)\"\nx = \"" +
                       function.toStdString() + "(value.v)\"\nl = \"last(value.v)\"\n");
    QCOMPARE(log->report().skipped, std::uint64_t{1});
    const std::string reason = log->report().firstSkipped.at(0).reason;
    QVERIFY2(reason.find(says.toStdString()) != std::string::npos, reason.c_str());
    QCOMPARE(log->report().firstSkipped.at(0).place.toString(), std::string("orders-0@1"));
    const auto state = nlohmann::json::parse(table(log, 2).at("k"));
    QVERIFY(state["n"] == 1 && state["d"] == 1 && state["x"] == 1 && state["l"] == 1);
}

void tst_Aggregate::groupsAreRowsWithTheirColumns()
{
    const auto capture = Capture::inMemory();
    append(*capture,
           {{"orders", 0, 0, 100, "a", R"({"c":"DE","s":1,"amount":0.10})"},
            {"orders", 0, 1, 200, "b", R"({"c":"DE","s":1,"amount":0.20})"},
            {"orders", 0, 2, 300, "c", R"({"c":"FR","s":1,"amount":9223372036854775808})"},
            {"orders", 0, 3, 400, "d", R"({"c":"FR"})"}});
    const auto log = fold(*capture, aggregate("group = [\"value.c\", \"value.s\"]\n"
                                              "[source.compute]\norders = \"count\"\n"
                                              "total = \"sum(value.amount)\"\n"));
    QCOMPARE(
        table(log, 4),
        (Table{{R"(["DE",1])", R"({"c":"DE","s":1,"orders":2,"total":0.30})"},
               {R"(["FR",1])", R"({"c":"FR","s":1,"orders":1,"total":9223372036854775808})"}}));
    QCOMPARE(log->report().withoutKey, std::uint64_t{1});
    const auto named = fold(*capture, aggregate("group = { land = \"value.c\" }\n"
                                                "[source.compute]\norders = \"count\"\n"));
    QCOMPARE(table(named, 4),
             (Table{{"DE", R"({"land":"DE","orders":2})"}, {"FR", R"({"land":"FR","orders":2})"}}));
}

// Many in a block: what is read of them ahead outlives the reading of the next.
void tst_Aggregate::textsAreTheSameHoweverTheyAreWritten()
{
    const auto capture = Capture::inMemory();
    std::vector<Event> events;
    std::map<std::string, int> counts;
    for (int i = 0; i < 3000; ++i) {
        const std::string tail = std::to_string(i % 7) + std::string(90, 'x');
        const std::string written =
            i % 2 == 0 ? "M\\u00fcnster\\t" + tail : "Münster\\u0009" + tail;
        const auto at = std::int64_t{i};
        events.push_back(
            {"orders", 0, at, at, "k" + std::to_string(i), R"({"s":")" + written + "\"}"});
        ++counts["Münster\t" + tail];
    }
    append(*capture, events, 1000);
    const auto log =
        fold(*capture, aggregate("group = \"value.s\"\n[source.compute]\nn = \"count\"\n"
                                 "last = \"max(value.s)\"\n"));
    const Table rows = table(log, 3000);
    QCOMPARE(rows.size(), counts.size());
    for (const auto& [text, count] : counts) {
        const auto row = nlohmann::json::parse(rows.at(text));
        QCOMPARE(row.at("s").get<std::string>(), text);
        QCOMPARE(row.at("last").get<std::string>(), text);
        QCOMPARE(row.at("n").get<int>(), count);
    }
}

void tst_Aggregate::oneRowOfEverything()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "a", R"({"v":1})"},
                      {"orders", 0, 1, 200, std::nullopt, R"({"v":2})"}});
    const auto log = fold(*capture, aggregate("group = []\n[source.compute]\nn = \"count\"\n"
                                              "m = \"avg(value.v)\"\n"));
    QCOMPARE(table(log, 2), (Table{{"[]", R"({"n":2,"m":1.5,"m.sum":3,"m.count":2})"}}));
}

void tst_Aggregate::theTableShowsWhatIsComputed()
{
    const auto definition = aggregate("group = \"value.c\"\n[source.compute]\n\"mean of v\" = "
                                      "\"avg(value.v)\"\nb = \"count\"\na = \"count\"\n");
    std::vector<std::string> names;
    for (const ProjectionColumn& column : definition->columns) {
        names.push_back(column.name);
    }
    QCOMPARE(names, (std::vector<std::string>{"c", "mean of v", "b", "a"}));
    const auto own = aggregate("group = \"value.c\"\n[source.compute]\nm = \"avg(value.v)\"\n"
                               "[columns]\nof = '\"m.sum\"'\n");
    QCOMPARE(own->columns.size(), std::size_t{1});
}

void tst_Aggregate::otherSourcesKeepTheirMembers()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"customers", 0, 0, 100, "c1", R"({"name":"Ann","paid":"?"})"},
                      {"orders", 0, 0, 200, "o1", R"({"customer":"c1","amount":1.50})"},
                      {"refunds", 0, 0, 300, "r1", R"({"customer":"c1","amount":0.50})"},
                      {"customers", 0, 1, 400, "c1", R"({"name":"Anna"})"},
                      {"orders", 0, 1, 500, "o2", R"({"customer":"c1","amount":2})"}});
    const auto log = fold(*capture, projection(R"toml(name = "p"
[[source]]
topic = "customers"
reduce = "merge-patch"
[[source]]
topic = "orders"
key = "value.customer"
reduce = "aggregate"
[source.compute]
orders = "count"
spent = "sum(value.amount)"
[[source]]
topic = "refunds"
key = "value.customer"
reduce = "aggregate"
into = "refunds"
[source.compute]
sum = "sum(value.amount)"
)toml"));
    QCOMPARE(table(log, 5).at("c1"), std::string(R"({"orders":2,"spent":3.50,"name":"Anna",)"
                                                 R"("paid":"?","refunds":{"sum":0.50}})"));
}

void tst_Aggregate::aRowThatWasRemovedCountsFromNothing()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders", 0, 0, 100, "a", R"({"v":1})"},
                      {"orders", 0, 1, 200, "a", R"({"v":2})"},
                      {"gone", 0, 0, 300, "a", std::nullopt},
                      {"orders", 0, 2, 400, "a", R"({"v":1})"}});
    const auto log = fold(*capture, projection(R"toml(name = "p"
[[source]]
topic = "orders"
reduce = "aggregate"
[source.compute]
n = "count"
d = "distinct(value.v)"
[[source]]
topic = "gone"
reduce = "latest"
)toml"));
    QCOMPARE(table(log, 2), (Table{{"a", R"({"n":2,"d":2})"}}));
    QCOMPARE(table(log, 3), Table{});
    QCOMPARE(table(log, 4), (Table{{"a", R"({"n":1,"d":1})"}}));
}

void tst_Aggregate::wrongDefinitionsAreRefused_data()
{
    refusalColumns();
    refusal("nothing computed", "group = \"value.c\"\n", 2, "[source.compute]");
    refusal("an empty table", "[source.compute]\n", 5, "computes nothing");
    refusal("no table", "compute = \"count\"\n", 5, "computes nothing");
    refusal("a function not known", "[source.compute]\na = \"count\"\nx = \"median(value.v)\"\n", 7,
            "known are: count, sum, min, max, avg, first, last, distinct");
    refusal("no path", "[source.compute]\nx = \"sum\"\n", 6, "needs a path in brackets");
    refusal("an empty path", "[source.compute]\nx = \"sum()\"\n", 6, "needs a path in brackets");
    refusal("no bracket at the end", "[source.compute]\nx = \"sum(value.v\"\n", 6, "needs a path");
    refusal("a path that is none", "[source.compute]\nx = \"sum(vlaue.v)\"\n", 6,
            "\"vlaue.v\" is not a path");
    refusal("a number", "[source.compute]\nx = 1\n", 6, "x must be a text");
    refusal("one name twice", "group = \"value.x\"\n[source.compute]\nx = \"count\"\n", 6,
            "Two columns would have the name x");
    refusal("the name of an average's part",
            "[source.compute]\nx = \"avg(value.v)\"\n\"x.sum\" = \"count\"\n", 5,
            "Two columns would have the name x.sum");
    refusal("key and group",
            "key = \"key\"\ngroup = \"value.c\"\n[source.compute]\nx = \"count\"\n", 5,
            "key and group exclude each other");
    refusal("a group that is no path", "group = [\"value.c\", \"vlaue.c\"]\n", 5,
            "\"vlaue.c\" is not a path");
    refusal("a setting not known", "by = \"value.c\"\n", 5,
            "topic, where, key, reduce, into, group, compute");
}

void tst_Aggregate::wrongDefinitionsAreRefused()
{
    checkRefusal("aggregate");
}

void tst_Aggregate::randomGroupsAreThoseCountedPlainly()
{
    struct Plain
    {
        int count = 0;
        std::int64_t cents = 0;
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        std::set<std::string> kinds;
        std::string last;
    };
    std::mt19937 random(4);
    std::map<std::string, Plain> expected;
    std::vector<Event> events;
    for (int i = 0; i < 3000; ++i) {
        const std::string group(1, static_cast<char>('a' + random() % 7));
        const auto cents = static_cast<std::int64_t>(random() % 1'000'000) - 500'000;
        const std::string kind = "k" + std::to_string(random() % 40);
        const std::string digits = std::to_string(std::abs(cents) + 1'000'000'000);
        const std::string amount = (cents < 0 ? "-" : "") + std::to_string(std::abs(cents) / 100) +
                                   "." + digits.substr(digits.size() - 2);
        events.push_back({"orders", 0, i, 1000 + i, std::nullopt,
                          "{\"g\":\"" + group + "\",\"v\":" + amount + ",\"k\":\"" + kind + "\"}"});
        Plain& plain = expected[group];
        ++plain.count;
        plain.cents += cents;
        plain.least = std::min(plain.least, cents);
        plain.kinds.insert(kind);
        plain.last = amount;
    }
    const auto capture = Capture::inMemory();
    append(*capture, events);
    const auto log =
        fold(*capture, aggregate("group = \"value.g\"\n[source.compute]\nn = \"count\"\n"
                                 "s = \"sum(value.v)\"\nm = \"min(value.v)\"\n"
                                 "d = \"distinct(value.k)\"\nl = \"last(value.v)\"\n"));
    const Table rows = table(log, log->order()->size());
    QCOMPARE(rows.size(), expected.size());
    for (const auto& [group, plain] : expected) {
        const std::string& state = rows.at(group);
        const auto member = [&state](const std::string& name) {
            const std::size_t at = state.find("\"" + name + "\":") + name.size() + 3;
            return state.substr(at, state.find_first_of(",}", at) - at);
        };
        const auto cents = [](std::int64_t value) {
            return sameNumberText(std::to_string(value) + "e-2");
        };
        QCOMPARE(member("n"), std::to_string(plain.count));
        QCOMPARE(sameNumberText(member("s")), cents(plain.cents));
        QCOMPARE(sameNumberText(member("m")), cents(plain.least));
        QCOMPARE(member("d"), std::to_string(plain.kinds.size()));
        QCOMPARE(member("l"), plain.last);
    }
}

void tst_Aggregate::everyWayToAMomentGivesOneState_data()
{
    QTest::addColumn<QByteArray>("settings");
    const QByteArray compute =
        "[source.compute]\nn = \"count\"\ns = \"sum(value.v)\"\nm = \"avg(value.v)\"\n"
        "a = \"min(value.v)\"\nb = \"max(value.t)\"\nf = \"first(value.t)\"\nl = "
        "\"last(value.v)\"\n";
    QTest::newRow("of keys") << compute;
    QTest::newRow("of groups") << "group = { \"g h\" = \"value.t\" }\n" + compute;
    QTest::newRow("distinct") << "group = \"value.v\"\n" + compute + "d = \"distinct(value.t)\"\n";
    QTest::newRow("in a member") << "into = \"m\"\n" + compute + "d = \"distinct(value.t)\"\n";
    QTest::newRow("everything") << "group = []\n" + compute;
}

void tst_Aggregate::everyWayToAMomentGivesOneState()
{
    QFETCH(QByteArray, settings);
    const auto definition = projection("name = \"p\"\n[[source]]\ntopic = \"a\"\n"
                                       "reduce = \"aggregate\"\n" +
                                       settings.toStdString() +
                                       "[[source]]\ntopic = \"b\"\nreduce = \"merge-patch\"\n");
    static const char* const kValues[] = {"0.10", "7",   "\"x\"",
                                          "null", "1e3", "9223372036854775808"};
    for (unsigned seed = 1; seed <= 8; ++seed) {
        std::mt19937 random(seed);
        const auto events =
            randomEvents(random, {"a", "b"}, 60 + random() % 250, 1 + seed, [&](const Event& e) {
                return e.topic == "b" ? R"({"n":)" + std::to_string(random() % 4) + "}"
                                      : std::string(R"({"v":)") + kValues[random() % 6] +
                                            R"(,"t":"t)" + std::to_string(random() % 5) + "\"}";
            });
        checkEveryWay(events, definition, random);
        if (QTest::currentTestFailed()) {
            QFAIL(qPrintable(QStringLiteral("seed %1").arg(seed)));
        }
    }
}

QTEST_GUILESS_MAIN(tst_Aggregate)
#include "tst_aggregate.moc"

#include "model/replay/script_numbers.h"
#include "tests/unit/replay/refusals.h"
#include "tests/unit/replay/script_fixture.h"

#include <QFile>
#include <QTemporaryDir>
#include <nlohmann/json.hpp>

using namespace hindcast;
using namespace hindcast::test;

namespace {

// A script that does what a real one does.
const std::string kOrder = R"js(
const steps = { CREATED: 1, PAID: 2, SHIPPED: 3 };
function init(key) { return { key: key, n: 0, spent: 0, seen: [] }; }
function apply(state, event) {
    const v = event.value;
    if (v === null || typeof v !== 'object') return undefined;
    if (v.cancel) return null;
    state.n += 1;
    state.spent += v.amount || 0;
    if (steps[v.status]) state.status = v.status;
    if (state.seen.indexOf(event.partition) < 0) state.seen.push(event.partition);
    state.at = event.timestamp;
    return state;
}
)js";

} // namespace

class tst_Script : public QObject
{
    Q_OBJECT

private slots:
    void functionsDoTheirWork_data();
    void functionsDoTheirWork();
    void anEventHasAllThatARecordHas();
    void wideNumbersArriveAsTexts_data();
    void wideNumbersArriveAsTexts();
    void whatIsImpureNamesItself_data();
    void whatIsImpureNamesItself();
    void whatIsPureIsThere_data();
    void whatIsPureIsThere();
    void aScriptKeepsNothingBetweenEvents_data();
    void aScriptKeepsNothingBetweenEvents();
    void aFailureNamesItsRecordAndLine();
    void anEndlessLoopIsStoppedAndNamed_data();
    void anEndlessLoopIsStoppedAndNamed();
    void tooMuchIsRefused_data();
    void tooMuchIsRefused();
    void theSentenceNamesTheFirstFailure();
    void wrongScriptsAreRefused_data();
    void wrongScriptsAreRefused();
    void aScriptMayStandInAFile();
    void everyWayToAMomentGivesOneState_data();
    void everyWayToAMomentGivesOneState();
};

void tst_Script::functionsDoTheirWork_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("values");
    QTest::addColumn<QString>("state");
    const auto add = [](const char* name, const char* text, const QStringList& values,
                        const char* state) {
        QTest::newRow(name) << QString::fromUtf8(text) << values << QString::fromUtf8(state);
    };
    const QStringList two{QStringLiteral(R"({"a":1})"), QStringLiteral(R"({"b":2})")};
    add("the value", "function apply(state, event) { return event.value; }", two, R"({"b":2})");
    add("without init a row begins as {}",
        "function apply(s, e) { return Object.assign(s, e.value); }", two, R"({"a":1,"b":2})");
    add("init",
        "function init(key) { return [key]; } function apply(s, e) { s.push(1); return s; }", two,
        R"(["k",1,1])");
    add("undefined keeps", "function apply(s, e) { if (e.value.a) return 7; }", two, "7");
    add("null deletes", "function apply(s, e) { return e.value.a ? 7 : null; }", two, "");
    add("a null value deletes", "function apply(s, e) { return 7; }",
        {QStringLiteral("1"), QStringLiteral("-")}, "");
    add("but for remove",
        "function apply(s, e) { return 7; } function remove(s, e) { return s + 1; }",
        {QStringLiteral("1"), QStringLiteral("-")}, "8");
    add("remove may keep", "function apply(s, e) { return 7; } function remove(s, e) { }",
        {QStringLiteral("1"), QStringLiteral("-")}, "7");
    add("members stay in the script's order",
        "function apply(s, e) { return { z: 1, a: [true, null, 'é\\n'], 10: 0, m: e.value.a }; }",
        {QStringLiteral(R"({"a":0.1})")}, R"({"10":0,"z":1,"a":[true,null,"é\n"],"m":0.1})");
    add("a value that is no JSON is a text", "function apply(s, e) { return [e.value]; }",
        {QStringLiteral("plain 12345678901234567890")}, R"(["plain 12345678901234567890"])");
    add("a comment may end it", "function apply(s, e) { return 1; } // done", {QStringLiteral("1")},
        "1");
}

void tst_Script::functionsDoTheirWork()
{
    QFETCH(QString, text);
    QFETCH(QStringList, values);
    const auto log = told(text.toStdString(), values);
    QTEST(stateOf(log), "state");
    QCOMPARE(log->report().skipped, std::uint64_t{0});
}

void tst_Script::anEventHasAllThatARecordHas()
{
    const auto capture = Capture::inMemory();
    append(*capture, {{"orders",
                       3,
                       41,
                       1'700'000'000'123,
                       "k",
                       "\xff\xfe",
                       {{"trace", "abc"}, {"n", "1"}, {"n", "2"}}}});
    const auto log =
        fold(*capture, script("function apply(s, e) { return [e.key, e.value, e.headers, e.topic, "
                              "e.partition, e.offset, e.timestamp]; }"));
    QCOMPARE(stateOf(log),
             QStringLiteral(R"(["k",{"base64":"//4="},{"trace":"abc","n":"2"},"orders",3,41,)"
                            R"(1700000000123])"));
}

void tst_Script::wideNumbersArriveAsTexts_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("quoted"); // empty: as it is
    const auto same = [](const char* json) {
        QTest::newRow(json) << QByteArray(json) << QByteArray();
    };
    const auto quoted = [](const char* json, const char* as) {
        QTest::newRow(json) << QByteArray(json) << QByteArray(as);
    };
    same("9007199254740992");
    same("-9007199254740992");
    quoted("9007199254740993", R"("9007199254740993")");
    quoted(R"({"id":-9223372036854775808,"n":1})", R"({"id":"-9223372036854775808","n":1})");
    quoted("[18446744073709551616,0.10]", R"(["18446744073709551616",0.10])");
    same("0.30000000000000004");
    same("3.141592653589793");
    same("3.1415926535897930000");
    quoted("3.14159265358979323846", R"("3.14159265358979323846")");
    same("1e21");
    same("123456789012345");
    quoted("1e400", R"("1e400")");
    same(R"("12345678901234567890")");
    same(R"({"a \" 12345678901234567890":"\\"})");
    quoted(R"(["\"",12345678901234567890])", R"(["\"","12345678901234567890"])");
}

void tst_Script::wideNumbersArriveAsTexts()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, quoted);
    std::string out = "before";
    QCOMPARE(quoteWideNumbers(json.toStdString(), out), !quoted.isEmpty());
    QCOMPARE(QByteArray::fromStdString(out), quoted.isEmpty() ? QByteArray("before") : quoted);
    // And so it comes to the script.
    const auto log = told("function apply(s, e) { return [e.value]; }", {QString::fromUtf8(json)});
    if (!quoted.isEmpty()) {
        QVERIFY(nlohmann::json::parse(stateOf(log).toStdString())[0] ==
                nlohmann::json::parse(quoted.toStdString()));
    }
}

void tst_Script::whatIsImpureNamesItself_data()
{
    QTest::addColumn<QString>("says");
    const auto add = [](const char* expression, const char* says) {
        QTest::newRow(expression) << QString::fromUtf8(says);
    };
    add("Math.random()", "Math.random is not available here: a state must not depend on chance.");
    add("Date.now()", "Date.now is not available here: a state must not depend on the clock");
    add("new Date()", "new Date() is not available here");
    add("Date()", "Date() is not available here");
    add("new (new Date(0).constructor)()", "new Date() is not available here");
    add("new Date(2026, 1, 1)", "new Date(year, month, ...) is not available here");
    add("new Date('2026-11-20T14:03:00')", "has no zone");
    add("Date.parse('Nov 20 2026')", "has no zone");
    add("new Date(0).getHours()",
        "Date.getHours is not available here: it depends on the time zone");
    add("String(new Date(0))", "Date.toString is not available here");
    add("(1).toLocaleString()", "Number.toLocaleString is not available here");
    add("'a'.localeCompare('b')", "String.localeCompare is not available here");
    add("setTimeout(apply, 1)", "setTimeout is not defined");
    add("new XMLHttpRequest()", "XMLHttpRequest is not defined");
    add("eval('1')", "eval is not defined");
    add("(function () {}).constructor('return 1')()", "Code from texts is not available here.");
}

void tst_Script::whatIsImpureNamesItself()
{
    QFETCH(QString, says);
    const std::string expression = QTest::currentDataTag();
    const auto log =
        told("function apply(s, e) {\n return [" + expression + "];\n}", {QStringLiteral("1")});
    QCOMPARE(log->report().skipped, std::uint64_t{1});
    const auto reason = QString::fromStdString(log->report().firstSkipped.front().reason);
    QVERIFY2(reason.contains(says), qPrintable(reason));
    QVERIFY2(reason.startsWith(QStringLiteral("The script failed here in line 2: ")),
             qPrintable(reason));
}

void tst_Script::whatIsPureIsThere_data()
{
    QTest::addColumn<QString>("state");
    const auto add = [](const char* expression, const char* state) {
        QTest::newRow(expression) << QString::fromUtf8(state);
    };
    add("new Date(e.timestamp)", R"("1970-01-01T00:00:00.100Z")");
    add("new Date('2026-11-20T14:03:00+01:00').getTime()", "1795179780000");
    add("Date.UTC(2026, 10, 20)", "1795132800000");
    add("new Date(0) instanceof Date", "true");
    add("new Date('2026-11-20').getUTCDay()", "5");
    add("[3, 1, 2].sort().map(x => x * 2).join('-')", R"("2-4-6")");
    add("new Map([[1, 2]]).get(1)", "2");
    add("/(\\d+)/.exec('ab12')[1]", R"("12")");
    add("`${1 + 1}`.padStart(3, '0')", R"("002")");
    add("Math.max(...[1, 5, 3])", "5");
    add("JSON.parse('[1]')[0]", "1");
}

void tst_Script::whatIsPureIsThere()
{
    const auto log =
        told(std::string("function apply(s, e) { return ") + QTest::currentDataTag() + "; }",
             {QStringLiteral("1")});
    const auto& skipped = log->report().firstSkipped;
    QVERIFY2(skipped.empty(), skipped.empty() ? "" : skipped.front().reason.c_str());
    QTEST(stateOf(log), "state");
}

void tst_Script::aScriptKeepsNothingBetweenEvents_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("state");
    const auto add = [](const char* text, const char* state) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(state);
    };
    add("let n = 0; function apply(s, e) { n += 1; return n; }", "1");
    add("const seen = []; function apply(s, e) { seen.push(1); return seen; }", "[1]");
    add("function apply(s, e) { apply.n = (apply.n || 0) + 1; return apply.n; }", "1");
    // What would reach past the call throws.
    add("function apply(s, e) { n = 1; return n; }", "");
    add("function apply(s, e) { Array.prototype.n = 1; return 1; }", "");
    add("function apply(s, e) { Math.n = 1; return 1; }", "");
    add("function apply(s, e) { globalThis.n = 1; return 1; }", "");
    add("function apply(s, e) { Date.prototype.n = 1; return 1; }", "");
    add("function apply(s, e) { e.headers.n = 1; return 1; }", "");
}

void tst_Script::aScriptKeepsNothingBetweenEvents()
{
    QFETCH(QString, text);
    const auto log = told(text.toStdString(), {QStringLiteral("1"), QStringLiteral("2")});
    QTEST(stateOf(log), "state");
}

void tst_Script::aFailureNamesItsRecordAndLine()
{
    const auto log = told(
        "function help(v) {\n  return v.a.b;\n}\nfunction apply(s, e) {\n"
        "  if (e.value === 7) throw 'seven';\n  return help(e.value);\n}",
        {QStringLiteral(R"({"a":{"b":1}})"), QStringLiteral(R"({"c":1})"), QStringLiteral("7")});
    QCOMPARE(stateOf(log), QStringLiteral("1"));
    QCOMPARE(log->report().skipped, std::uint64_t{2});
    const auto& skipped = log->report().firstSkipped;
    QCOMPARE(skipped[0].place.toString(), std::string("orders-3@1"));
    QVERIFY2(skipped[0].reason.starts_with("The script failed here in line 2: TypeError: "),
             skipped[0].reason.c_str());
    QCOMPARE(skipped[1].reason, std::string("The script failed here: it threw seven."));
}

void tst_Script::anEndlessLoopIsStoppedAndNamed_data()
{
    QTest::addColumn<QString>("body");
    QTest::newRow("a loop") << QStringLiteral("for (;;) {}");
    QTest::newRow("a loop that catches")
        << QStringLiteral("while (true) { try { s.x = 1; } catch (e) {} }");
}

void tst_Script::anEndlessLoopIsStoppedAndNamed()
{
    QFETCH(QString, body);
    const auto log = told("function apply(s, e) { if (e.value === 2) { " + body.toStdString() +
                              " } return e.value; }",
                          {QStringLiteral("1"), QStringLiteral("2"), QStringLiteral("3")});
    QCOMPARE(stateOf(log), QStringLiteral("3"));
    QCOMPARE(log->report().skipped, std::uint64_t{1});
    QCOMPARE(log->report().firstSkipped.front().place.toString(), std::string("orders-3@1"));
    QCOMPARE(log->report().firstSkipped.front().reason,
             std::string("The script failed here: it ran for more than 2 s and was stopped."));
}

void tst_Script::tooMuchIsRefused_data()
{
    QTest::addColumn<QString>("says");
    QTest::newRow("'x'.repeat(2000000)")
        << QStringLiteral("the state would have 2000002 characters");
    QTest::newRow("'x'.repeat(1e9)") << QStringLiteral("repeat would make more than 16 million");
    QTest::newRow("'x'.padEnd(1e9)") << QStringLiteral("padEnd would make more than 16 million");
    QTest::newRow("new Array(1e9).fill(1)")
        << QStringLiteral("Array.fill over 1000000000 elements; 524288 are the most");
    QTest::newRow("(function f() { return f() + 1; })()") << QStringLiteral("RangeError");
    QTest::newRow("apply") << QStringLiteral("apply returned what is no JSON: a function");
    QTest::newRow("(s.s = s, s)") << QStringLiteral("TypeError");
}

void tst_Script::tooMuchIsRefused()
{
    QFETCH(QString, says);
    const auto log =
        told(std::string("function apply(s, e) { return ") + QTest::currentDataTag() + "; }",
             {QStringLiteral("1")});
    QCOMPARE(log->report().skipped, std::uint64_t{1});
    const auto reason = QString::fromStdString(log->report().firstSkipped.front().reason);
    QVERIFY2(reason.contains(says), qPrintable(reason));
}

void tst_Script::theSentenceNamesTheFirstFailure()
{
    const auto log =
        told("function apply(s, e) {\n  if (e.value > 1) throw new Error('no\\nway');\n"
             "  return 1;\n}",
             {QStringLiteral("1"), QStringLiteral("2"), QStringLiteral("3")});
    QCOMPARE(log->report().sentence(),
             std::string("3 records folded into 1 key, 2 that could not be read as what the "
                         "reducer takes (the first: orders-3@1: The script failed here in line 2: "
                         "Error: no way)."));
}

void tst_Script::wrongScriptsAreRefused_data()
{
    refusalColumns();
    refusal("nothing", "", 2, "This source has no script");
    refusal("no apply", "script = \"let a = 1\"\n", 5, "has no function apply(state, event)");
    refusal("a mistake on one line", "script = \"function apply(s, e) { return }}\"\n", 5,
            "The script cannot be read: ");
    refusal("a mistake in a line of several",
            "script = '''\nfunction apply(s, e) {\n return 1 +;\n}\n'''\n", 7, "");
    refusal("the same from the first line",
            "script = '''function apply(s, e) {\n return 1 +;\n}'''\n", 6, "");
    refusal("it throws when it is read",
            "script = '''\nfunction apply(s, e) {}\nnowhere.x = 1;\n'''\n", 7,
            "nowhere is not defined");
    refusal("it never ends when it is read", "script = 'function apply() {} for (;;) {}'\n", 5,
            "While the script was read it ran for more than 2 s");
    refusal("both", "script = \"1\"\nfile = \"a.js\"\n", 6, "exclude each other");
    refusal("no such file", "file = \"nowhere/none.js\"\n", 5, "nowhere/none.js cannot be read");
}

void tst_Script::wrongScriptsAreRefused()
{
    checkRefusal("script");
}

void tst_Script::aScriptMayStandInAFile()
{
    QTemporaryDir folder;
    const auto write = [&](const char* name, const QByteArray& text) {
        QFile file(folder.filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    };
    write("order.js", "function apply(s, e) { return e.value; }\n");
    const QByteArray toml =
        "name = \"p\"\n[[source]]\ntopic = \"orders\"\nreduce = \"script\"\nfile = \"order.js\"\n";
    write("order.toml", toml);
    const std::string path = folder.filePath(QStringLiteral("order.toml")).toStdString();
    const auto loaded = Projection::load(path);
    QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
    // What is in the file is part of what is folded.
    write("order.js", "function apply(s, e) { return [e.value]; }\n");
    const auto changed = Projection::load(path);
    QVERIFY(!loaded->foldsLike(*changed));
    write("order.js", "function apply(s, e) {\n  return ];\n}\n");
    const auto refused = Projection::load(path);
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.starts_with(path + ":5: order.js:2: "),
             refused.error().message.c_str());
}

void tst_Script::everyWayToAMomentGivesOneState_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 6; ++seed) {
        QTest::newRow(std::to_string(seed).c_str()) << seed;
    }
}

void tst_Script::everyWayToAMomentGivesOneState()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    const char* const statuses[] = {"CREATED", "PAID", "SHIPPED", "LOST"};
    const auto events = randomEvents(random, {"orders"}, 300, 9, [&](const Event&) {
        switch (random() % 12) {
        case 0:
            return std::string(R"({"cancel":true})");
        case 1:
            return std::string("no json");
        case 2:
            return std::string("null");
        default:
            return R"({"status":")" + std::string(statuses[random() % 4]) + R"(","amount":)" +
                   std::to_string(random() % 100) + ".25}";
        }
    });
    checkEveryWay(events, script(kOrder), random);
}

QTEST_GUILESS_MAIN(tst_Script)
#include "tst_script.moc"

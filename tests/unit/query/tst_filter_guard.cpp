#include "model/query/filter.h"
#include "model/query/filter_guard.h"

#include <QTest>
#include <random>

using namespace hindcast;

namespace {

// Random expressions and records of a few names and values, so that they meet.
class Dice
{
public:
    explicit Dice(unsigned seed)
        : m_random(seed)
    {
    }

    std::string expression(int depth);
    std::string record();
    std::size_t upTo(std::size_t most) { return m_random() % (most + 1); }

private:
    template <std::size_t n>
    std::string one(const char* const (&of)[n])
    {
        return of[m_random() % n];
    }
    std::string blank() { return one({"", "", "", " ", "\n\t ", "\r"}); }
    std::string path()
    {
        return one({"value.a", "value.b", "value.a.b", "value.b[1]", "value.ab", "value.\"a b\"",
                    "value.ab.a", "key.a", "value"});
    }
    std::string literal()
    {
        return one({"1",
                    "0",
                    "-1",
                    "- 1",
                    "1.0",
                    "10e-1",
                    "2",
                    "10",
                    "0.5",
                    "'1'",
                    "'x'",
                    "'xy'",
                    "''",
                    "'it''s'",
                    "'[1]'",
                    "'{}'",
                    "9223372036854775807",
                    "9223372036854775808",
                    "1e400",
                    "-1e400",
                    "0.1",
                    "0.30000000000000004",
                    "x'78'",
                    "true",
                    "null",
                    "1e-320",
                    "'\xc3\xa9'",
                    "123456789012345678"});
    }
    std::string op() { return one({"=", "==", "<", "<=", ">", ">=", "<>", "!=", "is", "is not"}); }
    std::string atom(int depth);
    std::string value(int depth);

    std::mt19937 m_random;
};

std::string Dice::atom(int depth)
{
    switch (upTo(15)) {
    case 0:
        return path() + " in (" + literal() + ", " + literal() + ")";
    case 1:
        return path() + " not in (" + literal() + ")";
    case 2:
        return path() + " between " + literal() + " and " + literal();
    case 3:
        return path() + " not between " + literal() + " and " + literal();
    case 4:
        return path() + " is null";
    case 5:
        return path() + " like '%" + one({"x", "1", "a"}) + "%'";
    case 6:
        return literal() + " " + op() + " " + path();
    case 7:
        return path() + " + 1 " + op() + " " + literal();
    case 8:
        return path() + " " + op() + " " + literal() + " || 'y'";
    case 9:
        return path() + " " + op() + " " + path();
    case 10:
        return path() + " collate nocase " + op() + " " + literal();
    case 11:
        return path() + " between " + path() + " and " + literal();
    case 12:
        return depth > 0 ? "case when " + expression(depth - 1) + " then " + atom(0) + " end"
                         : "not " + path();
    case 13:
        return path() + " " + op() + " " + literal() + " " + op() + " " + literal();
    default:
        return path() + " " + op() + " " + literal();
    }
}

std::string Dice::expression(int depth)
{
    if (depth == 0) {
        return atom(0);
    }
    switch (upTo(5)) {
    case 0:
        return "(" + expression(depth - 1) + ")";
    case 1:
        return "not " + expression(depth - 1);
    case 2:
        return expression(depth - 1) + " or " + expression(depth - 1);
    case 3:
        return atom(depth);
    default:
        return expression(depth - 1) + " and " + expression(depth - 1);
    }
}

std::string Dice::value(int depth)
{
    switch (upTo(depth > 0 ? 5 : 3)) {
    case 0:
        return one({"\"1\"", "\"x\"", "\"xy\"", "\"\"", "\"it's\"", "\"\\u0078\"",
                    "\"\\\"a\\\":1\"", "\"X\"", "\"\xc3\xa9\"", "\"a\"", "\"b\"", "\"\\/\"",
                    "\"y"});
    case 1:
        return one({"true", "false", "null", "nul", "truely"});
    case 4:
    case 5: {
        const bool object = upTo(2) != 0;
        std::string text = object ? "{" : "[";
        const std::size_t count = upTo(4);
        for (std::size_t i = 0; i < count; ++i) {
            text += i == 0 ? blank() : "," + blank();
            if (object) {
                text += one({"\"a\"", "\"b\"", "\"ab\"", "\"a b\"", "\"\\u0061\"", "\"c\"",
                             "\"filler to make it longer than a few registers\""}) +
                        blank() + ":" + blank();
            }
            text += value(depth - 1);
        }
        return text + blank() + (object ? "}" : "]");
    }
    default:
        return one({"1",
                    "0",
                    "-1",
                    "1.0",
                    "10e-1",
                    "0.1e1",
                    "1E0",
                    "0.99999999999999999999",
                    "-0",
                    "0.5",
                    "2",
                    "10",
                    "9223372036854775807",
                    "9223372036854775808",
                    "1e400",
                    "-1e400",
                    "0.1",
                    "0.30000000000000004",
                    "1e-320",
                    "123456789012345678",
                    "01",
                    "1.",
                    "+1",
                    "123456789012345.6",
                    "1000000000000000.5"});
    }
}

std::string Dice::record()
{
    std::string text = value(3);
    if (upTo(7) == 0) {
        text = "\xef\xbb\xbf" + text;
    }
    // Broken somewhere.
    if (upTo(9) == 0) {
        text.resize(upTo(text.size()));
    }
    if (!text.empty() && upTo(9) == 0) {
        text[upTo(text.size() - 1)] = "\",:{}[]\\1ax \f\0\xff"[upTo(15)];
    }
    return text;
}

} // namespace

class tst_FilterGuard : public QObject
{
    Q_OBJECT

private slots:
    void whatCannotMatchIsRuledOut_data();
    void whatCannotMatchIsRuledOut();
    void whatIsNotUnderstoodIsNotJudged_data();
    void whatIsNotUnderstoodIsNotJudged();
    void nothingThatMatchesIsRuledOut();
};

void tst_FilterGuard::whatCannotMatchIsRuledOut_data()
{
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("may");
    const auto row = [](const char* expression, const char* value, bool may) {
        QTest::addRow("%s: %s", expression, value)
            << QByteArray(expression) << QByteArray(value) << may;
    };
    row("value.s = 'PAID'", R"({"s":"PAID"})", true);
    row("value.s = 'PAID'", R"({"s" : "PAID"})", true);
    row("value.s = 'PAID'", R"({"s":"CREATED"})", false);
    row("value.s = 'PAID'", R"({"t":"PAID"})", false);
    row("value.s = 'PAID'", R"({"t":"s","u":"PAID"})", false);
    row("value.s = 'PAID'", R"({"s":"P\u0041ID"})", true);
    row("value.s = 'PAID'", R"({"\u0073":"PAID"})", true);
    row("value.s = 'PAID'", R"({"s":null,"deep":{"s":"PAID"}})", true); // of another path
    row("value.deep.s = 'PAID'", R"({"s":"PAID"})", true);
    row("value.s = 'PAID'", "", false);
    row("value.s = '5'", R"({"s":5})", false);
    row("value.n = 5", R"({"n":"5"})", false);
    row("value.n = 5", R"({"n":5})", true);
    row("value.n = 5", R"({"n":5.0})", true);
    row("value.n = 5", R"({"n":50e-1})", true);
    row("value.n = 5", R"({"n":0.05E+2})", true);
    row("value.n = 5", R"({"n":4.99999999999999999999})", true);
    row("value.n = 5", R"({"n":4.9999})", false);
    row("value.n = 5", R"({"n":55})", false);
    row("value.n = -5", R"({"n":-5})", true);
    row("value.n = -5", R"({"n":5})", false);
    row("value.n = 1", R"({"n":true})", true);
    row("value.n = 1", R"({"n":false})", false);
    row("value.n = 0", R"({"n":-0.0})", true);
    row("value.n = 5", R"({"n":null})", false);
    row("value.n = 9223372036854775807", R"({"n":9223372036854775807})", true);
    row("value.n > 100", R"({"n":99})", false);
    row("value.n > 100", R"({"n":1e3})", true);
    row("value.n > 100", R"({"n":"text"})", true); // as SQL has it
    row("value.n > 100", R"({"n":[1]})", true);
    row("value.n < 100", R"({"n":"text"})", false);
    row("value.n < 100", R"({"n":[1]})", false);
    row("100 < value.n", R"({"n":99})", false);
    row("100 < value.n", R"({"n":101})", true);
    row("value.s < 'M'", R"({"s":7})", true);
    row("value.s < 'M'", R"({"s":"N"})", false);
    row("value.s = '[1,2]'", R"({"s":[1,2]})", true);
    row("value.s = 'x'", R"({"s":[1,2]})", false);
    row("value.n between 2 and 4", R"({"n":3})", true);
    row("value.n between 2 and 4", R"({"n":5})", false);
    row("value.n between 2 and 4 and value.s = 'x'", R"({"n":3,"s":"y"})", false);
    row("value.s in ('a', 'b')", R"({"s":"b"})", true);
    row("value.s in ('a', 'b')", R"({"s":"c"})", false);
    row("value.s = 'a' or value.n = 2", R"({"s":"b","n":2})", true);
    row("value.s = 'a' or value.n = 2", R"({"s":"b","n":3})", false);
    row("lower(value.t) = 'z' and (value.s = 'a' or value.n = 2)", R"({"s":"b","n":3})", false);
    row("value.s = 'a' and value.n = 2", R"({"s":"a","n":3})", false);
    row("value.s = 'a' and value.n = 2", R"({"s":"a","n":2})", true);
    row("value.s = 'it''s'", R"({"s":"it's"})", true);
    row("value.s = 'PAID'", R"({"s"x:"PAID"})", true); // no JSON: not judged
    // Behind more bytes than are looked at together, and at the end of them.
    row("value.status = 'X'",
        R"({"first":"of quite some length so that it takes a while","status":"X"})", true);
    row("value.status = 'X'",
        R"({"first":"of quite some length so that it takes a while","status":"Y"})", false);
}

void tst_FilterGuard::whatCannotMatchIsRuledOut()
{
    QFETCH(QByteArray, expression);
    QFETCH(QByteArray, value);
    QFETCH(bool, may);
    const auto parsed = FilterExpression::parse(expression.toStdString(), {});
    QVERIFY(parsed);
    const FilterGuard guard(*parsed);
    QVERIFY(guard.judges());
    QCOMPARE(guard.mayMatch(value.toStdString()), may);
}

void tst_FilterGuard::whatIsNotUnderstoodIsNotJudged_data()
{
    QTest::addColumn<QByteArray>("expression");
    for (const char* const expression :
         {"value.s <> 'x'",
          "not value.s = 'x'",
          "value.s = 'x' or value.t like 'y'",
          "value.s = value.t",
          "value.n + 1 = 2",
          "value.s = 'x' || 'y'",
          "value = 'x'",
          "key.id = 'x'",
          "value.items[0] = 1",
          "value.s is null",
          "value.s = null",
          "value.s collate nocase = 'x'",
          "case when value.a and value.s = 'x' and value.b then 1 end",
          "value.s between value.a and value.t = 'x'",
          "value.s not between 1 and 2",
          "value.s not in ('x')",
          "value.\"a\"\"b\" = 1",
          "lower(value.s) = 'x'",
          "time = 'now'",
          "value.n = x'00'"}) {
        QTest::newRow(expression) << QByteArray(expression);
    }
}

void tst_FilterGuard::whatIsNotUnderstoodIsNotJudged()
{
    QFETCH(QByteArray, expression);
    const auto parsed = FilterExpression::parse(expression.toStdString(), {});
    QVERIFY(parsed);
    const FilterGuard guard(*parsed);
    QVERIFY(!guard.judges());
    QVERIFY(guard.mayMatch("{}"));
}

void tst_FilterGuard::nothingThatMatchesIsRuledOut()
{
    Dice dice(20);
    std::size_t matched = 0;
    std::size_t ruledOut = 0;
    std::size_t deniedTogether = 0;
    constexpr std::size_t kTogether = 3;
    const std::string kKeys[] = {"", "1", "0,", "5}", R"("x")", R"({"a":1})", "order-7", ":2,"};
    for (int round = 0; round < 3000; ++round) {
        const std::string expression = dice.expression(static_cast<int>(dice.upTo(3)));
        auto filter = Filter::compile(expression);
        if (!filter) {
            continue; // such as a chain that SQLite does not parse
        }
        const FilterGuard guard(filter->parsed());
        RecordBatchBuilder builder("orders");
        std::vector<std::string> values;
        for (int i = 0; i < 60; ++i) {
            values.push_back(dice.record());
            builder.add(0, i, 0, TimestampType::None, R"({"a":1})", values.back());
        }
        std::vector<std::uint32_t> matches;
        filter->match(*builder.take(), matches);
        for (const std::uint32_t i : matches) {
            QVERIFY2(guard.mayMatch(values[i]), (expression + "\n" + values[i]).c_str());
        }
        // Several at once, with keys between them that could be taken for what a value goes on
        // with.
        for (std::size_t first = 0; first + kTogether <= values.size(); first += kTogether) {
            std::string bytes;
            for (std::size_t i = first; i < first + kTogether; ++i) {
                bytes += kKeys[dice.upTo(std::size(kKeys) - 1)] + values[i];
            }
            const bool denied = !guard.mayMatch(bytes);
            deniedTogether += denied ? 1 : 0;
            const bool found = std::any_of(matches.begin(), matches.end(), [&](std::uint32_t i) {
                return i >= first && i < first + kTogether;
            });
            QVERIFY2(!denied || !found, (expression + "\n" + bytes).c_str());
        }
        matched += matches.size();
        ruledOut += static_cast<std::size_t>(
            std::count_if(values.begin(), values.end(),
                          [&](const std::string& value) { return !guard.mayMatch(value); }));
    }
    // Both happen often, or nothing was tried.
    QVERIFY(matched > 5000);
    QVERIFY(ruledOut > 5000);
    QVERIFY(deniedTogether > 1000);
}

QTEST_GUILESS_MAIN(tst_FilterGuard)
#include "tst_filter_guard.moc"

#include "tests/unit/replay/replay_fixture.h"

#include "model/replay/state_writer.h"
#include "model/replay/trust_judge.h"

#include <QTest>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace hindcast;
using namespace hindcast::test;

namespace {

using Format = StateWriter::Format;

VersionLogPtr logOf(const std::vector<std::pair<std::string, std::optional<std::string>>>& events,
                    const std::string& columns = {}, const std::string& reduce = "latest")
{
    const auto capture = Capture::inMemory();
    std::vector<Event> log;
    for (const auto& [key, value] : events) {
        const auto n = static_cast<std::int64_t>(log.size());
        log.push_back({"orders", 0, n, 1'795'183'200'000 + n, key, value});
    }
    append(*capture, log);
    return fold(*capture, projection("name = \"p\"\n[[source]]\ntopic = \"orders\"\nreduce = \"" +
                                     reduce + "\"\n" + columns));
}

StateWriter writer(const VersionLogPtr& log, Format format)
{
    StateWriter result;
    result.format = format;
    const auto columns = columnsOf(*State::at(log, log->order()->size()), 100);
    result.columns = columns.value();
    return result;
}

std::string stateText(const VersionLogPtr& log, Format format)
{
    std::ostringstream out;
    if (!writer(log, format).state(out, *State::at(log, log->order()->size()))) {
        return "failed";
    }
    return out.str();
}

std::string historyText(const VersionLogPtr& log, const std::string& key, Format format)
{
    std::ostringstream out;
    const auto entries = historyOf(*log, key);
    if (!entries || !writer(log, format).history(out, *entries)) {
        return "failed";
    }
    return out.str();
}

} // namespace

class tst_StateWriter : public QObject
{
    Q_OBJECT

private slots:
    void valuesComeOutAsTheyWereWritten_data();
    void valuesComeOutAsTheyWereWritten();
    void csvQuotesByRfc4180_data();
    void csvQuotesByRfc4180();
    void rowsAreInKeyOrderUnderTheirHeader();
    void aHistoryHasALineAVersion();
    void aStateThatIsNoJsonIsAString();
    void aDifferenceHasItsCells();
    void theReceiptSaysWhatTheStateRestsOn();
    void rowsThatAreNoJsonAreCounted();
    void aStreamThatFailsIsSaid();
};

void tst_StateWriter::valuesComeOutAsTheyWereWritten_data()
{
    QTest::addColumn<QString>("value");
    for (const char* const value :
         {"0", "-0", "0.1", "0.10", "1e400", "-1E+5", "9223372036854775808",
          "123456789012345678901234567890.5", "true", "null", R"("text")", R"("")", R"("a\"b\\c")",
          "[1,2.50,1e400]", R"({"deep":{"n":1e-400}})", "[]"}) {
        QTest::newRow(value) << QString::fromLatin1(value);
    }
}

void tst_StateWriter::valuesComeOutAsTheyWereWritten()
{
    QFETCH(QString, value);
    const std::string written = value.toStdString();
    const auto log = logOf({{"k", "{\"v\":" + written + "}"}, {"k", "{\"v\":1}"}});

    QCOMPARE(historyText(log, "k", Format::JsonLines),
             "{\"time\":\"2026-11-20T14:00:00.000Z\",\"record\":\"orders-0@0\",\"state\":{\"v\":" +
                 written + "},\"changes\":{\"v\":{\"after\":" + written +
                 "}}}\n"
                 "{\"time\":\"2026-11-20T14:00:00.001Z\",\"record\":\"orders-0@1\",\"state\":"
                 "{\"v\":1},\"changes\":{\"v\":{\"before\":" +
                 written + ",\"after\":1}}}\n");
    QCOMPARE(stateText(logOf({{"k", "{\"v\":" + written + "}"}}), Format::JsonLines),
             "{\"key\":\"k\",\"v\":" + written + "}\n");
}

void tst_StateWriter::csvQuotesByRfc4180_data()
{
    QTest::addColumn<QString>("value"); // JSON
    QTest::addColumn<QString>("field");
    QTest::newRow("plain") << R"("PAID")"
                           << "PAID";
    QTest::newRow("number") << "1e400"
                            << "1e400";
    QTest::newRow("null") << "null"
                          << "";
    QTest::newRow("empty text") << R"("")"
                                << R"("")";
    QTest::newRow("comma") << R"("a,b")"
                           << R"("a,b")";
    QTest::newRow("quotes") << R"("say \"x\"")"
                            << R"("say ""x""")";
    QTest::newRow("line break") << R"("a\nb")"
                                << "\"a\nb\"";
    QTest::newRow("object") << R"({"a":1})"
                            << R"("{""a"":1}")";
    QTest::newRow("true") << "true"
                          << "true";
}

void tst_StateWriter::csvQuotesByRfc4180()
{
    QFETCH(QString, value);
    QFETCH(QString, field);
    const auto log = logOf({{"k", "{\"v\":" + value.toStdString() + "}"}});
    QCOMPARE(QString::fromStdString(stateText(log, Format::Csv)),
             QStringLiteral("key,v\nk,%1\n").arg(field));
}

void tst_StateWriter::rowsAreInKeyOrderUnderTheirHeader()
{
    const auto log = logOf({{"b", R"({"n":1,"s":"x"})"},
                            {"10", R"({"n":2})"},
                            {"9", R"({"n":3})"},
                            {"gone", R"({"n":4})"},
                            {"gone", std::nullopt}},
                           "[columns]\n\"a, b\" = \"s\"\nn = \"n\"\n");
    QCOMPARE(stateText(log, Format::Csv), std::string("key,\"a, b\",n\n9,,3\n10,,2\nb,x,1\n"));
    QCOMPARE(stateText(log, Format::JsonLines),
             std::string("{\"key\":\"9\",\"n\":3}\n{\"key\":\"10\",\"n\":2}\n"
                         "{\"key\":\"b\",\"a, b\":\"x\",\"n\":1}\n"));
}

void tst_StateWriter::aHistoryHasALineAVersion()
{
    const auto log = logOf(
        {{"k", R"({"s":"PAID","n":1})"}, {"other", R"({"s":"x","n":0})"}, {"k", std::nullopt}});
    QCOMPARE(historyText(log, "k", Format::Csv),
             std::string("time,record,s,n\n2026-11-20T14:00:00.000Z,orders-0@0,PAID,1\n"
                         "2026-11-20T14:00:00.002Z,orders-0@2,,\n"));
    QVERIFY(historyText(log, "k", Format::JsonLines)
                .ends_with("\"state\":null,\"changes\":{\"s\":{\"before\":\"PAID\"},"
                           "\"n\":{\"before\":1}}}\n"));
    QCOMPARE(historyText(log, "nobody", Format::JsonLines), std::string());
}

void tst_StateWriter::aStateThatIsNoJsonIsAString()
{
    const auto log = logOf({{"k", "plain text"}, {"m", "{\n  \"n\": 1\n}"}});
    QVERIFY(historyText(log, "k", Format::JsonLines).find("\"state\":\"plain text\"") !=
            std::string::npos);
    // JSON over several lines comes out on one.
    const std::string line = historyText(log, "m", Format::JsonLines);
    QCOMPARE(std::count(line.begin(), line.end(), '\n'), std::ptrdiff_t{1});
    QVERIFY(nlohmann::json::parse(line)["state"]["n"] == 1);
}

void tst_StateWriter::aDifferenceHasItsCells()
{
    const auto log = logOf({{"a", R"({"n":1e400,"s":"x"})"},
                            {"b", R"({"n":1})"},
                            {"a", R"({"n":2,"s":"x"})"},
                            {"b", std::nullopt},
                            {"c", R"({"s":"new, one"})"}});
    const StateDiff diff =
        StateDiff::between(*State::at(log, 2), *State::at(log, log->order()->size())).value();
    std::ostringstream csv;
    QVERIFY(writer(log, Format::Csv).diff(csv, *log, diff));
    QCOMPARE(csv.str(), std::string("change,key,column,a,b\nchanged,a,n,1e400,2\nremoved,b,n,1,\n"
                                    "added,c,s,,\"new, one\"\n"));
    std::ostringstream lines;
    QVERIFY(writer(log, Format::JsonLines).diff(lines, *log, diff));
    QCOMPARE(lines.str(),
             std::string(
                 "{\"change\":\"changed\",\"key\":\"a\",\"cells\":{\"n\":{\"a\":1e400,\"b\":2}}}\n"
                 "{\"change\":\"removed\",\"key\":\"b\",\"cells\":{\"n\":{\"a\":1}}}\n"
                 "{\"change\":\"added\",\"key\":\"c\",\"cells\":{\"s\":{\"b\":\"new, one\"}}}\n"));
}

void tst_StateWriter::theReceiptSaysWhatTheStateRestsOn()
{
    const auto log =
        logOf({{"a", R"({"n":1})"}, {"a", "{broken"}, {"b", R"({"n":1})"}}, {}, "merge-patch");
    const StatePtr state = State::at(log, 3);
    const std::string hash = state->hash().value();
    const auto receipt =
        nlohmann::json::parse(stateReceiptJson(*state, TrustJudge(log).at(3), hash));
    QVERIFY(receipt["projection"] == nlohmann::json("p"));
    QVERIFY(receipt["at"] == nlohmann::json("2026-11-20T14:00:00.002Z"));
    QVERIFY(receipt["last"] == nlohmann::json("orders-0@2"));
    QVERIFY(receipt["offsets"] == nlohmann::json({{"orders-0", 3}}));
    QVERIFY(receipt["rows"] == nlohmann::json(2));
    QVERIFY(receipt["sha256"] == nlohmann::json(hash));
    QVERIFY(receipt["trust"] == nlohmann::json("Best effort"));
    QVERIFY(receipt["folded"]["skipped"] == nlohmann::json(1));
    QVERIFY(receipt["skipped"][0]["record"] == nlohmann::json("orders-0@1"));
    QVERIFY(!receipt["skipped"][0]["reason"].get<std::string>().empty());
}

void tst_StateWriter::aStreamThatFailsIsSaid()
{
    const auto log = logOf({{"a", R"({"n":1})"}});
    std::ostringstream out;
    out.setstate(std::ios::badbit);
    const auto done = writer(log, Format::Csv).state(out, *State::at(log, 1));
    QVERIFY(!done);
    QCOMPARE(done.error().code, ErrorCode::NoSpace);
}

void tst_StateWriter::rowsThatAreNoJsonAreCounted()
{
    const std::vector<ProjectionColumn> inside{{"n", FieldPath::parse("value.n").value()}};
    const auto log =
        logOf({{"a", R"({"n":1})"}, {"b", "{broken"}, {"c", "hello"}, {"d", "7"}}, {}, "latest");
    const StatePtr state = State::at(log, 4);
    QCOMPARE(unreadableRows(*state, inside).value(), std::uint64_t{2}); // 7 has no fields
    ColumnReader reader(inside);
    QVERIFY(reader.read("{broken").front().kind == Cell::Kind::Unreadable);
    QVERIFY(reader.read("{}").front().kind == Cell::Kind::Missing);
    QVERIFY(reader.read(std::nullopt).front().kind == Cell::Kind::Missing);
    // Where a column shows the bytes nothing is hidden.
    QCOMPARE(unreadableRows(*state, columnsOf(*state, 100).value()).value(), std::uint64_t{0});
    const auto receipt = nlohmann::json::parse(stateReceiptJson(
        *state, TrustJudge(log).at(4), "", {.rows = 1, .filter = "n = 1", .unreadable = 2}));
    QVERIFY(receipt["unreadableRows"] == nlohmann::json(2));
    QVERIFY(receipt["written"] == nlohmann::json({{"rows", 1}, {"filter", "n = 1"}}));
}

QTEST_APPLESS_MAIN(tst_StateWriter)
#include "tst_state_writer.moc"

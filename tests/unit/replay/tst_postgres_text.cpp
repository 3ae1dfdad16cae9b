#include "model/replay/postgres_copy.h"
#include "model/replay/postgres_text.h"
#include "model/replay/postgres_time.h"
#include "model/replay/schema_types.h"
#include "tests/unit/replay/replay_fixture.h"

#include <QTest>
#include <sstream>

using namespace hindcast;
using namespace hindcast::test;

namespace {

using Kind = Cell::Kind;

SqlType type(const char* name, SqlType::Encoding encoding = SqlType::Encoding::Usual)
{
    auto parsed = SqlType::parse(name);
    if (!parsed) {
        qFatal("%s", parsed.error().message.c_str());
    }
    if (encoding != SqlType::Encoding::Usual) {
        parsed->encoding = encoding;
    }
    return *parsed;
}

} // namespace

// The values of change events as PostgreSQL's COPY writes them; expected texts are PostgreSQL's.
class tst_PostgresText : public QObject
{
    Q_OBJECT

private slots:
    void writesAValueAsPostgresqlDoes_data();
    void writesAValueAsPostgresqlDoes();
    void writesIntervals_data();
    void writesIntervals();
    void quotesOnlyWhatMustBeQuoted_data();
    void quotesOnlyWhatMustBeQuoted();
    void refusesTypesThatAreNone();
    void readsTheTypesOfASchema();
    void ordersRowsByTheColumnsOfTheirKey();
    void ordersRowsByTheTypeOfTheirKey_data();
    void ordersRowsByTheTypeOfTheirKey();
    void ordersRowsWithoutAKeyByTheirLines();
};

void tst_PostgresText::writesAValueAsPostgresqlDoes_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, Kind kind, const char* value, const char* sqlType,
                        const char* expected) {
        QTest::newRow(name) << static_cast<int>(kind) << QByteArray(value) << QByteArray(sqlType)
                            << QByteArray(expected);
    };
    row("true", Kind::Bool, "true", "boolean", "t");
    row("false without a type", Kind::Bool, "false", "text", "f");
    row("largest bigint", Kind::Number, "9223372036854775807", "bigint", "9223372036854775807");
    row("double below 1e15", Kind::Number, "1.2345678901234E14", "double precision",
        "123456789012340");
    row("double from 1e15", Kind::Number, "1.0E15", "float8", "1e+15");
    row("small double", Kind::Number, "1.0E-4", "float8", "0.0001");
    row("smaller double", Kind::Number, "1.5E-5", "float8", "1.5e-05");
    row("smallest double", Kind::Number, "4.9E-324", "float8", "5e-324");
    row("negative zero", Kind::Number, "-0.0", "float8", "-0");
    row("a sum of tenths", Kind::Number, "0.30000000000000004", "float8", "0.30000000000000004");
    row("infinite double", Kind::String, "-Infinity", "float8", "-Infinity");
    row("no double", Kind::String, "NaN", "float8", "NaN");
    row("real", Kind::Number, "152338.89", "real", "152338.89");
    row("real from 1e6", Kind::Number, "1000000.0", "real", "1e+06");
    row("smallest real", Kind::Number, "1.4E-45", "real", "1e-45");
    row("numeric as text", Kind::String, "1.10", "numeric", "1.10");
    row("numeric with an exponent", Kind::String, "1E+25", "numeric", "10000000000000000000000000");
    row("zero with places", Kind::String, "0E-10", "numeric(38,10)", "0.0000000000");
    row("numeric padded to its scale", Kind::Number, "12.5", "numeric(12,3)", "12.500");
    row("numeric that is none", Kind::String, "NAN", "numeric(38,10)", "NaN");
    row("infinite numeric", Kind::String, "NEGATIVE_INFINITY", "numeric", "-Infinity");
    row("variable scale", Kind::Json, R"({"scale":1,"value":"Cw=="})", "numeric", "1.1");
    row("negative variable scale", Kind::Json, R"({"scale":-3,"value":"/w=="})", "numeric",
        "-1000");
    row("numeric of negative scale", Kind::Number, "12300.00", "numeric(5,-2)", "12300");
    row("double of a numeric without places", Kind::Number, "99999.0", "numeric(5,0)", "99999");
    row("double with fewer places", Kind::Number, "-1.0E-10", "numeric(25,10)", "-0.0000000001");
    row("more digits than the column has", Kind::Number, "1.2345", "numeric(12,2)", "1.2345");
    row("money", Kind::String, "1234567.5", "money", "$1,234,567.50");
    row("a debt", Kind::Number, "-999.99", "money", "-$999.99");
    row("date", Kind::Number, "20743", "date", "2026-10-17");
    row("first day of the era", Kind::Number, "-719162", "date", "0001-01-01");
    row("day before it", Kind::Number, "-719163", "date", "0001-12-31 BC");
    row("far date", Kind::Number, "2145042905", "date", "5874897-12-31");
    row("date as text", Kind::String, "2026-10-17Z", "date", "2026-10-17");
    row("date as text before our era", Kind::String, "-0043-03-15Z", "date", "0044-03-15 BC");
    row("far date as text", Kind::String, "+5874897-12-31Z", "date", "5874897-12-31");
    row("timestamp as text before our era", Kind::String, "-0043-03-15T12:00:00.5Z", "timestamp",
        "0044-03-15 12:00:00.5 BC");
    row("far timestamp as text", Kind::String, "+294276-12-31T23:59:59.999999Z", "timestamp",
        "294276-12-31 23:59:59.999999");
    row("infinite date", Kind::Number, "-2147472692", "date", "infinity");
    row("minus infinite date", Kind::Number, "-2147472691", "date", "-infinity");
    row("infinite date as text", Kind::String, "-5877611-06-21Z", "date", "infinity");
    row("minus infinite date as text", Kind::String, "-5877611-06-22Z", "date", "-infinity");
    row("date of five digits as text", Kind::String, "+10000-01-01Z", "date", "10000-01-01");
    row("infinite timestamp as text", Kind::String, "+294247-01-10T04:00:25.2Z", "timestamp",
        "infinity");
    row("minus infinite timestamp as text", Kind::String, "-290308-12-21T19:59:27.6Z", "timestamp",
        "-infinity");
    row("timestamp of five digits as text", Kind::String, "+10000-01-01T00:00:00Z", "timestamp",
        "10000-01-01 00:00:00");
    row("infinite nanoseconds", Kind::Number, "9223372036854775807", "timestamp|ns", "infinity");
    row("minus infinite nanoseconds", Kind::Number, "-9223372036854775808", "timestamp|ns",
        "-infinity");
    row("time", Kind::Number, "45296000001", "time(6) without time zone", "12:34:56.000001");
    row("end of the day", Kind::Number, "86400000000", "time", "24:00:00");
    row("time of milliseconds", Kind::Number, "45296100", "time(3)", "12:34:56.1");
    row("timestamp", Kind::Number, "1795233906123456", "timestamp(6) without time zone",
        "2026-11-21 04:05:06.123456");
    row("timestamp of milliseconds", Kind::Number, "1795233906120", "timestamp(3)",
        "2026-11-21 04:05:06.12");
    row("before the epoch", Kind::Number, "-1", "timestamp", "1969-12-31 23:59:59.999999");
    row("infinity", Kind::Number, "9223372036825200000", "timestamp", "infinity");
    row("minus infinity", Kind::Number, "-9223372036832400000", "timestamp", "-infinity");
    row("before our era", Kind::Number, "-62135596800000001", "timestamp",
        "0001-12-31 23:59:59.999999 BC");
    row("timestamp as text", Kind::String, "2026-11-21T04:05:06.100000Z", "timestamp",
        "2026-11-21 04:05:06.1");
    row("timestamptz", Kind::String, "2026-11-20T22:35:06.123456Z", "timestamptz",
        "2026-11-20 22:35:06.123456+00");
    row("timestamptz of a whole second", Kind::String, "2026-11-20T22:35:06Z",
        "timestamp(6) with time zone", "2026-11-20 22:35:06+00");
    row("timestamptz with an offset", Kind::String, "2026-11-20T00:05:06+02:30", "timestamptz",
        "2026-11-19 21:35:06+00");
    row("timestamptz, five-digit year", Kind::String, "+10000-01-01T00:00:00Z", "timestamptz",
        "10000-01-01 00:00:00+00");
    row("infinite timestamptz", Kind::String, "infinity", "timestamptz", "infinity");
    row("timetz", Kind::String, "12:34:56.500Z", "timetz", "12:34:56.5+00");
    row("bytea", Kind::String, "AP8Q", "bytea", "\\x00ff10");
    row("bytea safe in URLs", Kind::String, "-_8-Pw==", "bytea|base64", "\\xfbff3e3f");
    row("bytea of hex without its encoding", Kind::String, "5c", "bytea", "5c");
    row("empty bytea", Kind::String, "", "bytea", "\\x");
    row("one bit", Kind::Bool, "true", "bit", "1");
    row("bits", Kind::String, "BQE=", "bit(10)", "0100000101");
    row("bits of any number", Kind::String, "BQ==", "bit varying", "101");
    row("bits of up to a number", Kind::String, "BQE=", "varbit(12)", "100000101");
    row("the last moment", Kind::String, "+294276-12-31T23:59:59.999999Z", "timestamptz",
        "294276-12-31 23:59:59.999999+00");
    row("point", Kind::Json, R"({"x":1.5,"y":-2.0,"wkb":"AQ=="})", "point", "(1.5,-2)");
    row("point that is nowhere", Kind::Json, R"({"x":"NaN","y":"-Infinity"})", "point",
        "(NaN,-Infinity)");
    row("box as bytes", Kind::String, "KDEsMSksKDAsMCk=", "box|base64", "(1,1),(0,0)");
    row("hstore as text", Kind::String, R"({"long":"b","a":null,"q\"":"x\\y"})", "hstore",
        R"("a"=>NULL, "q\""=>"x\\y", "long"=>"b")");
    row("hstore as object", Kind::Json, R"({"b":"","a":"1"})", "hstore", R"("a"=>"1", "b"=>"")");
    row("uuid", Kind::String, "a75484af-0000-4000-8000-9f02f13d839c", "uuid",
        "a75484af-0000-4000-8000-9f02f13d839c");
    row("json", Kind::String, R"({"a": 1.10})", "jsonb", R"({"a": 1.10})");
    row("array", Kind::Json, "[1,null,3]", "integer[]", "{1,NULL,3}");
    row("array of texts", Kind::Json, R"(["NULL","x,y","q\"q","b\\s","{}"," sp ","","plain"])",
        "text[]", R"({"NULL","x,y","q\"q","b\\s","{}"," sp ","",plain})");
    row("array of bytea", Kind::Json, R"(["AP8="])", "bytea[]", R"({"\\x00ff"})");
    row("array of arrays", Kind::Json, "[[1,2],[3,4]]", "integer[][]", "{{1,2},{3,4}}");
    row("array of decimals", Kind::Json, "[0.10,12345678901234567890.12]", "numeric[]",
        "{0.10,12345678901234567890.12}");
    row("a number that is no date", Kind::Number, "1.5", "date", "1.5");
    row("a text that is no date", Kind::String, "soon", "date", "soon");
}

void tst_PostgresText::writesAValueAsPostgresqlDoes()
{
    QFETCH(int, kind);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, expected);
    const QList<QByteArray> parts = type.split('|'); // with an encoding
    const auto text = postgresText(
        {static_cast<Kind>(kind), value.toStdString()},
        ::type(parts[0].constData(), parts.size() > 1
                                         ? SqlType::parseEncoding(parts[1].toStdString()).value()
                                         : SqlType::Encoding::Usual));
    QVERIFY(text);
    QCOMPARE(QByteArray::fromStdString(*text), expected);
}

void tst_PostgresText::writesIntervals_data()
{
    QTest::addColumn<QByteArray>("iso");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("all parts") << QByteArray("P1Y2M3DT4H5M6.7S")
                               << QByteArray("1 year 2 mons 3 days 04:05:06.7");
    QTest::newRow("nothing") << QByteArray("P0Y0M0DT0H0M0S") << QByteArray("00:00:00");
    QTest::newRow("whole days") << QByteArray("P0Y0M1DT0H0M0S") << QByteArray("1 day");
    QTest::newRow("both signs") << QByteArray("P-1Y-2M3DT-4H-5M-6S")
                                << QByteArray("-1 years -2 mons +3 days -04:05:06");
    QTest::newRow("days back, hours on")
        << QByteArray("P0Y0M-1DT2H0M0S") << QByteArray("-1 days +02:00:00");
}

void tst_PostgresText::writesIntervals()
{
    QFETCH(QByteArray, iso);
    QFETCH(QByteArray, expected);
    const auto text = postgresText({Kind::String, iso.toStdString()}, type("interval"));
    QVERIFY(text);
    QCOMPARE(QByteArray::fromStdString(*text), expected);
}

void tst_PostgresText::quotesOnlyWhatMustBeQuoted_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("alone");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("plain") << QByteArray("a b") << false << QByteArray("a b");
    QTest::newRow("empty") << QByteArray("") << false << QByteArray("\"\"");
    QTest::newRow("comma") << QByteArray("a,b") << false << QByteArray("\"a,b\"");
    QTest::newRow("quote") << QByteArray("a\"b") << false << QByteArray("\"a\"\"b\"");
    QTest::newRow("line feed") << QByteArray("a\nb") << false << QByteArray("\"a\nb\"");
    QTest::newRow("backslash N") << QByteArray("\\N") << false << QByteArray("\\N");
    QTest::newRow("end of data") << QByteArray("\\.") << false << QByteArray("\\.");
    QTest::newRow("end of data, alone") << QByteArray("\\.") << true << QByteArray("\"\\.\"");
}

void tst_PostgresText::quotesOnlyWhatMustBeQuoted()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, alone);
    QFETCH(QByteArray, expected);
    std::string line;
    appendCopyField(text.toStdString(), alone, line);
    QCOMPARE(QByteArray::fromStdString(line), expected);
    line.clear();
    appendCopyField(std::nullopt, alone, line);
    QVERIFY(line.empty());
}

void tst_PostgresText::refusesTypesThatAreNone()
{
    QVERIFY(!SqlType::parse(""));
    QVERIFY(!SqlType::parse("numeric(a)"));
    QVERIFY(!SqlType::parse("numeric(1"));
    QVERIFY(!SqlType::parseEncoding("weeks"));
    QCOMPARE(type("NUMERIC ( 12 , 4 )").scale, 4);
    QCOMPARE(type("numeric(5)").scale, 0);
    QVERIFY(type("app.mood").base == SqlType::Base::Text);

    int line = 0;
    const auto projection = Projection::parse("name = \"t\"\n[[source]]\ntopic = \"t\"\n"
                                              "reduce = \"latest\"\n[columns]\n"
                                              "due = { path = \"due\", kind = \"date\" }\n",
                                              "t.toml", &line);
    QVERIFY(!projection);
    QCOMPARE(line, 6);
    QVERIFY2(projection.error().message.find("path, type, encoding") != std::string::npos,
             projection.error().message.c_str());
}

void tst_PostgresText::readsTheTypesOfASchema()
{
    const auto types = typesOfSchema(R"({"schema":{"type":"struct","fields":[
        {"field":"before","type":"struct","fields":[]},
        {"field":"after","type":"struct","fields":[
            {"field":"id","type":"int64"},
            {"field":"due","type":"int32","name":"io.debezium.time.Date"},
            {"field":"n","type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"4"}},
            {"field":"raw","type":"bytes"},
            {"field":"tags","type":"array","items":{"type":"string"}}]}]},
        "payload":{}})");
    QCOMPARE(types.size(), std::size_t{5});
    QVERIFY(types.at("due").base == SqlType::Base::Date);
    QVERIFY(types.at("raw").base == SqlType::Base::Bytes);
    QVERIFY(types.at("tags").array);
    const auto number = postgresText({Kind::String, "D3J5"}, types.at("n"));
    QCOMPARE(number, std::optional<std::string>("101.2345"));
    std::map<std::string, SqlType> own;
    QVERIFY(!addTypesOfWal2json(
        R"({"action":"U","schema":"s","table":"t","columns":[{"name":"id","type":"integer","value":1}]})",
        "s.t", own));
    QVERIFY(!addTypesOfWal2json(
        R"({"action":"I","schema":"s","table":"u","columns":[{"name":"x","type":"integer","value":1}]})",
        "s.t", own));
    QVERIFY(addTypesOfWal2json(
        R"({"change":[{"kind":"insert","schema":"s","table":"t","columnnames":["id","raw","at","tags"],)"
        R"("columntypes":["bigint","bytea","timestamp(3) without time zone","bytea[]"],)"
        R"("columnvalues":[1,"00ff","2026-01-01 00:00:00","{}"]}]})",
        "s.t", own));
    QCOMPARE(own.size(), std::size_t{4});
    QCOMPARE(postgresText({Kind::String, "00ff"}, own.at("raw")),
             std::optional<std::string>("\\x00ff"));
    QCOMPARE(postgresText({Kind::String, "2026-01-01 00:00:00"}, own.at("at")),
             std::optional<std::string>("2026-01-01 00:00:00"));
    QVERIFY(own.at("tags").base == SqlType::Base::Text && !own.at("tags").array);
    QVERIFY(typesOfSchema("{}").empty());
    QVERIFY(typesOfSchema("not JSON, though it says \"schema\"").empty());
}

void tst_PostgresText::ordersRowsByTheColumnsOfTheirKey()
{
    const auto capture = Capture::inMemory();
    append(*capture,
           {
               {"t", 0, 0, 1, R"({"id":10,"part":"b"})", R"({"id":10,"part":"b","v":"ten"})"},
               {"t", 0, 1, 2, R"({"id":9,"part":"b"})", R"({"id":9,"part":"b","v":""})"},
               {"t", 0, 2, 3, R"({"id":10,"part":"a"})", R"({"id":10,"part":"a","v":null})"},
           });
    const auto log = fold(*capture, projection("t", "latest"));
    const StatePtr state = State::at(log, log->order()->size());
    const auto copy = PostgresCopy::prepare(*state, columnsOf(*state, 100).value());
    QVERIFY(copy);
    std::ostringstream out;
    QVERIFY(copy->write(out, *state));
    QCOMPARE(out.str(), std::string("id,part,v\n9,b,\"\"\n10,a,\n10,b,ten\n"));
    QCOMPARE(copy->untyped().size(), std::size_t{3});
}

void tst_PostgresText::ordersRowsByTheTypeOfTheirKey_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArrayList>("keys");
    QTest::addColumn<QByteArray>("lines");
    QTest::newRow("numeric as text")
        << QByteArray("numeric")
        << QByteArrayList{"\"10.0\"", "\"9\"", "\"NAN\"", "\"-1\"", "\"POSITIVE_INFINITY\""}
        << QByteArray("-1 9 10.0 Infinity NaN");
    QTest::newRow("dates as text")
        << QByteArray("date")
        << QByteArrayList{"\"+10000-01-01Z\"", "\"2026-11-22Z\"", "\"-0043-03-15Z\"",
                          "\"infinity\"", "\"-0044-03-15Z\""}
        << QByteArray("\"0045-03-15 BC\" \"0044-03-15 BC\" "
                      "2026-11-22 10000-01-01 infinity");
    QTest::newRow("text") << QByteArray("text") << QByteArrayList{"\"9\"", "\"10\""}
                          << QByteArray("10 9");
}

void tst_PostgresText::ordersRowsByTheTypeOfTheirKey()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArrayList, keys);
    QFETCH(QByteArray, lines);
    std::vector<Event> records;
    for (const QByteArray& key : keys) {
        const std::string row = "{\"id\":" + key.toStdString() + "}";
        records.push_back({"t", 0, static_cast<std::int64_t>(records.size()), 1, row, row});
    }
    const auto capture = Capture::inMemory();
    append(*capture, records);
    const auto log = fold(*capture, projection("name = \"p\"\n[[source]]\ntopic = \"t\"\n"
                                               "reduce = \"latest\"\n[columns]\n"
                                               "id = { path = \"id\", type = \"" +
                                               type.toStdString() + "\" }\n"));
    const StatePtr state = State::at(log, log->order()->size());
    const auto copy = PostgresCopy::prepare(*state, columnsOf(*state, 100).value());
    QVERIFY(copy);
    std::ostringstream out;
    QVERIFY(copy->write(out, *state));
    QByteArrayList written = QByteArray::fromStdString(out.str()).trimmed().split('\n').mid(1);
    for (QByteArray& line : written) {
        line = line.contains(' ') ? '"' + line + '"' : line;
    }
    QCOMPARE(written.join(' '), lines);
}

void tst_PostgresText::ordersRowsWithoutAKeyByTheirLines()
{
    const auto capture = Capture::inMemory();
    append(*capture, {
                         {"t", 0, 0, 1, std::nullopt, R"({"id":"z","v":1})"},
                         {"t", 0, 1, 2, std::nullopt, R"({"id":"a","v":2})"},
                     });
    const auto log =
        fold(*capture, projection("name = \"p\"\n[[source]]\ntopic = \"t\"\nkey = \"value.v\"\n"
                                  "reduce = \"latest\"\n"));
    const StatePtr state = State::at(log, log->order()->size());
    const auto copy = PostgresCopy::prepare(*state, columnsOf(*state, 100).value());
    QVERIFY(copy);
    std::ostringstream out;
    QVERIFY(copy->write(out, *state));
    QCOMPARE(out.str(), std::string("id,v\na,2\nz,1\n"));
}

QTEST_GUILESS_MAIN(tst_PostgresText)
#include "tst_postgres_text.moc"

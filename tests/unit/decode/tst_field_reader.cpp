#include "model/decode/field_reader.h"

#include <QTest>

#include <cmath>

using namespace hindcast;

namespace {

FieldPath path(const char* text)
{
    return FieldPath::parse(text).value();
}

// The record stands in the middle of an arena: other records' bytes follow directly.
RecordBatchPtr batchOf(std::optional<std::string_view> key, std::optional<std::string_view> value,
                       std::string_view next = R"({"a":"the next record"})")
{
    RecordBatchBuilder builder("orders");
    builder.add(4, 48211954, 1'763'647'392'418, TimestampType::CreateTime, key, value);
    builder.add(4, 48211955, 1'763'647'392'418, TimestampType::CreateTime, next, next);
    return builder.take();
}

std::string describe(const FieldValue& value)
{
    switch (value.kind) {
    case FieldValue::Kind::Missing:
        return "missing";
    case FieldValue::Kind::Null:
        return "null";
    case FieldValue::Kind::Bool:
        return value.boolean ? "bool true" : "bool false";
    case FieldValue::Kind::Integer:
        return "integer " + std::to_string(value.integer) + " as " + std::string(value.text);
    case FieldValue::Kind::Number:
        return "number " + std::to_string(value.number) + " as " + std::string(value.text);
    case FieldValue::Kind::String:
        return "string " + std::string(value.text);
    case FieldValue::Kind::Json:
        return "json " + std::string(value.text);
    case FieldValue::Kind::Bytes:
        return "bytes " + std::to_string(value.text.size());
    }
    return {};
}

} // namespace

class tst_FieldReader : public QObject
{
    Q_OBJECT

private slots:
    void aFieldIsFound_data();
    void aFieldIsFound();
    void brokenJsonIsNoticed_data();
    void brokenJsonIsNoticed();
    void whatOnlyLooksLikeAnObjectIsBroken_data();
    void whatOnlyLooksLikeAnObjectIsBroken();
    void everyRootIsRead();
    void pathsOfOneValueAreReadTogether();
    void fieldsAreReadOneByOneInAnyOrder();
    void theNextRecordForgetsTheLast();
    void deepNestingIsWalked();
    void aHugeValueIsReadAndForgotten();
};

void tst_FieldReader::aFieldIsFound_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("fieldPath");
    QTest::addColumn<QByteArray>("found");
    const auto row = [](const char* name, QByteArray value, const char* fieldPath,
                        QByteArray found) {
        QTest::newRow(name) << std::move(value) << QByteArray(fieldPath) << std::move(found);
    };
    row("string", R"({"a":"x"})", "value.a", "string x");
    row("white space", " {\n\t\"a\" : \"x\" \r\n} \n", "value.a", "string x");
    row("escapes", R"({"a":"x\n\u00e9\"y"})", "value.a", "string x\n\u00e9\"y");
    row("escaped name", R"({"\u0061":1})", "value.a", "integer 1 as 1");
    row("a name with a quote", R"({"x\"y":1})", "value.\"x\"\"y\"", "integer 1 as 1");
    row("a path cannot reach over a string's end", R"({"x":1,"y":2})", "value.\"x\"\":1,\"\"y\"",
        "missing");
    row("an escape elsewhere", R"({"b":"\\","a":"x"})", "value.a", "string x");
    row("empty string", R"({"a":""})", "value.a", "string ");
    row("empty name", R"({"":5})", "value.\"\"", "integer 5 as 5");
    row("unpaired surrogate", R"({"a":"\ud800"})", "value.a", "string \uFFFD");
    row("NUL as an escape", R"({"a":"x\u0000y"})", "value.a", QByteArray("string x\0y", 10));
    row("true", R"({"a":true})", "value.a", "bool true");
    row("false", R"({"a":false})", "value.a", "bool false");
    row("null", R"({"a":null})", "value.a", "null");
    row("missing", R"({"b":1})", "value.a", "missing");
    row("empty object", "{}", "value.a", "missing");
    row("integer", R"({"a":42})", "value.a", "integer 42 as 42");
    row("2^63 - 1", R"({"a":9223372036854775807})", "value.a",
        "integer 9223372036854775807 as 9223372036854775807");
    row("2^63", R"({"a":9223372036854775808})", "value.a",
        "number 9223372036854775808.000000 as 9223372036854775808");
    row("decimal", R"({"a":0.10})", "value.a", "number 0.100000 as 0.10");
    row("1e400", R"({"a":1e400})", "value.a", "number inf as 1e400");
    row("-0", R"({"a":-0})", "value.a", "integer 0 as -0");
    row("object", R"({"a": {"b": 1} ,"c":2})", "value.a", R"(json {"b": 1})");
    row("array", R"({"a":[1, 2] })", "value.a", "json [1, 2]");
    row("nested", R"({"x":{"a":0},"a":{"b":{"c":"deep"}}})", "value.a.b.c", "string deep");
    row("the same name deeper first", R"({"x":{"a":0},"a":7})", "value.a", "integer 7 as 7");
    row("index", R"({"a":[10,{"b":20}]})", "value.a[1].b", "integer 20 as 20");
    row("index past the end", R"({"a":[10]})", "value.a[1]", "missing");
    row("index of the root", "[1,2,3]", "value[2]", "integer 3 as 3");
    row("name in an array", "[1]", "value.a", "missing");
    row("index into an object", R"({"0":1})", "value[0]", "missing");
    row("field of a scalar", R"({"a":1})", "value.a.b", "missing");
    row("a name twice: the first", R"({"a":1,"a":2})", "value.a", "integer 1 as 1");
    row("byte order mark", "\xEF\xBB\xBF{\"a\":1}", "value.a", "integer 1 as 1");
    row("number alone", "42", "value.a", "missing");
    row("string alone", R"("text")", "value.a", "missing");
    row("word alone", " null ", "value.a", "missing");
    row("empty", "", "value.a", "missing");
    row("value whole", R"({"a":1})", "value", R"(string {"a":1})");
    row("value whole, a number", "42", "value", "string 42");
}

void tst_FieldReader::aFieldIsFound()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, fieldPath);
    QFETCH(QByteArray, found);
    const auto batch =
        batchOf("k", std::string_view(value.constData(), static_cast<std::size_t>(value.size())));
    FieldReader alone({path(fieldPath.constData())});
    QCOMPARE(QByteArray::fromStdString(describe(alone.read(batch->record(0))[0])), found);
    QVERIFY(!alone.broken());

    // Beside another path the whole is read in one pass.
    FieldReader together({path("value.nowhere"), path(fieldPath.constData()), path("value[77]")});
    QCOMPARE(QByteArray::fromStdString(describe(together.read(batch->record(0))[1])), found);
    QVERIFY(!together.broken());
}

void tst_FieldReader::brokenJsonIsNoticed_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("next");
    const QByteArray object = R"({"a":"the next record"})";
    QTest::newRow("breaks off") << QByteArray(R"({"a":1)") << object;
    QTest::newRow("breaks off, and a bracket follows")
        << QByteArray(R"({"a":1)") << QByteArray("}");
    QTest::newRow("breaks off inside, brackets follow")
        << QByteArray(R"({"b":{"a":1})") << QByteArray("}}");
    QTest::newRow("breaks off in a string") << QByteArray(R"({"a":"x)") << QByteArray("\"}");
    QTest::newRow("breaks off behind a colon") << QByteArray(R"({"a":)") << QByteArray("1}");
    QTest::newRow("breaks off in a word") << QByteArray(R"({"a":tru)") << QByteArray("e}");
    QTest::newRow("one bracket") << QByteArray("{") << QByteArray("}");
    QTest::newRow("NaN") << QByteArray(R"({"a":NaN})") << object;
    QTest::newRow("single quotes") << QByteArray(R"({'a':1})") << object;
    QTest::newRow("no comma") << QByteArray(R"({"b":1 "a":2})") << object;
    QTest::newRow("number with a leading zero") << QByteArray(R"({"a":01})") << object;
    QTest::newRow("no such escape") << QByteArray(R"({"a":"\q"})") << object;
    QTest::newRow("line break in a string") << QByteArray("{\"a\":\"x\ny\"}") << object;
    QTest::newRow("NUL in a string") << QByteArray("{\"a\":\"x\0y\"}", 11) << object;
    QTest::newRow("not UTF-8") << QByteArray("{\"a\":\"\xff\"}") << object;
    QTest::newRow("text") << QByteArray("hello, world") << object;
    QTest::newRow("text that starts as a number") << QByteArray("42 apples") << object;
    QTest::newRow("two strings") << QByteArray(R"("a" "b")") << object;
    QTest::newRow("blanks only") << QByteArray("  ") << object;
    QTest::newRow("wrong bracket") << QByteArray(R"({"a":1])") << object;
    QTest::newRow("array breaks off") << QByteArray(R"([{"a":1})") << QByteArray("]");
    QTest::newRow("binary") << QByteArray("\x00\x00\x00\x00\x05\xff", 6) << object;
}

void tst_FieldReader::brokenJsonIsNoticed()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, next);
    const auto batch =
        batchOf("k", std::string_view(value.constData(), static_cast<std::size_t>(value.size())),
                next.toStdString());
    FieldReader alone({path("value.a")});
    QCOMPARE(describe(alone.read(batch->record(0))[0]), std::string("missing"));
    QVERIFY(alone.broken());
    FieldReader together({path("value.a"), path("value.zz"), path("partition")});
    const auto values = together.read(batch->record(0));
    QCOMPARE(describe(values[0]), std::string("missing"));
    QCOMPARE(describe(values[1]), std::string("missing"));
    QCOMPARE(describe(values[2]), std::string("integer 4 as 4"));
    QVERIFY(together.broken());
}

void tst_FieldReader::whatOnlyLooksLikeAnObjectIsBroken_data()
{
    QTest::addColumn<QByteArray>("value");
    for (const char* const value : {R"({"a":{x})", R"({"a":{1})", R"({"a":{,})", R"({"a":{{})",
                                    R"({"a":{x}})", R"({"a":{]}})", R"({"a":{ x:1},"b":2})"}) {
        QTest::newRow(value) << QByteArray(value);
    }
    QTest::newRow("NUL") << QByteArray("{\"a\":{\0}", 8);
}

// One path after the other, as filters ask: the second lookup comes by the first one's object.
void tst_FieldReader::whatOnlyLooksLikeAnObjectIsBroken()
{
    QFETCH(QByteArray, value);
    const auto batch = batchOf("k", value.toStdString(), "{}");
    FieldReader reader({path("value.a"), path("value.b")});
    reader.start(batch->record(0));
    QCOMPARE(describe(reader.field(0)), std::string("missing"));
    QVERIFY(reader.broken());
    QCOMPARE(describe(reader.field(1)), std::string("missing"));

    // An index into an object finds nothing, and does not look at it; the next lookup has to.
    FieldReader passing({path("value.a[1]"), path("value.b"), path("value.a")});
    passing.start(batch->record(0));
    for (std::size_t i = 0; i < 3; ++i) {
        QCOMPARE(describe(passing.field(i)), std::string("missing"));
    }
    QVERIFY(passing.broken());
}

void tst_FieldReader::everyRootIsRead()
{
    RecordBatchBuilder builder("orders");
    builder.add(4, 48211954, 1'763'647'392'418, TimestampType::CreateTime, R"({"id":"o-1"})",
                std::nullopt);
    builder.addHeader("trace", "old");
    builder.addHeader("trace", "new");
    builder.addHeader("none", std::nullopt);
    builder.addHeader("raw", "\xff");
    builder.add(0, 0, -1, TimestampType::None, std::nullopt, "");
    const auto batch = builder.take();
    FieldReader reader({path("key.id"), path("key"), path("value"), path("value.a"),
                        path("header.trace"), path("header.none"), path("header.raw"),
                        path("header.absent"), path("topic"), path("partition"), path("offset"),
                        path("timestamp")});
    std::vector<std::string> seen;
    for (const auto& value : reader.read(batch->record(0))) {
        seen.push_back(describe(value));
    }
    const std::vector<std::string> expected{"string o-1",
                                            R"(string {"id":"o-1"})",
                                            "null",
                                            "missing",
                                            "string new",
                                            "null",
                                            "bytes 1",
                                            "missing",
                                            "string orders",
                                            "integer 4 as 4",
                                            "integer 48211954 as 48211954",
                                            "integer 1763647392418 as 1763647392418"};
    QCOMPARE(seen, expected);
    QVERIFY(!reader.broken());
    const auto second = reader.read(batch->record(1));
    QCOMPARE(describe(second[0]), std::string("missing"));
    QCOMPARE(describe(second[1]), std::string("null"));
    QCOMPARE(describe(second[2]), std::string("string "));
    QCOMPARE(describe(second[11]), std::string("null"));
    QVERIFY(!reader.broken());
}

void tst_FieldReader::pathsOfOneValueAreReadTogether()
{
    const auto batch =
        batchOf(R"({"id":9})",
                R"({"z":1,"a":{"b":2,"c":[1,{"d":"x"}],"b":9},"e":true,"f":{"\u0067":null}})");
    FieldReader reader({path("value.e"), path("value.a.b"), path("value.a"), path("value.a.c[1].d"),
                        path("value.a.c"), path("value.f.g"), path("key.id"), path("value.a.b"),
                        path("key.nothing")});
    std::vector<std::string> seen;
    for (const auto& value : reader.read(batch->record(0))) {
        seen.push_back(describe(value));
    }
    const std::vector<std::string> expected{
        "bool true",      "integer 2 as 2",        R"(json {"b":2,"c":[1,{"d":"x"}],"b":9})",
        "string x",       R"(json [1,{"d":"x"}])", "null",
        "integer 9 as 9", "integer 2 as 2",        "missing"};
    QCOMPARE(seen, expected);
}

void tst_FieldReader::fieldsAreReadOneByOneInAnyOrder()
{
    const auto batch = batchOf("k", R"({"a":{"x":1,"y":[1,2,3]},"b":"two","c":3.5,"d":[{"e":4}]})");
    FieldReader reader({path("value.d[0].e"), path("value.a.x"), path("value.c"), path("value.b"),
                        path("value.nope"), path("value.a"), path("offset")});
    const std::vector<std::string> expected{"integer 4 as 4",
                                            "integer 1 as 1",
                                            "number 3.500000 as 3.5",
                                            "string two",
                                            "missing",
                                            R"(json {"x":1,"y":[1,2,3]})",
                                            "integer 48211954 as 48211954"};
    for (const auto& order : std::vector<std::vector<std::size_t>>{
             {0, 1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1, 0}, {4, 0, 4, 3, 1, 5, 2}, {5, 5, 2, 0}}) {
        reader.start(batch->record(0));
        for (const std::size_t i : order) {
            QCOMPARE(describe(reader.field(i)), expected[i]);
        }
        QVERIFY(!reader.broken());
    }
}

void tst_FieldReader::theNextRecordForgetsTheLast()
{
    RecordBatchBuilder builder("orders");
    builder.add(0, 0, 0, TimestampType::CreateTime, "k", R"({"a":1,"b":"x\ty"})");
    builder.add(0, 1, 0, TimestampType::CreateTime, "k", R"({"a":1)");
    builder.add(0, 2, 0, TimestampType::CreateTime, "k", R"({"b":null})");
    const auto batch = builder.take();
    FieldReader reader({path("value.a"), path("value.b")});
    QCOMPARE(describe(reader.read(batch->record(0))[1]), std::string("string x\ty"));
    QCOMPARE(describe(reader.read(batch->record(1))[1]), std::string("missing"));
    QVERIFY(reader.broken());
    const auto last = reader.read(batch->record(2));
    QVERIFY(!reader.broken());
    QCOMPARE(describe(last[0]), std::string("missing"));
    QCOMPARE(describe(last[1]), std::string("null"));
}

void tst_FieldReader::deepNestingIsWalked()
{
    // Far past simdjson's usual depth of 1024.
    constexpr std::size_t depth = 100'000;
    std::string value =
        R"({"deep":)" + std::string(depth, '[') + std::string(depth, ']') + R"(,"a":1})";
    const auto batch = batchOf("k", value);
    FieldReader reader({path("value.a")});
    QCOMPARE(describe(reader.read(batch->record(0))[0]), std::string("integer 1 as 1"));
    FieldReader whole({path("value.deep"), path("value.a")});
    const auto values = whole.read(batch->record(0));
    QCOMPARE(values[0].text.size(), 2 * depth);
    QCOMPARE(describe(values[1]), std::string("integer 1 as 1"));
}

void tst_FieldReader::aHugeValueIsReadAndForgotten()
{
    std::string value = R"({"big":")" + std::string(50'000'000, 'x') + R"(","a":"end"})";
    const auto batch = batchOf("k", value);
    FieldReader reader({path("value.a"), path("value.big")});
    const auto values = reader.read(batch->record(0));
    QCOMPARE(describe(values[0]), std::string("string end"));
    QCOMPARE(values[1].text.size(), std::size_t{50'000'000});
    QCOMPARE(describe(reader.read(batch->record(1))[0]), std::string("string the next record"));
}

QTEST_GUILESS_MAIN(tst_FieldReader)
#include "tst_field_reader.moc"

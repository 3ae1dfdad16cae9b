#include "model/query/filter.h"

#include <QTest>

using namespace hindcast;

namespace {

constexpr std::int64_t kTime = 1'763'647'392'418; // 2025-11-20T14:03:12.418Z

RecordBatchPtr oneRecord(std::optional<std::string_view> key, std::optional<std::string_view> value)
{
    RecordBatchBuilder builder("orders");
    builder.add(4, 48211954, kTime, TimestampType::CreateTime, key, value);
    builder.addHeader("trace", "abc");
    builder.addHeader("x-request-id", "r-1");
    builder.addHeader("raw", "\xff");
    return builder.take();
}

constexpr std::string_view kValue =
    "{\"status\":\"CANCELLED\",\"amount\":990.5,\"n\":42,\"big\":9223372036854775807,"
    "\"huge\":9223372036854775808,\"text\":\"5\",\"ok\":true,\"no\":false,\"nothing\":null,"
    "\"customer\":{\"country\":\"DE\",\"tags\":[\"a\",\"b\"]},\"odd name\":7,"
    "\"quote\":\"it's\",\"Status\":\"upper\"}";

} // namespace

class tst_Filter : public QObject
{
    Q_OBJECT

private slots:
    void anExpressionDecides_data();
    void anExpressionDecides();
    void aMistakeIsShownAtItsPlace_data();
    void aMistakeIsShownAtItsPlace();
    void aMistakeIsUnderlined_data();
    void aMistakeIsUnderlined();
    void nothingButTheRecordCanBeReached_data();
    void nothingButTheRecordCanBeReached();
    void theClockIsKeptFromAFold();
    void indexesRiseAndBatchesDoNotMix();
    void undecodableRecordsAreCounted();
    void aFunctionThatFailsOnARecordSparesTheOthers();
    void aHostilePatternGivesUp();
    void aStopEndsAScan();
    void aCloneFiltersAlike();
};

void tst_Filter::anExpressionDecides_data()
{
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char* expression, bool matches) {
        QTest::newRow(expression) << QByteArray(expression) << matches;
    };
    row("value.status = 'CANCELLED' and value.amount > 990", true);
    row("value.status = 'CANCELLED' and value.amount > 991", false);
    row("value.status='CANCELLED'AND value.amount>=990.5", true);
    row("VALUE.status = 'CANCELLED'", true);
    row("value.Status = 'upper'", true);
    row("value.\"odd name\" = 7", true);
    row("value.customer.country in ('DE', 'FR')", true);
    row("value.customer.tags[1] = 'b'", true);
    row("value.customer.tags[2] is null", true);
    row("value.customer like '%\"DE\"%'", true);
    row("value.customer ->> '$.country' = 'DE'", true);
    row("json_extract(value, '$.customer.tags[0]') = 'a'", true);
    row("json_array_length(value.customer.tags) = 2", true);
    row("value.n = 42", true);
    row("value.n = '42'", false);
    row("value.text = 5", false);
    row("cast(value.text as integer) = 5", true);
    row("value.big = 9223372036854775807", true);
    row("value.big = 9223372036854775806", false);
    row("value.big % 10 = 7", true);
    row("value.huge > 9223372036854775807", true);
    row("typeof(value.huge) = 'real'", true);
    row("value.ok", true);
    row("value.ok = true and value.no = false", true);
    row("not value.no", true);
    row("value.nothing is null and value.missing is null", true);
    row("value.missing = 1", false);
    row("value.missing <> 1", false);
    row("coalesce(value.missing, 'x') = 'x'", true);
    row("value.quote = 'it''s'", true);
    row("lower(value.status) = 'cancelled'", true);
    row("length(value.status) = 9", true);
    row("value.status like 'canc%'", true);
    row("value.status glob 'canc*'", false);
    row("value.status regexp '^CAN.*ED$'", true);
    row("value.status regexp '(?i)^can'", true);
    row("value.status not regexp '^PAID'", true);
    row("regexp('L{2}', value.status)", true);
    row("value.missing regexp 'x'", false);
    row("value like '%990.5%'", true);
    row("value regexp '\"n\":4\\d'", true);
    row("key.id = 'o-1'", true);
    row("key like '%o-1%'", true);
    row("header.trace = 'abc'", true);
    row("header.\"x-request-id\" = 'r-1'", true);
    row("header.absent is null", true);
    row("typeof(header.raw) = 'blob' and hex(header.raw) = 'FF'", true);
    row("topic = 'orders' and partition = 4 and offset = 48211954", true);
    row("offset between 48211000 and 48212000", true);
    row("timestamp = 1763647392418", true);
    row("time = '2025-11-20T14:03:12.418Z'", true);
    row("time >= '2025-11-20T14:03:12Z'", true);
    row("time > '2025-11-20T14:03:13Z'", false);
    row("time < '2025-11-20T15:03:13+01:00'", true);
    row("time < '2025-11-20T15:03:12+01:00'", false);
    row("'2025-11-20T14:03:12Z' <= time", true);
    row("time between '2025-11-20' and '2025-11-21'", true);
    row("time not between '2025-11-20' and '2025-11-21'", false);
    row("time in ('2025-11-20T14:03:12.418+00:00')", true);
    row("time is not '2025-11-20T14:03:12.418+00:00'", false);
    row("time < 'now' and time < '-1d'", true);
    row("time like '2025-11-20T14:%'", true);
    row("time(timestamp / 1000, 'unixepoch') = '14:03:12'", true);
    row("case when value.n > 40 then 1 else 0 end", true);
    row("value.n = 42 -- a comment", true);
    row("value.n /* a comment */ = 42", true);
    row("(value.n = 42)", true);
    row("value.status = 'a' or value.n = 42", true);
    row("value.status collate nocase = 'cancelled'", true);
    row("value.n is distinct from 43", true);
    row("value.status = 'CANCELLED' and value.n in (1, 42) and not (value.ok = false)", true);
    row("1", true);
    row("0", false);
    row("value.status = 'value.n'", false);
    row("value.n = 42 and value.N is null", true);
}

void tst_Filter::anExpressionDecides()
{
    QFETCH(QByteArray, expression);
    QFETCH(bool, matches);
    auto filter = Filter::compile(expression.toStdString());
    QVERIFY2(filter.has_value(), filter ? "" : filter.error().message.c_str());
    const auto batch = oneRecord(R"({"id":"o-1"})", kValue);
    std::vector<std::uint32_t> out;
    filter->match(*batch, out);
    QCOMPARE(out.size(), matches ? std::size_t{1} : std::size_t{0});
    QCOMPARE(filter->undecodable(), std::uint64_t{0});
    QCOMPARE(filter->problem(), std::string());
}

void tst_Filter::aMistakeIsShownAtItsPlace_data()
{
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<QByteArray>("place"); // the part of the expression that is marked
    QTest::addColumn<int>("offset");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* expression, const char* place, int offset, const char* says) {
        QTest::newRow(expression) << QByteArray(expression) << QByteArray(place) << offset
                                  << QByteArray(says);
    };
    row("valu.status = 'X'", "valu", 0,
        "No such path root `valu`; known: key, value, header, topic, partition, offset, timestamp, "
        "time. Did you mean value?");
    row("partition = 1 and timestmp > 5", "timestmp", 18, "Did you mean timestamp?");
    row("status = 'X'", "status", 0, "A field of a JSON value is written value.status.");
    row("value.a = 1 and cucumber.b = 2", "cucumber", 16,
        "No such path root `cucumber`; known: key");
    row("value.status = \"FAILED\"", "\"FAILED\"", 15, "write text in single quotes: 'FAILED'");
    row("value.status = 'FAILED", "'FAILED", 15, "no closing quote");
    row("value.a = 1 /* why", "/* why", 12, "never ends");
    row("(value.a = 1", "(", 0, "never closed");
    row("value.a = 1)", ")", 11, "closes none");
    row("value.a = 1) or (1", ")", 11, "closes none");
    row("value.a = 1; drop table x", ";", 11, "semicolon");
    row("value.a = ?1", "?1", 10, "parameter");
    row("value.a = :x", ":x", 10, "parameter");
    row("exists (select 1)", "exists", 0, "has no place");
    row("value.a in (select 1)", "select", 12, "has no place");
    row("value. = 1", "value.", 0, "A name must follow the dot");
    row("value.a[x] = 1", "value.a[x]", 0, "an index is written as [0]");
    row("topic.a = 1", "topic.a", 0, "topic has no fields");
    row("time.a = 1", "time.a", 0, "no fields");
    row("header = 1", "header", 0, "header.traceparent");
    row("header.x-request-id = 1", "request", 9, "in double quotes: \"x-request\"");
    row("time > 'yesterday'", "'yesterday'", 7, "is not a time");
    row("value.a regexp '('", "'('", 15, "goes wrong at its character 2");
    row("value.a = = 1", "=", 10, "near \"=\": syntax error");
    row("value.a value.b", "value.b", 8, "near \"value.b\": syntax error");
    row("value.a =", "", 9, "breaks off");
    row("value.a and", "", 11, "breaks off");
    row("nosuch(value.a)", "nosuch", 0, "no such function: nosuch");
    row("value.a = 1 and lower(value.a, 2)", "lower", 16, "wrong number of arguments");
    row("count(value.a) > 1", "count", 0, "misuse of aggregate");
    row("", "", 0, "empty");
    row("  ", "  ", 0, "empty");
    row("-- nothing", "-- nothing", 0, "empty");
}

void tst_Filter::aMistakeIsShownAtItsPlace()
{
    QFETCH(QByteArray, expression);
    QFETCH(QByteArray, place);
    QFETCH(int, offset);
    QFETCH(QByteArray, says);
    FilterMistake mistake;
    const auto filter = Filter::compile(expression.toStdString(), &mistake);
    QVERIFY(!filter.has_value());
    QVERIFY(filter.error().code == ErrorCode::InvalidArgument);
    QVERIFY2(mistake.message.find(says.toStdString()) != std::string::npos,
             mistake.message.c_str());
    QVERIFY2(filter.error().message.find(mistake.message) != std::string::npos,
             filter.error().message.c_str());
    QCOMPARE(expression.mid(static_cast<int>(mistake.offset), static_cast<int>(mistake.length)),
             place);
    QCOMPARE(static_cast<int>(mistake.offset), offset);
}

void tst_Filter::aMistakeIsUnderlined_data()
{
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<int>("offset");
    QTest::addColumn<int>("length");
    QTest::addColumn<QByteArray>("drawn");
    QTest::newRow("a word") << QByteArray("valu.a = 1") << 0 << 4 << QByteArray("valu.a = 1\n^^^^");
    QTest::newRow("in the middle")
        << QByteArray("a = = 1") << 4 << 1 << QByteArray("a = = 1\n    ^");
    QTest::newRow("at the end") << QByteArray("a =") << 3 << 0 << QByteArray("a =\n   ^");
    QTest::newRow("behind other than ASCII")
        << QByteArray("'\u20ac' = x") << 8 << 1 << QByteArray("'\u20ac' = x\n      ^");
    QTest::newRow("over two lines") << QByteArray("a\n= b") << 4 << 1 << QByteArray("a = b\n    ^");
}

void tst_Filter::aMistakeIsUnderlined()
{
    QFETCH(QByteArray, expression);
    QFETCH(int, offset);
    QFETCH(int, length);
    QFETCH(QByteArray, drawn);
    FilterMistake mistake;
    mistake.offset = static_cast<std::size_t>(offset);
    mistake.length = static_cast<std::size_t>(length);
    QCOMPARE(QByteArray::fromStdString(underlined(expression.toStdString(), mistake)), drawn);
}

void tst_Filter::nothingButTheRecordCanBeReached_data()
{
    QTest::addColumn<QByteArray>("expression");
    for (const char* bad :
         {"load_extension('x')", "1 in sqlite_master", "c0 = 1", "rowid = 1", "batch.c0 = 1",
          "value.a = 1 union select 1", "value.a = 1 limit 1", "value.a = 1 order by 1",
          "row_number() over ()", "pragma_table_info('batch')", "value.a in (values (1))",
          "value.a = 1 group by 1", "raise(ignore)"}) {
        QTest::newRow(bad) << QByteArray(bad);
    }
}

void tst_Filter::nothingButTheRecordCanBeReached()
{
    QFETCH(QByteArray, expression);
    QVERIFY(!Filter::compile(expression.toStdString()).has_value());
}

// However an expression comes by it.
void tst_Filter::theClockIsKeptFromAFold()
{
    RecordBatchBuilder builder("t");
    builder.add(0, 0, 1, TimestampType::CreateTime, "k", R"({"a":"now","b":"2026-11-20"})");
    const RecordBatchPtr batch = builder.take();
    const auto matches = [&batch](Result<Filter> filter) {
        std::vector<std::uint32_t> found;
        filter->match(*batch, found);
        return !found.empty();
    };
    for (const char* expression :
         {"date(value.a) IS NULL", "date('n' || 'ow') IS NULL", "date(value.b) = '2026-11-20'"}) {
        QVERIFY2(matches(Filter::compileForFold(expression)), expression);
    }
    QVERIFY(!matches(Filter::compile("date(value.a) IS NULL")));
    QVERIFY(!Filter::compileForFold("random() > 0"));
    QVERIFY(Filter::compile("random() is not null"));
    QVERIFY(Filter::compileForFold("value.random = 1 and value.now = 'now'"));
}

void tst_Filter::indexesRiseAndBatchesDoNotMix()
{
    auto filter = Filter::compile("value.n % 3 = 0").value();
    std::vector<std::uint32_t> out;
    for (int round = 0; round < 2; ++round) {
        RecordBatchBuilder builder("t");
        for (int i = 0; i < 10; ++i) {
            builder.add(0, i, 0, TimestampType::CreateTime, std::nullopt,
                        "{\"n\":" + std::to_string(i + round) + "}");
        }
        filter.match(*builder.take(), out);
    }
    const std::vector<std::uint32_t> expected{0, 3, 6, 9, 2, 5, 8};
    QCOMPARE(out, expected);
    RecordBatchBuilder empty("t");
    filter.match(*empty.take(), out);
    QCOMPARE(out, expected);
}

void tst_Filter::undecodableRecordsAreCounted()
{
    RecordBatchBuilder builder("t");
    for (const char* value :
         {R"({"a":1})", "hello", R"({"a":1)", "", "null", R"({"b":1})", "\xff"}) {
        builder.add(0, 0, 0, TimestampType::CreateTime, "plain", value);
    }
    builder.add(0, 0, 0, TimestampType::CreateTime, std::nullopt, std::nullopt);
    const auto batch = builder.take();
    std::vector<std::uint32_t> out;
    auto filter = Filter::compile("value.a = 1 or value.a = 2").value();
    filter.match(*batch, out);
    QCOMPARE(out, std::vector<std::uint32_t>{0});
    QCOMPARE(filter.undecodable(), std::uint64_t{3});
    std::vector<std::uint32_t> undecodable;
    filter.match(*batch, out, {}, &undecodable);
    QCOMPARE(filter.undecodable(), std::uint64_t{6});
    QCOMPARE(undecodable, (std::vector<std::uint32_t>{1, 2, 6}));

    auto text = Filter::compile("value like '%a%' and key = 'plain'").value();
    out.clear();
    text.match(*batch, out);
    QCOMPARE(out.size(), std::size_t{2});
    QCOMPARE(text.undecodable(), std::uint64_t{0});
}

void tst_Filter::aFunctionThatFailsOnARecordSparesTheOthers()
{
    RecordBatchBuilder builder("t");
    for (const char* value : {R"({"a":1})", "hello", R"({"a":1})", R"({"a":)"}) {
        builder.add(0, 0, 0, TimestampType::CreateTime, std::nullopt, value);
    }
    auto filter = Filter::compile("json_extract(value, '$.a') = 1").value();
    std::vector<std::uint32_t> out;
    filter.match(*builder.take(), out);
    const std::vector<std::uint32_t> expected{0, 2};
    QCOMPARE(out, expected);
    QCOMPARE(filter.undecodable(), std::uint64_t{2});
    QCOMPARE(filter.problem(), std::string("malformed JSON."));
}

void tst_Filter::aHostilePatternGivesUp()
{
    RecordBatchBuilder builder("t");
    builder.add(0, 0, 0, TimestampType::CreateTime, std::nullopt, std::string(5000, 'a') + "!");
    builder.add(0, 1, 0, TimestampType::CreateTime, std::nullopt, "aaa");
    auto filter = Filter::compile("value regexp '^(a+)+$'").value();
    std::vector<std::uint32_t> out;
    filter.match(*builder.take(), out);
    QCOMPARE(out, std::vector<std::uint32_t>{1});
    QCOMPARE(filter.undecodable(), std::uint64_t{1});
    QVERIFY(filter.problem().find("too many steps") != std::string::npos);
}

void tst_Filter::aStopEndsAScan()
{
    RecordBatchBuilder builder("t");
    for (int i = 0; i < 100'000; ++i) {
        builder.add(0, i, 0, TimestampType::CreateTime, std::nullopt, R"({"a":1})");
    }
    const auto batch = builder.take();
    auto filter = Filter::compile("value.a = 2").value();
    std::stop_source source;
    source.request_stop();
    std::vector<std::uint32_t> out;
    auto all = Filter::compile("value.a = 1").value();
    all.match(*batch, out, source.get_token());
    QVERIFY(out.size() < 100'000);
    // And the filter is whole afterwards.
    out.clear();
    all.match(*batch, out);
    QCOMPARE(out.size(), std::size_t{100'000});
}

void tst_Filter::aCloneFiltersAlike()
{
    auto first = Filter::compile("value.status regexp '^CAN' and value.n > 41").value();
    auto second = first.clone();
    const auto batch = oneRecord("k", kValue);
    std::vector<std::uint32_t> out;
    second.match(*batch, out);
    first.match(*batch, out);
    QCOMPARE(out.size(), std::size_t{2});
    QCOMPARE(second.expression(), first.expression());
}

QTEST_GUILESS_MAIN(tst_Filter)
#include "tst_filter.moc"

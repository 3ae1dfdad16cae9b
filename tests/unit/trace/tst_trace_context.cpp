#include "model/trace/trace_context.h"

#include <QTest>

#include <string>
#include <vector>

using namespace hindcast;

namespace {

constexpr auto kTrace = "0d94f6fc29118f3da56ba786f8a474e5";
constexpr auto kSpan = "61e07a1f6ad6b10f";

// "name=value;name=value": headers of one record; "name" alone has a null value.
RecordBatchPtr recordWith(const QByteArray& headers)
{
    RecordBatchBuilder builder("t");
    builder.add(0, 0, 0, TimestampType::CreateTime, std::nullopt, std::nullopt);
    for (const QByteArray& header : headers.split(';')) {
        const auto equals = header.indexOf('=');
        if (equals < 0) {
            builder.addHeader(header.toStdString(), std::nullopt);
        } else {
            builder.addHeader(header.left(equals).toStdString(),
                              header.mid(equals + 1).toStdString());
        }
    }
    return builder.take();
}

QByteArray described(const TraceContext& context)
{
    static constexpr const char* kFormats[] = {"w3c", "b3", "x-b3"};
    QByteArray text = kFormats[static_cast<int>(context.format)];
    text += ' ' + QByteArray::fromStdString(context.trace.toString()) + ' ' +
            QByteArray::fromStdString(context.span.toString());
    if (!context.parent.isNull()) {
        text += " parent " + QByteArray::fromStdString(context.parent.toString());
    }
    if (context.sampled) {
        text += *context.sampled ? " sampled" : " unsampled";
    }
    if (context.debug) {
        text += " debug";
    }
    if (!context.traceState.empty()) {
        text += " state " + QByteArray::fromStdString(std::string(context.traceState));
    }
    if (!context.current) {
        text += " older";
    }
    return text;
}

} // namespace

class tst_TraceContext : public QObject
{
    Q_OBJECT

private slots:
    void aTraceparentIsReadByItsRules_data();
    void aTraceparentIsReadByItsRules();
    void aTracestateIsReadByItsRules_data();
    void aTracestateIsReadByItsRules();
    void aB3ValueIsReadByItsRules_data();
    void aB3ValueIsReadByItsRules();
    void aRecordsHeadersGiveItsContexts_data();
    void aRecordsHeadersGiveItsContexts();
    void idsReadBackAsTheyWereWritten_data();
    void idsReadBackAsTheyWereWritten();
};

void tst_TraceContext::aTraceparentIsReadByItsRules_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("valid");
    QTest::addColumn<int>("flags");
    const QByteArray ids = QByteArray(kTrace) + '-' + kSpan;
    const auto good = [](const char* name, const QByteArray& value, int flags) {
        QTest::newRow(name) << value << true << flags;
    };
    const auto bad = [](const char* name, const QByteArray& value) {
        QTest::newRow(name) << value << false << 0;
    };
    good("sampled", "00-" + ids + "-01", 1);
    good("sampled with a random id", "00-" + ids + "-03", 3);
    good("unsampled", "00-" + ids + "-00", 0);
    good("unknown flags are kept", "00-" + ids + "-ff", 0xff);
    good("blanks around it", " \t00-" + ids + "-01\t ", 1);
    good("a later version", "cc-" + ids + "-01", 1);
    good("a later version that goes on", "cc-" + ids + "-01-what-ever", 1);
    good("version fe", "fe-" + ids + "-01", 1);
    bad("empty", "");
    bad("version ff", "ff-" + ids + "-01");
    bad("version 00 that goes on", "00-" + ids + "-01-x");
    bad("version 00 with a dot at its end", "00-" + ids + "-01.");
    bad("version 00 with a dash at its end", "00-" + ids + "-01-");
    bad("a later version that goes on without a dash", "cc-" + ids + "-01.x");
    bad("upper case trace id", "00-" + QByteArray(kTrace).toUpper() + '-' + kSpan + "-01");
    bad("upper case span id",
        "00-" + QByteArray(kTrace) + '-' + QByteArray(kSpan).toUpper() + "-01");
    bad("upper case version", "CC-" + ids + "-01");
    bad("upper case flags", "00-" + ids + "-0A");
    bad("trace id of zeros", "00-" + QByteArray(32, '0') + '-' + kSpan + "-01");
    bad("span id of zeros", "00-" + QByteArray(kTrace) + '-' + QByteArray(16, '0') + "-01");
    bad("no hex digit in the trace id", "00-g" + QByteArray(kTrace).mid(1) + '-' + kSpan + "-01");
    bad("no hex digit in the span id",
        "00-" + QByteArray(kTrace) + "-g" + QByteArray(kSpan).mid(1) + "-01");
    bad("no hex digit in the version", "0x-" + ids + "-01");
    bad("no hex digit in the flags", "00-" + ids + "-0g");
    bad("short flags", "00-" + ids + "-1");
    bad("no flags", "00-" + ids);
    bad("no version", ids + "-01");
    bad("short trace id", "00-" + QByteArray(kTrace).mid(1) + '-' + kSpan + "-01");
    bad("long trace id", "00-a" + ids + "-01");
    bad("underscores for dashes", "00_" + QByteArray(kTrace) + '_' + kSpan + "_01");
    bad("one underscore", "00-" + QByteArray(kTrace) + '-' + kSpan + "_01");
    bad("a null byte", QByteArray("00-" + ids + "-01").replace(5, 1, QByteArray(1, '\0')));
}

void tst_TraceContext::aTraceparentIsReadByItsRules()
{
    QFETCH(QByteArray, value);
    const auto context = parseTraceparent(value.toStdString());
    QTEST(context.has_value(), "valid");
    if (context) {
        QCOMPARE(context->trace.toString(), std::string(kTrace));
        QCOMPARE(context->span.toString(), std::string(kSpan));
        QTEST(static_cast<int>(context->flags), "flags");
        QCOMPARE(*context->sampled, (context->flags & 1) != 0);
    }
}

void tst_TraceContext::aTracestateIsReadByItsRules_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("valid");
    const auto row = [](const char* name, const QByteArray& value, bool valid) {
        QTest::newRow(name) << value << valid;
    };
    const auto members = [](int count) -> QByteArray {
        QByteArrayList list;
        for (int i = 0; i < count; ++i) {
            list << "k" + QByteArray::number(i) + "=v";
        }
        return list.join(',');
    };
    row("one", "dd=s:2;o:rum;t.dm:-4", true);
    row("two", "a=1,b=2", true);
    row("blanks around members", "a=1 , \tb=2", true);
    row("an empty member", "a=1,,b=2", true);
    row("empty", "", true);
    row("duplicate keys", "a=1,a=2", true);
    row("an @ in the key", "0tenant@system=1", true);
    row("every sign a key may have", "a_-*/@z=1", true);
    row("a blank in the value", "a=1 2", true);
    row("32 members", members(32), true);
    row("256 characters", QByteArray(256, 'k') + '=' + QByteArray(256, 'v'), true);
    row("33 members", members(33), false);
    row("no =", "a", false);
    row("no key", "=1", false);
    row("no value", "a=", false);
    row("two =", "a=1=2", false);
    row("upper case key", "A=1", false);
    row("a key that begins with @", "@a=1", false);
    row("a key that begins with _", "_a=1", false);
    row("a blank in the key", "a b=1", false);
    row("a blank before the =", "a =1", false);
    row("a tab in the value", "a=1\t2", false);
    row("a control character", "a=\x01", false);
    row("no ASCII", "a=\xc3\xa9", false);
    row("a long key", QByteArray(257, 'k') + "=1", false);
    row("a long value", "a=" + QByteArray(257, 'v'), false);
    row("a bad one among good ones", "a=1,B=2,c=3", false);
}

void tst_TraceContext::aTracestateIsReadByItsRules()
{
    QFETCH(QByteArray, value);
    QTEST(validTraceState(value.toStdString()), "valid");
}

void tst_TraceContext::aB3ValueIsReadByItsRules_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("expected"); // empty: invalid
    const QByteArray trace = "6b0125873c3f878ccd9dc6984ffbb2e6";
    const QByteArray span = "6aaab8761f5ac4d4";
    const QByteArray ids = trace + '-' + span;
    const QByteArray read = "b3 " + ids.split('-').join(' ');
    const auto row = [](const char* name, const QByteArray& value, const QByteArray& expected) {
        QTest::newRow(name) << value << expected;
    };
    row("ids only", ids, read);
    row("sampled", ids + "-1", read + " sampled");
    row("not sampled", ids + "-0", read + " unsampled");
    row("debug", ids + "-d", read + " sampled debug");
    row("with a parent", ids + "-1-cd9dc6984ffbb2e6", read + " parent cd9dc6984ffbb2e6 sampled");
    row("64-bit trace id", "8b8879608c2bc6b6-44fa3f11ae7db58b-1",
        "b3 00000000000000008b8879608c2bc6b6 44fa3f11ae7db58b sampled");
    row("upper case", ids.toUpper() + "-1", read + " sampled");
    row("blanks around it", ' ' + ids + "-1 ", read + " sampled");
    row("a decision alone: 0", "0", "");
    row("a decision alone: 1", "1", "");
    row("a decision alone: d", "d", "");
    row("empty", "", "");
    row("trace id alone", trace, "");
    row("an odd trace id", trace.mid(1) + '-' + span, "");
    row("short span id", trace + "-6aaab8761f5ac4d", "");
    row("long span id", trace + '-' + trace, "");
    row("trace id of zeros", QByteArray(32, '0') + '-' + span, "");
    row("span id of zeros", trace + '-' + QByteArray(16, '0'), "");
    row("no hex digits", QByteArray(32, 'x') + '-' + span, "");
    row("an unknown decision", ids + "-2", "");
    row("an empty decision", ids + '-', "");
    row("a broken parent", ids + "-1-xyz", "");
    row("an empty parent", ids + "-1-", "");
    row("a fifth part", ids + "-1-cd9dc6984ffbb2e6-1", "");
}

void tst_TraceContext::aB3ValueIsReadByItsRules()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, expected);
    const auto context = parseB3Single(value.toStdString());
    QCOMPARE(context ? described(*context) : QByteArray(), expected);
}

void tst_TraceContext::aRecordsHeadersGiveItsContexts_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArrayList>("expected");
    const auto row = [](const char* name, const QByteArray& headers,
                        const QByteArrayList& expected) {
        QTest::newRow(name) << headers << expected;
    };
    // Ids of digits only, so that they read the same in the table.
    const auto w3c = [](char digit) -> QByteArray {
        return "00-" + QByteArray(32, digit) + '-' + QByteArray(16, digit) + "-01";
    };
    const auto b3 = [](char digit) -> QByteArray {
        return QByteArray(32, digit) + '-' + QByteArray(16, digit) + "-1";
    };
    const auto seen = [](const char* format, char digit) -> QByteArray {
        return QByteArray(format) + ' ' + QByteArray(32, digit) + ' ' + QByteArray(16, digit) +
               " sampled";
    };
    row("none", "content-type=text/plain", {});
    row("null values", "traceparent;b3;X-B3-TraceId", {});
    row("names in any case", "TraceParent=" + w3c('1'), {seen("w3c", '1')});
    row("the last one is current", "traceparent=" + w3c('1') + ";traceparent=" + w3c('2'),
        {seen("w3c", '2'), seen("w3c", '1') + " older"});
    row("the last valid one is current", "traceparent=" + w3c('1') + ";traceparent=broken",
        {seen("w3c", '1')});
    row("older ones newest first", "b3=" + b3('1') + ";B3=" + b3('2') + ";b3=" + b3('3'),
        {seen("b3", '3'), seen("b3", '2') + " older", seen("b3", '1') + " older"});
    row("every format",
        "X-B3-TraceId=" + QByteArray(32, '3') + ";X-B3-SpanId=" + QByteArray(16, '3') +
            ";X-B3-Sampled=1;b3=" + b3('2') + ";traceparent=" + w3c('1'),
        {seen("w3c", '1'), seen("b3", '2'), seen("x-b3", '3')});
    row("a state", "traceparent=" + w3c('1') + ";tracestate=a=1,b=2",
        {seen("w3c", '1') + " state a=1,b=2"});
    row("a broken state harms nothing", "traceparent=" + w3c('1') + ";tracestate=A=1",
        {seen("w3c", '1')});
    row("a state without a parent", "tracestate=a=1", {});
    row("a state beside a broken parent", "tracestate=a=1;traceparent=broken", {});
    row("multi, 64 bit, old decision words",
        "x-b3-traceid=8b8879608c2bc6b6;x-b3-spanid=44fa3f11ae7db58b;x-b3-sampled=true",
        {"x-b3 00000000000000008b8879608c2bc6b6 44fa3f11ae7db58b sampled"});
    row("multi with a parent, not sampled",
        "x-b3-traceid=8b8879608c2bc6b6;x-b3-spanid=44fa3f11ae7db58b;X-B3-ParentSpanId="
        "8b8879608c2bc6b6;X-B3-Sampled=False",
        {"x-b3 00000000000000008b8879608c2bc6b6 44fa3f11ae7db58b parent 8b8879608c2bc6b6 "
         "unsampled"});
    row("multi, debug", "x-b3-traceid=8b8879608c2bc6b6;x-b3-spanid=44fa3f11ae7db58b;x-b3-flags=1",
        {"x-b3 00000000000000008b8879608c2bc6b6 44fa3f11ae7db58b sampled debug"});
    row("multi without a span id", "x-b3-traceid=8b8879608c2bc6b6", {});
    row("multi without a trace id", "x-b3-spanid=44fa3f11ae7db58b", {});
    row("multi with a broken trace id", "x-b3-traceid=8b88;x-b3-spanid=44fa3f11ae7db58b", {});
    row("multi, the last valid part counts",
        "x-b3-traceid=1111111111111111;x-b3-traceid=2222222222222222;x-b3-traceid=x;x-b3-spanid="
        "44fa3f11ae7db58b",
        {"x-b3 00000000000000002222222222222222 44fa3f11ae7db58b"});
    row("a broken parent is left out",
        "x-b3-traceid=1111111111111111;x-b3-spanid=44fa3f11ae7db58b;x-b3-parentspanid=0",
        {"x-b3 00000000000000001111111111111111 44fa3f11ae7db58b"});
    row("a decision alone", "b3=0", {});
    row("a decision after a context", "b3=" + b3('2') + ";b3=0", {seen("b3", '2')});
}

void tst_TraceContext::aRecordsHeadersGiveItsContexts()
{
    QFETCH(QByteArray, headers);
    const RecordBatchPtr batch = recordWith(headers);
    QByteArrayList found;
    for (const TraceContext& context : traceContexts(batch->record(0).headers)) {
        found << described(context);
    }
    QTEST(found, "expected");
}

void tst_TraceContext::idsReadBackAsTheyWereWritten_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("trace"); // empty: invalid
    QTest::addColumn<QByteArray>("span");
    const QByteArray pad(16, '0');
    const auto row = [](const QByteArray& text, const QByteArray& trace, const QByteArray& span) {
        QTest::newRow(text.isEmpty() ? "empty" : text.constData()) << text << trace << span;
    };
    row("1", pad + "0000000000000001", "0000000000000001");
    row("DEADbeef00000000", pad + "deadbeef00000000", "deadbeef00000000");
    row("10123456789abcdef", "00000000000000010123456789abcdef", "");
    row("ffffffffffffffffffffffffffffffff", "ffffffffffffffffffffffffffffffff", "");
    row("fffffffffffffffffffffffffffffffff", "", "");
    row("0000", "", "");
    row("", "", "");
    row("12 4", "", "");
    row("-1", "", "");
    row("0x12", "", "");
}

void tst_TraceContext::idsReadBackAsTheyWereWritten()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, trace);
    QFETCH(QByteArray, span);
    const auto traceId = TraceId::parse(text.toStdString());
    const auto spanId = SpanId::parse(text.toStdString());
    QCOMPARE(traceId ? QByteArray::fromStdString(traceId->toString()) : QByteArray(), trace);
    QCOMPARE(spanId ? QByteArray::fromStdString(spanId->toString()) : QByteArray(), span);
}

QTEST_GUILESS_MAIN(tst_TraceContext)
#include "tst_trace_context.moc"

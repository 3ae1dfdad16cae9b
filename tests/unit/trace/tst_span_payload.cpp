#include "model/trace/span_payload.h"

#include "tests/unit/trace/record_list.h"

#include <QDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <set>

using namespace hindcast;

namespace {

const QByteArray kIds =
    R"("traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174")";

QByteArray otlp(const QByteArray& spans, const QByteArray& resource = R"({"attributes":[
    {"key":"service.name","value":{"stringValue":"shop"}}]})")
{
    return R"({"resourceSpans":[{"resource":)" + resource + R"(,"scopeSpans":[{"spans":[)" + spans +
           "]}]}]}";
}

struct Read
{
    SpanTable table;
    SpanPayload payload;

    explicit Read(const QByteArray& value)
    {
        SpanReader reader;
        payload =
            reader.read(std::string_view(value.constData(), static_cast<std::size_t>(value.size())),
                        0, table, false);
    }
    const Span& span(std::size_t i = 0) const { return table.spans().at(i); }
    QByteArray text(StringId id) const
    {
        const auto view = table.pool()->at(id);
        return {view.data(), static_cast<qsizetype>(view.size())};
    }
    QByteArray attribute(const QByteArray& key, std::size_t i = 0) const
    {
        const Span& s = span(i);
        for (std::uint32_t a = s.attributesAt; a < s.attributesAt + s.attributeCount; ++a) {
            if (text(table.attributes()[a].key) == key) {
                return text(table.attributes()[a].value);
            }
        }
        return "(none)";
    }
    QByteArray problems() const
    {
        QByteArrayList list;
        for (const SpanProblem& problem : payload.problems) {
            list << QByteArray::fromStdString(problem.place + ": " + problem.reason);
        }
        return list.join("; ");
    }
};

} // namespace

class tst_SpanPayload : public QObject
{
    Q_OBJECT

private slots:
    void payloadsAreToldByTheirBytes_data();
    void payloadsAreToldByTheirBytes();
    void otlpIsReadAsItsWritersWriteIt_data();
    void otlpIsReadAsItsWritersWriteIt();
    void otlpValuesOfEveryTypeBecomeText_data();
    void otlpValuesOfEveryTypeBecomeText();
    void aBrokenSpanIsToldAndTheOthersStay_data();
    void aBrokenSpanIsToldAndTheOthersStay();
    void otlpLinksKeepTheMessagesOffset();
    void anErrorWithoutAMessageTakesItsExceptions();
    void zipkinIsReadAsItsWritersWriteIt();
    void zipkinTagsOfLinksBecomeLinks_data();
    void zipkinTagsOfLinksBecomeLinks();
    void messagingAttributesOfEveryGenerationAreRead_data();
    void messagingAttributesOfEveryGenerationAreRead();
    void longValuesAreCutAtACharacter();
    void filesOfOtherProjectsAreRead_data();
    void filesOfOtherProjectsAreRead();
};

void tst_SpanPayload::payloadsAreToldByTheirBytes_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("format");
    const auto row = [](const char* name, const QByteArray& value, SpanFormat format) {
        QTest::newRow(name) << value << static_cast<int>(format);
    };
    row("OTLP", otlp("{" + kIds + "}"), SpanFormat::OtlpJson);
    row("OTLP, no spans", R"({"resourceSpans":[]})", SpanFormat::OtlpJson);
    row("OTLP after blanks", "\r\n\t {\"resourceSpans\":[]}", SpanFormat::OtlpJson);
    row("OTLP, broken off", R"({"resourceSpans":[{"reso)", SpanFormat::OtlpJson);
    row("Zipkin", R"([{"traceId":"1","id":"2","localEndpoint":{"serviceName":"a"}}])",
        SpanFormat::ZipkinJson);
    row("Zipkin with tags only", R"([{"traceId":"1","id":"2","tags":{}}])", SpanFormat::ZipkinJson);
    row("Zipkin with a time only", R"([{"traceId":"1","id":"2","timestamp":1}])",
        SpanFormat::ZipkinJson);
    row("an empty list", "[]", SpanFormat::None);
    row("OTLP logs", R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"5b"}]}]}]})",
        SpanFormat::None);
    row("an order", R"({"order":"S-1","traceId":"abc"})", SpanFormat::None);
    row("a list of orders that name a trace", R"([{"order":"S-1","traceId":"abc"}])",
        SpanFormat::None);
    row("text", "resourceSpans", SpanFormat::None);
    row("empty", "", SpanFormat::None);
    row("blanks", "  \n", SpanFormat::None);
    row("protobuf", QByteArray::fromHex("0a30120a"), SpanFormat::None);
}

void tst_SpanPayload::payloadsAreToldByTheirBytes()
{
    QFETCH(QByteArray, value);
    QTEST(static_cast<int>(sniffSpans(value.toStdString())), "format");
}

void tst_SpanPayload::otlpIsReadAsItsWritersWriteIt_data()
{
    QTest::addColumn<QByteArray>("span");
    QTest::addColumn<QByteArray>("expected"); // parent kind start duration error status
    const auto row = [](const char* name, const QByteArray& members, const QByteArray& expected) {
        QTest::newRow(name) << QByteArray("{" + kIds + (members.isEmpty() ? "" : ",") + members +
                                          "}")
                            << expected;
    };
    row("ids alone", "", "- [] 0 0 ok []");
    row("integers as strings",
        R"("startTimeUnixNano":"1544712660000000001","endTimeUnixNano":"1544712661000000003")",
        "- [] 1544712660000000001 1000000002 ok []");
    row("integers as numbers",
        R"("startTimeUnixNano":1544712660000000001,"endTimeUnixNano":1544712661000000003)",
        "- [] 1544712660000000001 1000000002 ok []");
    row("no end", R"("startTimeUnixNano":"1544712660000000001")",
        "- [] 1544712660000000001 0 ok []");
    row("kind as a number", R"("kind":4)", "- [producer] 0 0 ok []");
    row("kind as a name", R"("kind":"SPAN_KIND_CONSUMER")", "- [consumer] 0 0 ok []");
    row("kind as a short name", R"("kind":"server")", "- [server] 0 0 ok []");
    row("an unknown kind", R"("kind":17)", "- [] 0 0 ok []");
    row("a parent", R"("parentSpanId":"EEE19B7EC3C1B173")", "eee19b7ec3c1b173 [] 0 0 ok []");
    row("an empty parent", R"("parentSpanId":"")", "- [] 0 0 ok []");
    row("a parent of zeros", R"("parentSpanId":"0000000000000000")", "- [] 0 0 ok []");
    row("an error", R"("status":{"code":2,"message":"no money"})", "- [] 0 0 error [no money]");
    row("an error by name", R"("status":{"code":"STATUS_CODE_ERROR"})", "- [] 0 0 error []");
    row("status ok", R"("status":{"code":1})", "- [] 0 0 ok []");
    row("an empty status", R"("status":{})", "- [] 0 0 ok []");
    row("unknown members", R"("flags":769,"what":{"ever":[1,2]},"droppedLinksCount":0)",
        "- [] 0 0 ok []");
    row("null members", R"("attributes":null,"links":null,"events":null,"status":null)",
        "- [] 0 0 ok []");
}

void tst_SpanPayload::otlpIsReadAsItsWritersWriteIt()
{
    QFETCH(QByteArray, span);
    const Read read(otlp(span));
    QCOMPARE(read.problems(), QByteArray());
    QCOMPARE(read.payload.spans, std::size_t{1});
    const Span& s = read.span();
    QCOMPARE(s.trace.toString(), std::string("5b8efff798038103d269b633813fc60c"));
    QCOMPARE(s.id.toString(), std::string("eee19b7ec3c1b174"));
    QCOMPARE(read.text(s.service), QByteArray("shop"));
    const QByteArray found =
        (s.parent.isNull() ? QByteArray("-") : QByteArray::fromStdString(s.parent.toString())) +
        " [" + QByteArray::fromStdString(std::string(toString(s.kind))) + "] " +
        QByteArray::number(static_cast<qint64>(s.startNs)) + ' ' +
        QByteArray::number(static_cast<qint64>(s.durationNs)) + (s.error ? " error [" : " ok [") +
        read.text(s.statusText) + ']';
    QTEST(found, "expected");
}

void tst_SpanPayload::otlpValuesOfEveryTypeBecomeText_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("text") << QByteArray(R"({"stringValue":"a \"b\""})") << QByteArray("a \"b\"");
    QTest::newRow("integer") << QByteArray(R"({"intValue":"9223372036854775807"})")
                             << QByteArray("9223372036854775807");
    QTest::newRow("integer as a number") << QByteArray(R"({"intValue":7})") << QByteArray("7");
    QTest::newRow("double") << QByteArray(R"({"doubleValue":0.5})") << QByteArray("0.5");
    QTest::newRow("bool") << QByteArray(R"({"boolValue":true})") << QByteArray("true");
    QTest::newRow("bytes") << QByteArray(R"({"bytesValue":"AAEC"})") << QByteArray("AAEC");
    QTest::newRow("list")
        << QByteArray(R"({"arrayValue":{"values":[{"stringValue":"a"},{"intValue":"1"}]}})")
        << QByteArray(R"(["a", 1])");
    QTest::newRow("map")
        << QByteArray(R"({"kvlistValue":{"values":[{"key":"k","value":{"boolValue":false}}]}})")
        << QByteArray(R"({"k": false})");
    QTest::newRow("an empty list") << QByteArray(R"({"arrayValue":{}})") << QByteArray("[]");
    QTest::newRow("nothing") << QByteArray("{}") << QByteArray();
}

void tst_SpanPayload::otlpValuesOfEveryTypeBecomeText()
{
    QFETCH(QByteArray, value);
    const Read read(otlp("{" + kIds + R"(,"attributes":[{"key":"a","value":)" + value + "}]}"));
    QTEST(read.attribute("a"), "text");
}

void tst_SpanPayload::aBrokenSpanIsToldAndTheOthersStay_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("spans");
    QTest::addColumn<QByteArray>("problem"); // the beginning
    const auto row = [](const char* name, const QByteArray& value, int spans,
                        const QByteArray& problem) {
        QTest::newRow(name) << value << spans << problem;
    };
    const QByteArray good = "{" + kIds + "}";
    const QByteArray place = "resourceSpans[0].scopeSpans[0].spans[1]: ";
    row("no ids", otlp(good + ",{}"), 1, place + "its traceId");
    row("a span id of zeros",
        otlp(good +
             R"(,{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"0000000000000000"})"),
        1, place + "its spanId");
    row("base64 ids",
        otlp(good + R"(,{"traceId":"W47/95gDgQPSabYzgT/GDA==","spanId":"7uGbfsPBsXQ="})"), 1,
        place + "its traceId");
    row("no object", otlp(good + ",17"), 1, place + "it is not an object");
    row("ends before it starts",
        otlp(good + R"(,{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175",
             "startTimeUnixNano":"20","endTimeUnixNano":"10"})"),
        2, place + "it ends before it starts");
    row("a broken parent",
        otlp(good + R"(,{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175",
             "parentSpanId":"x"})"),
        2, place + "its parentSpanId");
    row("a broken link",
        otlp(good + R"(,{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175",
             "links":[{"traceId":""}]})"),
        2, "resourceSpans[0].scopeSpans[0].spans[1].links[0]: its ids");
    row("no list", R"({"resourceSpans":{}})", 0, "resourceSpans: it is not a list");
    row("no list further in", R"({"resourceSpans":[{"scopeSpans":3}]})", 0,
        "resourceSpans[0].scopeSpans: it is not a list");
    row("null lists", R"({"resourceSpans":[{"scopeSpans":[{"spans":null}]}]})", 0, "");
    row("broken off", otlp(good).chopped(5), 0, ": it is not valid JSON");
    row("too deep", R"({"resourceSpans":)" + QByteArray(3000, '['), 0, ": it is not valid JSON");
    row("Zipkin, no id", R"([{"traceId":"1","id":"2","tags":{}},{"traceId":"1","tags":{}}])", 1,
        "[1]: its id");
    row("Zipkin, a long trace id",
        R"([{"traceId":")" + QByteArray(33, 'a') + R"(","id":"2","tags":{}}])", 0,
        "[0]: its traceId");
    row("Zipkin, tags are a list", R"([{"traceId":"1","id":"2","tags":[]}])", 1, "[0]: its tags");
    row("Zipkin, a broken parent", R"([{"traceId":"1","id":"2","tags":{},"parentId":"?"}])", 1,
        "[0]: its parentId");
    row("Zipkin, no UTF-8", "[{\"traceId\":\"1\",\"id\":\"2\",\"tags\":{\"a\":\"\xff\"}}]", 0,
        ": it is not valid JSON");
}

void tst_SpanPayload::aBrokenSpanIsToldAndTheOthersStay()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, problem);
    const Read read(value);
    QVERIFY(read.payload.carriesSpans);
    QTEST(static_cast<int>(read.payload.spans), "spans");
    QCOMPARE(read.table.spans().size(), read.payload.spans);
    QVERIFY2(read.problems().startsWith(problem), read.problems());
    QCOMPARE(read.problems().isEmpty(), problem.isEmpty());
}

void tst_SpanPayload::otlpLinksKeepTheMessagesOffset()
{
    const Read read(otlp("{" + kIds + R"(,"links":[
        {"traceId":"AF7651916CD43DD8448EB211C80319C0","spanId":"B7AD6B7169203331",
         "attributes":[{"key":"messaging.kafka.message.offset","value":{"intValue":"17"}}]},
        {"traceId":"af7651916cd43dd8448eb211c80319c1","spanId":"b7ad6b7169203332",
         "attributes":[{"key":"messaging.kafka.offset","value":{"stringValue":"18"}}]},
        {"traceId":"af7651916cd43dd8448eb211c80319c1","spanId":"b7ad6b7169203333"}]})"));
    QCOMPARE(read.span().linkCount, 3U);
    QCOMPARE(read.table.links()[0].trace.toString(),
             std::string("af7651916cd43dd8448eb211c80319c0"));
    QCOMPARE(read.table.links()[0].offset, std::int64_t{17});
    QCOMPARE(read.table.links()[1].offset, std::int64_t{18});
    QCOMPARE(read.table.links()[2].offset, std::int64_t{-1});
}

void tst_SpanPayload::anErrorWithoutAMessageTakesItsExceptions()
{
    const Read read(otlp("{" + kIds + R"(,"status":{"code":2},"events":[{"name":"x"},
        {"name":"exception","attributes":[
            {"key":"exception.message","value":{"stringValue":"card declined"}}]}]})"));
    QCOMPARE(read.text(read.span().statusText), QByteArray("card declined"));
}

void tst_SpanPayload::zipkinIsReadAsItsWritersWriteIt()
{
    const Read read(R"([{"traceId":"463ac35c9f6413ad","id":"A2FB4A1D1A96D312","parentId":"ad",
        "kind":"PRODUCER","name":"send","timestamp":1541405397450652,"duration":1471,
        "localEndpoint":{"serviceName":"shop"},"shared":false,
        "tags":{"kafka.topic":"orders","kafka.key":"o-1","error":"timeout"}},
        {"traceId":"463ac35c9f6413ad48485a3953bb6124","id":"1","shared":true,"kind":"SERVER",
         "tags":{"error":"false","count":3}}])");
    QCOMPARE(read.problems(), QByteArray());
    QCOMPARE(read.payload.spans, std::size_t{2});
    const Span& s = read.span();
    QCOMPARE(s.trace.toString(), std::string("0000000000000000463ac35c9f6413ad"));
    QCOMPARE(s.id.toString(), std::string("a2fb4a1d1a96d312"));
    QCOMPARE(s.parent.toString(), std::string("00000000000000ad"));
    QCOMPARE(s.startNs, std::int64_t{1541405397450652000});
    QCOMPARE(s.durationNs, std::int64_t{1471000});
    QVERIFY(s.kind == SpanKind::Producer);
    QVERIFY(s.role == MessagingRole::Send);
    QVERIFY(s.error);
    QCOMPARE(read.text(s.statusText), QByteArray("timeout"));
    QCOMPARE(read.text(s.service), QByteArray("shop"));
    QCOMPARE(read.text(s.destination), QByteArray("orders"));
    QCOMPARE(read.text(s.messageKey), QByteArray("o-1"));
    QVERIFY(read.span(1).shared);
    QVERIFY(!read.span(1).error);
    QCOMPARE(read.attribute("count", 1), QByteArray("3"));
}

void tst_SpanPayload::zipkinTagsOfLinksBecomeLinks_data()
{
    QTest::addColumn<QByteArray>("tag");
    QTest::addColumn<QByteArray>("link"); // empty: refused
    const QByteArray ids = "0692c67f902dfeaf2237be2080b1eec1|5b4c0074704c5b61";
    QTest::newRow("plain") << ids + "||{}|0" << ids + "|-1";
    QTest::newRow("with a state that has bars") << ids + "|a=x|y||{}|0" << ids + "|-1";
    QTest::newRow("with an offset")
        << ids + R"(||{"messaging.kafka.offset":"17"}|0)" << ids + "|17";
    QTest::newRow("with an older offset")
        << ids + R"(||{"messaging.kafka.message.offset":18}|0)" << ids + "|18";
    QTest::newRow("ids alone") << ids << ids + "|-1";
    QTest::newRow("broken attributes") << ids + "||{oops}|0" << ids + "|-1";
    QTest::newRow("no bars") << QByteArray("what") << QByteArray();
    QTest::newRow("no ids") << QByteArray("||||") << QByteArray();
    QTest::newRow("one id") << QByteArray("0692c67f902dfeaf2237be2080b1eec1||{}|0") << QByteArray();
}

void tst_SpanPayload::zipkinTagsOfLinksBecomeLinks()
{
    QFETCH(QByteArray, tag);
    QFETCH(QByteArray, link);
    const QByteArray quoted = QByteArray(tag).replace('"', "\\\"");
    const Read read(R"([{"traceId":"1","id":"2","tags":{"otlp.link.0":")" + quoted + "\"}}]");
    QCOMPARE(read.payload.spans, std::size_t{1});
    if (link.isEmpty()) {
        QCOMPARE(read.span().linkCount, 0U);
        QVERIFY(read.problems().contains("otlp.link.0"));
        return;
    }
    QCOMPARE(read.span().linkCount, 1U);
    const SpanLink& found = read.table.links()[0];
    QCOMPARE(QByteArray::fromStdString(found.trace.toString() + '|' + found.span.toString() + '|' +
                                       std::to_string(found.offset)),
             link);
    QCOMPARE(read.attribute("otlp.link.0"), QByteArray("(none)"));
}

void tst_SpanPayload::messagingAttributesOfEveryGenerationAreRead_data()
{
    QTest::addColumn<QByteArray>("attributes"); // of "key=value;..."; # before a value: an integer
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("expected"); // topic partition offset group id key role
    const auto row = [](const char* name, const QByteArray& attributes, SpanKind kind,
                        const QByteArray& expected) {
        QTest::newRow(name) << attributes << static_cast<int>(kind) << expected;
    };
    row("now",
        "messaging.destination.name=orders;messaging.destination.partition.id=4;messaging.kafka."
        "offset=#17;messaging.consumer.group.name=billing;messaging.operation.type=process;"
        "messaging.kafka.message.key=k;messaging.message.id=m",
        SpanKind::Consumer, "orders 4 17 billing m k process");
    row("before",
        "messaging.destination=orders;messaging.kafka.destination.partition=#4;messaging.kafka."
        "message.offset=17;messaging.kafka.consumer.group=billing;messaging.operation=receive",
        SpanKind::Consumer, "orders 4 17 billing   receive");
    row("long before", "kafka.topic=orders;messaging.kafka.partition=#4;kafka.offset=17",
        SpanKind::Consumer, "orders 4 17    process");
    row("both: the newer wins, whatever the order",
        "messaging.destination=old;messaging.destination.name=new;messaging.kafka.message.offset=1;"
        "messaging.kafka.offset=2",
        SpanKind::Producer, "new -1 2    send");
    row("a failed send",
        "messaging.destination.name=orders;messaging.destination.partition.id=-1;messaging.kafka."
        "offset=#-1;messaging.operation.type=send",
        SpanKind::Producer, "orders -1 -1    send");
    row("poll of kind client",
        "messaging.destination.name=orders;messaging.operation.name=poll;messaging.operation.type="
        "receive",
        SpanKind::Client, "orders -1 -1    receive");
    row("settle", "messaging.system=kafka;messaging.operation.name=commit", SpanKind::Client,
        " -1 -1    settle");
    row("a producer that says nothing", "", SpanKind::Producer, " -1 -1    send");
    row("no messaging", "http.route=/orders", SpanKind::Server, " -1 -1    none");
    row("numbers that are none",
        "messaging.destination.name=orders;messaging.destination.partition.id=x;messaging.kafka."
        "offset=1x",
        SpanKind::Consumer, "orders -1 -1    process");
}

void tst_SpanPayload::messagingAttributesOfEveryGenerationAreRead()
{
    QFETCH(QByteArray, attributes);
    QFETCH(int, kind);
    QByteArrayList list;
    for (const QByteArray& attribute : attributes.split(';')) {
        const auto equals = attribute.indexOf('=');
        if (equals < 0) {
            continue;
        }
        const QByteArray value = attribute.mid(equals + 1);
        list << R"({"key":")" + attribute.left(equals) + R"(","value":{)" +
                    QByteArray(value.startsWith('#') ? R"("intValue":")" : R"("stringValue":")") +
                    (value.startsWith('#') ? value.mid(1) : value) + "\"}}";
    }
    const Read read(otlp("{" + kIds + ",\"kind\":" + QByteArray::number(kind) +
                         ",\"attributes\":[" + list.join(',') + "]}"));
    const Span& s = read.span();
    static constexpr const char* kRoles[] = {"none", "send", "receive", "process", "settle"};
    const QByteArray found = QByteArrayList{read.text(s.destination),
                                            QByteArray::number(s.partition),
                                            QByteArray::number(static_cast<qint64>(s.offset)),
                                            read.text(s.group),
                                            read.text(s.messageId),
                                            read.text(s.messageKey),
                                            kRoles[static_cast<int>(s.role)]}
                                 .join(' ');
    QTEST(found, "expected");
}

void tst_SpanPayload::longValuesAreCutAtACharacter()
{
    QByteArray text;
    while (text.size() < 5000) {
        text += "\xc3\xa9"; // two bytes, so that the limit falls inside one somewhere
    }
    const Read read(otlp("{" + kIds + R"(,"attributes":[{"key":"a","value":{"stringValue":"x)" +
                         text + "\"}}]}"));
    const QByteArray kept = read.attribute("a");
    QVERIFY(kept.size() <= static_cast<qsizetype>(SpanTable::kMaxValueBytes) + 3);
    QVERIFY(kept.endsWith("\xc3\xa9\xe2\x80\xa6"));
    QVERIFY(QString::fromUtf8(kept).indexOf(QChar::ReplacementCharacter) < 0);
}

void tst_SpanPayload::filesOfOtherProjectsAreRead_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("none") << QString();
    for (const char* folder : {"otlp", "zipkin", "jaeger/otlp-traces"}) {
        const QDir dir(QStringLiteral(HINDCAST_SHARED_DATA "/") + QLatin1String(folder));
        const auto files = dir.entryList({QStringLiteral("*.json")});
        for (const QString& file : files) {
            QTest::newRow(qPrintable(file)) << dir.filePath(file);
        }
    }
}

void tst_SpanPayload::filesOfOtherProjectsAreRead()
{
    QFETCH(QString, file);
    if (file.isEmpty()) {
        if (!QDir(QStringLiteral(HINDCAST_SHARED_DATA "/otlp")).exists()) {
            QSKIP("The fixtures are not there: they are kept outside the project.");
        }
        return;
    }
    const std::string text = test::fileText(file.toStdString());
    const auto document = nlohmann::json::parse(text);
    std::set<std::string> expected;
    const auto idOf = [](std::string trace, std::string span) {
        trace.insert(0, 32 - trace.size(), '0');
        return QString::fromStdString(trace + '/' + span).toLower().toStdString();
    };
    if (document.is_array()) {
        for (const auto& span : document) {
            expected.insert(idOf(span["traceId"], span["id"]));
        }
    } else {
        for (const auto& resource : document["resourceSpans"]) {
            for (const auto& scope : resource["scopeSpans"]) {
                for (const auto& span : scope["spans"]) {
                    expected.insert(idOf(span["traceId"], span["spanId"]));
                }
            }
        }
    }
    const Read read(QByteArray::fromStdString(text));
    QVERIFY(read.payload.carriesSpans);
    QCOMPARE(read.problems(), QByteArray());
    std::set<std::string> found;
    for (const Span& span : read.table.spans()) {
        found.insert(span.trace.toString() + '/' + span.id.toString());
        QVERIFY(span.startNs > 0);
        QVERIFY(span.name != 0);
    }
    QVERIFY(found == expected);
}

QTEST_GUILESS_MAIN(tst_SpanPayload)
#include "tst_span_payload.moc"

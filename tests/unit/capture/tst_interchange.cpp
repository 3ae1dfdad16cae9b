#include "model/capture/base64.h"
#include "model/capture/csv_writer.h"
#include "model/capture/interchange_reader.h"
#include "model/capture/interchange_writer.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <zlib.h>
#include <zstd.h>

using namespace hindcast;

namespace {

class Collector final : public RecordSink
{
public:
    Result<void> accept(RecordBatchPtr batch) override
    {
        batches.push_back(std::move(batch));
        return {};
    }
    std::string exported() const
    {
        std::string text;
        for (const auto& batch : batches) {
            for (std::size_t i = 0; i < batch->size(); ++i) {
                appendInterchangeLine(batch->record(i), text);
            }
        }
        return text;
    }
    RecordView only() const { return batches.at(0)->record(0); }

    std::vector<RecordBatchPtr> batches;
};

std::string zstdOf(const std::string& text)
{
    std::string frame(ZSTD_compressBound(text.size()), '\0');
    frame.resize(ZSTD_compress(frame.data(), frame.size(), text.data(), text.size(), 3));
    return frame;
}

} // namespace

class tst_Interchange : public QObject
{
    Q_OBJECT

private slots:
    void aLineGivesItsRecord();
    void escapesBecomeTheirBytes_data();
    void escapesBecomeTheirBytes();
    void badLinesAreCountedAndNamed_data();
    void badLinesAreCountedAndNamed();
    void onlyTheFirstBadLinesAreListed();
    void compressedFilesAreReadAsTheyAre_data();
    void compressedFilesAreReadAsTheyAre();
    void aCutFileKeepsTheLinesBeforeTheCut_data();
    void aCutFileKeepsTheLinesBeforeTheCut();
    void anyBytesComeBack();
    void longLinesAreRead();
    void exportedFilesOfRealClustersReadBackTheSame_data();
    void exportedFilesOfRealClustersReadBackTheSame();
    void aFileThatIsNotThereIsAnError();
    void csvQuotesWhatItMust();
    void base64KnowsItsPadding();

private:
    std::string write(const std::string& bytes)
    {
        QFile file(m_folder.filePath(QString::number(++m_files)));
        static_cast<void>(file.open(QIODevice::WriteOnly));
        file.write(bytes.data(), static_cast<qint64>(bytes.size()));
        return file.fileName().toStdString();
    }
    QTemporaryDir m_folder;
    int m_files = 0;
};

void tst_Interchange::aLineGivesItsRecord()
{
    Collector sink;
    const auto report = importInterchange(
        write(
            R"({"topic":"orders","partition":4,"offset":48211954,"tstype":"logappend","ts":1795183392418,"broker":1,)"
            R"("headers":["a","1","b",null,"a",{"base64":"/w=="}],"key":"k","payload":{"base64":"AP8="}, "extra":{"x":[1,2]}})"),
        sink);
    QVERIFY(report && report->complete());
    const RecordView r = sink.only();
    QCOMPARE(r.topic, std::string_view("orders"));
    QCOMPARE(r.partition, 4);
    QCOMPARE(r.offset, std::int64_t{48211954});
    QVERIFY(r.timestampType == TimestampType::LogAppendTime);
    QCOMPARE(toMs(r.timestamp), std::int64_t{1795183392418});
    QCOMPARE(*r.key, std::string_view("k"));
    QCOMPARE(*r.value, std::string_view("\0\xff", 2));
    const auto headers = r.headers.toVector();
    QCOMPARE(headers.size(), std::size_t{3});
    QVERIFY(!headers[1].value);
    QCOMPARE(*headers[2].value, std::string_view("\xff"));
}

void tst_Interchange::escapesBecomeTheirBytes_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("short ones") << QByteArray(R"("\"\\\/\b\f\n\r\t")")
                                << QByteArray("\"\\/\b\f\n\r\t");
    QTest::newRow("a zero byte") << QByteArray(R"("a\u0000b")") << QByteArray("a\0b", 3);
    QTest::newRow("a surrogate pair")
        << QByteArray(R"("\ud83d\ude00")") << QByteArray("\xf0\x9f\x98\x80");
    QTest::newRow("raw UTF-8") << QByteArray("\"\xe2\x82\xac \xf0\x9f\x98\x80\"")
                               << QByteArray("\xe2\x82\xac \xf0\x9f\x98\x80");
    QTest::newRow("the last before the surrogates")
        << QByteArray(R"("\ud7ff")") << QByteArray("\xed\x9f\xbf");
    QTest::newRow("empty") << QByteArray("\"\"") << QByteArray("");
}

void tst_Interchange::escapesBecomeTheirBytes()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, bytes);
    Collector sink;
    const auto report = importInterchange(
        write(R"({"topic":"t","partition":0,"offset":0,"payload":)" + json.toStdString() + "}\n"),
        sink);
    QVERIFY(report);
    QVERIFY2(report->complete(), report->problems.empty() ? "" : report->problems[0].c_str());
    QCOMPARE(*sink.only().value, bytes.toStdString());
    QVERIFY(!sink.only().key);
    QCOMPARE(sink.only().timestamp, kNoTimestamp);
}

void tst_Interchange::badLinesAreCountedAndNamed_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("says");
    const QByteArray start(R"({"topic":"t","partition":0,"offset":0,)");
    QTest::newRow("half a pair, high") << start + R"("key":"\ud83d"})" << QByteArray("surrogate");
    QTest::newRow("half a pair, low") << start + R"("key":"\ude00"})" << QByteArray("surrogate");
    QTest::newRow("a pair the wrong way")
        << start + R"("key":"\ude00\ud83d"})" << QByteArray("surrogate");
    QTest::newRow("half a pair in a header")
        << start + R"("headers":["a","\ud83d x"]})" << QByteArray("surrogate");
    QTest::newRow("not UTF-8") << start + "\"key\":\"\xff\"}" << QByteArray("UTF-8");
    QTest::newRow("not JSON") << QByteArray("hello") << QByteArray("");
    QTest::newRow("cut") << start + R"("key":"abc)" << QByteArray("");
    QTest::newRow("two objects") << start + R"("key":"a"} {})" << QByteArray("more after");
    QTest::newRow("an array") << QByteArray("[1]") << QByteArray("");
    QTest::newRow("no topic") << QByteArray(R"({"partition":0,"offset":0})") << QByteArray("topic");
    QTest::newRow("no partition") << QByteArray(R"({"topic":"t","offset":0})")
                                  << QByteArray("partition");
    QTest::newRow("a huge partition")
        << QByteArray(R"({"topic":"t","partition":4294967296,"offset":0})")
        << QByteArray("partition");
    QTest::newRow("no offset") << QByteArray(R"({"topic":"t","partition":0})")
                               << QByteArray("offset");
    QTest::newRow("no payload") << start + R"("value":"v"})"
                                << QByteArray("\"payload\" is missing");
    QTest::newRow("a number as key") << start + R"("key":5})" << QByteArray("key");
    QTest::newRow("base64 that is none")
        << start + R"("key":{"base64":"a"}})" << QByteArray("base64");
    QTest::newRow("an object as key") << start + R"("key":{"a":"b"}})" << QByteArray("base64");
    QTest::newRow("a header without value")
        << start + R"("headers":["a"]})" << QByteArray("header");
}

void tst_Interchange::badLinesAreCountedAndNamed()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, says);
    const std::string good = R"({"topic":"t","partition":0,"offset":7,"key":"k","payload":"v"})";
    Collector sink;
    const std::string path = write(good + "\n\n" + line.toStdString() + "\n" + good + "\n");
    const auto report = importInterchange(path, sink);
    QVERIFY(report);
    QCOMPARE(report->records, std::uint64_t{2});
    QCOMPARE(report->lines, std::uint64_t{3});
    QCOMPARE(report->badLines, std::uint64_t{1});
    QCOMPARE(report->problems.size(), std::size_t{1});
    const QByteArray problem = QByteArray::fromStdString(report->problems[0]);
    QVERIFY2(problem.startsWith(QByteArray::fromStdString(path + ", line 3: ")), problem);
    QVERIFY2(problem.contains(says), problem);
}

void tst_Interchange::onlyTheFirstBadLinesAreListed()
{
    std::string text;
    for (int i = 0; i < 1000; ++i) {
        text += "no\n";
    }
    Collector sink;
    const auto report = importInterchange(write(text), sink);
    QCOMPARE(report->badLines, std::uint64_t{1000});
    QCOMPARE(report->problems.size(), std::size_t{10});
}

void tst_Interchange::compressedFilesAreReadAsTheyAre_data()
{
    QTest::addColumn<QString>("how");
    for (const char* how : {"plain", "gzip", "two gzip members", "zstd", "two zstd frames"}) {
        QTest::newRow(how) << QString::fromLatin1(how);
    }
}

void tst_Interchange::compressedFilesAreReadAsTheyAre()
{
    QFETCH(QString, how);
    std::string first;
    std::string second;
    for (int i = 0; i < 20'000; ++i) {
        (i % 2 == 0 ? first : second) += R"({"topic":"t","partition":0,"offset":)" +
                                         std::to_string(i) + R"(,"payload":"some text"})" + "\n";
    }
    std::string path = write(first + second);
    if (how.contains(QLatin1String("gzip"))) {
        path = write("");
        for (const auto& part : how.startsWith(QLatin1String("two"))
                                    ? std::vector{first, second}
                                    : std::vector{first + second}) {
            gzFile file = gzopen(path.c_str(), "ab");
            gzwrite(file, part.data(), static_cast<unsigned>(part.size()));
            gzclose(file);
        }
    } else if (how == QLatin1String("zstd")) {
        path = write(zstdOf(first + second));
    } else if (how == QLatin1String("two zstd frames")) {
        path = write(zstdOf(first) + zstdOf(second));
    }
    Collector sink;
    const auto report = importInterchange(path, sink);
    QVERIFY(report && report->complete());
    QCOMPARE(report->records, std::uint64_t{20'000});
    QCOMPARE(sink.batches.back()->offset(sink.batches.back()->size() - 1), std::int64_t{19'999});
}

void tst_Interchange::aCutFileKeepsTheLinesBeforeTheCut_data()
{
    QTest::addColumn<bool>("zstd");
    QTest::newRow("zstd") << true;
    QTest::newRow("gzip") << false;
}

void tst_Interchange::aCutFileKeepsTheLinesBeforeTheCut()
{
    QFETCH(bool, zstd);
    std::string text;
    for (int i = 0; i < 200'000; ++i) {
        text += R"({"topic":"t","partition":0,"offset":)" + std::to_string(i) + R"(,"payload":")" +
                std::to_string(i * 2654435761u) + "\"}\n";
    }
    std::string path;
    if (zstd) {
        const std::string whole = zstdOf(text);
        path = write(whole.substr(0, whole.size() / 2));
    } else {
        path = write("");
        gzFile file = gzopen(path.c_str(), "wb");
        gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
        gzclose(file);
        QFile cut(QString::fromStdString(path));
        QVERIFY(cut.resize(cut.size() / 2));
    }
    Collector sink;
    const auto report = importInterchange(path, sink);
    QVERIFY(report);
    QVERIFY(!report->complete());
    QVERIFY(report->records > 10'000 && report->records < 200'000);
    QVERIFY(report->problems.back().find(path) != std::string::npos);
    QVERIFY(report->problems.back().find("line " + std::to_string(report->lines)) !=
            std::string::npos);
}

void tst_Interchange::anyBytesComeBack()
{
    std::string all;
    for (int c = 0; c < 256; ++c) {
        all += static_cast<char>(c);
    }
    const std::string_view bytes[] = {all, std::string_view(all).substr(0, 128), "", "\xe2\x82",
                                      "caf\xc3\xa9"};
    RecordBatchBuilder builder("t\"\\opic");
    std::int64_t offset = 0;
    for (const auto key : bytes) {
        for (const auto value : bytes) {
            builder.add(1, offset++, -1, TimestampType::None, key, value);
            builder.addHeader(value, key);
            builder.addHeader("", std::nullopt);
        }
    }
    builder.add(1, offset++, 5, TimestampType::CreateTime, std::nullopt, std::nullopt);
    const auto batch = builder.take();
    std::string text;
    for (std::size_t i = 0; i < batch->size(); ++i) {
        appendInterchangeLine(batch->record(i), text);
    }
    Collector sink;
    const auto report = importInterchange(write(text), sink);
    QVERIFY(report);
    QVERIFY2(report->complete(), report->problems.empty() ? "" : report->problems[0].c_str());
    QCOMPARE(sink.batches.size(), std::size_t{1});
    for (std::size_t i = 0; i < batch->size(); ++i) {
        const RecordView a = batch->record(i);
        const RecordView b = sink.batches[0]->record(i);
        QVERIFY(a.key == b.key && a.value == b.value && a.timestampType == b.timestampType);
        QCOMPARE(b.headers.encoded(), a.headers.encoded());
    }
    QCOMPARE(sink.exported(), text);
}

void tst_Interchange::longLinesAreRead()
{
    RecordBatchBuilder builder("t");
    builder.add(0, 0, 5, TimestampType::CreateTime, "k", std::string(50 << 20, 'x'));
    builder.add(0, 1, 5, TimestampType::CreateTime, "k", "short");
    const auto batch = builder.take();
    std::string text;
    appendInterchangeLine(batch->record(0), text);
    appendInterchangeLine(batch->record(1), text);
    text.pop_back(); // the last line may lack its end
    Collector sink;
    const auto report = importInterchange(write(text), sink);
    QVERIFY(report && report->complete());
    QCOMPARE(report->records, std::uint64_t{2});
    QCOMPARE(sink.batches[0]->record(0).value->size(), std::size_t{50 << 20});
}

void tst_Interchange::exportedFilesOfRealClustersReadBackTheSame_data()
{
    QTest::addColumn<QString>("path");
    const QDir data(QStringLiteral(HINDCAST_SHARED_DATA));
    QTest::newRow("the folder") << QString();
    for (const auto& folder : {QStringLiteral("otel-kafka"), QStringLiteral("cdc")}) {
        const QDir files(data.filePath(folder));
        for (const auto& name : files.entryList({QStringLiteral("*.jsonl.zst")}, QDir::Files)) {
            QTest::newRow(qPrintable(folder + QLatin1Char('/') + name)) << files.filePath(name);
        }
    }
}

void tst_Interchange::exportedFilesOfRealClustersReadBackTheSame()
{
    QFETCH(QString, path);
    if (path.isEmpty()) {
        if (!QDir(QStringLiteral(HINDCAST_SHARED_DATA)).exists()) {
            QSKIP("the fixtures of other projects are not on this machine");
        }
        return;
    }
    Collector sink;
    const auto report = importInterchange(path.toStdString(), sink);
    QVERIFY(report);
    QVERIFY2(report->complete(), report->problems.empty() ? "" : report->problems[0].c_str());
    QVERIFY(report->records > 0);
    Collector again;
    const auto back = importInterchange(write(sink.exported()), again);
    QVERIFY(back && back->complete());
    QCOMPARE(again.batches.size(), sink.batches.size());
    for (std::size_t b = 0; b < sink.batches.size(); ++b) {
        QCOMPARE(again.batches[b]->arena(), sink.batches[b]->arena());
        QCOMPARE(again.batches[b]->offsets(), sink.batches[b]->offsets());
        QCOMPARE(again.batches[b]->timestampsMs(), sink.batches[b]->timestampsMs());
    }
}

void tst_Interchange::aFileThatIsNotThereIsAnError()
{
    Collector sink;
    const auto report = importInterchange("/nowhere/file.jsonl", sink);
    QVERIFY(!report);
    QCOMPARE(report.error().code, ErrorCode::NotFound);
    QVERIFY(report.error().message.find("/nowhere/file.jsonl") != std::string::npos);
}

void tst_Interchange::csvQuotesWhatItMust()
{
    RecordBatchBuilder builder("t");
    builder.add(2, 7, 1795183392418, TimestampType::CreateTime, "a,b", "say \"hi\"\nthere");
    builder.add(2, 8, -1, TimestampType::None, std::nullopt, "");
    builder.addHeader("h", "v");
    builder.addHeader("n", std::nullopt);
    builder.add(2, 9, 0, TimestampType::CreateTime, "\xff", std::nullopt);
    const auto batch = builder.take();
    std::string csv;
    appendCsvHeader(csv);
    for (std::size_t i = 0; i < batch->size(); ++i) {
        appendCsvLine(batch->record(i), csv);
    }
    QCOMPARE(csv,
             std::string("topic,partition,offset,timestamp,key,value,headers\n"
                         "t,2,7,2026-11-20T14:03:12.418Z,\"a,b\",\"say \"\"hi\"\"\nthere\",\n"
                         "t,2,8,,,\"\",\"[\"\"h\"\",\"\"v\"\",\"\"n\"\",null]\"\n"
                         "t,2,9,1970-01-01T00:00:00.000Z,\"{\"\"base64\"\":\"\"/w==\"\"}\",,\n"));
}

void tst_Interchange::base64KnowsItsPadding()
{
    for (const std::string& bytes : {std::string(), std::string("a"), std::string("ab"),
                                     std::string("abc"), std::string("\0\xff\x10\x80", 4)}) {
        std::string text;
        appendBase64(bytes, text);
        QCOMPARE(text, QByteArray::fromStdString(bytes).toBase64().toStdString());
        QCOMPARE(decodeBase64(text), std::optional(bytes));
    }
    for (const char* bad : {"a", "ab=", "ab=c", "=abc", "a===", "ab==ab==", "ab\n=", "ab!="}) {
        QVERIFY2(!decodeBase64(bad), bad);
    }
    QVERIFY(!decodeBase64("ab==")); // bits past the end
}

QTEST_GUILESS_MAIN(tst_Interchange)
#include "tst_interchange.moc"

#include "connectors/kafka/kafka_connection.h"
#include "tests/broker/support/broker.h"
#include "tests/broker/support/collecting_sink.h"
#include "tests/broker/support/test_cluster.h"
#include "tests/broker/support/test_producer.h"

#include <QTest>

using namespace hindcast;
using namespace hindcast::test;
using namespace std::chrono_literals;

// A record arrives as it was written: every byte, null or empty, every header, time and codec.
class tst_RecordFidelity : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void keysAndValuesKeepEveryByte_data();
    void keysAndValuesKeepEveryByte();
    void headersKeepOrderDoublesNullsAndBytes();
    void everyCodecIsRead_data();
    void everyCodecIsRead();
    void recordsOfOneByteAndOfFiveMegabytesAreRead();
    void theTimestampSaysWhoseClockItIs_data();
    void theTimestampSaysWhoseClockItIs();
    void orderWithinAPartitionHoldsOverManyBatches();

private:
    std::vector<RecordView> readAll(const std::string& topic, CollectingSink& sink)
    {
        ReadRequest request;
        request.topics.push_back({topic, {}, AtBeginning{}, AtEnd{}});
        const auto receipt = m_connection->source()->read(request, sink, {});
        if (!receipt || !receipt->complete()) {
            qWarning("%s", receipt ? receipt->sentence().c_str() : receipt.error().message.c_str());
            return {};
        }
        return sink.records();
    }

    std::unique_ptr<TestCluster> m_cluster;
    std::unique_ptr<KafkaConnection> m_connection;
};

void tst_RecordFidelity::initTestCase()
{
    const auto address = SharedBroker::address();
    QVERIFY2(!address.isEmpty(), "no broker: run this by ctest, or set HINDCAST_BROKER");
    m_cluster = std::make_unique<TestCluster>(address, SharedBroker::notesFile());
    auto connection = KafkaConnection::connect(configFor(address), 20s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());
    m_connection = std::move(*connection);
}

using Bytes = std::optional<std::string>;
Q_DECLARE_METATYPE(Bytes)

void tst_RecordFidelity::keysAndValuesKeepEveryByte_data()
{
    QTest::addColumn<Bytes>("key");
    QTest::addColumn<Bytes>("value");
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all.push_back(static_cast<char>(byte));
    }
    QTest::newRow("text") << Bytes("order-1") << Bytes(R"({"a":1})");
    QTest::newRow("null key") << Bytes() << Bytes("v");
    QTest::newRow("a tombstone") << Bytes("k") << Bytes();
    QTest::newRow("both null") << Bytes() << Bytes();
    QTest::newRow("empty is not null") << Bytes("") << Bytes("");
    QTest::newRow("all bytes in the key") << Bytes(all) << Bytes("v");
    QTest::newRow("all bytes in the value") << Bytes("k") << Bytes(all);
    QTest::newRow("a zero byte") << Bytes(std::string("\0", 1)) << Bytes(std::string("a\0b", 3));
    QTest::newRow("UTF-8") << Bytes("Zürich") << Bytes("снег ☃ 𝄞");
    QTest::newRow("markup stays text") << Bytes("<b>") << Bytes("<script>alert(1)</script>");
}

void tst_RecordFidelity::keysAndValuesKeepEveryByte()
{
    QFETCH(Bytes, key);
    QFETCH(Bytes, value);
    const auto topic = m_cluster->createTopic("bytes", 1);
    TestProducer(SharedBroker::address()).sendAll(topic, {{0, key, value, {}, 0}});
    CollectingSink sink;
    const auto records = readAll(topic, sink);
    QCOMPARE(records.size(), std::size_t{1});
    QCOMPARE(records[0].key.has_value(), key.has_value());
    QCOMPARE(records[0].value.has_value(), value.has_value());
    QVERIFY(std::string(records[0].key.value_or("")) == key.value_or(""));
    QVERIFY(std::string(records[0].value.value_or("")) == value.value_or(""));
    QVERIFY(records[0].headers.empty());
}

void tst_RecordFidelity::headersKeepOrderDoublesNullsAndBytes()
{
    const auto topic = m_cluster->createTopic("headers", 1);
    const std::string binary("\0\xff\x01", 3);
    const std::vector<std::pair<std::string, Bytes>> sent = {
        {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        {"retry", "1"},
        {"retry", "2"},
        {"null", std::nullopt},
        {"empty", ""},
        {"binary", binary},
        {"", "a header without a name"},
        {"Größe", "ü"},
    };
    TestProducer(SharedBroker::address())
        .sendAll(topic, {{0, "k", "v", sent, 0}, {0, "k", "v", {}, 0}});
    CollectingSink sink;
    const auto records = readAll(topic, sink);
    QCOMPARE(records.size(), std::size_t{2});
    const auto headers = records[0].headers.toVector();
    QCOMPARE(headers.size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        QCOMPARE(std::string(headers[i].name), sent[i].first);
        QCOMPARE(headers[i].value.has_value(), sent[i].second.has_value());
        QVERIFY(std::string(headers[i].value.value_or("")) == sent[i].second.value_or(""));
    }
    QVERIFY(records[1].headers.empty());
}

void tst_RecordFidelity::everyCodecIsRead_data()
{
    QTest::addColumn<QByteArray>("codec");
    for (const char* codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
        QTest::newRow(codec) << QByteArray(codec);
    }
}

void tst_RecordFidelity::everyCodecIsRead()
{
    QFETCH(QByteArray, codec);
    const auto topic = m_cluster->createTopic("codec-" + codec.toStdString(), 1);
    TestProducer producer(SharedBroker::address(),
                          {{"compression.codec", codec.toStdString()}, {"linger.ms", "50"}});
    for (int i = 0; i < 2000; ++i) {
        producer.send(topic, {0,
                              "key-" + std::to_string(i % 10),
                              "a value that repeats itself, number " + std::to_string(i),
                              {},
                              0});
    }
    producer.flush();
    CollectingSink sink;
    const auto records = readAll(topic, sink);
    QCOMPARE(records.size(), std::size_t{2000});
    for (std::size_t i = 0; i < records.size(); ++i) {
        QCOMPARE(std::string(*records[i].value),
                 "a value that repeats itself, number " + std::to_string(i));
    }
}

void tst_RecordFidelity::recordsOfOneByteAndOfFiveMegabytesAreRead()
{
    const auto topic = m_cluster->createTopic("sizes", 1, {{"max.message.bytes", "16000000"}});
    std::string large(5'000'000, ' ');
    for (std::size_t i = 0; i < large.size(); ++i) {
        large[i] = static_cast<char>('a' + (i * 7 + i / 1000) % 26);
    }
    TestProducer(SharedBroker::address())
        .sendAll(topic, {{0, {}, "x", {}, 0},
                         {0, {}, large, {}, 0},
                         {0, {}, "y", {}, 0},
                         {0, {}, large + "!", {}, 0}});
    CollectingSink sink;
    const auto records = readAll(topic, sink);
    QCOMPARE(records.size(), std::size_t{4});
    QCOMPARE(std::string(*records[0].value), std::string("x"));
    QVERIFY(*records[1].value == large);
    QCOMPARE(std::string(*records[2].value), std::string("y"));
    QVERIFY(*records[3].value == large + "!");
}

void tst_RecordFidelity::theTimestampSaysWhoseClockItIs_data()
{
    QTest::addColumn<QByteArray>("setting");
    QTest::addColumn<int>("type");
    QTest::newRow("the producer's")
        << QByteArray("CreateTime") << static_cast<int>(TimestampType::CreateTime);
    QTest::newRow("the broker's") << QByteArray("LogAppendTime")
                                  << static_cast<int>(TimestampType::LogAppendTime);
}

void tst_RecordFidelity::theTimestampSaysWhoseClockItIs()
{
    QFETCH(QByteArray, setting);
    QFETCH(int, type);
    const auto topic =
        m_cluster->createTopic("times", 1, {{"message.timestamp.type", setting.toStdString()}});
    const auto before = currentTimestamp();
    // Out of order and long ago: the producer's clock may say anything.
    TestProducer(SharedBroker::address())
        .sendAll(topic,
                 {{0, "k", "1", {}, 1'760'000'005'000}, {0, "k", "2", {}, 1'760'000'000'123}});
    CollectingSink sink;
    const auto records = readAll(topic, sink);
    QCOMPARE(records.size(), std::size_t{2});
    for (const auto& record : records) {
        QCOMPARE(static_cast<int>(record.timestampType), type);
    }
    if (type == static_cast<int>(TimestampType::CreateTime)) {
        QCOMPARE(toMs(records[0].timestamp), 1'760'000'005'000);
        QCOMPARE(toMs(records[1].timestamp), 1'760'000'000'123);
    } else {
        QVERIFY(records[0].timestamp >= before - 5s);
        QVERIFY(records[1].timestamp >= records[0].timestamp);
    }
}

void tst_RecordFidelity::orderWithinAPartitionHoldsOverManyBatches()
{
    const auto topic = m_cluster->createTopic("order", 3);
    TestProducer producer(SharedBroker::address(), {{"compression.codec", "lz4"}});
    constexpr int kEach = 20'000;
    for (int i = 0; i < kEach; ++i) {
        for (int partition = 0; partition < 3; ++partition) {
            producer.send(topic, {partition, {}, std::to_string(i), {}, 0});
        }
    }
    producer.flush();
    CollectingSink sink;
    const auto records = readAll(topic, sink);
    QCOMPARE(records.size(), std::size_t{3 * kEach});
    std::map<std::int32_t, int> next;
    for (const auto& record : records) {
        QCOMPARE(record.offset, std::int64_t{next[record.partition]});
        QCOMPARE(std::string(*record.value), std::to_string(next[record.partition]));
        ++next[record.partition];
    }
}

QTEST_GUILESS_MAIN(tst_RecordFidelity)
#include "tst_record_fidelity.moc"

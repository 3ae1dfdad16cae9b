#include "connectors/kafka/kafka_connection.h"
#include "tests/broker/support/broker.h"
#include "tests/broker/support/collecting_sink.h"
#include "tests/broker/support/test_cluster.h"
#include "tests/broker/support/test_producer.h"

#include <QTest>
#include <thread>

using namespace hindcast;
using namespace hindcast::test;
using namespace std::chrono_literals;

// Following a topic: what is there first, then what comes, until stopped.
class tst_Tail : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aTailHandsOverWhatComesAfterItsStart();
    void theNewestAreThereBeforeAnythingComes();
    void aTailGoesOnPastTransactionMarkers();
    void stoppingATailThatWaitsEndsIt();

private:
    QString m_address;
    std::unique_ptr<TestCluster> m_cluster;
    std::unique_ptr<KafkaConnection> m_connection;
};

namespace {

// A tail on a thread of its own; ends with the object.
class Tail
{
public:
    Tail(RecordSource& source, const std::string& topic, ReadPosition from)
        : m_thread([this, &source, topic, from = std::move(from)](const std::stop_token& stop) {
            ReadRequest request;
            request.topics.push_back({topic, {}, from, AtEnd{}});
            request.follow = true;
            receipt = source.read(request, sink, stop);
        })
    {
    }
    Result<Receipt> stop()
    {
        m_thread.request_stop();
        m_thread.join();
        return receipt;
    }

    CollectingSink sink;
    Result<Receipt> receipt = fail(ErrorCode::Internal, "not ended");

private:
    std::jthread m_thread; // last: it uses the others
};

} // namespace

void tst_Tail::initTestCase()
{
    m_address = SharedBroker::address();
    QVERIFY2(!m_address.isEmpty(), "no broker: run this by ctest, or set HINDCAST_BROKER");
    m_cluster = std::make_unique<TestCluster>(m_address, SharedBroker::notesFile());
    auto connection = KafkaConnection::connect(configFor(m_address), 20s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());
    m_connection = std::move(*connection);
}

void tst_Tail::aTailHandsOverWhatComesAfterItsStart()
{
    const auto topic = m_cluster->createTopic("tail", 3);
    TestProducer producer(m_address);
    producer.sendAll(topic, {{0, "k", "old", {}, 0}, {1, "k", "old", {}, 0}});
    Tail tail(*m_connection->source(), topic, AtEnd{});
    // Records before the tail knows its start are none of its own; so wait until it follows.
    QTest::qWait(1'000);
    for (int i = 0; i < 30; ++i) {
        producer.sendAll(topic, {{i % 3, "k", std::to_string(i), {}, 0}});
    }
    QTRY_COMPARE_WITH_TIMEOUT(tail.sink.count.load(), std::size_t{30}, 20'000);
    const auto receipt = tail.stop();
    QVERIFY(receipt.has_value());
    QVERIFY(receipt->cancelled);
    QCOMPARE(receipt->records(), 30u);
    QCOMPARE(receipt->partitions.size(), std::size_t{3});
    for (const auto& part : receipt->partitions) {
        QCOMPARE(part.to, -1);
        QCOMPARE(part.records, 10u);
        QVERIFY2(part.problem.empty(), part.problem.c_str());
    }
    for (const auto& record : tail.sink.records()) {
        QVERIFY(*record.value != "old");
    }
}

void tst_Tail::theNewestAreThereBeforeAnythingComes()
{
    const auto topic = m_cluster->createTopic("tail-newest", 2);
    TestProducer producer(m_address);
    for (int i = 0; i < 100; ++i) {
        producer.send(topic, {i % 2, "k", std::to_string(i), {}, 1'760'000'000'000 + i});
    }
    producer.flush();
    Tail tail(*m_connection->source(), topic, LastN{10});
    QTRY_COMPARE_WITH_TIMEOUT(tail.sink.count.load(), std::size_t{10}, 20'000);
    producer.sendAll(topic, {{0, "k", "new", {}, 0}});
    QTRY_COMPARE_WITH_TIMEOUT(tail.sink.count.load(), std::size_t{11}, 20'000);
    const auto receipt = tail.stop();
    QVERIFY(receipt.has_value());
    QCOMPARE(receipt->partitions[0].from, 45);
    QCOMPARE(receipt->partitions[0].next, 51);
    QCOMPARE(receipt->partitions[1].next, 50);
    QCOMPARE(receipt->holes(), 0u);
}

void tst_Tail::aTailGoesOnPastTransactionMarkers()
{
    const auto topic = m_cluster->createTopic("tail-tx", 1);
    TestProducer producer(m_address, {{"transactional.id", TestCluster::uniqueName("tx")}});
    Tail tail(*m_connection->source(), topic, AtBeginning{});
    for (int i = 0; i < 3; ++i) {
        producer.begin();
        producer.send(topic, {0, "k", "kept", {}, 0});
        producer.commit();
        producer.begin();
        producer.send(topic, {0, "k", "dropped", {}, 0});
        producer.abort();
    }
    QTRY_COMPARE_WITH_TIMEOUT(tail.sink.count.load(), std::size_t{3}, 20'000);
    const auto receipt = tail.stop();
    QVERIFY(receipt.has_value());
    for (const auto& record : tail.sink.records()) {
        QCOMPARE(std::string(*record.value), std::string("kept"));
    }
    QVERIFY(receipt->holes() >= 6); // those between the records at least
}

void tst_Tail::stoppingATailThatWaitsEndsIt()
{
    const auto topic = m_cluster->createTopic("tail-silent", 1);
    Tail tail(*m_connection->source(), topic, AtEnd{});
    QTest::qWait(300);
    const auto receipt = tail.stop();
    QVERIFY2(receipt.has_value(), receipt ? "" : receipt.error().message.c_str());
    QVERIFY(receipt->cancelled);
    QCOMPARE(receipt->records(), 0u);
}

QTEST_GUILESS_MAIN(tst_Tail)
#include "tst_tail.moc"

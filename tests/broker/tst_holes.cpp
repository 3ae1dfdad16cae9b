#include "connectors/kafka/client_pool.h"
#include "connectors/kafka/kafka_connection.h"
#include "connectors/kafka/range_consumer.h"
#include "tests/broker/support/broker.h"
#include "tests/broker/support/collecting_sink.h"
#include "tests/broker/support/test_cluster.h"
#include "tests/broker/support/test_producer.h"

#include <QTest>

using namespace hindcast;
using namespace hindcast::test;
using namespace std::chrono_literals;

// Offsets that hold no record: transaction markers, aborted records, compaction, deletion. A read
// ends at its end all the same, and its receipt counts them.
class tst_Holes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void transactionsAreReadByIsolationLevel_data();
    void transactionsAreReadByIsolationLevel();
    void aRangeThatEndsInsideMarkersEnds();
    void anOpenTransactionHidesWhatFollows();
    void compactionLeavesHoles();
    void deletedRecordsAreNamedAndTheRestIsRead();
    void aReadThatLiesWhollyInWhatWasDeletedSaysSo();
    void recordsDeletedDuringTheReadAreNamed();
    void aTopicMadeAnewDuringTheReadIsNoticed();

private:
    Result<Receipt> read(const TopicRead& topic, Isolation isolation, CollectingSink& sink)
    {
        ReadRequest request;
        request.topics.push_back(topic);
        request.isolation = isolation;
        return m_connection->source()->read(request, sink, {});
    }
    std::map<std::string, std::string> transactional() const
    {
        return {{"transactional.id", TestCluster::uniqueName("tx")}};
    }

    QString m_address;
    std::unique_ptr<TestCluster> m_cluster;
    std::unique_ptr<KafkaConnection> m_connection;
};

namespace {

std::vector<std::string> values(const CollectingSink& sink)
{
    std::vector<std::string> all;
    for (const auto& record : sink.records()) {
        all.emplace_back(record.value.value_or("(null)"));
    }
    return all;
}

TestRecord record(const std::string& value, const std::string& key = "k")
{
    return {0, key, value, {}, 0};
}

} // namespace

void tst_Holes::initTestCase()
{
    m_address = SharedBroker::address();
    QVERIFY2(!m_address.isEmpty(), "no broker: run this by ctest, or set HINDCAST_BROKER");
    m_cluster = std::make_unique<TestCluster>(m_address, SharedBroker::notesFile());
    auto connection = KafkaConnection::connect(configFor(m_address), 20s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());
    m_connection = std::move(*connection);
}

void tst_Holes::transactionsAreReadByIsolationLevel_data()
{
    QTest::addColumn<int>("isolation");
    QTest::addColumn<QByteArrayList>("expected");
    QTest::addColumn<int>("holes");
    // 0 a, 1 b, 2 commit, 3 x, 4 abort, 5 c, 6 commit
    QTest::newRow("committed") << static_cast<int>(Isolation::ReadCommitted)
                               << QByteArrayList{"a", "b", "c"} << 4;
    QTest::newRow("uncommitted") << static_cast<int>(Isolation::ReadUncommitted)
                                 << QByteArrayList{"a", "b", "x", "c"} << 3;
}

void tst_Holes::transactionsAreReadByIsolationLevel()
{
    QFETCH(int, isolation);
    QFETCH(QByteArrayList, expected);
    QFETCH(int, holes);
    const auto topic = m_cluster->createTopic("tx", 1);
    TestProducer producer(m_address, transactional());
    producer.begin();
    producer.sendAll(topic, {record("a"), record("b")});
    producer.commit();
    producer.begin();
    producer.send(topic, record("x"));
    producer.abort();
    producer.begin();
    producer.send(topic, record("c"));
    producer.commit();
    // A commit is answered before its marker stands in the log: wait for the end that readers see.
    const auto committedEnd = [&] {
        CollectingSink probe;
        const auto seen =
            read({topic, {}, AtBeginning{}, AtEnd{}}, Isolation::ReadCommitted, probe);
        return seen ? seen->partitions[0].to : -1;
    };
    QTRY_COMPARE_WITH_TIMEOUT(committedEnd(), 7, 20'000);

    CollectingSink sink;
    const auto receipt =
        read({topic, {}, AtBeginning{}, AtEnd{}}, static_cast<Isolation>(isolation), sink);

    QVERIFY(receipt.has_value());
    QVERIFY2(receipt->complete(), receipt->sentence().c_str());
    QByteArrayList got;
    for (const auto& value : values(sink)) {
        got.append(QByteArray::fromStdString(value));
    }
    QCOMPARE(got, expected);
    QCOMPARE(receipt->partitions[0].next, 7);
    QCOMPARE(receipt->partitions[0].to, 7);
    QCOMPARE(receipt->holes(), static_cast<std::uint64_t>(holes));
    QCOMPARE(receipt->isolation, static_cast<Isolation>(isolation));
}

void tst_Holes::aRangeThatEndsInsideMarkersEnds()
{
    const auto topic = m_cluster->createTopic("tx-end", 1);
    TestProducer producer(m_address, transactional());
    producer.begin();
    producer.send(topic, record("a"));
    producer.commit(); // 0 a, 1 marker
    producer.begin();
    producer.sendAll(topic, {record("x"), record("y")});
    producer.abort(); // 2 x, 3 y, 4 marker: the log ends in holes
    for (const auto end : {1, 2, 3, 4, 5}) {
        CollectingSink sink;
        const auto receipt =
            read({topic, {}, AtBeginning{}, AtOffset{end}}, Isolation::ReadCommitted, sink);
        QVERIFY(receipt.has_value());
        QVERIFY2(receipt->complete(), receipt->sentence().c_str());
        QCOMPARE(receipt->partitions[0].next, std::int64_t{end});
        QCOMPARE(sink.count.load(), std::size_t{1});
        QCOMPARE(receipt->holes(), static_cast<std::uint64_t>(end - 1));
    }
}

void tst_Holes::anOpenTransactionHidesWhatFollows()
{
    const auto topic = m_cluster->createTopic("tx-open", 1);
    TestProducer open(m_address, transactional());
    TestProducer plain(m_address);
    plain.sendAll(topic, {record("before")}); // 0
    open.begin();
    open.sendAll(topic, {record("open")});   // 1: the last stable offset
    plain.sendAll(topic, {record("after")}); // 2

    CollectingSink committed;
    const auto first =
        read({topic, {}, AtBeginning{}, AtEnd{}}, Isolation::ReadCommitted, committed);
    QVERIFY(first.has_value());
    QCOMPARE(values(committed), std::vector<std::string>{"before"});
    QCOMPARE(first->partitions[0].to, 1);
    QCOMPARE(first->partitions[0].logEnd, 3);
    QVERIFY(first->complete());

    // Who names what lies behind it is told why it is not there.
    CollectingSink asked;
    const auto second =
        read({topic, {}, AtBeginning{}, AtOffset{3}}, Isolation::ReadCommitted, asked);
    QVERIFY(second.has_value());
    QVERIFY(!second->complete());
    QVERIFY2(second->partitions[0].problem.find("open transaction") != std::string::npos,
             second->partitions[0].problem.c_str());

    CollectingSink all;
    const auto third = read({topic, {}, AtBeginning{}, AtEnd{}}, Isolation::ReadUncommitted, all);
    QVERIFY(third.has_value());
    QVERIFY(third->complete());
    QCOMPARE(values(all), (std::vector<std::string>{"before", "open", "after"}));
    open.abort();
}

void tst_Holes::compactionLeavesHoles()
{
    const auto topic = m_cluster->createTopic("compacted", 1,
                                              {{"cleanup.policy", "compact"},
                                               {"segment.ms", "100"},
                                               {"min.cleanable.dirty.ratio", "0.001"},
                                               {"delete.retention.ms", "100"}});
    TestProducer producer(m_address);
    for (int i = 0; i < 50; ++i) {
        producer.send(topic, record("v" + std::to_string(i), "key-" + std::to_string(i % 5)));
    }
    producer.flush();
    // The cleaner leaves the newest segment alone, so a new one has to begin; and it comes when it
    // comes.
    Receipt last;
    std::map<std::string, std::string> table;
    for (int attempt = 0; attempt < 120; ++attempt) {
        QTest::qWait(250);
        producer.sendAll(topic, {record("tick", "tick")});
        CollectingSink sink;
        const auto receipt =
            read({topic, {}, AtBeginning{}, AtEnd{}}, Isolation::ReadCommitted, sink);
        QVERIFY(receipt.has_value());
        QVERIFY2(receipt->complete(), receipt->sentence().c_str());
        last = *receipt;
        table.clear();
        for (const auto& one : sink.records()) {
            table[std::string(*one.key)] = std::string(*one.value);
        }
        const auto& part = last.partitions[0];
        QCOMPARE(part.records + part.holes, static_cast<std::uint64_t>(part.to - part.from));
        QCOMPARE(part.next, part.to);
        if (last.holes() >= 45) {
            break;
        }
    }
    QVERIFY2(last.holes() >= 45, last.sentence().c_str());
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(table["key-" + std::to_string(i)], "v" + std::to_string(45 + i));
    }
}

void tst_Holes::deletedRecordsAreNamedAndTheRestIsRead()
{
    const auto topic = m_cluster->createTopic("deleted", 2);
    TestProducer producer(m_address);
    for (int i = 0; i < 20; ++i) {
        producer.send(topic, {0, "k", std::to_string(i), {}, 0});
        producer.send(topic, {1, "k", std::to_string(i), {}, 0});
    }
    producer.flush();
    m_cluster->deleteRecordsBefore({topic, 0}, 12);

    CollectingSink begin;
    const auto fromBegin =
        read({topic, {}, AtBeginning{}, AtEnd{}}, Isolation::ReadCommitted, begin);
    QVERIFY(fromBegin.has_value());
    QVERIFY2(fromBegin->complete(), fromBegin->sentence().c_str());
    QCOMPARE(begin.offsets().at(0).front(), 12);

    CollectingSink sink;
    const auto receipt = read({topic, {}, AtOffset{3}, AtEnd{}}, Isolation::ReadCommitted, sink);
    QVERIFY(receipt.has_value());
    QVERIFY(!receipt->complete());
    QCOMPARE(sink.offsets().at(0).size(), std::size_t{8});
    QCOMPARE(sink.offsets().at(1).size(), std::size_t{17});
    const auto& part = receipt->partitions[0];
    QVERIFY2(part.problem.find("offsets 3 to 11") != std::string::npos, part.problem.c_str());
    QCOMPARE(part.from, 3);
    QCOMPARE(part.logStart, 12);
    QCOMPARE(part.next, 20);
    QCOMPARE(part.holes, 0u);
    QVERIFY(receipt->partitions[1].problem.empty());
}

void tst_Holes::aReadThatLiesWhollyInWhatWasDeletedSaysSo()
{
    const auto topic = m_cluster->createTopic("gone", 1);
    TestProducer producer(m_address);
    for (int i = 0; i < 20; ++i) {
        producer.send(topic, record(std::to_string(i)));
    }
    producer.flush();
    m_cluster->deleteRecordsBefore({topic, 0}, 20);
    CollectingSink sink;
    const auto receipt =
        read({topic, {}, AtOffset{5}, AtOffset{10}}, Isolation::ReadCommitted, sink);
    QVERIFY(receipt.has_value());
    QVERIFY(!receipt->complete());
    QCOMPARE(sink.count.load(), std::size_t{0});
    const auto& part = receipt->partitions[0];
    QVERIFY2(part.problem.find("offsets 5 to 9") != std::string::npos, part.problem.c_str());
}

void tst_Holes::recordsDeletedDuringTheReadAreNamed()
{
    const auto topic = m_cluster->createTopic("deleted-meanwhile", 1);
    TestProducer producer(m_address);
    for (int i = 0; i < 20; ++i) {
        producer.send(topic, record(std::to_string(i)));
    }
    producer.flush();
    m_cluster->deleteRecordsBefore({topic, 0}, 12);

    // A plan made before the deletion: it begins at what is no longer there.
    kafka::ClientPool pool(configFor(m_address));
    const auto client = pool.lend(kafka::ClientRole::Read, Isolation::ReadCommitted);
    QVERIFY(client.has_value());
    kafka::DeliveryQueue queue(1 << 20, 1);
    kafka::RangeConsumer consumer(**client, {{0, {topic, 0}, 4, 20}}, {}, queue, {});
    consumer.run();
    queue.producerDone();

    std::size_t records = 0;
    std::string problem;
    std::int64_t next = 0;
    std::uint64_t holes = 0;
    while (const auto delivery = queue.pop(0ms)) {
        records += delivery->batch ? delivery->batch->size() : 0;
        for (const auto& step : delivery->steps) {
            problem += step.problem;
            next = step.next;
            holes += step.holes;
        }
    }
    QCOMPARE(records, std::size_t{8});
    QCOMPARE(next, 20);
    QCOMPARE(holes, 0u);
    QVERIFY2(problem.find("offsets 4 to 11") != std::string::npos, problem.c_str());
}

void tst_Holes::aTopicMadeAnewDuringTheReadIsNoticed()
{
    const auto topic = m_cluster->createTopic("made-anew", 1);
    TestProducer producer(m_address);
    producer.sendAll(topic, {record("only one")});

    // A plan made when the topic had more.
    kafka::ClientPool pool(configFor(m_address));
    const auto client = pool.lend(kafka::ClientRole::Read, Isolation::ReadCommitted);
    QVERIFY(client.has_value());
    kafka::DeliveryQueue queue(1 << 20, 1);
    kafka::RangeConsumer consumer(**client, {{0, {topic, 0}, 50, 60}}, {}, queue, {});
    consumer.run();
    queue.producerDone();
    std::string problem;
    while (const auto delivery = queue.pop(0ms)) {
        QVERIFY(!delivery->batch);
        for (const auto& step : delivery->steps) {
            problem += step.problem;
        }
    }
    QVERIFY2(problem.find("made anew") != std::string::npos, problem.c_str());
}

QTEST_GUILESS_MAIN(tst_Holes)
#include "tst_holes.moc"

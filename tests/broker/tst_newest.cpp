#include "connectors/kafka/kafka_connection.h"
#include "tests/broker/support/broker.h"
#include "tests/broker/support/collecting_sink.h"
#include "tests/broker/support/test_cluster.h"
#include "tests/broker/support/test_producer.h"

#include <QTest>
#include <set>

using namespace hindcast;
using namespace hindcast::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t kFirst = 1'760'000'000'000;

} // namespace

// "The newest N" of a topic: so many records over all its partitions, whatever holes stand between.
class tst_Newest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aBusyPartitionGivesMoreThanAQuietOne();
    void abortedRecordsAndMarkersDoNotMakeItFewer_data();
    void abortedRecordsAndMarkersDoNotMakeItFewer();
    void compactionDoesNotMakeItFewer();
    void deletedRecordsAreNotLookedFor();
    void moreThanTheQueueHoldsIsReadAllTheSame();
    void severalTopicsAreCountedTogether();
    void aPlanNamesTheOffsetsThatAreRead();
    void aTailBeginsAtTheNewest();
    void anEmptyPartitionBesideAFullOne();

private:
    static ReadRequest newest(std::int64_t records, const std::vector<std::string>& topics,
                              Isolation isolation = Isolation::ReadCommitted)
    {
        ReadRequest request;
        for (const auto& topic : topics) {
            request.topics.push_back({topic, {}, LastN{records}, AtEnd{}});
        }
        request.isolation = isolation;
        return request;
    }
    // The timestamps of what came, less kFirst, in order.
    static std::vector<std::int64_t> times(const CollectingSink& sink)
    {
        std::vector<std::int64_t> all;
        for (const auto& record : sink.records()) {
            all.push_back(toMs(record.timestamp) - kFirst);
        }
        std::sort(all.begin(), all.end());
        return all;
    }
    static std::vector<std::int64_t> span(std::int64_t from, std::int64_t to)
    {
        std::vector<std::int64_t> all;
        for (auto i = from; i < to; ++i) {
            all.push_back(i);
        }
        return all;
    }
    Receipt read(const ReadRequest& request, CollectingSink& sink)
    {
        auto receipt = m_connection->source()->read(request, sink, {});
        if (!receipt) {
            Receipt failed;
            failed.problems.push_back(receipt.error().message);
            return failed;
        }
        return *receipt;
    }

    QString m_address;
    std::unique_ptr<TestCluster> m_cluster;
    std::unique_ptr<KafkaConnection> m_connection;
};

void tst_Newest::initTestCase()
{
    m_address = SharedBroker::address();
    QVERIFY2(!m_address.isEmpty(), "no broker: run this by ctest, or set HINDCAST_BROKER");
    m_cluster = std::make_unique<TestCluster>(m_address, SharedBroker::notesFile());
    auto connection = KafkaConnection::connect(configFor(m_address), 20s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());
    m_connection = std::move(*connection);
}

void tst_Newest::aBusyPartitionGivesMoreThanAQuietOne()
{
    const auto topic = m_cluster->createTopic("newest-skew", 4);
    TestProducer producer(m_address);
    for (int i = 0; i < 2000; ++i) {
        producer.send(topic, {i % 100 == 0 ? 3 : 0, "k", std::to_string(i), {}, kFirst + i});
    }
    producer.flush();

    CollectingSink sink;
    const auto receipt = read(newest(500, {topic}), sink);

    QVERIFY2(receipt.complete(), receipt.sentence().c_str());
    QCOMPARE(times(sink), span(1500, 2000));
    QCOMPARE(receipt.partitions[0].records, 495u);
    QCOMPARE(receipt.partitions[3].records, 5u);
    QCOMPARE(receipt.holes(), 0u);
    QCOMPARE(sink.lastProgress.records, 500u);
}

void tst_Newest::abortedRecordsAndMarkersDoNotMakeItFewer_data()
{
    QTest::addColumn<int>("isolation");
    QTest::addColumn<int>("first"); // of the ten that come
    QTest::newRow("committed") << static_cast<int>(Isolation::ReadCommitted) << 10;
    QTest::newRow("uncommitted") << static_cast<int>(Isolation::ReadUncommitted) << 310;
}

void tst_Newest::abortedRecordsAndMarkersDoNotMakeItFewer()
{
    QFETCH(int, isolation);
    QFETCH(int, first);
    const auto topic = m_cluster->createTopic("newest-tx", 1);
    TestProducer producer(m_address, {{"transactional.id", TestCluster::uniqueName("tx")}});
    producer.begin();
    for (int i = 0; i < 20; ++i) {
        producer.send(topic, {0, "k", "kept", {}, kFirst + i});
    }
    producer.commit();
    producer.begin();
    for (int i = 20; i < 320; ++i) {
        producer.send(topic, {0, "k", "dropped", {}, kFirst + i});
    }
    producer.abort();
    // An abort is answered before its marker stands in the log.
    const auto end = [&] {
        CollectingSink probe;
        return read(newest(1, {topic}), probe).partitions[0].to;
    };
    QTRY_COMPARE_WITH_TIMEOUT(end(), 322, 20'000);

    CollectingSink sink;
    const auto receipt = read(newest(10, {topic}, static_cast<Isolation>(isolation)), sink);

    QVERIFY2(receipt.complete(), receipt.sentence().c_str());
    QCOMPARE(times(sink), span(first, first + 10));
    const auto& part = receipt.partitions[0];
    QCOMPARE(part.records + part.holes, static_cast<std::uint64_t>(part.to - part.from));
}

void tst_Newest::compactionDoesNotMakeItFewer()
{
    const auto topic = m_cluster->createTopic("newest-compacted", 1,
                                              {{"cleanup.policy", "compact"},
                                               {"segment.ms", "100"},
                                               {"min.cleanable.dirty.ratio", "0.001"},
                                               {"delete.retention.ms", "100"}});
    TestProducer producer(m_address);
    for (int i = 0; i < 8; ++i) {
        producer.send(topic, {0, "stays-" + std::to_string(i), "v", {}, 0});
    }
    for (int i = 0; i < 300; ++i) {
        producer.send(topic, {0, "again", "v", {}, 0});
    }
    producer.flush();
    ReadRequest all;
    all.topics.push_back({topic, {}, AtBeginning{}, AtEnd{}});
    std::uint64_t holes = 0;
    for (int attempt = 0; attempt < 120 && holes < 299; ++attempt) {
        QTest::qWait(250);
        producer.sendAll(topic, {{0, "again", "v", {}, 0}});
        CollectingSink sink;
        holes = read(all, sink).holes();
    }
    QVERIFY2(holes >= 299, "the cleaner did not come");

    CollectingSink sink;
    const auto receipt = read(newest(9, {topic}), sink);

    QVERIFY2(receipt.complete(), receipt.sentence().c_str());
    QCOMPARE(sink.count.load(), std::size_t{9});
    QVERIFY(receipt.holes() > 0);
}

void tst_Newest::deletedRecordsAreNotLookedFor()
{
    const auto topic = m_cluster->createTopic("newest-deleted", 2);
    TestProducer producer(m_address);
    for (int i = 0; i < 200; ++i) {
        producer.send(topic, {i % 2, "k", "v", {}, kFirst + i});
    }
    producer.flush();
    m_cluster->deleteRecordsBefore({topic, 0}, 95);

    CollectingSink sink;
    const auto receipt = read(newest(50, {topic}), sink);

    QVERIFY2(receipt.complete(), receipt.sentence().c_str());
    QCOMPARE(sink.count.load(), std::size_t{50});
    QCOMPARE(receipt.partitions[0].from, 95);
    QCOMPARE(receipt.partitions[1].from, 55);
}

void tst_Newest::moreThanTheQueueHoldsIsReadAllTheSame()
{
    const auto topic = m_cluster->createTopic("newest-large", 2);
    TestProducer producer(m_address);
    for (int i = 0; i < 1000; ++i) {
        producer.send(topic, {i % 2, "k", std::string(500, 'x'), {}, kFirst + i});
    }
    producer.flush();
    auto request = newest(300, {topic});
    request.queueBytes = 10'000;

    CollectingSink sink;
    const auto receipt = read(request, sink);

    QVERIFY2(receipt.complete(), receipt.sentence().c_str());
    QCOMPARE(times(sink), span(700, 1000));
    QCOMPARE(receipt.records(), 300u);
}

void tst_Newest::severalTopicsAreCountedTogether()
{
    const auto one = m_cluster->createTopic("newest-one", 2);
    const auto other = m_cluster->createTopic("newest-other", 1);
    TestProducer producer(m_address);
    for (int i = 0; i < 300; ++i) {
        const bool third = i % 3 == 0;
        producer.send(third ? other : one, {third ? 0 : i % 3 - 1, "k", "v", {}, kFirst + i});
    }
    producer.flush();

    CollectingSink sink;
    const auto receipt = read(newest(90, {one, other}), sink);

    QVERIFY2(receipt.complete(), receipt.sentence().c_str());
    QCOMPARE(times(sink), span(210, 300));
    for (const auto& part : receipt.partitions) {
        QCOMPARE(part.records, 30u);
    }
}

void tst_Newest::aPlanNamesTheOffsetsThatAreRead()
{
    const auto topic = m_cluster->createTopic("newest-plan", 2);
    TestProducer producer(m_address);
    for (int i = 0; i < 1000; ++i) {
        producer.send(topic, {i % 10 == 0 ? 1 : 0, "k", "v", {}, kFirst + i});
    }
    producer.flush();
    const auto plan = m_connection->source()->plan(newest(100, {topic}));
    QVERIFY2(plan.has_value(), plan ? "" : plan.error().message.c_str());
    QCOMPARE(plan->partitions[0].from, 810);
    QCOMPARE(plan->partitions[0].to, 900);
    QCOMPARE(plan->partitions[1].from, 90);
    QCOMPARE(plan->records(), 0u);
}

void tst_Newest::aTailBeginsAtTheNewest()
{
    const auto topic = m_cluster->createTopic("newest-tail", 2);
    TestProducer producer(m_address);
    for (int i = 0; i < 100; ++i) {
        producer.send(topic, {i % 2, "k", "v", {}, kFirst + i});
    }
    producer.flush();
    auto request = newest(10, {topic});
    request.follow = true;
    std::stop_source stop;
    CollectingSink sink;
    bool sent = false;
    sink.onProgress = [&](const ReadProgress& now) {
        if (now.records >= 10 && !sent) {
            sent = true;
            producer.sendAll(topic, {{0, "k", "v", {}, kFirst + 100}});
        }
        if (now.records >= 11) {
            stop.request_stop();
        }
    };
    const auto receipt = m_connection->source()->read(request, sink, stop.get_token());
    QVERIFY(receipt.has_value());
    QCOMPARE(times(sink), span(90, 101));
    QCOMPARE(receipt->partitions[0].from, 45);
    QCOMPARE(receipt->partitions[0].to, -1);
}

void tst_Newest::anEmptyPartitionBesideAFullOne()
{
    const auto topic = m_cluster->createTopic("newest-empty", 3);
    TestProducer producer(m_address);
    for (int i = 0; i < 100; ++i) {
        producer.send(topic, {1, "k", "v", {}, kFirst + i});
    }
    producer.flush();
    CollectingSink sink;
    const auto receipt = read(newest(30, {topic}), sink);
    QVERIFY2(receipt.complete(), receipt.sentence().c_str());
    QCOMPARE(times(sink), span(70, 100));
}

QTEST_GUILESS_MAIN(tst_Newest)
#include "tst_newest.moc"

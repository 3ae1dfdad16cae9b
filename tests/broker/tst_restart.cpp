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

// A broker that stops in the middle of a read. Each test has one of its own.
class tst_Restart : public QObject
{
    Q_OBJECT

private slots:
    void aReadGoesOnWhenTheBrokerComesBack();
    void aReadSaysWhatIsMissingWhenTheBrokerStaysAway();
    void aTailGoesOnWhenTheBrokerComesBack();
};

namespace {

ReadRequest wholeTopic(const std::string& topic)
{
    ReadRequest request;
    request.topics.push_back({topic, {}, AtBeginning{}, AtEnd{}});
    return request;
}

// 400 records of half a megabyte in 2 partitions: more than any queue on the way takes at once.
constexpr int kLarge = 400;
void fillLarge(const QString& address, const std::string& topic)
{
    TestProducer producer(address);
    for (int i = 0; i < kLarge; ++i) {
        producer.send(topic, {i % 2,
                              std::to_string(i),
                              std::string(500'000, static_cast<char>('a' + i % 26)),
                              {},
                              0});
        if (i % 20 == 0) {
            producer.flush();
        }
    }
    producer.flush();
}

} // namespace

void tst_Restart::aReadGoesOnWhenTheBrokerComesBack()
{
    OwnBroker broker;
    QVERIFY2(broker.start(SharedBroker::version()), qPrintable(broker.error()));
    TestCluster cluster(broker.address());
    const auto topic = cluster.createTopic("restarted", 2);
    fillLarge(broker.address(), topic);
    const auto connection = KafkaConnection::connect(configFor(broker.address()), 20s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());

    CollectingSink sink;
    bool restarted = false;
    sink.onBatch = [&](const RecordBatch&) -> Result<void> {
        if (!restarted) {
            restarted = broker.stopKeepingData() && broker.startAgain();
        }
        return {};
    };
    auto request = wholeTopic(topic);
    request.queueBytes = 1 << 20;
    request.deadline = 60s;
    const auto receipt = (*connection)->source()->read(request, sink, {});
    QVERIFY2(restarted, qPrintable(broker.error()));
    QVERIFY2(receipt.has_value(), receipt ? "" : receipt.error().message.c_str());
    QVERIFY2(receipt->complete(), receipt->sentence().c_str());
    QCOMPARE(receipt->records(), std::uint64_t{kLarge});
    for (const auto& [partition, offsets] : sink.offsets()) {
        QCOMPARE(offsets.size(), std::size_t{kLarge / 2});
        for (std::size_t i = 0; i < offsets.size(); ++i) {
            QCOMPARE(offsets[i], static_cast<std::int64_t>(i));
        }
    }
}

void tst_Restart::aReadSaysWhatIsMissingWhenTheBrokerStaysAway()
{
    OwnBroker broker;
    QVERIFY2(broker.start(SharedBroker::version()), qPrintable(broker.error()));
    TestCluster cluster(broker.address());
    const auto topic = cluster.createTopic("stopped", 2);
    fillLarge(broker.address(), topic);
    const auto connection = KafkaConnection::connect(configFor(broker.address()), 20s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());

    CollectingSink sink;
    bool stopped = false;
    sink.onBatch = [&](const RecordBatch&) -> Result<void> {
        if (!stopped) {
            stopped = broker.stopKeepingData();
        }
        return {};
    };
    auto request = wholeTopic(topic);
    request.queueBytes = 1 << 20;
    request.deadline = 3s;
    const auto receipt = (*connection)->source()->read(request, sink, {});
    QVERIFY(stopped);
    QVERIFY2(receipt.has_value(), receipt ? "" : receipt.error().message.c_str());
    QVERIFY(!receipt->complete());
    QVERIFY(receipt->records() > 0);
    QVERIFY(receipt->records() < std::uint64_t{kLarge});
    QCOMPARE(receipt->records(), sink.count.load());
    QVERIFY2(receipt->sentence().find("no broker answered") != std::string::npos,
             receipt->sentence().c_str());
    for (const auto& part : receipt->partitions) {
        QCOMPARE(static_cast<std::uint64_t>(part.next - part.from), part.records);
    }
    // The receipt is exact: what it names as missing is what a second read brings.
    const auto whileDown = (*connection)->source()->read(request, sink, {});
    QVERIFY(!whileDown.has_value());
    QVERIFY2(broker.startAgain(), qPrintable(broker.error()));
    ReadRequest rest;
    rest.deadline = 30s;
    for (const auto& part : receipt->partitions) {
        // One read takes a partition's start once, so each gets a read of its own.
        rest.topics = {{topic, {part.place.partition}, AtOffset{part.next}, AtEnd{}}};
        sink.onBatch = nullptr;
        const auto second = (*connection)->source()->read(rest, sink, {});
        QVERIFY2(second.has_value(), second ? "" : second.error().message.c_str());
        QVERIFY2(second->complete(), second->sentence().c_str());
    }
    QCOMPARE(sink.count.load(), std::size_t{kLarge});
}

void tst_Restart::aTailGoesOnWhenTheBrokerComesBack()
{
    OwnBroker broker;
    QVERIFY2(broker.start(SharedBroker::version()), qPrintable(broker.error()));
    TestCluster cluster(broker.address());
    const auto topic = cluster.createTopic("followed", 1);
    TestProducer(broker.address()).sendAll(topic, {{0, "k", "before", {}, 0}});
    const auto connection = KafkaConnection::connect(configFor(broker.address()), 20s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());

    CollectingSink sink;
    std::atomic<bool> troubled{false};
    sink.onProgress = [&](const ReadProgress& now) { troubled = !now.problem.empty(); };
    Result<Receipt> receipt = fail(ErrorCode::Internal, "not ended");
    std::jthread tail([&](const std::stop_token& stop) {
        auto request = wholeTopic(topic);
        request.follow = true;
        receipt = (*connection)->source()->read(request, sink, stop);
    });
    QTRY_COMPARE_WITH_TIMEOUT(sink.count.load(), std::size_t{1}, 30'000);
    QVERIFY(!troubled);
    // A cluster that has no groups does not get its topic of offsets by being looked at.
    const auto source = (*connection)->source();
    CollectingSink other;
    auto byGroup = wholeTopic(topic);
    byGroup.topics.front().from = AtGroup{"no-such-group"};
    QVERIFY(source->read(byGroup, other, {}).has_value());
    QVERIFY((*connection)->cluster()->sample({}, true, 20s).has_value());
    QVERIFY((*connection)->cluster()->topics(20s).has_value());
    QCOMPARE(cluster.topicNames(), std::set<std::string>{topic});

    QVERIFY(broker.stopKeepingData());
    QTRY_VERIFY_WITH_TIMEOUT(troubled, 30'000); // said while it lasts
    QVERIFY2(broker.startAgain(), qPrintable(broker.error()));
    TestProducer(broker.address()).sendAll(topic, {{0, "k", "after", {}, 0}});
    QTRY_COMPARE_WITH_TIMEOUT(sink.count.load(), std::size_t{2}, 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(!troubled, 30'000);
    tail.request_stop();
    tail.join();
    QVERIFY(receipt.has_value());
    QCOMPARE(receipt->records(), 2u);
    QCOMPARE(receipt->holes(), 0u);
    QVERIFY2(receipt->partitions[0].problem.empty(), receipt->partitions[0].problem.c_str());
}

QTEST_GUILESS_MAIN(tst_Restart)
#include "tst_restart.moc"

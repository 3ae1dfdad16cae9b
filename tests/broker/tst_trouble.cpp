#include "connectors/kafka/connection_test.h"
#include "connectors/kafka/kafka_connection.h"
#include "tests/broker/support/broker.h"
#include "tests/broker/support/collecting_sink.h"
#include "tests/broker/support/test_cluster.h"
#include "tests/broker/support/test_producer.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <array>
#include <librdkafka/rdkafka_mock.h>

using namespace hindcast;
using namespace hindcast::test;
using namespace std::chrono_literals;

// What goes wrong comes back as a sentence, within the deadline, with the rest of the read kept.
class tst_Trouble : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aPortNobodyListensOnIsTold();
    void aPortThatNeverAnswersIsTold();
    void propertiesThatCannotWorkAreTold_data();
    void propertiesThatCannotWorkAreTold();
    void aProfilesGroupIsNotJoined();
    void theTestNamesTheStepThatFails_data();
    void theTestNamesTheStepThatFails();
    void theTestPassesOnAGoodConnection();
    void aPartitionWithoutALeaderIsNamedAndTheRestIsRead();
    void aSlowBrokerIsWaitedFor();
    void aBrokerSlowerThanTheDeadlineIsTold();

private:
    QString m_address;
};

namespace {

int freePort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

QString local(int port)
{
    return QStringLiteral("127.0.0.1:%1").arg(port);
}

// librdkafka's own stand-in for a cluster, for what one real broker cannot show.
class MockCluster
{
public:
    MockCluster()
    {
        kafka::ConfHandle conf(rd_kafka_conf_new());
        rd_kafka_conf_set_log_cb(conf.get(), nullptr);
        std::array<char, 512> text{};
        m_owner.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.release(), text.data(), text.size()));
        m_cluster = rd_kafka_mock_cluster_new(m_owner.get(), 1);
    }
    ~MockCluster() { rd_kafka_mock_cluster_destroy(m_cluster); }
    MockCluster(const MockCluster&) = delete;
    MockCluster& operator=(const MockCluster&) = delete;

    rd_kafka_mock_cluster_t* operator*() const { return m_cluster; }
    QString address() const
    {
        return QString::fromUtf8(rd_kafka_mock_cluster_bootstraps(m_cluster));
    }

private:
    kafka::ClientHandle m_owner;
    rd_kafka_mock_cluster_t* m_cluster = nullptr;
};

ReadRequest wholeTopic(const std::string& topic)
{
    ReadRequest request;
    request.topics.push_back({topic, {}, AtBeginning{}, AtEnd{}});
    return request;
}

} // namespace

void tst_Trouble::initTestCase()
{
    m_address = SharedBroker::address();
    QVERIFY2(!m_address.isEmpty(), "no broker: run this by ctest, or set HINDCAST_BROKER");
}

void tst_Trouble::aPortNobodyListensOnIsTold()
{
    const auto address = local(freePort());
    const auto connection = KafkaConnection::connect(configFor(address), 1500ms);
    QVERIFY(!connection.has_value());
    QCOMPARE(connection.error().code, ErrorCode::Unreachable);
    QVERIFY2(connection.error().message.find("refused") != std::string::npos,
             connection.error().message.c_str());
    QVERIFY2(connection.error().message.find(address.toStdString()) != std::string::npos,
             connection.error().message.c_str());
}

void tst_Trouble::aPortThatNeverAnswersIsTold()
{
    QTcpServer silent; // takes connections in the kernel's queue and never answers
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    const auto connection = KafkaConnection::connect(configFor(local(silent.serverPort())), 1500ms);
    QVERIFY(!connection.has_value());
    QCOMPARE(connection.error().code, ErrorCode::TimedOut);
}

void tst_Trouble::propertiesThatCannotWorkAreTold_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("unknown") << QByteArray("no.such.property") << QByteArray("1");
    QTest::newRow("no such value") << QByteArray("security.protocol") << QByteArray("MAGIC");
    QTest::newRow("code to load") << QByteArray("plugin.library.paths") << QByteArray("evil");
    QTest::newRow("a missing file")
        << QByteArray("ssl.ca.location") << QByteArray("/no/such/file.pem");
}

void tst_Trouble::propertiesThatCannotWorkAreTold()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    auto config = configFor(m_address);
    config.properties["security.protocol"] = "SSL";
    config.properties[name.toStdString()] = value.toStdString();
    const auto connection = KafkaConnection::connect(config, 2s);
    QVERIFY(!connection.has_value());
    QCOMPARE(connection.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(connection.error().message.find(name.toStdString()) != std::string::npos,
             connection.error().message.c_str());
}

void tst_Trouble::aProfilesGroupIsNotJoined()
{
    TestCluster cluster(m_address, SharedBroker::notesFile());
    const auto topic = cluster.createTopic("profile", 1);
    TestProducer(m_address).sendAll(topic, {{0, "k", "v", {}, 0}});
    auto config = configFor(m_address);
    config.properties["group.id"] = "somebody-elses-group";
    config.properties["enable.auto.commit"] = "true";
    config.properties["auto.offset.reset"] = "latest";
    config.properties["allow.auto.create.topics"] = "true";
    const auto connection = KafkaConnection::connect(config, 20s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());
    CollectingSink sink;
    const auto receipt = (*connection)->source()->read(wholeTopic(topic), sink, {});
    QVERIFY(receipt.has_value());
    QCOMPARE(sink.count.load(), std::size_t{1});
    const auto unknown = (*connection)->source()->read(wholeTopic("nobody-made-this"), sink, {});
    QVERIFY(!unknown.has_value());
    QVERIFY(!cluster.groupNames().contains("somebody-elses-group"));
    QVERIFY(!cluster.topicNames().contains("nobody-made-this"));
}

void tst_Trouble::theTestNamesTheStepThatFails_data()
{
    QTest::addColumn<QString>("servers");
    QTest::addColumn<QByteArray>("protocol");
    QTest::addColumn<QByteArray>("step");
    const auto broker = SharedBroker::address();
    QTest::newRow("no broker named") << QString() << QByteArray("PLAINTEXT") << QByteArray("Name");
    QTest::newRow("an unknown host") << QStringLiteral("no-such-host.invalid:9092")
                                     << QByteArray("PLAINTEXT") << QByteArray("Name");
    QTest::newRow("a closed port")
        << local(freePort()) << QByteArray("PLAINTEXT") << QByteArray("Port");
    QTest::newRow("TLS to a port without") << broker << QByteArray("SSL") << QByteArray("TLS");
    QTest::newRow("a login to a port without")
        << broker << QByteArray("SASL_PLAINTEXT") << QByteArray("Login");
}

void tst_Trouble::theTestNamesTheStepThatFails()
{
    QFETCH(QString, servers);
    QFETCH(QByteArray, protocol);
    QFETCH(QByteArray, step);
    auto config = configFor(servers);
    config.properties["security.protocol"] = protocol.toStdString();
    if (protocol.startsWith("SASL")) {
        config.properties["sasl.mechanism"] = "PLAIN";
        config.properties["sasl.username"] = "reader";
        config.properties["sasl.password"] = "secret";
    }
    const auto steps = testConnection(config, 5s);
    QCOMPARE(steps.size(), std::size_t{5});
    QVERIFY(!passed(steps));
    bool failed = false;
    for (const auto& one : steps) {
        if (one.name == step.toStdString()) {
            QVERIFY2(one.state == ConnectionStep::State::Failed, one.sentence.c_str());
            QVERIFY(!one.sentence.empty());
            QVERIFY(one.sentence.find("secret") == std::string::npos);
            failed = true;
        } else if (failed) {
            QVERIFY(one.state == ConnectionStep::State::NotReached ||
                    one.state == ConnectionStep::State::NotNeeded);
        } else {
            QVERIFY2(one.state == ConnectionStep::State::Passed ||
                         one.state == ConnectionStep::State::NotNeeded,
                     one.sentence.c_str());
        }
    }
    QVERIFY(failed);
}

void tst_Trouble::theTestPassesOnAGoodConnection()
{
    // The first of the two is down: the other is enough.
    const auto config = configFor(local(freePort()) + QLatin1Char(',') + m_address);
    const auto steps = testConnection(config, 10s);
    for (const auto& step : steps) {
        QVERIFY2(step.state == ConnectionStep::State::Passed ||
                     step.state == ConnectionStep::State::NotNeeded,
                 (step.name + ": " + step.sentence).c_str());
    }
    QVERIFY(passed(steps));
    QVERIFY(steps[1].sentence.find("1 of 2") != std::string::npos);
}

void tst_Trouble::aPartitionWithoutALeaderIsNamedAndTheRestIsRead()
{
    const MockCluster mock;
    rd_kafka_mock_topic_create(*mock, "orders", 2, 1);
    TestProducer(mock.address())
        .sendAll("orders", {{0, "k", "a", {}, 0}, {1, "k", "b", {}, 0}, {0, "k", "c", {}, 0}});
    rd_kafka_mock_partition_set_leader(*mock, "orders", 1, -1);
    const auto connection = KafkaConnection::connect(configFor(mock.address()), 10s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());
    CollectingSink sink;
    const auto receipt = (*connection)->source()->read(wholeTopic("orders"), sink, {});
    QVERIFY2(receipt.has_value(), receipt ? "" : receipt.error().message.c_str());
    QVERIFY(!receipt->complete());
    QCOMPARE(sink.count.load(), std::size_t{2});
    QCOMPARE(receipt->partitions.size(), std::size_t{2});
    QVERIFY(receipt->partitions[0].complete());
    QVERIFY2(receipt->partitions[1].problem.find("no leader") != std::string::npos,
             receipt->partitions[1].problem.c_str());

    const auto state = (*connection)->cluster()->topics(10s);
    QVERIFY2(state.has_value(), state ? "" : state.error().message.c_str());
    QCOMPARE(state->topics.front().partitions[0].logEnd, 2);
    QCOMPARE(state->topics.front().partitions[1].logEnd, -1);
    QVERIFY(!state->topics.front().partitions[1].problem.empty());
}

void tst_Trouble::aSlowBrokerIsWaitedFor()
{
    const MockCluster mock;
    rd_kafka_mock_topic_create(*mock, "orders", 1, 1);
    TestProducer(mock.address()).sendAll("orders", {{0, "k", "a", {}, 0}, {0, "k", "b", {}, 0}});
    const auto connection = KafkaConnection::connect(configFor(mock.address()), 10s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());
    rd_kafka_mock_broker_set_rtt(*mock, 1, 300);
    CollectingSink sink;
    const auto receipt = (*connection)->source()->read(wholeTopic("orders"), sink, {});
    QVERIFY2(receipt.has_value(), receipt ? "" : receipt.error().message.c_str());
    QVERIFY2(receipt->complete(), receipt->sentence().c_str());
    QCOMPARE(sink.count.load(), std::size_t{2});
}

void tst_Trouble::aBrokerSlowerThanTheDeadlineIsTold()
{
    const MockCluster mock;
    rd_kafka_mock_topic_create(*mock, "orders", 1, 1);
    const auto connection = KafkaConnection::connect(configFor(mock.address()), 10s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());
    rd_kafka_mock_broker_set_rtt(*mock, 1, 5'000);
    auto request = wholeTopic("orders");
    request.deadline = 500ms;
    CollectingSink sink;
    const auto receipt = (*connection)->source()->read(request, sink, {});
    QVERIFY(!receipt.has_value());
    QVERIFY2(receipt.error().code == ErrorCode::TimedOut,
             (receipt.error().message + receipt.error().detail).c_str());
    QVERIFY(!(*connection)->cluster()->topics(500ms).has_value());
}

QTEST_GUILESS_MAIN(tst_Trouble)
#include "tst_trouble.moc"

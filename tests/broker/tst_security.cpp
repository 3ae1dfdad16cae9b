#include "connectors/kafka/connection_test.h"
#include "connectors/kafka/kafka_connection.h"
#include "tests/broker/support/broker.h"
#include "tests/broker/support/collecting_sink.h"
#include "tests/broker/support/test_cluster.h"
#include "tests/broker/support/test_producer.h"

#include <QTest>
#include <librdkafka/rdkafka.h>

using namespace hindcast;
using namespace hindcast::test;
using namespace std::chrono_literals;

// Logins and TLS on a real broker: what a profile says is passed on, and what is refused is told.
class tst_Security : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aLoginReads_data();
    void aLoginReads();
    void aRefusedLoginIsTold_data();
    void aRefusedLoginIsTold();
    void aCertificateReads();
    void aRefusedCertificateIsTold_data();
    void aRefusedCertificateIsTold();
    void theTestNamesTheStepThatFails_data();
    void theTestNamesTheStepThatFails();

private:
    ConnectionConfig loginBy(const QByteArray& mechanism, const QByteArray& password) const;
    ConnectionConfig tls(const QString& authority, bool withCertificate) const;
    void reads(const ConnectionConfig& config);

    OwnBroker m_broker;
    std::unique_ptr<TestCluster> m_cluster;
    std::string m_topic;
};

namespace {

// Mended in librdkafka 2.6.1, and nothing that a client of it can do about.
bool scramIsBroken(const QByteArray& mechanism)
{
    return mechanism.startsWith("SCRAM") && rd_kafka_version() < 0x020601ff &&
           SharedBroker::majorVersion() >= 4;
}

void isDenied(const ConnectionConfig& config, const QByteArray& word)
{
    const auto connection = KafkaConnection::connect(config, 10s);
    QVERIFY(!connection.has_value());
    const std::string& message = connection.error().message;
    QVERIFY2(connection.error().code == ErrorCode::Denied, message.c_str());
    QVERIFY2(message.find(word.toStdString()) != std::string::npos, message.c_str());
    QVERIFY2(message.find("secret") == std::string::npos, message.c_str());
}

} // namespace

void tst_Security::initTestCase()
{
    QVERIFY2(m_broker.start(SharedBroker::version(), OwnBroker::Ports::Secure),
             qPrintable(m_broker.error()));
    QVERIFY(!m_broker.loginAddress().isEmpty());
    m_cluster = std::make_unique<TestCluster>(m_broker.address());
    m_topic = m_cluster->createTopic("guarded", 1);
    TestProducer(m_broker.address()).sendAll(m_topic, {{0, "k", "a", {}, 0}, {0, "k", "b", {}, 0}});
}

ConnectionConfig tst_Security::loginBy(const QByteArray& mechanism,
                                       const QByteArray& password) const
{
    auto config = configFor(m_broker.loginAddress());
    config.properties["security.protocol"] = "SASL_PLAINTEXT";
    config.properties["sasl.mechanism"] = mechanism.toStdString();
    config.properties["sasl.username"] = "reader";
    config.properties["sasl.password"] = password.toStdString();
    return config;
}

ConnectionConfig tst_Security::tls(const QString& authority, bool withCertificate) const
{
    auto config = configFor(m_broker.tlsAddress());
    config.properties["security.protocol"] = "SSL";
    config.properties["ssl.ca.location"] = m_broker.tlsFile(authority);
    if (withCertificate) {
        config.properties["ssl.certificate.location"] = m_broker.tlsFile(u"reader.crt"_qs);
        config.properties["ssl.key.location"] = m_broker.tlsFile(u"reader.key"_qs);
    }
    return config;
}

void tst_Security::reads(const ConnectionConfig& config)
{
    const auto connection = KafkaConnection::connect(config, 20s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());
    ReadRequest request;
    request.topics.push_back({m_topic, {}, AtBeginning{}, AtEnd{}});
    CollectingSink sink;
    const auto receipt = (*connection)->source()->read(request, sink, {});
    QVERIFY2(receipt.has_value(), receipt ? "" : receipt.error().message.c_str());
    QVERIFY2(receipt->complete(), receipt->sentence().c_str());
    QCOMPARE(sink.count.load(), std::size_t{2});
    const auto steps = testConnection(config, 20s);
    for (const auto& step : steps) {
        QVERIFY2(step.state == ConnectionStep::State::Passed ||
                     step.state == ConnectionStep::State::NotNeeded,
                 (step.name + ": " + step.sentence).c_str());
    }
}

void tst_Security::aLoginReads_data()
{
    QTest::addColumn<QByteArray>("mechanism");
    for (const char* mechanism : {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}) {
        QTest::newRow(mechanism) << QByteArray(mechanism);
    }
}

void tst_Security::aLoginReads()
{
    QFETCH(QByteArray, mechanism);
    if (scramIsBroken(mechanism)) {
        QSKIP("this librdkafka cannot log in by SCRAM on Kafka 4 (mended in 2.6.1)");
    }
    reads(loginBy(mechanism, "secret"));
}

void tst_Security::aRefusedLoginIsTold_data()
{
    aLoginReads_data();
}

void tst_Security::aRefusedLoginIsTold()
{
    QFETCH(QByteArray, mechanism);
    isDenied(loginBy(mechanism, "no secret at all"), "password");
}

void tst_Security::aCertificateReads()
{
    reads(tls(u"ca.pem"_qs, true));
}

void tst_Security::aRefusedCertificateIsTold_data()
{
    QTest::addColumn<QString>("authority");
    QTest::addColumn<bool>("withCertificate");
    QTest::addColumn<QByteArray>("word");
    QTest::newRow("the broker's, by the reader")
        << QStringLiteral("other-ca.pem") << true << QByteArray("ssl.ca.location");
    QTest::newRow("none, where the broker wants one")
        << QStringLiteral("ca.pem") << false << QByteArray("ssl.certificate.location");
}

void tst_Security::aRefusedCertificateIsTold()
{
    QFETCH(QString, authority);
    QFETCH(bool, withCertificate);
    QFETCH(QByteArray, word);
    isDenied(tls(authority, withCertificate), word);
}

void tst_Security::theTestNamesTheStepThatFails_data()
{
    QTest::addColumn<bool>("login");
    QTest::addColumn<QByteArray>("step");
    QTest::newRow("a wrong password") << true << QByteArray("Login");
    QTest::newRow("an unknown authority") << false << QByteArray("TLS");
}

void tst_Security::theTestNamesTheStepThatFails()
{
    QFETCH(bool, login);
    QFETCH(QByteArray, step);
    const auto steps =
        testConnection(login ? loginBy("PLAIN", "wrong") : tls(u"other-ca.pem"_qs, true), 10s);
    QVERIFY(!passed(steps));
    for (const auto& one : steps) {
        if (one.state == ConnectionStep::State::Failed) {
            QCOMPARE(QByteArray::fromStdString(one.name), step);
        }
    }
}

QTEST_GUILESS_MAIN(tst_Security)
#include "tst_security.moc"

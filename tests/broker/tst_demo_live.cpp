#include "connectors/kafka/kafka_connection.h"
#include "tests/broker/support/broker.h"
#include "tests/broker/support/collecting_sink.h"

#include <QProcess>
#include <QTest>
#include <chrono>

using namespace hindcast;
using namespace hindcast::test;
using namespace std::chrono_literals;

// The live story is what it says: a record that cannot be parsed, and a consumer that really is
// stuck on it while the others go on. On a broker of its own, which may keep topics and groups.
class tst_DemoLive : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void theShopIsOpenAtOnce();
    void billingGetsStuckOnTheMalformedPayment();
    void itEndsWhenItIsTold();

private:
    std::optional<GroupSample> sampleOf(const std::string& group) const;
    std::int64_t stuckAt() const; // billing's commit on payments-2; -1: none yet

    OwnBroker m_broker;
    QProcess m_demo;
    std::unique_ptr<KafkaConnection> m_cluster;
};

namespace {

const TopicPartition kStuck{"payments", 2};
const std::string kGroup = "billing";

std::int64_t committed(const GroupSample& sample, const TopicPartition& place)
{
    for (const GroupPartitionSample& partition : sample.partitions) {
        if (partition.place == place) {
            return partition.committed;
        }
    }
    return -1;
}

} // namespace

std::optional<GroupSample> tst_DemoLive::sampleOf(const std::string& group) const
{
    const auto samples = m_cluster->cluster()->sample({group}, false, 10s);
    return samples && !samples->empty() ? std::optional(samples->front()) : std::nullopt;
}

std::int64_t tst_DemoLive::stuckAt() const
{
    const auto sample = sampleOf(kGroup);
    return sample ? committed(*sample, kStuck) : -1;
}

void tst_DemoLive::initTestCase()
{
    QVERIFY2(m_broker.start(SharedBroker::version()), qPrintable(m_broker.error()));
    m_demo.setProcessChannelMode(QProcess::MergedChannels);
    m_demo.start(QStringLiteral(HINDCAST_DEMO),
                 {u"--live"_qs, u"-b"_qs, m_broker.address(), u"--incident-in"_qs, u"8"_qs});
    QVERIFY(m_demo.waitForStarted());
    auto connected = KafkaConnection::connect(configFor(m_broker.address()), 20s);
    QVERIFY2(connected, connected ? "" : connected.error().message.c_str());
    m_cluster = std::move(*connected);
}

void tst_DemoLive::theShopIsOpenAtOnce()
{
    const auto records = [this](const std::string& topic) {
        const auto state = m_cluster->cluster()->topic(topic, 10s);
        std::int64_t count = 0;
        if (state) {
            for (const PartitionState& partition : state->partitions) {
                count += partition.logEnd - partition.logStart;
            }
        }
        return count;
    };
    for (const std::string topic : {"orders", "payments", "shipments", "otlp_spans"}) {
        QTRY_VERIFY2_WITH_TIMEOUT(records(topic) > 1000, topic.c_str(), 30'000);
    }
}

void tst_DemoLive::billingGetsStuckOnTheMalformedPayment()
{
    // The record at the group's commit is the one whose JSON breaks off ...
    std::int64_t at = -1;
    const auto broken = [this, &at] {
        at = stuckAt();
        CollectingSink sink;
        ReadRequest request;
        request.topics.push_back(
            {kStuck.topic, {kStuck.partition}, AtOffset{at}, AtOffset{at + 1}});
        if (at < 0 || !m_cluster->source()->read(request, sink, {}) || sink.count != 1) {
            return false;
        }
        const std::string_view value = sink.records().front().value.value_or(std::string_view{});
        return value.starts_with('{') && !value.ends_with('}');
    };
    QTRY_VERIFY2_WITH_TIMEOUT(broken(), m_demo.readAll().constData(), 60'000);

    // ... and it stays there, while records arrive behind it and the group's other partitions move.
    const auto before = sampleOf(kGroup);
    QVERIFY(before);
    const auto isStuck = [&] {
        const auto now = sampleOf(kGroup);
        std::size_t moved = 0;
        bool arrives = false;
        for (const GroupPartitionSample& partition : now->partitions) {
            const bool stuck = partition.place == kStuck;
            moved += !stuck && partition.committed > committed(*before, partition.place) ? 1 : 0;
            arrives = arrives || (stuck && partition.logEnd > partition.committed + 100);
        }
        return arrives && moved >= 3;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isStuck(), 30'000);
    QCOMPARE(stuckAt(), at);
}

void tst_DemoLive::itEndsWhenItIsTold()
{
    m_demo.terminate();
    QVERIFY(m_demo.waitForFinished(20'000));
    QCOMPARE(m_demo.exitStatus(), QProcess::NormalExit);
    QCOMPARE(m_demo.exitCode(), 0);
    QCOMPARE(stuckAt() >= 0, true); // its commits stay
}

QTEST_GUILESS_MAIN(tst_DemoLive)
#include "tst_demo_live.moc"

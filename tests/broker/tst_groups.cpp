#include "connectors/kafka/kafka_connection.h"
#include "tests/broker/support/broker.h"
#include "tests/broker/support/test_cluster.h"
#include "tests/broker/support/test_consumer.h"
#include "tests/broker/support/test_producer.h"

#include <QTest>
#include <algorithm>

using namespace hindcast;
using namespace hindcast::test;
using namespace std::chrono_literals;

// What the cluster view tells of topics and groups, against what the tests made.
class tst_Groups : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void topicsComeWithPartitionsLeadersAndWatermarks();
    void oneTopicComesWithItsSettings();
    void aTopicThatIsNotThereIsAnError();
    void aManyPartitionedTopicIsToldWhole();
    void anEmptyGroupHasCommitsAndNoMembers();
    void aLiveGroupHasMembersAndWhatTheyAreAssigned();
    void aStaticMemberKeepsItsName();
    void aGroupOfTheNewProtocolIsSeen();
    void theTimeOfTheRecordAtTheCommittedOffsetIsRead();
    void aCommitBelowTheLogStartKeepsItsOffset();
    void commitsOnADeletedTopicDoNotHoldUpTheRest();
    void aGroupThatIsNotThereIsNamed();
    void allGroupsAreSampledTogether();

private:
    std::string filledTopic(const std::string& prefix, int partitions, int each)
    {
        const auto topic = m_cluster->createTopic(prefix, partitions);
        TestProducer producer(m_address);
        for (int i = 0; i < each; ++i) {
            for (int partition = 0; partition < partitions; ++partition) {
                producer.send(topic, {partition, "k", "v", {}, kFirst + i * 1000 + partition});
            }
        }
        producer.flush();
        return topic;
    }
    Result<GroupSample> sampleOf(const std::string& group, bool times = false)
    {
        auto samples = m_connection->cluster()->sample({group}, times, 20s);
        if (!samples) {
            return tl::unexpected(samples.error());
        }
        if (samples->size() != 1) {
            return fail(ErrorCode::Internal, "not one sample");
        }
        return samples->front();
    }
    static const GroupPartitionSample* part(const GroupSample& sample, const TopicPartition& place)
    {
        const auto it = std::find_if(sample.partitions.begin(), sample.partitions.end(),
                                     [&](const auto& p) { return p.place == place; });
        return it == sample.partitions.end() ? nullptr : &*it;
    }

    static constexpr std::int64_t kFirst = 1'760'000'000'000;

    QString m_address;
    std::unique_ptr<TestCluster> m_cluster;
    std::unique_ptr<KafkaConnection> m_connection;
};

void tst_Groups::initTestCase()
{
    m_address = SharedBroker::address();
    QVERIFY2(!m_address.isEmpty(), "no broker: run this by ctest, or set HINDCAST_BROKER");
    m_cluster = std::make_unique<TestCluster>(m_address, SharedBroker::notesFile());
    auto connection = KafkaConnection::connect(configFor(m_address), 20s);
    QVERIFY2(connection.has_value(), connection ? "" : connection.error().message.c_str());
    m_connection = std::move(*connection);
}

void tst_Groups::topicsComeWithPartitionsLeadersAndWatermarks()
{
    const auto topic = filledTopic("listed", 3, 7);
    m_cluster->deleteRecordsBefore({topic, 1}, 4);
    const auto state = m_connection->cluster()->topics(20s);
    QVERIFY2(state.has_value(), state ? "" : state.error().message.c_str());
    QVERIFY2(state->problem.empty(), state->problem.c_str());
    QVERIFY(!state->clusterId.empty());
    QCOMPARE(state->brokers.size(), std::size_t{1});
    QCOMPARE(state->brokers.front(), "1@" + m_address.toStdString());
    QVERIFY(std::is_sorted(state->topics.begin(), state->topics.end(),
                           [](const auto& a, const auto& b) { return a.name < b.name; }));
    const auto it = std::find_if(state->topics.begin(), state->topics.end(),
                                 [&](const auto& t) { return t.name == topic; });
    QVERIFY(it != state->topics.end());
    QCOMPARE(it->partitions.size(), std::size_t{3});
    for (std::int32_t i = 0; i < 3; ++i) {
        const auto& partition = it->partitions[static_cast<std::size_t>(i)];
        QCOMPARE(partition.partition, i);
        QCOMPARE(partition.leader, 1);
        QCOMPARE(partition.replicas, std::vector<std::int32_t>{1});
        QCOMPARE(partition.inSync, std::vector<std::int32_t>{1});
        QCOMPARE(partition.logStart, i == 1 ? 4 : 0);
        QCOMPARE(partition.logEnd, 7);
        QVERIFY(partition.problem.empty());
    }
    QVERIFY(!it->internal);
}

void tst_Groups::oneTopicComesWithItsSettings()
{
    const auto name = m_cluster->createTopic(
        "settings", 1, {{"cleanup.policy", "compact"}, {"retention.ms", "123456789"}});
    const auto topic = m_connection->cluster()->topic(name, 20s);
    QVERIFY2(topic.has_value(), topic ? "" : topic.error().message.c_str());
    QVERIFY2(topic->problem.empty(), topic->problem.c_str());
    QCOMPARE(topic->configs.at("cleanup.policy"), std::string("compact"));
    QCOMPARE(topic->configs.at("retention.ms"), std::string("123456789"));
    QVERIFY(topic->configs.contains("segment.bytes")); // a default
    QCOMPARE(topic->partitions.size(), std::size_t{1});
    QCOMPARE(topic->partitions[0].logEnd, 0);
}

void tst_Groups::aTopicThatIsNotThereIsAnError()
{
    const auto topic = m_connection->cluster()->topic("no-such-topic", 20s);
    QVERIFY(!topic.has_value());
    QCOMPARE(topic.error().code, ErrorCode::NotFound);
    QVERIFY(topic.error().message.find("no-such-topic") != std::string::npos);
}

void tst_Groups::aManyPartitionedTopicIsToldWhole()
{
    // More partitions than one question about offsets takes.
    const auto name = m_cluster->createTopic("wide", 300);
    TestProducer producer(m_address);
    for (int partition = 0; partition < 300; ++partition) {
        for (int i = 0; i < partition % 3; ++i) {
            producer.send(name, {partition, {}, "v", {}, 0});
        }
    }
    producer.flush();
    const auto topic = m_connection->cluster()->topic(name, 20s);
    QVERIFY2(topic.has_value(), topic ? "" : topic.error().message.c_str());
    QCOMPARE(topic->partitions.size(), std::size_t{300});
    for (const auto& partition : topic->partitions) {
        QCOMPARE(partition.logStart, 0);
        QCOMPARE(partition.logEnd, partition.partition % 3);
    }
}

void tst_Groups::anEmptyGroupHasCommitsAndNoMembers()
{
    const auto topic = filledTopic("empty-group", 2, 10);
    const auto group = TestCluster::uniqueName("empty");
    m_cluster->commit(group, {{{topic, 0}, 4}, {{topic, 1}, 10}});

    const auto listed = m_connection->cluster()->groups(20s);
    QVERIFY(listed.has_value());
    const auto it = std::find_if(listed->begin(), listed->end(),
                                 [&](const auto& g) { return g.group == group; });
    QVERIFY(it != listed->end());
    QCOMPARE(it->state, std::string("Empty"));

    const auto sample = sampleOf(group);
    QVERIFY2(sample.has_value(), sample ? "" : sample.error().message.c_str());
    QVERIFY2(sample->problem.empty(), sample->problem.c_str());
    QCOMPARE(sample->state, std::string("Empty"));
    QVERIFY(sample->members.empty());
    QCOMPARE(sample->partitions.size(), std::size_t{2});
    QCOMPARE(sample->partitions[0].place, (TopicPartition{topic, 0}));
    QCOMPARE(sample->partitions[0].committed, 4);
    QCOMPARE(sample->partitions[0].logStart, 0);
    QCOMPARE(sample->partitions[0].logEnd, 10);
    QCOMPARE(sample->partitions[0].committedRecordTime, kNoTimestamp); // not asked for
    QCOMPARE(sample->partitions[1].committed, 10);
    QVERIFY(sample->partitions[1].memberId.empty());
}

void tst_Groups::aLiveGroupHasMembersAndWhatTheyAreAssigned()
{
    const auto topic = filledTopic("live-group", 2, 10);
    const auto group = TestCluster::uniqueName("live");
    TestConsumer consumer(m_address, group, topic);
    consumer.join();
    consumer.commit({{{topic, 0}, 3}});
    m_cluster->noteGroup(group, {{{topic, 0}, 3}});

    const auto sample = sampleOf(group);
    QVERIFY2(sample.has_value(), sample ? "" : sample.error().message.c_str());
    QVERIFY2(sample->problem.empty(), sample->problem.c_str());
    QCOMPARE(sample->state, std::string("Stable"));
    QVERIFY(sample->membersVisible);
    QCOMPARE(sample->members.size(), std::size_t{1});
    QCOMPARE(sample->members[0].clientId, std::string("billing-service"));
    QVERIFY(!sample->members[0].host.empty());
    QCOMPARE(sample->members[0].assigned, (std::vector<TopicPartition>{{topic, 0}, {topic, 1}}));
    const auto* committed = part(*sample, {topic, 0});
    QVERIFY(committed);
    QCOMPARE(committed->committed, 3);
    QCOMPARE(committed->memberId, sample->members[0].memberId);
    const auto* without = part(*sample, {topic, 1});
    QVERIFY(without); // assigned, though nothing is committed
    QCOMPARE(without->committed, -1);
    QCOMPARE(without->logEnd, 10);
    QCOMPARE(without->memberId, sample->members[0].memberId);
}

void tst_Groups::aStaticMemberKeepsItsName()
{
    const auto topic = filledTopic("static-group", 1, 1);
    const auto group = TestCluster::uniqueName("static");
    m_cluster->noteGroup(group, {});
    TestConsumer consumer(m_address, group, topic, {{"group.instance.id", "billing-1"}});
    consumer.join();
    const auto sample = sampleOf(group);
    QVERIFY(sample.has_value());
    QCOMPARE(sample->members.size(), std::size_t{1});
    QCOMPARE(sample->members[0].instanceId, std::string("billing-1"));
}

void tst_Groups::aGroupOfTheNewProtocolIsSeen()
{
    if (SharedBroker::majorVersion() < 4) {
        QSKIP("this Kafka has no groups of the new protocol");
    }
    if (rd_kafka_version() < 0x020a00ff) {
        QSKIP("this librdkafka cannot make such a group");
    }
    const auto topic = filledTopic("new-group", 2, 10);
    const auto group = TestCluster::uniqueName("new-protocol");
    TestConsumer consumer(m_address, group, topic, {{"group.protocol", "consumer"}});
    consumer.join();
    consumer.commit({{{topic, 0}, 6}, {{topic, 1}, 2}});
    m_cluster->noteGroup(group, {{{topic, 0}, 6}, {{topic, 1}, 2}});

    const auto sample = sampleOf(group, true);
    QVERIFY2(sample.has_value(), sample ? "" : sample.error().message.c_str());
    QVERIFY2(sample->problem.empty(), sample->problem.c_str());
    QCOMPARE(sample->protocol, std::string("consumer"));
    QVERIFY(sample->state != "Dead");
    QVERIFY(sample->membersVisible);
    QCOMPARE(sample->members.size(), std::size_t{1});
    QCOMPARE(sample->members[0].assigned.size(), std::size_t{2});
    QCOMPARE(part(*sample, {topic, 0})->committed, 6);
    QCOMPARE(part(*sample, {topic, 1})->committed, 2);
    QCOMPARE(toMs(part(*sample, {topic, 1})->committedRecordTime), kFirst + 2 * 1000 + 1);
}

void tst_Groups::theTimeOfTheRecordAtTheCommittedOffsetIsRead()
{
    const auto topic = filledTopic("times", 3, 10);
    const auto first = TestCluster::uniqueName("times-a");
    const auto second = TestCluster::uniqueName("times-b");
    m_cluster->commit(first, {{{topic, 0}, 4}, {{topic, 1}, 10}, {{topic, 2}, 0}});
    m_cluster->commit(second, {{{topic, 0}, 7}}); // another offset of the same partition
    const auto samples = m_connection->cluster()->sample({first, second}, true, 20s);
    QVERIFY2(samples.has_value(), samples ? "" : samples.error().message.c_str());
    QCOMPARE(samples->size(), std::size_t{2});
    const auto& a = samples->at(0);
    const auto& b = samples->at(1);
    QCOMPARE(a.group, first);
    QCOMPARE(toMs(part(a, {topic, 0})->committedRecordTime), kFirst + 4000);
    QCOMPARE(part(a, {topic, 1})->committedRecordTime, kNoTimestamp); // no lag, no record
    QCOMPARE(toMs(part(a, {topic, 2})->committedRecordTime), kFirst + 2);
    QCOMPARE(toMs(part(b, {topic, 0})->committedRecordTime), kFirst + 7000);
    // And again: the client that read them is used a second time.
    const auto again = sampleOf(second, true);
    QVERIFY(again.has_value());
    QCOMPARE(toMs(part(*again, {topic, 0})->committedRecordTime), kFirst + 7000);
}

void tst_Groups::aCommitBelowTheLogStartKeepsItsOffset()
{
    const auto topic = filledTopic("below", 1, 10);
    const auto group = TestCluster::uniqueName("below");
    m_cluster->commit(group, {{{topic, 0}, 2}});
    m_cluster->deleteRecordsBefore({topic, 0}, 6);
    const auto sample = sampleOf(group, true);
    QVERIFY(sample.has_value());
    const auto* one = part(*sample, {topic, 0});
    QCOMPARE(one->committed, 2);
    QCOMPARE(one->logStart, 6);
    QCOMPARE(one->logEnd, 10);
    QCOMPARE(toMs(one->committedRecordTime), kFirst + 6000); // the oldest it can still read
}

void tst_Groups::commitsOnADeletedTopicDoNotHoldUpTheRest()
{
    const auto kept = filledTopic("kept", 1, 10);
    const auto dropped = filledTopic("dropped", 1, 10);
    const auto group = TestCluster::uniqueName("mixed");
    m_cluster->commit(group, {{{kept, 0}, 5}});
    m_cluster->commit(group, {{{dropped, 0}, 5}});
    m_cluster->deleteTopic(dropped);
    QTRY_VERIFY_WITH_TIMEOUT(!m_cluster->topicNames().contains(dropped), 20'000);
    const auto sample = sampleOf(group, true);
    QVERIFY2(sample.has_value(), sample ? "" : sample.error().message.c_str());
    QCOMPARE(part(*sample, {kept, 0})->logEnd, 10);
    // Kafka drops the commit with the topic, at once or a little later.
    if (const auto* gone = part(*sample, {dropped, 0})) {
        QCOMPARE(gone->logEnd, -1);
    }
}

void tst_Groups::aGroupThatIsNotThereIsNamed()
{
    const auto sample = sampleOf("no-such-group");
    QVERIFY(sample.has_value());
    QVERIFY(sample->problem.find("no-such-group") != std::string::npos);
    QVERIFY(sample->partitions.empty());
}

void tst_Groups::allGroupsAreSampledTogether()
{
    const auto topic = filledTopic("many", 2, 5);
    std::vector<std::string> made;
    for (int i = 0; i < 120; ++i) {
        made.push_back(TestCluster::uniqueName("many"));
        m_cluster->commit(made.back(), {{{topic, 0}, i % 6}, {{topic, 1}, 5}});
    }
    const auto samples = m_connection->cluster()->sample({}, true, 30s);
    QVERIFY2(samples.has_value(), samples ? "" : samples.error().message.c_str());
    QVERIFY(std::is_sorted(samples->begin(), samples->end(),
                           [](const auto& a, const auto& b) { return a.group < b.group; }));
    for (int i = 0; i < 120; ++i) {
        const auto it = std::find_if(samples->begin(), samples->end(), [&](const auto& s) {
            return s.group == made[static_cast<std::size_t>(i)];
        });
        QVERIFY(it != samples->end());
        const auto* one = part(*it, {topic, 0});
        QVERIFY(one);
        QCOMPARE(one->committed, i % 6);
        QCOMPARE(one->committedRecordTime,
                 i % 6 == 5 ? kNoTimestamp : timestampFromMs(kFirst + (i % 6) * 1000));
    }
}

QTEST_GUILESS_MAIN(tst_Groups)
#include "tst_groups.moc"

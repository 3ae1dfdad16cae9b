#include "tests/broker/support/test_cluster.h"

#include <QFile>
#include <QTextStream>
#include <QUuid>
#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <stdexcept>
#include <thread>

namespace hindcast::test {

namespace {

constexpr int kWaitMs = 30'000;

kafka::PartitionListHandle listOf(const OffsetVector& offsets)
{
    kafka::PartitionListHandle list(
        rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
    for (const auto& [place, offset] : offsets) {
        rd_kafka_topic_partition_list_add(list.get(), place.topic.c_str(), place.partition)
            ->offset = offset;
    }
    return list;
}

kafka::ClientHandle makeClient(rd_kafka_type_t type,
                               const std::map<std::string, std::string>& properties)
{
    kafka::ConfHandle conf(rd_kafka_conf_new());
    std::array<char, 512> text{};
    for (const auto& [name, value] : properties) {
        rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size());
    }
    rd_kafka_conf_set_log_cb(conf.get(), nullptr);
    kafka::ClientHandle client(rd_kafka_new(type, conf.get(), text.data(), text.size()));
    if (!client) {
        throw std::runtime_error(text.data());
    }
    static_cast<void>(conf.release()); // the client's own now
    return client;
}

} // namespace

TestCluster::TestCluster(const QString& address, QString notes)
    : m_address(address)
    , m_client(makeClient(RD_KAFKA_PRODUCER, {{"bootstrap.servers", address.toStdString()}}))
    , m_notes(std::move(notes))
{
}

rd_kafka_t* TestCluster::groups() const
{
    if (!m_groups) {
        // With a group.id: see connectors/kafka/group_offsets.h.
        m_groups = makeClient(RD_KAFKA_CONSUMER, {{"bootstrap.servers", m_address.toStdString()},
                                                  {"group.id", "hindcast-tests"}});
    }
    return m_groups.get();
}

kafka::EventHandle TestCluster::await(rd_kafka_queue_t* queue) const
{
    kafka::EventHandle event(rd_kafka_queue_poll(queue, kWaitMs));
    if (!event) {
        throw std::runtime_error("the cluster did not answer");
    }
    if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw std::runtime_error(rd_kafka_event_error_string(event.get()));
    }
    return event;
}

void TestCluster::note(const QString& line) const
{
    if (m_notes.isEmpty()) {
        return;
    }
    QFile file(m_notes);
    if (!file.open(QIODevice::Append) || file.write((line + QLatin1Char('\n')).toUtf8()) < 0) {
        throw std::runtime_error("the notes of what tests made cannot be written");
    }
}

std::string TestCluster::uniqueName(const std::string& prefix)
{
    return prefix + "-" + QUuid::createUuid().toString(QUuid::Id128).left(8).toStdString();
}

std::string TestCluster::createTopic(const std::string& prefix, std::int32_t partitions,
                                     const std::map<std::string, std::string>& configs)
{
    const auto name = uniqueName(prefix);
    note(QStringLiteral("topic ") + QString::fromStdString(name));
    std::array<char, 512> text{};
    const std::unique_ptr<rd_kafka_NewTopic_t, kafka::Destroyer<rd_kafka_NewTopic_destroy>> topic(
        rd_kafka_NewTopic_new(name.c_str(), partitions, 1, text.data(), text.size()));
    // Unless a test is about retention: records with times of its own are old to the broker, which
    // would delete them whenever it next looks.
    rd_kafka_NewTopic_set_config(topic.get(), "retention.ms", "-1");
    for (const auto& [key, value] : configs) {
        rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str());
    }
    const kafka::QueueHandle queue(rd_kafka_queue_new(m_client.get()));
    std::array<rd_kafka_NewTopic_t*, 1> topics{topic.get()};
    rd_kafka_CreateTopics(m_client.get(), topics.data(), topics.size(), nullptr, queue.get());
    const auto event = await(queue.get());
    std::size_t count = 0;
    const auto* results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event.get()), &count);
    for (const auto* result : std::span(results, count)) {
        if (rd_kafka_topic_result_error(result) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            throw std::runtime_error(rd_kafka_topic_result_error_string(result));
        }
    }
    // Created is not yet known: the broker's metadata follow a little later.
    while (!topicNames().contains(name)) {
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return name;
}

void TestCluster::deleteTopic(const std::string& topic)
{
    const std::unique_ptr<rd_kafka_DeleteTopic_t, kafka::Destroyer<rd_kafka_DeleteTopic_destroy>>
        one(rd_kafka_DeleteTopic_new(topic.c_str()));
    const kafka::QueueHandle queue(rd_kafka_queue_new(m_client.get()));
    std::array<rd_kafka_DeleteTopic_t*, 1> topics{one.get()};
    rd_kafka_DeleteTopics(m_client.get(), topics.data(), topics.size(), nullptr, queue.get());
    await(queue.get());
}

void TestCluster::deleteRecordsBefore(const TopicPartition& place, std::int64_t offset)
{
    const auto list = listOf({{place, offset}});
    const std::unique_ptr<rd_kafka_DeleteRecords_t,
                          kafka::Destroyer<rd_kafka_DeleteRecords_destroy>>
        one(rd_kafka_DeleteRecords_new(list.get()));
    const kafka::QueueHandle queue(rd_kafka_queue_new(m_client.get()));
    std::array<rd_kafka_DeleteRecords_t*, 1> all{one.get()};
    rd_kafka_DeleteRecords(m_client.get(), all.data(), all.size(), nullptr, queue.get());
    await(queue.get());
}

void TestCluster::commit(const std::string& group, const OffsetVector& offsets)
{
    noteGroup(group, offsets);
    const auto list = listOf(offsets);
    // On a fresh broker the coordinator needs a moment, and the call answers ok all the same: so
    // again until the commits are there.
    std::string failure;
    for (int attempt = 0; attempt < 100; ++attempt) {
        try {
            const std::unique_ptr<rd_kafka_AlterConsumerGroupOffsets_t,
                                  kafka::Destroyer<rd_kafka_AlterConsumerGroupOffsets_destroy>>
                one(rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list.get()));
            const kafka::QueueHandle queue(rd_kafka_queue_new(groups()));
            std::array<rd_kafka_AlterConsumerGroupOffsets_t*, 1> all{one.get()};
            rd_kafka_AlterConsumerGroupOffsets(groups(), all.data(), all.size(), nullptr,
                                               queue.get());
            await(queue.get());
            const auto there = committed(group);
            if (std::all_of(offsets.begin(), offsets.end(), [&](const auto& wanted) {
                    const auto it = there.find(wanted.first);
                    return it != there.end() && it->second == wanted.second;
                })) {
                return;
            }
        } catch (const std::runtime_error& error) {
            failure = error.what();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
    throw std::runtime_error("the group's offsets were not committed: " + failure);
}

void TestCluster::noteGroup(const std::string& group, const OffsetVector& offsets)
{
    const auto name = QString::fromStdString(group);
    note(QStringLiteral("group ") + name);
    for (const auto& [place, offset] : offsets) {
        note(QStringLiteral("commit %1 %2 %3 %4")
                 .arg(name, QString::fromStdString(place.topic))
                 .arg(place.partition)
                 .arg(offset));
    }
}

std::set<std::string> TestCluster::topicNames() const
{
    const rd_kafka_metadata_t* raw = nullptr;
    if (rd_kafka_metadata(m_client.get(), 1, nullptr, &raw, kWaitMs) !=
        RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw std::runtime_error("the cluster did not tell its topics");
    }
    const kafka::MetadataHandle metadata(raw);
    std::set<std::string> names;
    for (const auto& topic : std::span(raw->topics, static_cast<std::size_t>(raw->topic_cnt))) {
        names.insert(topic.topic);
    }
    return names;
}

std::set<std::string> TestCluster::groupNames() const
{
    const rd_kafka_group_list* raw = nullptr;
    if (rd_kafka_list_groups(m_client.get(), nullptr, &raw, kWaitMs) !=
        RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw std::runtime_error("the cluster did not tell its groups");
    }
    std::set<std::string> names;
    for (const auto& group : std::span(raw->groups, static_cast<std::size_t>(raw->group_cnt))) {
        names.insert(group.group);
    }
    rd_kafka_group_list_destroy(raw);
    return names;
}

OffsetVector TestCluster::committed(const std::string& group) const
{
    const std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t,
                          kafka::Destroyer<rd_kafka_ListConsumerGroupOffsets_destroy>>
        one(rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr));
    const kafka::QueueHandle queue(rd_kafka_queue_new(groups()));
    std::array<rd_kafka_ListConsumerGroupOffsets_t*, 1> all{one.get()};
    rd_kafka_ListConsumerGroupOffsets(groups(), all.data(), all.size(), nullptr, queue.get());
    const auto event = await(queue.get());
    std::size_t count = 0;
    const auto* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
        rd_kafka_event_ListConsumerGroupOffsets_result(event.get()), &count);
    OffsetVector offsets;
    for (const auto* answer : std::span(groups, count)) {
        const auto* list = rd_kafka_group_result_partitions(answer);
        if (list == nullptr) {
            continue; // the group's coordinator is not ready
        }
        for (const auto& part : std::span(list->elems, static_cast<std::size_t>(list->cnt))) {
            if (part.offset >= 0) {
                offsets[{part.topic, part.partition}] = part.offset;
            }
        }
    }
    return offsets;
}

MadeByTests readNotes(const QString& notes)
{
    MadeByTests made;
    QFile file(notes);
    if (!file.open(QIODevice::ReadOnly)) {
        return made;
    }
    QTextStream stream(&file);
    while (!stream.atEnd()) {
        const auto words = stream.readLine().split(QLatin1Char(' '));
        if (words.value(0) == QLatin1String("topic")) {
            made.topics.insert(words.value(1).toStdString());
        } else if (words.value(0) == QLatin1String("group")) {
            made.groups.insert(words.value(1).toStdString());
        } else if (words.value(0) == QLatin1String("commit")) {
            made.commits[words.value(1).toStdString()]
                        [{words.value(2).toStdString(), words.value(3).toInt()}] =
                words.value(4).toLongLong();
        }
    }
    return made;
}

} // namespace hindcast::test

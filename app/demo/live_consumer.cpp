#include "app/demo/live_consumer.h"

#include <array>
#include <fmt/core.h>
#include <string_view>

namespace hindcast::demo {

namespace {

kafka::PartitionListHandle listOf(const std::string& topic, std::int32_t partition,
                                  std::int64_t offset)
{
    kafka::PartitionListHandle list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
    return list;
}

} // namespace

Result<void> LiveConsumer::join()
{
    auto conf = makeConf(m_properties, {{"group.id", m_group.name},
                                        {"client.id", m_group.name},
                                        {"enable.auto.commit", "false"},
                                        {"auto.offset.reset", "earliest"},
                                        {"fetch.wait.max.ms", "100"},
                                        {"session.timeout.ms", "10000"}});
    if (!conf) {
        return tl::unexpected(conf.error());
    }
    std::array<char, 512> text{};
    m_client.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), text.data(), text.size()));
    if (!m_client) {
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format("A consumer of {} could not be made: {}.", m_group.name, text.data()));
    }
    static_cast<void>(conf->release()); // the client's now
    rd_kafka_poll_set_consumer(m_client.get());
    const kafka::PartitionListHandle topics(rd_kafka_topic_partition_list_new(2));
    for (const Topic topic : m_group.topics) {
        rd_kafka_topic_partition_list_add(topics.get(), shapeOf(topic).name, RD_KAFKA_PARTITION_UA);
    }
    const auto code = rd_kafka_subscribe(m_client.get(), topics.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return tl::unexpected(kafkaError(fmt::format("{} could not join", m_group.name), code));
    }
    return {};
}

void LiveConsumer::leave()
{
    rd_kafka_consumer_close(m_client.get());
    m_client.reset();
}

Result<void> LiveConsumer::run(const std::stop_token& stop)
{
    if (auto joined = join(); !joined) {
        return joined;
    }
    while (!stop.stop_requested()) {
        const kafka::MessageHandle message(rd_kafka_consumer_poll(m_client.get(), 100));
        if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            take(*message);
        }
        retryStuck();
        commitProcessed();
    }
    leave();
    return {};
}

Result<void> LiveConsumer::visit(const std::stop_token& stop)
{
    if (auto joined = join(); !joined) {
        return joined;
    }
    for (int tries = 0; tries < 300 && !stop.stop_requested(); ++tries) {
        const kafka::MessageHandle message(rd_kafka_consumer_poll(m_client.get(), 100));
        rd_kafka_topic_partition_list_t* assigned = nullptr;
        if (rd_kafka_assignment(m_client.get(), &assigned) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            continue;
        }
        const kafka::PartitionListHandle list(assigned);
        if (list->cnt == 0) {
            continue;
        }
        for (int i = 0; i < list->cnt; ++i) {
            std::int64_t low = 0;
            std::int64_t high = 0;
            rd_kafka_query_watermark_offsets(m_client.get(), list->elems[i].topic,
                                             list->elems[i].partition, &low, &high, 5000);
            list->elems[i].offset = low;
        }
        rd_kafka_commit(m_client.get(), list.get(), 0);
        break;
    }
    leave();
    return {};
}

bool LiveConsumer::canProcess(const rd_kafka_message_t& message) const
{
    if (!m_group.needsWholeJson || message.payload == nullptr) {
        return true;
    }
    const std::string_view value(static_cast<const char*>(message.payload), message.len);
    return value.ends_with('}');
}

void LiveConsumer::take(const rd_kafka_message_t& message)
{
    const Place place{rd_kafka_topic_name(message.rkt), message.partition};
    const auto stuck = m_stuck.find(place);
    if (stuck != m_stuck.end() && message.offset > stuck->second.offset) {
        return; // fetched before the partition was paused
    }
    if (canProcess(message)) {
        m_stuck.erase(place);
        m_processed.push_back(
            {Clock::now() + std::chrono::milliseconds(m_group.delayMs), place, message.offset + 1});
        return;
    }
    if (stuck == m_stuck.end()) {
        fmt::print(stderr, "{}: {}-{}@{} is not whole JSON; trying again until it is\n",
                   m_group.name, place.first, place.second, message.offset);
    }
    m_stuck[place] = {message.offset, Clock::now() + std::chrono::seconds(1)};
    const auto list = listOf(place.first, place.second, message.offset);
    rd_kafka_pause_partitions(m_client.get(), list.get());
}

void LiveConsumer::retryStuck()
{
    for (auto& [place, stuck] : m_stuck) {
        if (Clock::now() < stuck.retryAt) {
            continue;
        }
        stuck.retryAt = Clock::now() + std::chrono::seconds(1);
        const auto list = listOf(place.first, place.second, stuck.offset);
        rd_kafka_resume_partitions(m_client.get(), list.get());
        const kafka::ErrorHandle error(rd_kafka_seek_partitions(m_client.get(), list.get(), 2000));
    }
}

void LiveConsumer::commitProcessed()
{
    if (Clock::now() < m_lastCommit + std::chrono::milliseconds(500)) {
        return;
    }
    m_lastCommit = Clock::now();
    std::map<Place, std::int64_t> next;
    while (!m_processed.empty() && m_processed.front().at <= m_lastCommit) {
        next[m_processed.front().place] = m_processed.front().next;
        m_processed.pop_front();
    }
    if (next.empty()) {
        return;
    }
    const kafka::PartitionListHandle list(
        rd_kafka_topic_partition_list_new(static_cast<int>(next.size())));
    for (const auto& [place, offset] : next) {
        rd_kafka_topic_partition_list_add(list.get(), place.first.c_str(), place.second)->offset =
            offset;
    }
    rd_kafka_commit(m_client.get(), list.get(), 1);
}

} // namespace hindcast::demo

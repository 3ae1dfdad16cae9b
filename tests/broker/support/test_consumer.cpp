#include "tests/broker/support/test_consumer.h"

#include <array>
#include <chrono>
#include <stdexcept>

namespace hindcast::test {

TestConsumer::TestConsumer(const QString& address, const std::string& group,
                           const std::string& topic,
                           const std::map<std::string, std::string>& properties)
{
    std::map<std::string, std::string> all = {{"bootstrap.servers", address.toStdString()},
                                              {"group.id", group},
                                              {"client.id", "billing-service"},
                                              {"enable.auto.commit", "false"},
                                              {"auto.offset.reset", "earliest"}};
    for (const auto& [name, value] : properties) {
        all[name] = value;
    }
    kafka::ConfHandle conf(rd_kafka_conf_new());
    std::array<char, 512> text{};
    for (const auto& [name, value] : all) {
        if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size()) !=
            RD_KAFKA_CONF_OK) {
            throw std::runtime_error(text.data());
        }
    }
    rd_kafka_conf_set_log_cb(conf.get(), nullptr);
    m_consumer.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), text.data(), text.size()));
    if (!m_consumer) {
        throw std::runtime_error(text.data());
    }
    static_cast<void>(conf.release()); // the consumer's own now
    rd_kafka_poll_set_consumer(m_consumer.get());
    const kafka::PartitionListHandle topics(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    if (const auto code = rd_kafka_subscribe(m_consumer.get(), topics.get());
        code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw std::runtime_error(rd_kafka_err2str(code));
    }
}

TestConsumer::~TestConsumer()
{
    if (m_consumer) {
        leave();
    }
}

void TestConsumer::join()
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (std::chrono::steady_clock::now() < end) {
        const kafka::MessageHandle message(rd_kafka_consumer_poll(m_consumer.get(), 200));
        rd_kafka_topic_partition_list_t* raw = nullptr;
        if (rd_kafka_assignment(m_consumer.get(), &raw) == RD_KAFKA_RESP_ERR_NO_ERROR) {
            const kafka::PartitionListHandle assigned(raw);
            if (assigned->cnt > 0) {
                return;
            }
        }
    }
    throw std::runtime_error("the consumer was assigned nothing within a minute");
}

void TestConsumer::commit(const OffsetVector& offsets)
{
    const kafka::PartitionListHandle list(
        rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
    for (const auto& [place, offset] : offsets) {
        rd_kafka_topic_partition_list_add(list.get(), place.topic.c_str(), place.partition)
            ->offset = offset;
    }
    if (const auto code = rd_kafka_commit(m_consumer.get(), list.get(), 0);
        code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw std::runtime_error(rd_kafka_err2str(code));
    }
}

void TestConsumer::leave()
{
    rd_kafka_consumer_close(m_consumer.get());
    m_consumer.reset();
}

} // namespace hindcast::test

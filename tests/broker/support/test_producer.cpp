#include "tests/broker/support/test_producer.h"

#include <array>
#include <stdexcept>

namespace hindcast::test {

namespace {

void check(rd_kafka_error_t* error)
{
    const kafka::ErrorHandle handle(error);
    if (handle) {
        throw std::runtime_error(rd_kafka_error_string(handle.get()));
    }
}

void onDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque)
{
    // A purge is what an aborted transaction does to records still on their way.
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR &&
        message->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE &&
        message->err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
        *static_cast<std::string*>(opaque) = rd_kafka_err2str(message->err);
    }
}

} // namespace

TestProducer::TestProducer(const QString& address,
                           const std::map<std::string, std::string>& properties)
    : m_failure(std::make_unique<std::string>())
{
    std::map<std::string, std::string> all = {
        {"bootstrap.servers", address.toStdString()},
        // A retry must not change the order that a test asserts.
        {"enable.idempotence", "true"},
        {"linger.ms", "5"},
        {"message.max.bytes", "16000000"}};
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
    rd_kafka_conf_set_opaque(conf.get(), m_failure.get());
    rd_kafka_conf_set_dr_msg_cb(conf.get(), onDelivery);
    rd_kafka_conf_set_log_cb(conf.get(), nullptr);
    m_producer.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), text.data(), text.size()));
    if (!m_producer) {
        throw std::runtime_error(text.data());
    }
    static_cast<void>(conf.release()); // the producer's own now
    if (all.contains("transactional.id")) {
        check(rd_kafka_init_transactions(m_producer.get(), 30'000));
    }
}

void TestProducer::send(const std::string& topic, const TestRecord& record)
{
    rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
    for (const auto& [name, value] : record.headers) {
        rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()),
                            value ? value->data() : nullptr,
                            value ? static_cast<ssize_t>(value->size()) : 0);
    }
    const auto bytes = [](const std::optional<std::string>& text) {
        return text ? const_cast<char*>(text->data()) : nullptr;
    };
    const auto size = [](const std::optional<std::string>& text) {
        return text ? text->size() : std::size_t{0};
    };
    for (;;) {
        const auto code = rd_kafka_producev(
            m_producer.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
            RD_KAFKA_V_PARTITION(record.partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_KEY(bytes(record.key), size(record.key)),
            RD_KAFKA_V_VALUE(bytes(record.value), size(record.value)),
            RD_KAFKA_V_TIMESTAMP(record.timestampMs), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            return; // the headers went with it
        }
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            rd_kafka_headers_destroy(headers);
            throw std::runtime_error(rd_kafka_err2str(code));
        }
        rd_kafka_poll(m_producer.get(), 20);
    }
}

void TestProducer::flush()
{
    if (rd_kafka_flush(m_producer.get(), 60'000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw std::runtime_error("the records were not delivered within a minute");
    }
    if (!m_failure->empty()) {
        throw std::runtime_error("a record was not delivered: " + *m_failure);
    }
}

void TestProducer::sendAll(const std::string& topic, const std::vector<TestRecord>& records)
{
    for (const auto& record : records) {
        send(topic, record);
    }
    flush();
}

void TestProducer::begin()
{
    check(rd_kafka_begin_transaction(m_producer.get()));
}

void TestProducer::commit()
{
    check(rd_kafka_commit_transaction(m_producer.get(), 30'000));
}

void TestProducer::abort()
{
    // Delivered first, so that the log holds what was aborted.
    flush();
    check(rd_kafka_abort_transaction(m_producer.get(), 30'000));
}

} // namespace hindcast::test

#include "app/demo/live_producer.h"

#include <array>
#include <fmt/core.h>

namespace hindcast::demo {

Result<std::unique_ptr<LiveProducer>> LiveProducer::create(const Properties& properties,
                                                           std::size_t events)
{
    auto conf = makeConf(properties, {{"client.id", "shop"},
                                      {"linger.ms", "5"},
                                      {"compression.codec", "lz4"},
                                      {"enable.idempotence", "true"}});
    if (!conf) {
        return tl::unexpected(conf.error());
    }
    std::unique_ptr<LiveProducer> producer(new LiveProducer(events));
    rd_kafka_conf_set_dr_msg_cb(conf->get(), &LiveProducer::delivered);
    rd_kafka_conf_set_opaque(conf->get(), producer.get());
    std::array<char, 512> text{};
    producer->m_client.reset(
        rd_kafka_new(RD_KAFKA_PRODUCER, conf->get(), text.data(), text.size()));
    if (!producer->m_client) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("The producer could not be made: {}.", text.data()));
    }
    static_cast<void>(conf->release()); // the client's now
    return producer;
}

LiveProducer::~LiveProducer() = default;

void LiveProducer::delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque)
{
    auto* const self = static_cast<LiveProducer*>(opaque);
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        self->m_failure = message->err;
        return;
    }
    const auto id = static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(message->_private));
    if (id > 0) {
        self->m_offsets[id - 1] = message->offset;
    }
}

Result<void> LiveProducer::createTopics()
{
    using NewTopicHandle =
        std::unique_ptr<rd_kafka_NewTopic_t, kafka::Destroyer<rd_kafka_NewTopic_destroy>>;
    std::vector<NewTopicHandle> made;
    std::vector<rd_kafka_NewTopic_t*> topics;
    std::array<char, 512> text{};
    for (const TopicShape& shape : kTopics) {
        made.emplace_back(
            rd_kafka_NewTopic_new(shape.name, shape.partitions, -1, text.data(), text.size()));
        if (shape.compacted) {
            rd_kafka_NewTopic_set_config(made.back().get(), "cleanup.policy", "compact");
        }
        topics.push_back(made.back().get());
    }
    const kafka::QueueHandle queue(rd_kafka_queue_new(m_client.get()));
    rd_kafka_CreateTopics(m_client.get(), topics.data(), topics.size(), nullptr, queue.get());
    const kafka::EventHandle event(rd_kafka_queue_poll(queue.get(), 30'000));
    if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(ErrorCode::Unreachable,
                    "The topics could not be created: does the broker answer?",
                    event ? rd_kafka_event_error_string(event.get()) : "no answer in 30 s");
    }
    std::size_t count = 0;
    const auto* const results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event.get()), &count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto code = rd_kafka_topic_result_error(results[i]);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
            return tl::unexpected(kafkaError(fmt::format("The topic {} could not be created",
                                                         rd_kafka_topic_result_name(results[i])),
                                             code));
        }
    }
    return {};
}

Result<void> LiveProducer::write(const Event& event, EventId id)
{
    if (m_failure != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return tl::unexpected(kafkaError("A record could not be written", m_failure));
    }
    const char* const topic = shapeOf(event.topic).name;
    for (;;) {
        // Taken over by the client where it takes the record.
        rd_kafka_headers_t* const headers = rd_kafka_headers_new(event.headers.size());
        for (const auto& [name, text] : event.headers) {
            rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()),
                                text.data(), static_cast<ssize_t>(text.size()));
        }
        std::array<rd_kafka_vu_t, 8> parts{};
        parts[0].vtype = RD_KAFKA_VTYPE_TOPIC;
        parts[0].u.cstr = topic;
        parts[1].vtype = RD_KAFKA_VTYPE_PARTITION;
        parts[1].u.i32 = event.partition;
        parts[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
        parts[2].u.i = RD_KAFKA_MSG_F_COPY;
        parts[3].vtype = RD_KAFKA_VTYPE_KEY; // null where the record has none
        parts[4].vtype = RD_KAFKA_VTYPE_VALUE;
        if (event.key) {
            parts[3].u.mem = {const_cast<char*>(event.key->data()), event.key->size()};
        }
        if (event.value) {
            parts[4].u.mem = {const_cast<char*>(event.value->data()), event.value->size()};
        }
        parts[5].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
        parts[5].u.i64 = event.timestampMs;
        parts[6].vtype = RD_KAFKA_VTYPE_HEADERS;
        parts[6].u.headers = headers;
        parts[7].vtype = RD_KAFKA_VTYPE_OPAQUE;
        parts[7].u.ptr = reinterpret_cast<void*>(static_cast<std::uintptr_t>(id + 1));
        const kafka::ErrorHandle error(
            rd_kafka_produceva(m_client.get(), parts.data(), parts.size()));
        const auto code = error ? rd_kafka_error_code(error.get()) : RD_KAFKA_RESP_ERR_NO_ERROR;
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_poll(m_client.get(), 0);
            return {};
        }
        rd_kafka_headers_destroy(headers);
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            return tl::unexpected(
                kafkaError(fmt::format("A record of {} was not taken", topic), code));
        }
        rd_kafka_poll(m_client.get(), 50);
    }
}

void LiveProducer::poll(int milliseconds)
{
    rd_kafka_poll(m_client.get(), milliseconds);
}

Result<void> LiveProducer::flush()
{
    const auto code = rd_kafka_flush(m_client.get(), 10'000);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return tl::unexpected(kafkaError("The last records were not written", code));
    }
    return {};
}

} // namespace hindcast::demo

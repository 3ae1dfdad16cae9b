#include "tests/bench/load_topic.h"

#include "connectors/kafka/rd_handles.h"

#include <array>
#include <fmt/format.h>

namespace hindcast::bench {

namespace {

// SplitMix64: one step from any state, so that order n needs none of those before it.
std::uint64_t mix(std::uint64_t x)
{
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

constexpr std::array kStatuses = {
    "CREATED", "CREATED", "CREATED", "CREATED", "PAID",    "PAID",    "PAID",      "PAID",
    "PACKED",  "PACKED",  "SHIPPED", "SHIPPED", "SHIPPED", "SHIPPED", "DELIVERED", "CANCELLED"};
constexpr std::array kCountries = {"DE", "FR", "NL", "PL", "SE", "ES", "IT", "AT"};

constexpr std::int64_t kFirstTime = 1'760'000'000'000; // one record a millisecond from here

kafka::ClientHandle makeProducer(const TopicLoad& load, std::string& failure)
{
    kafka::ConfHandle conf(rd_kafka_conf_new());
    std::array<char, 512> text{};
    for (const auto& [name, value] : {std::pair{"bootstrap.servers", load.bootstrap.c_str()},
                                      {"compression.codec", load.codec.c_str()},
                                      {"queue.buffering.max.messages", "500000"},
                                      {"queue.buffering.max.kbytes", "524288"},
                                      {"batch.num.messages", "10000"},
                                      {"linger.ms", "50"}}) {
        if (rd_kafka_conf_set(conf.get(), name, value, text.data(), text.size()) !=
            RD_KAFKA_CONF_OK) {
            failure = text.data();
            return nullptr;
        }
    }
    kafka::ClientHandle producer(
        rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), text.data(), text.size()));
    if (producer) {
        static_cast<void>(conf.release()); // the producer's own now
    } else {
        failure = text.data();
    }
    return producer;
}

Result<void> createTopic(rd_kafka_t* producer, const TopicLoad& load)
{
    std::array<char, 512> text{};
    std::unique_ptr<rd_kafka_NewTopic_t, kafka::Destroyer<rd_kafka_NewTopic_destroy>> topic(
        rd_kafka_NewTopic_new(load.topic.c_str(), load.partitions, 1, text.data(), text.size()));
    if (!topic) {
        return fail(ErrorCode::InvalidArgument, std::string("No such topic: ") + text.data());
    }
    // Its times lie in the past: the broker's default retention would delete it at once.
    rd_kafka_NewTopic_set_config(topic.get(), "retention.ms", "-1");
    const kafka::QueueHandle queue(rd_kafka_queue_new(producer));
    std::array<rd_kafka_NewTopic_t*, 1> topics{topic.get()};
    rd_kafka_CreateTopics(producer, topics.data(), topics.size(), nullptr, queue.get());
    const kafka::EventHandle event(rd_kafka_queue_poll(queue.get(), 30'000));
    if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(ErrorCode::Unreachable, "The topic could not be created: does the broker run?");
    }
    return {};
}

std::int64_t recordsThere(rd_kafka_t* client, const TopicLoad& load)
{
    std::int64_t sum = 0;
    for (std::int32_t partition = 0; partition < load.partitions; ++partition) {
        std::int64_t low = 0;
        std::int64_t high = 0;
        if (rd_kafka_query_watermark_offsets(client, load.topic.c_str(), partition, &low, &high,
                                             10'000) == RD_KAFKA_RESP_ERR_NO_ERROR) {
            sum += high - low;
        }
    }
    return sum;
}

} // namespace

std::string orderJson(std::uint64_t seed, std::uint64_t n)
{
    const auto r = mix(seed * 0x100000001b3ull + n);
    const auto cents = (r >> 8) % 100'000;
    return fmt::format(
        R"({{"orderId":"order-{}","customer":"customer-{}","status":"{}","amount":{}.{:02},)"
        R"("currency":"EUR","country":"{}","items":{},"created":{}}})",
        n % 1'000'000, (r >> 32) % 50'000, kStatuses[r & 15], cents / 100, cents % 100,
        kCountries[(r >> 4) & 7], 1 + ((r >> 28) & 7), kFirstTime + static_cast<std::int64_t>(n));
}

Result<void> loadTopic(const TopicLoad& load)
{
    std::string failure;
    const auto producer = makeProducer(load, failure);
    if (!producer) {
        return fail(ErrorCode::InvalidArgument, "No producer could be made: " + failure);
    }
    if (auto done = createTopic(producer.get(), load); !done) {
        return done;
    }
    const auto there = recordsThere(producer.get(), load);
    if (there == static_cast<std::int64_t>(load.records)) {
        return {};
    }
    if (there != 0) {
        return fail(ErrorCode::InvalidArgument,
                    "The topic " + load.topic + " holds other records: choose another name.");
    }
    for (std::uint64_t n = 0; n < load.records; ++n) {
        const auto value = orderJson(load.seed, n);
        const auto key = fmt::format("order-{}", n % 1'000'000);
        // By key, as a producer would: all versions of an order are in one partition.
        const auto partition = static_cast<std::int32_t>(
            mix(n % 1'000'000) % static_cast<std::uint64_t>(load.partitions));
        for (;;) {
            const auto code = rd_kafka_producev(
                producer.get(), RD_KAFKA_V_TOPIC(load.topic.c_str()),
                RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                RD_KAFKA_V_KEY(key.data(), key.size()),
                RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                RD_KAFKA_V_TIMESTAMP(kFirstTime + static_cast<std::int64_t>(n)), RD_KAFKA_V_END);
            if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
                break;
            }
            if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
                return fail(ErrorCode::Internal,
                            std::string("A record was not taken: ") + rd_kafka_err2str(code));
            }
            rd_kafka_poll(producer.get(), 20);
        }
    }
    if (rd_kafka_flush(producer.get(), 120'000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(ErrorCode::TimedOut, "The topic was not filled within two minutes.");
    }
    return {};
}

} // namespace hindcast::bench

#pragma once

#include "connectors/kafka/client.h"
#include "connectors/kafka/delivery_queue.h"
#include "connectors/kafka/read_plan.h"

#include <chrono>
#include <stop_token>
#include <unordered_map>
#include <vector>

namespace hindcast::kafka {

// Reads some partitions of a plan, on a thread of its own: takes what librdkafka has, copies each
// record once into a batch of its topic and hands the batches to the queue. It assigns partitions
// one by one and is in no group, so the cluster keeps no trace of it. A partition ends by position
// (its end-of-partition event or a record at or past the end), never by waiting for a record, which
// a transaction marker or compaction may have left out.
class RangeConsumer
{
public:
    struct Options
    {
        bool follow = false;                        // no end; wait for what comes
        std::chrono::milliseconds patience{10'000}; // without any sign from any partition
    };

    // One partition: `start` up to `end` (first not read).
    struct Range
    {
        std::size_t part = 0; // index into the plan
        TopicPartition place;
        std::int64_t start = 0;
        std::int64_t end = 0;
    };

    RangeConsumer(const Client& client, std::vector<Range> ranges, Options options,
                  DeliveryQueue& queue, std::stop_token stop);
    ~RangeConsumer();
    RangeConsumer(const RangeConsumer&) = delete;
    RangeConsumer& operator=(const RangeConsumer&) = delete;

    // Reads until every partition is at its end, has failed, or a stop was asked for.
    void run();

private:
    using Clock = std::chrono::steady_clock;

    struct Partition
    {
        Range range;
        std::size_t topic = 0;
        bool open = true;
        bool caughtUp = false;
        bool touched = false; // `step` says something new
        PartStep step;
    };
    struct Topic
    {
        TopicHandle handle;
        RecordBatchBuilder builder;
        std::vector<std::size_t> byPartition; // partition number -> index, kNone: not read
        Clock::time_point oldest;             // when the first record of the batch came
    };
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    void open();
    void closeAll();
    void take(rd_kafka_message_t& message);
    void takeRecord(Partition& partition, const rd_kafka_message_t& message);
    void takeEvent(Partition& partition, const rd_kafka_message_t& message);
    void advance(Partition& partition, std::int64_t offset);
    void finish(Partition& partition, const std::string& problem = {});
    void continueAfterDeletion(Partition& partition);
    void reportSilence();
    void watchConnection(Clock::time_point now);
    void reportTrouble(const std::string& trouble);
    void flush(Topic& topic);
    void flushOld(Clock::time_point now);
    Partition* partitionOf(const rd_kafka_message_t& message);
    bool allCaughtUp() const;

    const Client& m_client;
    const Options m_options;
    DeliveryQueue& m_queue;
    const std::stop_token m_stop;
    QueueHandle m_source;
    std::vector<Topic> m_topics;
    std::vector<Partition> m_partitions;
    std::unordered_map<const rd_kafka_topic_t*, std::size_t> m_topicOf;
    const rd_kafka_topic_t* m_lastHandle = nullptr; // records of a topic come in runs
    std::size_t m_lastTopic = 0;
    std::size_t m_open = 0;
    bool m_cancelled = false;
    Clock::time_point m_lastSign;
    // Of a tail, whose silence may mean anything.
    std::uint64_t m_errorsSeen = 0;
    bool m_watching = false;
    bool m_troubled = false;
    Clock::time_point m_lastProbe;
};

} // namespace hindcast::kafka

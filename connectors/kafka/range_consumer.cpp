#include "connectors/kafka/range_consumer.h"

#include "connectors/kafka/cluster_queries.h"

#include <algorithm>
#include <array>
#include <map>

namespace hindcast::kafka {

namespace {

constexpr auto kBatchAge = std::chrono::milliseconds{50};
constexpr auto kProbeEvery = std::chrono::milliseconds{1000};
constexpr std::size_t kTakenAtOnce = 1024;

std::optional<std::string_view> bytesOf(const void* data, std::size_t size)
{
    if (data == nullptr) {
        return std::nullopt;
    }
    return std::string_view(static_cast<const char*>(data), size);
}

TimestampType typeOf(rd_kafka_timestamp_type_t type)
{
    switch (type) {
    case RD_KAFKA_TIMESTAMP_CREATE_TIME:
        return TimestampType::CreateTime;
    case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME:
        return TimestampType::LogAppendTime;
    default:
        return TimestampType::None;
    }
}

} // namespace

RangeConsumer::RangeConsumer(const Client& client, std::vector<Range> ranges, Options options,
                             DeliveryQueue& queue, std::stop_token stop)
    : m_client(client)
    , m_options(options)
    , m_queue(queue)
    , m_stop(std::move(stop))
    , m_source(rd_kafka_queue_new(client.handle()))
{
    std::map<std::string, std::size_t> topics;
    for (auto& range : ranges) {
        const auto [it, isNew] = topics.try_emplace(range.place.topic, m_topics.size());
        if (isNew) {
            m_topics.push_back({TopicHandle(rd_kafka_topic_new(client.handle(),
                                                               range.place.topic.c_str(), nullptr)),
                                RecordBatchBuilder(range.place.topic),
                                {},
                                {}});
            m_topicOf[m_topics.back().handle.get()] = it->second;
        }
        auto& byPartition = m_topics[it->second].byPartition;
        const auto number = static_cast<std::size_t>(range.place.partition);
        byPartition.resize(std::max(byPartition.size(), number + 1), kNone);
        byPartition[number] = m_partitions.size();
        Partition partition;
        partition.step.part = range.part;
        partition.step.next = range.start;
        partition.topic = it->second;
        partition.range = std::move(range);
        m_partitions.push_back(std::move(partition));
    }
}

RangeConsumer::~RangeConsumer() = default;

void RangeConsumer::run()
{
    open();
    m_errorsSeen = m_client.errors().count();
    std::array<rd_kafka_message_t*, kTakenAtOnce> messages{};
    m_lastSign = Clock::now();
    while (m_open > 0 && !m_cancelled && !m_stop.stop_requested()) {
        // What is there first; only then wait, for one: the library would wait for a full batch.
        auto count =
            rd_kafka_consume_batch_queue(m_source.get(), 0, messages.data(), messages.size());
        if (count <= 0) {
            flushOld(Clock::now());
            m_client.serveCallbacks();
            count = rd_kafka_consume_batch_queue(
                m_source.get(), static_cast<int>(kBatchAge.count()) / 2, messages.data(), 1);
        }
        for (ssize_t i = 0; i < count; ++i) {
            const MessageHandle message(messages[static_cast<std::size_t>(i)]);
            take(*message);
        }
        const auto now = Clock::now();
        if (count > 0) {
            reportTrouble({});
            flushOld(now);
            m_lastSign = Clock::now(); // waiting for room in the queue is not the broker's silence
        } else if (!m_options.follow && now - m_lastSign > m_options.patience) {
            reportSilence();
        } else if (m_options.follow) {
            watchConnection(now);
        }
    }
    closeAll();
    for (auto& topic : m_topics) {
        flush(topic);
    }
}

void RangeConsumer::open()
{
    for (auto& partition : m_partitions) {
        ++m_open;
        if (!m_options.follow && partition.range.start >= partition.range.end) {
            partition.open = false;
            --m_open;
            continue;
        }
        auto& topic = m_topics[partition.topic];
        if (!topic.handle ||
            rd_kafka_consume_start_queue(topic.handle.get(), partition.range.place.partition,
                                         partition.range.start, m_source.get()) != 0) {
            const auto code = rd_kafka_last_error();
            partition.open = false;
            --m_open;
            partition.touched = true;
            partition.step.problem =
                "it could not be read: " + partitionProblem(code, rd_kafka_err2str(code));
        }
    }
}

void RangeConsumer::closeAll()
{
    for (auto& partition : m_partitions) {
        if (partition.open) {
            rd_kafka_consume_stop(m_topics[partition.topic].handle.get(),
                                  partition.range.place.partition);
            partition.open = false;
        }
    }
}

RangeConsumer::Partition* RangeConsumer::partitionOf(const rd_kafka_message_t& message)
{
    if (message.rkt == nullptr) {
        return nullptr;
    }
    if (message.rkt != m_lastHandle) {
        const auto it = m_topicOf.find(message.rkt);
        if (it == m_topicOf.end()) {
            return nullptr;
        }
        m_lastHandle = message.rkt;
        m_lastTopic = it->second;
    }
    const auto& byPartition = m_topics[m_lastTopic].byPartition;
    const auto number = static_cast<std::size_t>(message.partition);
    if (message.partition < 0 || number >= byPartition.size() || byPartition[number] == kNone) {
        return nullptr;
    }
    return &m_partitions[byPartition[number]];
}

void RangeConsumer::take(rd_kafka_message_t& message)
{
    auto* partition = partitionOf(message);
    if (partition == nullptr || !partition->open || m_cancelled) {
        return;
    }
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        takeRecord(*partition, message);
    } else {
        takeEvent(*partition, message);
    }
}

void RangeConsumer::takeRecord(Partition& partition, const rd_kafka_message_t& message)
{
    const auto offset = message.offset;
    if (offset < partition.step.next) {
        return;
    }
    if (!m_options.follow && offset >= partition.range.end) {
        advance(partition, partition.range.end);
        finish(partition);
        return;
    }
    advance(partition, offset);
    partition.caughtUp = false;

    auto& topic = m_topics[partition.topic];
    if (topic.builder.size() == 0) {
        topic.oldest = Clock::now();
        topic.builder.reserve(RecordBatch::kTargetRecords, RecordBatch::kTargetBytes / 2);
    }
    auto type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const auto timestamp = rd_kafka_message_timestamp(&message, &type);
    topic.builder.add(message.partition, offset, timestamp, typeOf(type),
                      bytesOf(message.key, message.key_len), bytesOf(message.payload, message.len));
    partition.step.bytes += (message.key != nullptr ? message.key_len : 0) +
                            (message.payload != nullptr ? message.len : 0);
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        const char* name = nullptr;
        const void* value = nullptr;
        std::size_t size = 0;
        for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) ==
                                RD_KAFKA_RESP_ERR_NO_ERROR;
             ++i) {
            topic.builder.addHeader(name, bytesOf(value, size));
            partition.step.bytes += std::string_view(name).size() + size;
        }
    }
    ++partition.step.records;
    partition.step.next = offset + 1;
    partition.touched = true;
    if (!m_options.follow && partition.step.next >= partition.range.end) {
        finish(partition);
    }
    if (topic.builder.full()) {
        flush(topic);
    }
}

void RangeConsumer::takeEvent(Partition& partition, const rd_kafka_message_t& message)
{
    switch (message.err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        if (m_options.follow) {
            advance(partition, message.offset);
            partition.caughtUp = true;
        } else {
            advance(partition, std::min(message.offset, partition.range.end));
            // At its end before the end planned: the log was cut meanwhile.
            finish(partition, message.offset >= partition.range.end
                                  ? std::string{}
                                  : "the log ends at offset " + std::to_string(message.offset) +
                                        " now: it was cut or made anew during the read");
        }
        break;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        continueAfterDeletion(partition);
        break;
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__RESOLVE:
        break; // the library tries again; silence is watched by run()
    default: {
        const char* text = rd_kafka_message_errstr(&message);
        finish(partition, partitionProblem(message.err, text != nullptr ? text : ""));
    }
    }
}

void RangeConsumer::advance(Partition& partition, std::int64_t offset)
{
    if (offset > partition.step.next) {
        partition.step.holes += static_cast<std::uint64_t>(offset - partition.step.next);
        partition.step.next = offset;
        partition.touched = true;
    }
}

void RangeConsumer::finish(Partition& partition, const std::string& problem)
{
    if (!problem.empty()) {
        partition.step.problem += (partition.step.problem.empty() ? "" : "; ") + problem;
        partition.touched = true;
    }
    if (partition.open) {
        // Otherwise the library goes on fetching what nobody wants.
        rd_kafka_consume_stop(m_topics[partition.topic].handle.get(),
                              partition.range.place.partition);
        partition.open = false;
        --m_open;
    }
}

// The record asked for is gone. Says which are, and goes on with what is left.
void RangeConsumer::continueAfterDeletion(Partition& partition)
{
    auto* topic = m_topics[partition.topic].handle.get();
    const auto number = partition.range.place.partition;
    const auto next = partition.step.next;
    std::vector<OffsetQuestion> question{{partition.range.place, OffsetQuestion::kBegin, -1, {}}};
    const auto asked = queryOffsets(m_client, question, Deadline(m_options.patience));
    if (!asked || !question.front().problem.empty()) {
        finish(partition, "its records from offset " + std::to_string(next) +
                              " on are gone, and where it begins now was not told");
        return;
    }
    const auto begin = question.front().offset;
    if (begin <= next) {
        finish(partition, "the log ends before offset " + std::to_string(next) +
                              " now: it was cut or made anew during the read");
        return;
    }
    rd_kafka_consume_stop(topic, number);
    const auto gone = m_options.follow ? begin : std::min(begin, partition.range.end);
    partition.step.problem += (partition.step.problem.empty() ? "" : "; ") +
                              std::string("offsets ") + std::to_string(next) + " to " +
                              std::to_string(gone - 1) +
                              " were deleted during the read (retention, or on request)";
    partition.step.next = gone;
    partition.touched = true;
    if ((!m_options.follow && begin >= partition.range.end) ||
        rd_kafka_consume_start_queue(topic, number, begin, m_source.get()) != 0) {
        partition.open = false;
        --m_open;
    }
}

void RangeConsumer::reportSilence()
{
    m_client.serveCallbacks();
    std::string cause = "no broker answered for " + formatDuration(m_options.patience);
    if (const auto known = m_client.errors().newest()) {
        cause += " (" + known->text + ")";
    }
    for (auto& partition : m_partitions) {
        if (partition.open) {
            finish(partition, "not read from offset " + std::to_string(partition.step.next) +
                                  " on: " + cause + "; read it again when the broker is back");
        }
    }
}

// A silent tail is well, unless the client noted an error: then the cluster is asked now and again
// until it answers, and what is wrong is told meanwhile.
void RangeConsumer::watchConnection(Clock::time_point now)
{
    const auto errors = m_client.errors().count();
    m_watching = m_watching || errors != m_errorsSeen;
    m_errorsSeen = errors;
    if (!m_watching || now - m_lastProbe < kProbeEvery) {
        return;
    }
    const auto state =
        queryMetadata(m_client, {m_partitions.front().range.place.topic}, Deadline(kProbeEvery));
    m_lastProbe = Clock::now();
    m_watching = !state.has_value();
    reportTrouble(state ? std::string{} : state.error().message);
}

void RangeConsumer::reportTrouble(const std::string& trouble)
{
    if (m_troubled || !trouble.empty()) {
        m_troubled = !trouble.empty();
        m_cancelled = !m_queue.push({nullptr, {}, trouble}) || m_cancelled;
    }
}

bool RangeConsumer::allCaughtUp() const
{
    return std::all_of(m_partitions.begin(), m_partitions.end(),
                       [](const Partition& p) { return p.caughtUp || !p.open; });
}

void RangeConsumer::flushOld(Clock::time_point now)
{
    const bool nothingMore = allCaughtUp();
    for (auto& topic : m_topics) {
        if (topic.builder.size() > 0 && (nothingMore || now - topic.oldest >= kBatchAge)) {
            flush(topic);
        }
    }
}

void RangeConsumer::flush(Topic& topic)
{
    Delivery delivery;
    for (const auto index : topic.byPartition) {
        if (index == kNone || !m_partitions[index].touched) {
            continue;
        }
        auto& partition = m_partitions[index];
        delivery.steps.push_back(partition.step);
        partition.step.records = partition.step.bytes = partition.step.holes = 0;
        partition.step.problem.clear();
        partition.touched = false;
    }
    if (topic.builder.size() > 0) {
        delivery.batch = topic.builder.take();
    }
    if ((delivery.batch || !delivery.steps.empty()) && !m_queue.push(std::move(delivery))) {
        m_cancelled = true;
    }
}

} // namespace hindcast::kafka

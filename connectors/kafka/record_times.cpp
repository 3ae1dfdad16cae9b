#include "connectors/kafka/record_times.h"

#include <algorithm>
#include <map>

namespace hindcast::kafka {

namespace {

constexpr auto kLongest = std::chrono::milliseconds{5'000};

using TimeByOffset = std::map<std::int64_t, Timestamp>; // asked for -> the record's time
using Wanted = std::map<TopicPartition, TimeByOffset>;

// Reads one record at each offset: all partitions side by side, each partition's offsets one after
// the other, so that one that does not answer holds up no other.
class TimeReader
{
public:
    TimeReader(const Client& client, Wanted& wanted)
        : m_client(client)
        , m_wanted(wanted)
        , m_queue(rd_kafka_queue_new(client.handle()))
    {
    }

    void run(const Deadline& deadline)
    {
        for (auto& [place, offsets] : m_wanted) {
            TopicHandle topic(rd_kafka_topic_new(m_client.handle(), place.topic.c_str(), nullptr));
            if (topic) {
                start(m_open.emplace(place, Open{std::move(topic), offsets.begin()}).first);
            }
        }
        while (!m_open.empty() && !deadline.passed()) {
            rd_kafka_message_t* raw = nullptr;
            const auto wait = std::min<int>(deadline.leftMs(), 100);
            if (rd_kafka_consume_batch_queue(m_queue.get(), wait, &raw, 1) > 0) {
                take(*MessageHandle(raw));
            } else {
                m_client.serveCallbacks();
            }
        }
        for (const auto& [place, open] : m_open) {
            rd_kafka_consume_stop(open.topic.get(), place.partition);
        }
    }

private:
    struct Open
    {
        TopicHandle topic;
        TimeByOffset::iterator next;
    };
    using OpenMap = std::map<TopicPartition, Open>;

    void start(OpenMap::iterator it)
    {
        const auto& [place, open] = *it;
        if (open.next == m_wanted.at(place).end() ||
            rd_kafka_consume_start_queue(open.topic.get(), place.partition, open.next->first,
                                         m_queue.get()) != 0) {
            m_open.erase(it);
        }
    }

    void take(const rd_kafka_message_t& message)
    {
        if (message.rkt == nullptr || message.err == RD_KAFKA_RESP_ERR__TRANSPORT) {
            return; // the library tries again
        }
        const auto it = m_open.find({rd_kafka_topic_name(message.rkt), message.partition});
        if (it == m_open.end() || (message.err == RD_KAFKA_RESP_ERR_NO_ERROR &&
                                   message.offset < it->second.next->first)) {
            return;
        }
        if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_timestamp_type_t type{};
            it->second.next->second = timestampFromMs(rd_kafka_message_timestamp(&message, &type));
        }
        rd_kafka_consume_stop(it->second.topic.get(), it->first.partition);
        ++it->second.next;
        start(it);
    }

    const Client& m_client;
    Wanted& m_wanted;
    const QueueHandle m_queue;
    OpenMap m_open;
};

} // namespace

void fillRecordTimes(ClientPool& pool, std::vector<GroupSample>& samples, const Deadline& deadline)
{
    Wanted wanted;
    const auto forEachLagging = [&](auto&& visit) {
        for (auto& sample : samples) {
            for (auto& part : sample.partitions) {
                const auto at = std::max(part.committed, part.logStart);
                if (part.committed >= 0 && part.logStart >= 0 && at < part.logEnd) {
                    visit(part, at);
                }
            }
        }
    };
    forEachLagging([&](const GroupPartitionSample& part, std::int64_t at) {
        wanted[part.place].emplace(at, kNoTimestamp);
    });
    if (wanted.empty()) {
        return;
    }
    // Uncommitted, so that an open transaction at the committed offset does not hide its time.
    const auto client = pool.lend(ClientRole::Probe, Isolation::ReadUncommitted);
    if (!client) {
        return;
    }
    const Deadline enough(std::min(kLongest, deadline.left()));
    TimeReader(**client, wanted).run(enough);
    forEachLagging([&](GroupPartitionSample& part, std::int64_t at) {
        part.committedRecordTime = wanted[part.place][at];
    });
}

} // namespace hindcast::kafka

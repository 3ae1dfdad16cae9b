#include "connectors/kafka/record_times.h"

#include <algorithm>
#include <map>
#include <vector>

namespace hindcast::kafka {

namespace {

constexpr auto kLongest = std::chrono::milliseconds{5'000};

using Offsets = std::map<std::int64_t, Timestamp>; // asked for -> the record's time
using Wanted = std::map<TopicPartition, Offsets>;

struct Open
{
    TopicHandle topic;
    const TopicPartition* place;
    std::int64_t offset;
};

// One round: at most one offset a partition. Takes what it asked out of `open`.
void readRound(const Client& client, Wanted& wanted,
               const std::map<TopicPartition, std::int64_t>& round, const Deadline& deadline)
{
    const QueueHandle queue(rd_kafka_queue_new(client.handle()));
    std::map<TopicPartition, Open> open;
    for (const auto& [place, offset] : round) {
        TopicHandle topic(rd_kafka_topic_new(client.handle(), place.topic.c_str(), nullptr));
        if (topic &&
            rd_kafka_consume_start_queue(topic.get(), place.partition, offset, queue.get()) == 0) {
            open.emplace(place, Open{std::move(topic), &place, offset});
        }
    }
    while (!open.empty() && !deadline.passed()) {
        rd_kafka_message_t* raw = nullptr;
        const auto wait = std::min<int>(deadline.leftMs(), 100);
        if (rd_kafka_consume_batch_queue(queue.get(), wait, &raw, 1) <= 0) {
            client.serveCallbacks();
            continue;
        }
        const MessageHandle message(raw);
        if (message->rkt == nullptr) {
            continue;
        }
        const auto it = open.find({rd_kafka_topic_name(message->rkt), message->partition});
        if (it == open.end()) {
            continue;
        }
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_timestamp_type_t type{};
            wanted[it->first][it->second.offset] =
                timestampFromMs(rd_kafka_message_timestamp(message.get(), &type));
        } else if (message->err == RD_KAFKA_RESP_ERR__TRANSPORT) {
            continue; // the library tries again
        }
        rd_kafka_consume_stop(it->second.topic.get(), it->first.partition);
        open.erase(it);
    }
    for (const auto& [place, rest] : open) {
        rd_kafka_consume_stop(rest.topic.get(), place.partition);
    }
}

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
    for (std::size_t n = 0; !enough.passed(); ++n) {
        std::map<TopicPartition, std::int64_t> round;
        for (const auto& [place, offsets] : wanted) {
            if (n < offsets.size()) {
                round[place] = std::next(offsets.begin(), static_cast<std::ptrdiff_t>(n))->first;
            }
        }
        if (round.empty()) {
            break;
        }
        readRound(**client, wanted, round, enough);
    }
    forEachLagging([&](GroupPartitionSample& part, std::int64_t at) {
        part.committedRecordTime = wanted[part.place][at];
    });
}

} // namespace hindcast::kafka

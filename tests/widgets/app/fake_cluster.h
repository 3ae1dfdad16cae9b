#pragma once

#include "app/desktop/connection.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace hindcast::test {

// One topic "orders" of two partitions with 100 records each, which may grow; with markers every
// tenth offset holds none. Counts what is fetched of it.
class FakeSource final : public RecordSource
{
public:
    static constexpr std::int64_t kEnd = 100;

    std::atomic<std::int64_t> fetched{0};
    std::atomic<int> plans{0};           // asked for beside a read's own
    std::atomic<std::int64_t> end{kEnd}; // of each partition
    std::atomic<bool> markers{false};

    Result<Receipt> plan(const ReadRequest& request) override
    {
        ++plans;
        return planned(request);
    }

    Result<Receipt> read(const ReadRequest& request, RecordSink& sink,
                         std::stop_token stop) override
    {
        Receipt receipt = planned(request);
        ReadProgress progress;
        do {
            for (PartitionReceipt& part : receipt.partitions) {
                if (auto handed = fetch(part, sink, progress); !handed) {
                    return tl::unexpected(handed.error());
                }
            }
            sink.progress(progress);
            std::this_thread::sleep_for(std::chrono::milliseconds(request.follow ? 5 : 0));
        } while (request.follow && !stop.stop_requested());
        receipt.cancelled = stop.stop_requested();
        return receipt;
    }

private:
    Receipt planned(const ReadRequest& request) const
    {
        Receipt receipt;
        for (const TopicRead& read : request.topics) {
            for (const std::int32_t partition : partitionsOf(read)) {
                PartitionReceipt part;
                part.place = {read.topic, partition};
                part.logEnd = end;
                part.from = offsetOf(read.from);
                part.to = request.follow ? -1 : offsetOf(read.to);
                part.next = part.from;
                receipt.partitions.push_back(part);
            }
        }
        return receipt;
    }

    Result<void> fetch(PartitionReceipt& part, RecordSink& sink, ReadProgress& progress)
    {
        RecordBatchBuilder batch(part.place.topic);
        const std::int64_t to = part.to < 0 ? end.load() : part.to;
        for (; part.next < to; ++part.next) {
            if (markers && part.next % 10 == 9) {
                continue;
            }
            batch.add(part.place.partition, part.next, 1'795'183'080'000 + part.next * 1000,
                      TimestampType::CreateTime, "k" + std::to_string(part.next % 10), "{}");
            ++part.records;
            ++fetched;
            ++progress.records;
        }
        return batch.size() > 0 ? sink.accept(batch.take()) : Result<void>{};
    }
    static std::set<std::int32_t> partitionsOf(const TopicRead& read)
    {
        return read.partitions.empty() ? std::set<std::int32_t>{0, 1} : read.partitions;
    }
    std::int64_t offsetOf(const ReadPosition& position) const
    {
        if (const auto* at = std::get_if<AtOffset>(&position)) {
            return at->offset;
        }
        if (const auto* last = std::get_if<LastN>(&position)) {
            return std::max<std::int64_t>(end - last->records, 0);
        }
        return std::holds_alternative<AtBeginning>(position) ? 0 : end.load();
    }
};

class FakeCluster final : public ClusterView
{
public:
    Result<ClusterState> topics(Deadline) override
    {
        ClusterState state;
        state.time = currentTimestamp();
        state.brokers = {"1@localhost:9092"};
        TopicState topic;
        topic.name = "orders";
        topic.partitions = {{0, 1, {}, {}, 0, FakeSource::kEnd, {}},
                            {1, 1, {}, {}, 0, FakeSource::kEnd, {}}};
        state.topics.push_back(topic);
        return state;
    }
    Result<TopicState> topic(const std::string&, Deadline deadline) override
    {
        return topics(deadline)->topics.front();
    }
    Result<std::vector<GroupSample>> groups(Deadline) override { return {}; }
    Result<std::vector<GroupSample>> sample(const std::vector<std::string>&, bool,
                                            Deadline) override
    {
        GroupSample sample;
        sample.time = currentTimestamp();
        sample.group = "billing";
        sample.state = "Stable";
        sample.partitions = {{{"orders", 0}, 40, 0, FakeSource::kEnd, kNoTimestamp, {}}};
        return std::vector{sample};
    }
};

inline std::shared_ptr<const Connection> fakeConnection(std::shared_ptr<FakeSource> source)
{
    auto connection = std::make_shared<Connection>();
    connection->profile.name = QStringLiteral("test");
    connection->source = std::move(source);
    connection->cluster = std::make_shared<FakeCluster>();
    return connection;
}

} // namespace hindcast::test

#pragma once

#include "model/record/record_batch.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace hindcast::test {

struct Plain
{
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::int64_t timeMs = 0;
    std::int64_t effective = 0;
};

struct Shape
{
    unsigned seed = 0;
    int records = 0;
    int disorderMs = 0;
    bool gaps = false;
    bool stray = false; // a record far in the future, one far in the past
};

// Several topics and partitions with records in disorder and many ties.
inline std::vector<Plain> makeLog(const Shape& shape)
{
    std::mt19937 random(shape.seed);
    const std::vector<std::pair<std::string, int>> topics = {
        {"orders", 3}, {"payments", 2}, {"a", 1}};
    std::map<std::pair<std::string, int>, std::int64_t> next;
    std::vector<Plain> log;
    for (int i = 0; i < shape.records; ++i) {
        const auto& [topic, partitions] = topics[random() % topics.size()];
        const int partition = static_cast<int>(random() % static_cast<unsigned>(partitions));
        auto& offset = next[{topic, partition}];
        offset += shape.gaps ? 1 + static_cast<std::int64_t>(random() % 4) : 1;
        std::int64_t time = 1'000'000 + i / 3;
        if (shape.disorderMs > 0) {
            time -= random() % static_cast<unsigned>(shape.disorderMs);
        }
        if (shape.stray && i == shape.records / 2) {
            time = 2'000'000'000'000;
        }
        if (shape.stray && i == shape.records / 3) {
            time = -1;
        }
        log.push_back({topic, partition, offset, time, 0});
    }
    return log;
}

// In the order of partitions and their offsets.
inline void sortByOffset(std::vector<Plain>& log)
{
    std::sort(log.begin(), log.end(), [](const Plain& a, const Plain& b) {
        return std::tie(a.topic, a.partition, a.offset) < std::tie(b.topic, b.partition, b.offset);
    });
}

inline void sortByEffective(std::vector<Plain>& log)
{
    std::sort(log.begin(), log.end(), [](const Plain& a, const Plain& b) {
        return std::tie(a.effective, a.topic, a.partition, a.offset) <
               std::tie(b.effective, b.topic, b.partition, b.offset);
    });
}

// The effective times of the clock `log`; sorts by offset.
inline void runningMaximum(std::vector<Plain>& log)
{
    sortByOffset(log);
    for (std::size_t i = 0; i < log.size(); ++i) {
        const bool same =
            i > 0 && log[i - 1].topic == log[i].topic && log[i - 1].partition == log[i].partition;
        log[i].effective = same ? std::max(log[i - 1].effective, log[i].timeMs) : log[i].timeMs;
    }
}

inline RecordBatchPtr batchOf(const std::vector<Plain>& records)
{
    RecordBatchBuilder builder(records.front().topic);
    for (const Plain& r : records) {
        builder.add(r.partition, r.offset, r.timeMs, TimestampType::CreateTime, "k", "v");
    }
    return builder.take();
}

// Runs of one topic, as a reader hands them over.
inline std::vector<std::vector<Plain>> batches(const std::vector<Plain>& log, std::size_t size)
{
    std::vector<std::vector<Plain>> made;
    std::map<std::string, std::vector<Plain>> open;
    for (const Plain& record : log) {
        auto& batch = open[record.topic];
        batch.push_back(record);
        if (batch.size() == size) {
            made.push_back(std::move(batch));
            batch.clear();
        }
    }
    for (auto& [topic, batch] : open) {
        if (!batch.empty()) {
            made.push_back(std::move(batch));
        }
    }
    return made;
}

} // namespace hindcast::test

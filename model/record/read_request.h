#pragma once

#include "model/record/timestamp.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace hindcast {

// Where a read of a partition starts or ends.
struct AtBeginning
{
}; // the first record the log still has
struct AtEnd
{
}; // the end as it is when the read starts
struct AtOffset
{
    std::int64_t offset = 0;
}; // from: first read; to: first not read
struct AtTime
{
    Timestamp time;
}; // the first record with timestamp >= time
struct LastN
{
    std::int64_t records = 0;
}; // from only: the newest so many before `to`, of all partitions with this number together
struct AtGroup
{
    std::string group;
}; // the group's committed offset; the beginning where it has none

using ReadPosition = std::variant<AtBeginning, AtEnd, AtOffset, AtTime, LastN, AtGroup>;

// Which records a transaction's reader sees. Kafka's own two levels.
enum class Isolation : std::uint8_t { ReadCommitted, ReadUncommitted };

struct TopicRead
{
    std::string topic;
    std::set<std::int32_t> partitions; // empty: all
    ReadPosition from = AtBeginning{};
    ReadPosition to = AtEnd{}; // not looked at when the read follows
};

struct ReadRequest
{
    std::vector<TopicRead> topics;
    bool follow = false; // go on past `to` until stopped
    Isolation isolation = Isolation::ReadCommitted;
    std::size_t queueBytes = 64u << 20; // what may wait for the sink
    std::chrono::milliseconds deadline{
        10'000}; // for each question to the cluster, not for the read
};

} // namespace hindcast

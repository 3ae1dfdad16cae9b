#pragma once

#include "app/demo/group_story.h"
#include "app/demo/live_client.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace hindcast::demo {

// A member of one of the shop's consumer groups on a real cluster: joins, reads, commits what it
// has processed. A group that needs whole JSON and meets a record that breaks off stays there: it
// tries that record again every second and commits nothing behind it, while its other partitions
// go on. One thread.
class LiveConsumer
{
public:
    LiveConsumer(const GroupShape& group, const Properties& properties)
        : m_group(group)
        , m_properties(properties)
    {
    }

    // Until it is asked to stop; leaves the group in order.
    Result<void> run(const std::stop_token& stop);
    // Joins, commits where the logs begin and leaves: a group that nobody works for.
    Result<void> visit(const std::stop_token& stop);

private:
    using Clock = std::chrono::steady_clock;
    using Place = std::pair<std::string, std::int32_t>;

    struct Stuck
    {
        std::int64_t offset = 0;
        Clock::time_point retryAt;
    };
    struct Processed
    {
        Clock::time_point at;
        Place place;
        std::int64_t next = 0;
    };

    Result<void> join();
    void leave();
    void take(const rd_kafka_message_t& message);
    bool canProcess(const rd_kafka_message_t& message) const;
    void retryStuck();
    void commitProcessed();

    const GroupShape& m_group;
    const Properties& m_properties;
    kafka::ClientHandle m_client;
    std::map<Place, Stuck> m_stuck;
    std::deque<Processed> m_processed;
    Clock::time_point m_lastCommit = Clock::now();
};

} // namespace hindcast::demo

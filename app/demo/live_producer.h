#pragma once

#include "app/demo/live_client.h"
#include "app/demo/story.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hindcast::demo {

// Writes a story's records to a cluster and learns where they came to lie. One thread.
class LiveProducer
{
public:
    // `events`: how many will be written whose offsets are asked for.
    static Result<std::unique_ptr<LiveProducer>> create(const Properties& properties,
                                                        std::size_t events);
    ~LiveProducer();
    LiveProducer(const LiveProducer&) = delete;
    LiveProducer& operator=(const LiveProducer&) = delete;

    // Creates the story's topics; those that are there stay as they are.
    Result<void> createTopics();
    Result<void> write(const Event& event, EventId id); // id -1: its offset is of no interest
    void poll(int milliseconds);
    // -1: not known yet.
    std::int64_t offsetOf(EventId event) const
    {
        return m_offsets[static_cast<std::size_t>(event)];
    }
    Result<void> flush();

private:
    explicit LiveProducer(std::size_t events)
        : m_offsets(events, -1)
    {
    }
    static void delivered(rd_kafka_t* client, const rd_kafka_message_t* message, void* opaque);

    std::vector<std::int64_t> m_offsets;
    rd_kafka_resp_err_t m_failure = RD_KAFKA_RESP_ERR_NO_ERROR; // of a record, the first one
    kafka::ClientHandle m_client;
};

} // namespace hindcast::demo

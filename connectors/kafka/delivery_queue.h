#pragma once

#include "model/record/record_batch.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hindcast::kafka {

// What a batch means for one partition of the read: counts since the last step, `next` as it is.
struct PartStep
{
    std::size_t part = 0; // index into the plan
    std::int64_t next = 0;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    std::uint64_t holes = 0;
    std::string problem;
};

struct Delivery
{
    RecordBatchPtr batch; // null: only steps
    std::vector<PartStep> steps;
    std::optional<std::string> trouble; // of the whole read, while it lasts; empty: it is over
};

// Stands between the consumer threads, which only copy, and the caller's thread, which feeds the
// sink. Bounded in bytes: push() waits while it is full, so that the consumers stop polling and
// librdkafka backs off. Thread-safe.
class DeliveryQueue
{
public:
    DeliveryQueue(std::size_t maxBytes, std::size_t producers)
        : m_maxBytes(maxBytes)
        , m_producers(producers)
    {
    }

    // false: cancelled, nothing was taken.
    bool push(Delivery delivery);
    // Each consumer thread says so once, last of all.
    void producerDone();
    // The next delivery; nullopt when the time is over, or at the end (see finished()).
    std::optional<Delivery> pop(std::chrono::milliseconds wait);
    // All producers are done and everything was taken.
    bool finished() const;
    // Wakes everybody; what waits is dropped.
    void cancel();

private:
    const std::size_t m_maxBytes;
    mutable std::mutex m_mutex;
    std::condition_variable m_room;
    std::condition_variable m_news;
    std::deque<Delivery> m_waiting; // these by m_mutex
    std::size_t m_bytes = 0;
    std::size_t m_producers;
    bool m_cancelled = false;
};

} // namespace hindcast::kafka

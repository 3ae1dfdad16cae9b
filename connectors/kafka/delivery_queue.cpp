#include "connectors/kafka/delivery_queue.h"

#include <utility>

namespace hindcast::kafka {

namespace {

std::size_t bytesOf(const Delivery& delivery)
{
    // The columns beside the arena weigh about 45 bytes a record.
    return delivery.batch ? delivery.batch->arenaBytes() + delivery.batch->size() * 45 : 0;
}

} // namespace

bool DeliveryQueue::push(Delivery delivery)
{
    const auto bytes = bytesOf(delivery);
    std::unique_lock lock(m_mutex);
    // One delivery always fits, however large.
    m_room.wait(lock, [&] { return m_cancelled || m_bytes == 0 || m_bytes + bytes <= m_maxBytes; });
    if (m_cancelled) {
        return false;
    }
    m_bytes += bytes;
    m_waiting.push_back(std::move(delivery));
    m_news.notify_one();
    return true;
}

void DeliveryQueue::producerDone()
{
    const std::lock_guard lock(m_mutex);
    --m_producers;
    m_news.notify_all();
}

std::optional<Delivery> DeliveryQueue::pop(std::chrono::milliseconds wait)
{
    std::unique_lock lock(m_mutex);
    m_news.wait_for(lock, wait,
                    [&] { return m_cancelled || !m_waiting.empty() || m_producers == 0; });
    if (m_cancelled || m_waiting.empty()) {
        return std::nullopt;
    }
    auto delivery = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_bytes -= bytesOf(delivery);
    m_room.notify_all();
    return delivery;
}

bool DeliveryQueue::finished() const
{
    const std::lock_guard lock(m_mutex);
    return m_cancelled || (m_waiting.empty() && m_producers == 0);
}

void DeliveryQueue::cancel()
{
    const std::lock_guard lock(m_mutex);
    m_cancelled = true;
    m_waiting.clear();
    m_bytes = 0;
    m_room.notify_all();
    m_news.notify_all();
}

} // namespace hindcast::kafka

#include "model/capture/vector_order.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace hindcast {

VectorOrderPtr VectorOrder::build(TimeOrderPtr beneath, OffsetVector vector)
{
    const std::shared_ptr<VectorOrder> order(new VectorOrder);
    order->m_beneath = std::move(beneath);
    order->m_vector = std::move(vector);
    const CaptureSnapshotPtr& snapshot = order->snapshot();
    std::unordered_map<std::uint64_t, std::int64_t> ends; // by topic and partition
    const auto placeOf = [](TopicId topic, std::int32_t partition) {
        return static_cast<std::uint64_t>(topic) << 32 | static_cast<std::uint32_t>(partition);
    };
    for (const auto& [place, offset] : order->m_vector) {
        if (const auto topic = snapshot->topicId(place.topic)) {
            ends[placeOf(*topic, place.partition)] = offset;
        }
    }
    const Rank size = order->m_beneath->size();
    std::vector<Row> rows;
    rows.reserve(size);
    std::vector<Row> others;
    for (Rank rank = 0; rank < size; ++rank) {
        const Row row = order->m_beneath->rowAt(rank);
        const RowInfo info = snapshot->row(row);
        const auto end = ends.find(placeOf(info.topic, info.partition));
        if (end != ends.end() && info.offset < end->second) {
            order->m_isPrefix = order->m_isPrefix && others.empty();
            rows.push_back(row);
        } else {
            others.push_back(row);
        }
    }
    order->m_applied = static_cast<Rank>(rows.size());
    rows.insert(rows.end(), others.begin(), others.end());
    order->setRows(std::move(rows));
    return order;
}

Timestamp VectorOrder::timeAt(Rank rank) const
{
    const Timestamp own = m_beneath->timeAt(m_beneath->rankOf(rowAt(rank)));
    if (rank < m_applied || m_applied == 0) {
        return own;
    }
    return std::max(own, m_beneath->timeAt(m_beneath->rankOf(rowAt(m_applied - 1))));
}

OffsetVector VectorOrder::offsets(Rank prefix) const
{
    return prefix == m_applied ? m_vector : RowOrder::offsets(prefix);
}

} // namespace hindcast

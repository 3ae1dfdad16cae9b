#include "model/capture/vector_order.h"

#include <algorithm>
#include <unordered_map>

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
    order->m_rows.reserve(size);
    std::vector<Row> others;
    for (Rank rank = 0; rank < size; ++rank) {
        const Row row = order->m_beneath->rowAt(rank);
        const RowInfo info = snapshot->row(row);
        const auto end = ends.find(placeOf(info.topic, info.partition));
        if (end != ends.end() && info.offset < end->second) {
            order->m_isPrefix = order->m_isPrefix && others.empty();
            order->m_rows.push_back(row);
        } else {
            others.push_back(row);
        }
    }
    order->m_applied = static_cast<Rank>(order->m_rows.size());
    order->m_rows.insert(order->m_rows.end(), others.begin(), others.end());
    order->m_ranks.resize(size);
    for (Rank rank = 0; rank < size; ++rank) {
        order->m_ranks[order->m_rows[rank]] = rank;
    }
    return order;
}

Timestamp VectorOrder::timeAt(Rank rank) const
{
    const Timestamp own = m_beneath->timeAt(m_beneath->rankOf(m_rows[rank]));
    if (rank < m_applied || m_applied == 0) {
        return own;
    }
    return std::max(own, m_beneath->timeAt(m_beneath->rankOf(m_rows[m_applied - 1])));
}

Rank VectorOrder::prefix(const Moment& moment) const
{
    if (moment.last) {
        if (const auto row = snapshot()->find(*moment.last); row && *row < size()) {
            return m_ranks[*row] + 1;
        }
    }
    return lowerBound(moment.time + std::chrono::milliseconds(1));
}

Moment VectorOrder::momentOf(Rank prefix) const
{
    if (prefix == 0) {
        const Timestamp first = size() == 0 ? kNoTimestamp : timeAt(0);
        return {first - std::chrono::milliseconds(1), std::nullopt};
    }
    return {timeAt(prefix - 1), snapshot()->placeOf(m_rows[prefix - 1])};
}

OffsetVector VectorOrder::offsets(Rank prefix) const
{
    if (prefix == m_applied) {
        return m_vector;
    }
    OffsetVector offsets;
    for (Rank rank = 0; rank < prefix; ++rank) {
        const RowInfo info = snapshot()->row(m_rows[rank]);
        std::int64_t& next = offsets[{snapshot()->topics()[info.topic], info.partition}];
        next = std::max(next, info.offset + 1);
    }
    return offsets;
}

Rank VectorOrder::lowerBound(Timestamp t) const
{
    Rank from = 0;
    Rank count = size();
    while (count > 0) {
        const Rank half = count / 2;
        if (timeAt(from + half) < t) {
            from += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return from;
}

TimeRange VectorOrder::range() const
{
    return size() == 0 ? TimeRange{} : TimeRange{timeAt(0), timeAt(size() - 1)};
}

} // namespace hindcast

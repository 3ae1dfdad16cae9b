#include "model/capture/listed_order.h"

#include <algorithm>

namespace hindcast {

TimeOrderPtr ListedOrder::build(CaptureSnapshotPtr snapshot, Clock clock,
                                std::vector<Entry> entries)
{
    const std::shared_ptr<ListedOrder> order(new ListedOrder);
    order->m_snapshot = std::move(snapshot);
    order->m_clock = std::move(clock);
    order->m_entries = std::move(entries);
    order->m_ranks.resize(order->m_entries.size());
    for (Rank rank = 0; rank < order->size(); ++rank) {
        order->m_ranks[order->m_entries[rank].row] = rank;
    }
    return order;
}

Rank ListedOrder::prefix(const Moment& moment) const
{
    if (moment.last) {
        if (const auto row = m_snapshot->find(*moment.last); row && *row < size()) {
            return m_ranks[*row] + 1;
        }
    }
    return lowerBound(moment.time + std::chrono::milliseconds(1));
}

Moment ListedOrder::momentOf(Rank prefix) const
{
    if (prefix == 0) {
        const Timestamp first = size() == 0 ? kNoTimestamp : timeAt(0);
        return {first - std::chrono::milliseconds(1), std::nullopt};
    }
    return {timeAt(prefix - 1), m_snapshot->placeOf(rowAt(prefix - 1))};
}

OffsetVector ListedOrder::offsets(Rank prefix) const
{
    OffsetVector offsets;
    for (Rank rank = 0; rank < prefix; ++rank) {
        const RowInfo info = m_snapshot->row(rowAt(rank));
        std::int64_t& next = offsets[{m_snapshot->topics()[info.topic], info.partition}];
        next = std::max(next, info.offset + 1);
    }
    return offsets;
}

Rank ListedOrder::lowerBound(Timestamp t) const
{
    const auto at =
        std::lower_bound(m_entries.begin(), m_entries.end(), t,
                         [](const Entry& entry, Timestamp time) { return entry.time < time; });
    return static_cast<Rank>(at - m_entries.begin());
}

TimeRange ListedOrder::range() const
{
    return size() == 0 ? TimeRange{} : TimeRange{timeAt(0), timeAt(size() - 1)};
}

} // namespace hindcast

#include "model/capture/row_order.h"

#include <algorithm>
#include <utility>

namespace hindcast {

void RowOrder::setRows(std::vector<Row> rows)
{
    m_rows = std::move(rows);
    m_ranks.resize(m_rows.size());
    for (Rank rank = 0; rank < size(); ++rank) {
        m_ranks[m_rows[rank]] = rank;
    }
}

Rank RowOrder::prefix(const Moment& moment) const
{
    if (moment.last) {
        if (const auto row = snapshot()->find(*moment.last); row && *row < size()) {
            return m_ranks[*row] + 1;
        }
    }
    return lowerBound(moment.time + std::chrono::milliseconds(1));
}

Moment RowOrder::momentOf(Rank prefix) const
{
    if (prefix == 0) {
        const Timestamp first = size() == 0 ? kNoTimestamp : timeAt(0);
        return {first - std::chrono::milliseconds(1), std::nullopt};
    }
    return {timeAt(prefix - 1), snapshot()->placeOf(m_rows[prefix - 1])};
}

OffsetVector RowOrder::offsets(Rank prefix) const
{
    OffsetVector offsets;
    for (Rank rank = 0; rank < prefix; ++rank) {
        const RowInfo info = snapshot()->row(m_rows[rank]);
        std::int64_t& next = offsets[{snapshot()->topics()[info.topic], info.partition}];
        next = std::max(next, info.offset + 1);
    }
    return offsets;
}

Rank RowOrder::lowerBound(Timestamp t) const
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

TimeRange RowOrder::range() const
{
    return size() == 0 ? TimeRange{} : TimeRange{timeAt(0), timeAt(size() - 1)};
}

} // namespace hindcast

#include "widgets/timestrip/density.h"

#include "widgets/timestrip/time_axis.h"

#include <numeric>

namespace hindcast {

DensityPtr densityOf(const TimeOrder& order, const TimeRange& range, std::size_t columns,
                     const std::stop_token& stop, Rank exactUpTo)
{
    auto density = std::make_shared<Density>();
    const CaptureSnapshot& snapshot = *order.snapshot();
    density->range = range;
    density->topics = snapshot.topics();
    density->late.assign(columns, 0);
    density->counts.assign(columns, std::vector<std::uint32_t>(density->topics.size(), 0));
    if (columns == 0 || order.size() == 0) {
        return density;
    }
    const TimeAxis axis = TimeAxis::of(range, 0, static_cast<double>(columns));
    const Clock::Kind clock = order.clock().kind;
    const bool keepsOffsets = clock == Clock::Kind::Log || clock == Clock::Kind::Robust;
    const Rank first = order.lowerBound(range.from);
    const Rank last = order.lowerBound(range.to + std::chrono::milliseconds{1});
    const Rank stride = std::max<Rank>(1, (last - first) / std::max<Rank>(exactUpTo, 1));
    for (Rank rank = first; rank < last; rank += stride) {
        if ((rank & 0x3fff) < stride && stop.stop_requested()) {
            return nullptr;
        }
        const double x = axis.xOf(order.timeAt(rank));
        const auto column =
            std::min(columns - 1, static_cast<std::size_t>(std::max(std::floor(x), 0.0)));
        const RowInfo info = snapshot.row(order.rowAt(rank));
        if (info.topic < density->topics.size()) {
            density->counts[column][info.topic] += stride;
        }
        if (keepsOffsets && info.timestamp != kNoTimestamp && x - axis.xOf(info.timestamp) >= 1) {
            density->late[column] += stride;
        }
        if (last - rank <= stride) {
            break; // rank + stride could run past the type's end
        }
    }
    for (const auto& column : density->counts) {
        density->highest = std::max(
            density->highest, std::accumulate(column.begin(), column.end(), std::uint32_t{0}));
    }
    return density;
}

} // namespace hindcast

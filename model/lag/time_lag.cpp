#include "model/lag/lag_evaluation.h"
#include "model/lag/lag_math.h"

#include <algorithm>
#include <array>

namespace hindcast {

using std::chrono::milliseconds;

TimeLag timeLagOf(const PartitionTrack& track, std::size_t index)
{
    const LagPoint& point = track.points[index];
    const LagSplit split = point.split();
    if (!split.known()) {
        return {};
    }
    if (split.available == 0) {
        return {TimeLagMethod::CaughtUp, milliseconds{0}};
    }
    if (point.committedRecordTime != kNoTimestamp) {
        return {TimeLagMethod::RecordTime,
                std::max(milliseconds{0}, point.time - point.committedRecordTime)};
    }
    if (index == point.endBreak) {
        return {}; // no sample to compare with
    }
    const std::int64_t offset = std::max(point.committed, point.logStart);
    // Points that had not reached the offset are left of it.
    std::size_t low = point.endBreak;
    std::size_t high = index;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (track.points[middle].logEnd <= offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == point.endBreak) {
        return {TimeLagMethod::PollTimeAtLeast, point.time - track.points[low].time};
    }
    const std::array<lag_math::EndPoint, 2> pair{
        lag_math::EndPoint{track.points[low - 1].time, track.points[low - 1].logEnd},
        lag_math::EndPoint{track.points[low].time, track.points[low].logEnd}};
    const auto appended = lag_math::timeOfOffset(pair, offset);
    if (!appended) {
        return {};
    }
    return {TimeLagMethod::PollTime, std::max(milliseconds{0}, point.time - *appended)};
}

} // namespace hindcast

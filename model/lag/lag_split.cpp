#include "model/lag/lag_split.h"

#include <algorithm>

namespace hindcast {

LagSplit LagSplit::of(std::int64_t committed, std::int64_t logStart, std::int64_t logEnd)
{
    LagSplit split;
    split.empty = logEnd >= 0 && logStart == logEnd;
    if (committed < 0) {
        split.state = State::NoCommit;
        return split;
    }
    if (logEnd < 0) {
        split.state = State::NoLeader;
        return split;
    }
    // A log start that is not known (-1) deletes nothing.
    split.missed = std::max<std::int64_t>(0, logStart - committed);
    split.available = std::max<std::int64_t>(0, logEnd - std::max(committed, logStart));
    split.ahead = std::max<std::int64_t>(0, committed - logEnd);
    return split;
}

LagSplit LagSplit::of(const GroupPartitionSample& sample)
{
    return of(sample.committed, sample.logStart, sample.logEnd);
}

} // namespace hindcast

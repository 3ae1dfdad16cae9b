#include "model/record/cluster_state.h"

namespace hindcast {

std::int64_t TopicState::offsetSpan() const
{
    std::int64_t span = 0;
    for (const auto& p : partitions) {
        if (p.logStart >= 0 && p.logEnd >= p.logStart) {
            span += p.logEnd - p.logStart;
        }
    }
    return span;
}

} // namespace hindcast

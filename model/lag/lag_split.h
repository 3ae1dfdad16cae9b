#pragma once

#include "model/record/cluster_state.h"

#include <cstdint>

namespace hindcast {

// Where a committed offset stands between log start and log end, in offsets: an upper bound of
// records, since transaction markers and what compaction removed have offsets too. Split, never
// clamped: each part says something else.
struct LagSplit
{
    enum class State : std::uint8_t {
        Known,
        NoCommit, // where the group would start is its auto.offset.reset: no number says it
        NoLeader, // the log end is not known
    };

    State state = State::Known;
    bool empty = false;         // the log holds nothing now (log start == log end)
    std::int64_t missed = 0;    // below the log start: deleted before this group read them
    std::int64_t available = 0; // can be read
    std::int64_t ahead = 0;     // committed past the end: a race, or the topic was recreated

    bool known() const { return state == State::Known; }

    static LagSplit of(std::int64_t committed, std::int64_t logStart, std::int64_t logEnd);
    static LagSplit of(const GroupPartitionSample& sample);

    friend bool operator==(const LagSplit&, const LagSplit&) = default;
};

} // namespace hindcast

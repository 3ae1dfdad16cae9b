#pragma once

#include "model/trace/trace_story.h"

#include <map>
#include <optional>
#include <string>

namespace hindcast {

// Tells which records still wait in their topic: a group whose last known position has not passed
// one, and no span of which has read it (a group without members reads nothing, so nothing waits
// for it); where no group is known, a record without a reader in a
// topic whose readers are traced. One thread.
class OpenWaitFinder
{
public:
    explicit OpenWaitFinder(const TraceSet& set);

    std::optional<OpenWait> find(RecordIndex record);

private:
    struct Position
    {
        Timestamp time = kNoTimestamp;
        std::int64_t committed = -1;
        bool idle = false;
    };

    void readPositions();

    const TraceSet& m_set;
    bool m_read = false;
    std::map<TopicPartition, std::map<std::string, Position>> m_positions; // by group
};

} // namespace hindcast

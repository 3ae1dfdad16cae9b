#pragma once

#include "model/lag/lag_history.h"

namespace hindcast {

// Takes samples in the order of time and hands out snapshots that share what has not changed.
// One thread at a time.
class LagHistoryBuilder
{
public:
    // False, and nothing happens: the group has a sample of that time or a later one already.
    bool add(const GroupSamplePtr& sample);
    LagHistoryPtr snapshot() const;

private:
    void addPartition(GroupTrack& track, Timestamp time, const GroupPartitionSample& sample);

    std::map<std::string, GroupTrack> m_tracks;
    // What the last snapshot held; replaced where a group has changed since.
    mutable std::map<std::string, GroupTrackPtr> m_published;
    std::size_t m_count = 0;
};

} // namespace hindcast

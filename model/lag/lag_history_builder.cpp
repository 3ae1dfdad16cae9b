#include "model/lag/lag_history_builder.h"

#include <algorithm>

namespace hindcast {

bool LagHistoryBuilder::add(const GroupSamplePtr& sample)
{
    if (!sample || sample->time == kNoTimestamp) {
        return false;
    }
    GroupTrack& track = m_tracks[sample->group];
    if (!track.samples.empty() && track.samples.back()->time >= sample->time) {
        return false;
    }
    track.group = sample->group;
    const bool sameState = !track.samples.empty() && track.samples.back()->state == sample->state;
    track.stateSince.append(sameState ? track.stateSince.back() : sample->time);
    track.samples.append(sample);
    for (const GroupPartitionSample& partition : sample->partitions) {
        addPartition(track, sample->time, partition);
    }
    m_published.erase(sample->group);
    ++m_count;
    return true;
}

void LagHistoryBuilder::addPartition(GroupTrack& track, Timestamp time,
                                     const GroupPartitionSample& sample)
{
    auto found = std::lower_bound(
        track.partitions.begin(), track.partitions.end(), sample.place,
        [](const PartitionTrack& t, const TopicPartition& place) { return t.place < place; });
    if (found == track.partitions.end() || found->place != sample.place) {
        found = track.partitions.insert(found, PartitionTrack{sample.place, {}, {}});
    }
    PartitionTrack& partition = *found;
    if (!partition.points.empty() && partition.points.back().time >= time) {
        return; // the same partition twice in one sample
    }

    LagPoint point;
    point.time = time;
    point.committed = sample.committed;
    point.logStart = sample.logStart;
    point.logEnd = sample.logEnd;
    point.committedRecordTime = sample.committedRecordTime;
    point.lastCommit = time;
    const LagSplit split = point.split();
    const bool waits = split.known() && split.available > 0;
    point.waitingSince = waits ? time : kNoTimestamp;
    point.aheadPolls = split.ahead > 0 ? 1 : 0;
    if (!partition.points.empty()) {
        const LagPoint& before = partition.points.back();
        point.commits = before.commits;
        point.endBreak = before.endBreak;
        if (point.logEnd < before.logEnd) {
            point.endBreak = static_cast<std::uint32_t>(partition.points.size());
        }
        if (before.committed == point.committed) {
            point.lastCommit = before.lastCommit;
            if (waits && before.waitingSince != kNoTimestamp) {
                point.waitingSince = before.waitingSince;
            }
        } else {
            CommitChange change;
            change.time = time;
            change.offset = point.committed;
            change.previous = before.committed;
            change.available = split.known() ? split.available : -1;
            if (before.waitingSince != kNoTimestamp) {
                change.waited = time - before.waitingSince;
            }
            partition.changes.append(change);
            ++point.commits;
        }
        if (point.aheadPolls > 0) {
            point.aheadPolls += before.aheadPolls;
        }
    }
    partition.points.append(point);
}

LagHistoryPtr LagHistoryBuilder::snapshot() const
{
    auto history = std::make_shared<LagHistory>();
    for (const auto& [name, track] : m_tracks) {
        GroupTrackPtr& published = m_published[name];
        if (!published) {
            published = std::make_shared<const GroupTrack>(track);
        }
    }
    history->m_groups = m_published;
    history->m_sampleCount = m_count;
    return history;
}

} // namespace hindcast

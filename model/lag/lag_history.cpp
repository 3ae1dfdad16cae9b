#include "model/lag/lag_history.h"

#include <algorithm>

namespace hindcast {

std::size_t PartitionTrack::upTo(Timestamp t) const
{
    return points.partitionPoint([t](const LagPoint& p) { return p.time <= t; });
}

std::size_t GroupTrack::upTo(Timestamp t) const
{
    return samples.partitionPoint([t](const GroupSamplePtr& s) { return s->time <= t; });
}

const PartitionTrack* GroupTrack::find(const TopicPartition& place) const
{
    const auto found = std::lower_bound(
        partitions.begin(), partitions.end(), place,
        [](const PartitionTrack& track, const TopicPartition& p) { return track.place < p; });
    return found != partitions.end() && found->place == place ? &*found : nullptr;
}

std::vector<std::string> LagHistory::groups() const
{
    std::vector<std::string> names;
    names.reserve(m_groups.size());
    for (const auto& [name, track] : m_groups) {
        names.push_back(name);
    }
    return names;
}

GroupTrackPtr LagHistory::track(const std::string& group) const
{
    const auto found = m_groups.find(group);
    return found == m_groups.end() ? nullptr : found->second;
}

GroupSamplePtr LagHistory::at(const std::string& group, Timestamp t) const
{
    const GroupTrackPtr found = track(group);
    if (!found) {
        return nullptr;
    }
    const std::size_t n = found->upTo(t);
    return n == 0 ? nullptr : found->samples[n - 1];
}

std::optional<CommitChange> LagHistory::lastCommit(const std::string& group,
                                                   const TopicPartition& place, Timestamp t) const
{
    const GroupTrackPtr found = track(group);
    const PartitionTrack* partition = found ? found->find(place) : nullptr;
    const std::size_t n = partition ? partition->upTo(t) : 0;
    if (n == 0 || partition->points[n - 1].commits == 0) {
        return std::nullopt;
    }
    return partition->changes[partition->points[n - 1].commits - 1];
}

TimeRange LagHistory::range(const std::string& group) const
{
    const GroupTrackPtr found = track(group);
    return found ? TimeRange{found->samples.front()->time, found->samples.back()->time}
                 : TimeRange{};
}

TimeRange LagHistory::range() const
{
    TimeRange all;
    for (const auto& [name, track] : m_groups) {
        const TimeRange one{track->samples.front()->time, track->samples.back()->time};
        if (all.from == kNoTimestamp) {
            all = one;
        }
        all.from = std::min(all.from, one.from);
        all.to = std::max(all.to, one.to);
    }
    return all;
}

std::optional<std::chrono::milliseconds> LagHistory::interval(const std::string& group,
                                                              Timestamp t) const
{
    const GroupTrackPtr found = track(group);
    if (!found || found->samples.size() < 2) {
        return std::nullopt;
    }
    constexpr std::size_t kGaps = 9;
    const std::size_t end = std::max<std::size_t>(2, found->upTo(t));
    const std::size_t begin = end > kGaps + 1 ? end - kGaps - 1 : 0;
    std::vector<std::chrono::milliseconds> gaps;
    for (std::size_t i = begin + 1; i < end; ++i) {
        gaps.push_back(found->samples[i]->time - found->samples[i - 1]->time);
    }
    const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
    std::nth_element(gaps.begin(), middle, gaps.end());
    return *middle;
}

} // namespace hindcast

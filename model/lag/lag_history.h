#pragma once

#include "model/lag/append_log.h"
#include "model/lag/lag_split.h"
#include "model/record/moment.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hindcast {

// One partition in one sample, with what the samples before it say.
struct LagPoint
{
    Timestamp time = kNoTimestamp;
    std::int64_t committed = -1;
    std::int64_t logStart = -1;
    std::int64_t logEnd = -1;
    Timestamp committedRecordTime = kNoTimestamp;
    Timestamp lastCommit = kNoTimestamp;   // the sample that first saw this committed offset
    Timestamp waitingSince = kNoTimestamp; // records wait since then, without a commit
    std::uint32_t commits = 0;             // changes of the committed offset seen up to here
    std::uint32_t aheadPolls = 0;          // in a row, this one included
    std::uint32_t endBreak = 0;            // first point of the series whose log end never fell

    LagSplit split() const { return LagSplit::of(committed, logStart, logEnd); }
};

// A change of a committed offset, as the samples saw it.
struct CommitChange
{
    Timestamp time = kNoTimestamp;
    std::int64_t offset = -1;
    std::int64_t previous = -1;
    std::int64_t available = -1;         // lag in that sample; -1: not known
    std::chrono::milliseconds waited{0}; // how long records had waited for it
};

struct PartitionTrack
{
    TopicPartition place;
    AppendLog<LagPoint> points;
    AppendLog<CommitChange> changes;

    // Points at or before t.
    std::size_t upTo(Timestamp t) const;
};

struct GroupTrack
{
    std::string group;
    AppendLog<GroupSamplePtr> samples;
    AppendLog<Timestamp> stateSince;        // for each sample: the first in a row with its state
    std::vector<PartitionTrack> partitions; // by place

    std::size_t upTo(Timestamp t) const;
    const PartitionTrack* find(const TopicPartition& place) const;
};

using GroupTrackPtr = std::shared_ptr<const GroupTrack>;

// All samples of all groups, arranged for questions about a time. Immutable and cheap to copy; safe
// in any number of threads. A LagHistoryBuilder makes it.
class LagHistory
{
public:
    std::vector<std::string> groups() const;             // by name
    GroupTrackPtr track(const std::string& group) const; // null: not known
    // The newest sample at or before t; null where none is.
    GroupSamplePtr at(const std::string& group, Timestamp t) const;
    // The change that gave the partition the committed offset it had at t; nullopt where the offset
    // stood there in the first sample already.
    std::optional<CommitChange> lastCommit(const std::string& group, const TopicPartition& place,
                                           Timestamp t) const;
    TimeRange range(const std::string& group) const; // of its samples
    TimeRange range() const;                         // of all samples
    // How far apart the group's samples around t are: the median of the last few gaps.
    std::optional<std::chrono::milliseconds> interval(const std::string& group, Timestamp t) const;
    std::size_t sampleCount() const { return m_sampleCount; }

private:
    friend class LagHistoryBuilder;
    std::map<std::string, GroupTrackPtr> m_groups;
    std::size_t m_sampleCount = 0;
};

using LagHistoryPtr = std::shared_ptr<const LagHistory>;

} // namespace hindcast

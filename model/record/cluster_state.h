#pragma once

#include "model/record/place.h"
#include "model/record/timestamp.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hindcast {

struct PartitionState
{
    std::int32_t partition = 0;
    std::int32_t leader = -1; // -1: no leader
    std::vector<std::int32_t> replicas;
    std::vector<std::int32_t> inSync;
    std::int64_t logStart = -1; // -1: not known
    std::int64_t logEnd = -1;   // high watermark
    std::string problem;
};

struct TopicState
{
    std::string name;
    bool internal = false;
    std::vector<PartitionState> partitions;     // by partition number
    std::map<std::string, std::string> configs; // filled on request
    std::int64_t sizeBytes = -1;                // all replicas' leaders; -1: not known
    std::string problem;

    // Log end minus log start, summed: an upper bound of the records (markers, compaction).
    std::int64_t offsetSpan() const;
};

struct GroupMember
{
    std::string memberId;
    std::string clientId;
    std::string host;
    std::string instanceId; // static membership
    std::vector<TopicPartition> assigned;
};

// What one consumer group was at one moment. Committed offsets were asked for before end offsets,
// so a race can only overstate the lag.
struct GroupPartitionSample
{
    TopicPartition place;
    std::int64_t committed = -1; // -1: no commit
    std::int64_t logStart = -1;
    std::int64_t logEnd = -1;
    // The time of the record at the committed offset (method C of the lag literature); kNoTimestamp
    // where it was not asked for or there is none.
    Timestamp committedRecordTime = kNoTimestamp;
    std::string memberId; // empty: nobody is assigned
};

struct GroupSample
{
    Timestamp time = kNoTimestamp; // when the committed offsets were asked for
    std::string group;
    std::string state;          // the broker's word: Stable, Empty, Dead, ...
    std::string protocol;       // "classic", "consumer" (KIP-848), "" unknown
    bool membersVisible = true; // false: the library cannot see them (see problem)
    std::vector<GroupMember> members;
    std::vector<GroupPartitionSample> partitions;
    std::string problem;
};

using GroupSamplePtr = std::shared_ptr<const GroupSample>;

// The cluster as it was last seen: published whole, immutable.
struct ClusterState
{
    Timestamp time = kNoTimestamp;
    std::string clusterId;
    std::vector<std::string> brokers;   // "1@host:port"
    std::vector<TopicState> topics;     // by name
    std::vector<GroupSamplePtr> groups; // by name
    std::string problem; // the newest failure in words; what stands above is then older than `time`
};

using ClusterStatePtr = std::shared_ptr<const ClusterState>;

} // namespace hindcast

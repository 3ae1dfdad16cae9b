#pragma once

#include "connectors/kafka/client_pool.h"
#include "connectors/kafka/deadline.h"
#include "model/record/place.h"

#include <map>
#include <vector>

namespace hindcast::kafka {

struct GroupOffsets
{
    std::string group;
    std::map<TopicPartition, std::int64_t> committed; // without those that have no commit
    std::string problem;
};

// The committed offsets of groups, one question a group, all in flight together. The answers are in
// the order of the names; a group that cannot be asked has its problem. Only for groups that the
// cluster lists: to ask for one makes a cluster that never had any create its topic of offsets.
//
// The client for it has a group.id of its own, though it never joins: without one librdkafka (2.0.2
// to 2.14.2) follows a null pointer when a coordinator answers that it is not ready.
Result<std::vector<GroupOffsets>> queryGroupOffsets(ClientPool& pool,
                                                    const std::vector<std::string>& groups,
                                                    const Deadline& deadline);

} // namespace hindcast::kafka

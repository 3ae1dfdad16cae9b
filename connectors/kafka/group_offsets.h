#pragma once

#include "connectors/kafka/client.h"
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
// the order of the names; a group that cannot be asked has its problem.
Result<std::vector<GroupOffsets>> queryGroupOffsets(const Client& client,
                                                    const std::vector<std::string>& groups,
                                                    const Deadline& deadline);

} // namespace hindcast::kafka

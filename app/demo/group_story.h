#pragma once

#include "app/demo/log_layout.h"
#include "model/record/cluster_state.h"

#include <vector>

namespace hindcast::demo {

// The consumer groups of the shop, and how far each one has read at any time: billing stands on
// the malformed payment, search-index is seconds behind, nightly-export has no members.
struct GroupShape
{
    const char* name;
    const char* protocol;
    std::vector<Topic> topics;
    std::int64_t delayMs; // behind the logs; below zero: never reads
    std::vector<const char*> members;
    bool needsWholeJson = false; // stops at a record whose JSON breaks off
};

const std::vector<GroupShape>& groupShapes();

// What a look at the cluster at `ms` would have said of the group.
GroupSample sampleAt(const GroupShape& group, const Story& story, const LogLayout& layout,
                     std::int64_t ms);

// The cluster as it is at the end of the story, with the groups' last samples.
ClusterState clusterAtEnd(const Story& story, const LogLayout& layout,
                          std::vector<GroupSamplePtr> groups);

} // namespace hindcast::demo

#pragma once

#include "model/record/cluster_state.h"
#include "model/record/result.h"

#include <chrono>

namespace hindcast {

// Port: looks at a cluster and changes nothing. Each call blocks until it has its answer or its
// deadline has passed, whatever the broker does; never call it on the GUI thread. Calls are
// thread-safe.
class ClusterView
{
public:
    using Deadline = std::chrono::milliseconds;

    virtual ~ClusterView() = default;

    // Topics with partitions, leaders, watermarks; no configs or sizes.
    virtual Result<ClusterState> topics(Deadline deadline) = 0;
    // One topic with configs and, where the cluster tells, its size.
    virtual Result<TopicState> topic(const std::string& name, Deadline deadline) = 0;
    // All groups: names, states, protocols; no members, no offsets.
    virtual Result<std::vector<GroupSample>> groups(Deadline deadline) = 0;
    // Whole samples of these groups (all, if empty): committed offsets first, end offsets second.
    // With `recordTimes`, the timestamp of the record at each committed offset that lags is read
    // too.
    virtual Result<std::vector<GroupSample>> sample(const std::vector<std::string>& groupNames,
                                                    bool recordTimes, Deadline deadline) = 0;
};

} // namespace hindcast

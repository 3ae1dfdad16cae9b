#pragma once

#include "connectors/kafka/client_pool.h"
#include "connectors/kafka/deadline.h"
#include "model/record/cluster_state.h"

#include <vector>

namespace hindcast::kafka {

// All groups the cluster shows: name, state, protocol.
Result<std::vector<GroupSample>> listGroups(const Client& client, const Deadline& deadline);

// Adds members and what they are assigned to samples that listGroups() made. A group that cannot be
// described keeps what the list said and gets a problem.
void describeGroups(const Client& client, std::vector<GroupSample>& samples,
                    const Deadline& deadline);

// Adds committed offsets (asked for first) and then log starts and ends.
Result<void> sampleOffsets(const Client& client, ClientPool& pool,
                           std::vector<GroupSample>& samples, const Deadline& deadline);

} // namespace hindcast::kafka

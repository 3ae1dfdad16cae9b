#pragma once

#include "connectors/kafka/cluster_queries.h"

namespace hindcast::kafka {

// Fills log start and log end (high watermark, if the client reads uncommitted) of every partition
// that has a leader; what one partition lacks stands in its problem.
Result<void> fillWatermarks(const Client& client, std::vector<TopicState>& topics,
                            const Deadline& deadline);

} // namespace hindcast::kafka

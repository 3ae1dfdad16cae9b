#pragma once

#include "connectors/kafka/client_pool.h"
#include "connectors/kafka/delivery_queue.h"
#include "connectors/kafka/read_plan.h"

#include <stop_token>
#include <vector>

namespace hindcast::kafka {

// Turns the "last N" of a plan into offsets: reads back from the ends, over whatever holes there
// are, until the newest N of the parts together are known, their beginnings are reached, or
// `request.deadline` has passed in a stretch that holds next to nothing (the parts then say so).
// Returns the records themselves, ready for the sink, where they fit into `request.queueBytes`;
// nothing where they do not, and the plan is read as any other. Blocks.
std::vector<Delivery> settleNewest(ClientPool& pool, ClientPool::Lent client,
                                   const ReadRequest& request, ReadPlan& plan,
                                   const std::stop_token& stop);

} // namespace hindcast::kafka

#pragma once

#include "connectors/kafka/client_pool.h"
#include "connectors/kafka/deadline.h"
#include "model/record/cluster_state.h"

namespace hindcast::kafka {

// Reads the record at each committed offset that lags and notes its time: the oldest record the
// group has not read. All partitions at once, in a few rounds where several groups stand at
// different offsets of one; what the deadline does not allow stays without a time. Where the record
// itself is gone (compaction), it is the next one's time, which makes the lag look shorter.
void fillRecordTimes(ClientPool& pool, std::vector<GroupSample>& samples, const Deadline& deadline);

} // namespace hindcast::kafka

#pragma once

#include "model/capture/capture_snapshot.h"

#include <cstdint>
#include <vector>

namespace hindcast {

// A record on its way into an order.
struct TimedRow
{
    std::int64_t time = 0; // the record's own in ms, until a clock sets it
    std::int64_t next = 0; // its offset + 1; see MergedOrder::merge()
    Row row = 0;
};

struct PartitionRows
{
    TopicId topic = 0;
    std::int32_t partition = 0;
    std::vector<TimedRow> rows; // in the order of their offsets
};

// Rows [first, last) by partition, the partitions as they are first met. From the index alone.
std::vector<PartitionRows> rowsByPartition(const CaptureSnapshot& snapshot, Row first, Row last);

} // namespace hindcast

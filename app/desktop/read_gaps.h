#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/record/read_request.h"
#include "model/record/receipt.h"

#include <vector>

namespace hindcast {

// The parts of [from, to) that `covered` (sorted, disjoint) leaves open, in order.
std::vector<OffsetRange> gapsOf(std::int64_t from, std::int64_t to,
                                const std::vector<OffsetRange>& covered);

// What is left to read of a planned read once the capture's own ranges are taken out, as requests
// with offsets for positions. One request takes at most one stretch of a partition; a request that
// follows is the last one and starts in every partition where its end was planned.
std::vector<ReadRequest> requestsForGaps(const ReadRequest& asked, const Receipt& plan,
                                         const CaptureSnapshot& snapshot);

} // namespace hindcast

#pragma once

#include "model/capture/clock.h"
#include "model/capture/time_order.h"
#include "model/record/result.h"

#include <stop_token>

namespace hindcast {

// The order that a clock gives a capture. `older`, an order of the same capture by any clock, may
// spare work; it may be null. Blocks its caller, which is a worker thread: `log` and `robust` look
// at the index only, a field and `commit` read every record. Fails for a field that no record has.
Result<TimeOrderPtr> orderBy(const Clock& clock, const CaptureSnapshotPtr& snapshot,
                             const std::stop_token& stop = {}, const TimeOrderPtr& older = nullptr);

} // namespace hindcast

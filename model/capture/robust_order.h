#pragma once

#include "model/capture/merged_order.h"

namespace hindcast {

// TimeOrder by the clock `robust`: effective times are the rising curve nearest to the timestamps
// of a partition (robust_curve.h), so offset order holds as by the clock `log`, and one record
// stamped 2030 or 1970 moves no other. A later record may move the last ones before it, so a grown
// capture is ordered anew.
class RobustOrder final : public MergedOrder
{
public:
    static TimeOrderPtr build(CaptureSnapshotPtr snapshot);

    explicit RobustOrder(CaptureSnapshotPtr snapshot);

    Clock clock() const override { return {Clock::Kind::Robust, {}}; }
};

} // namespace hindcast

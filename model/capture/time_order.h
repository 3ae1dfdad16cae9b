#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/capture/clock.h"

#include <memory>
#include <vector>

namespace hindcast {

// A record's place in the total order of a capture, dense from 0.
using Rank = std::uint32_t;

// The total order that a clock gives the records of a capture: each has an effective time, and the
// order is (effective time, topic name, partition, offset), unless the clock says otherwise. By the
// clock `log` the effective time is the running maximum of the timestamps in the record's
// partition, in offset order. Immutable; safe in any thread.
class TimeOrder
{
public:
    // By the clock `log`. Extends `older` (of the same capture; may be null) where that is cheaper
    // than starting anew; the result is the same either way. Takes 12 bytes a record.
    static std::shared_ptr<const TimeOrder> build(CaptureSnapshotPtr snapshot,
                                                  std::shared_ptr<const TimeOrder> older = nullptr);

    virtual ~TimeOrder() = default;

    virtual Clock clock() const = 0;
    virtual const CaptureSnapshotPtr& snapshot() const = 0;
    virtual Rank size() const = 0; // == snapshot()->rowCount()
    virtual Row rowAt(Rank rank) const = 0;
    virtual Rank rankOf(Row row) const = 0;
    virtual Timestamp timeAt(Rank rank) const = 0; // effective time, never falls as the rank rises

    // How many records the moment holds: ranks [0, n) are in, the others are not.
    virtual Rank prefix(const Moment& moment) const = 0;
    // The moment of a prefix: the record before it, and its time. prefix 0 gives a time before all.
    virtual Moment momentOf(Rank prefix) const = 0;
    // Per partition the first offset that is not applied: the exact form of a prefix by the clocks
    // `log` and `robust`. By the others later records of the partition may be applied already.
    virtual OffsetVector offsets(Rank prefix) const = 0;
    // First rank with effective time >= t.
    virtual Rank lowerBound(Timestamp t) const = 0;
    virtual TimeRange range() const = 0; // of effective times; both kNoTimestamp when empty
};

using TimeOrderPtr = std::shared_ptr<const TimeOrder>;

} // namespace hindcast

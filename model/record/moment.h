#pragma once

#include "model/record/place.h"
#include "model/record/timestamp.h"

#include <map>
#include <optional>

namespace hindcast {

// Per topic and partition: the first offset that is *not* applied. A partition that is absent
// contributes nothing.
using OffsetVector = std::map<TopicPartition, std::int64_t>;

// A prefix of a capture's total order (effective time, topic, partition, offset): everything up to
// and including `last`, or, where no record is named, everything whose effective time is <= `time`.
struct Moment
{
    Timestamp time = kNoTimestamp; // effective time, by the capture's clock
    std::optional<RecordPlace> last;

    friend bool operator==(const Moment&, const Moment&) = default;
};

// Both ends inclusive.
struct TimeRange
{
    Timestamp from = kNoTimestamp;
    Timestamp to = kNoTimestamp;

    bool contains(Timestamp t) const { return t >= from && t <= to; }
    friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

} // namespace hindcast

#pragma once

#include "model/capture/event_time_order.h"
#include "model/decode/field_reader.h"
#include "model/record/result.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace hindcast {

// A field as a time in milliseconds: a number, or text that is one, is seconds (up to 11 digits
// before the point), milliseconds (to 14), microseconds (to 17) or nanoseconds since 1970; other
// text is ISO 8601, UTC where it names no zone. What is finer than a millisecond is dropped.
std::optional<std::int64_t> timeOfField(const FieldValue& value);

// The times of a field of every record of the capture. `older` (of the same capture; may be null)
// spares what it has. Blocks its caller, which is a worker thread.
Result<FieldTimesPtr> readFieldTimes(const CaptureSnapshotPtr& snapshot, const std::string& field,
                                     const std::stop_token& stop = {},
                                     const FieldTimesPtr& older = nullptr);

} // namespace hindcast

#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/record/record_batch.h"
#include "widgets/shared/place.h"

#include <functional>
#include <optional>
#include <string>

namespace hindcast {

// What a record is about: the key of a topic that its own key or one of its headers names; of many,
// the one with most events, and of its own topic only where there is no other. `accept` leaves
// topics out. Looks at the capture's index alone.
std::optional<Place> subjectOf(const CaptureSnapshot& snapshot, const RecordView& record,
                               const std::function<bool(const std::string&)>& accept = {});

} // namespace hindcast

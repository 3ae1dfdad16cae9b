#pragma once

#include "model/record/read_request.h"
#include "model/record/result.h"

#include <string_view>

namespace hindcast {

// What stands behind --from and --to: beginning, end, now, a time as parseTimestamp() reads it
// (2026-11-20T14:03:12Z, -1h, milliseconds), offset:1204, last:500 (from only), group:billing.
Result<ReadPosition> parsePosition(std::string_view text, Timestamp now);

} // namespace hindcast

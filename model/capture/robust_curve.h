#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace hindcast {

// The non-decreasing curve through a partition's timestamps (in the order of their offsets) with
// the least sum of absolute deviations from them: L1 isotonic regression. Of several such curves
// the lowest, so that there is one answer. kNoTimestamp has no weight: such a record stands where
// the one before it does (the first ones where the next does).
//
// O(n + l log l), where l records are behind one that came before them.
std::vector<std::int64_t> robustCurve(std::span<const std::int64_t> times);

} // namespace hindcast

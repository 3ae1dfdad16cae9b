#pragma once

#include "model/replay/state.h"

#include <cstdint>
#include <span>
#include <vector>

namespace hindcast {

// The rows in SQLite's order of their keys: texts by their bytes, then what is no UTF-8 and so a
// blob. Empty: they stand so already, as where no key is a whole number, which keyLess() orders by
// size.
std::vector<std::uint32_t> rowsByKeyText(const RowKeys& keys, std::span<const StateRow> rows);

} // namespace hindcast

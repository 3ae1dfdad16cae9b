#pragma once

#include "model/replay/state.h"

#include <cstdint>
#include <span>
#include <vector>

namespace hindcast {

// Whether key order is SQLite's order of the texts: no key is a whole number, which keyLess()
// orders by size, or no UTF-8.
bool isTextOrder(const RowKeys& keys);

// The rows in SQLite's order of their keys: texts by their bytes, then what is no UTF-8 and so a
// blob. Empty: they stand so already.
std::vector<std::uint32_t> rowsByKeyText(const RowKeys& keys, std::span<const StateRow> rows);

} // namespace hindcast

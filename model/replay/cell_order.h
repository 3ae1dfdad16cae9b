#pragma once

#include "model/replay/sql_cells.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace hindcast {

// A path whose cells rows are sorted by, or their keys.
struct CellOrder
{
    static constexpr std::size_t kKey = std::numeric_limits<std::size_t>::max();
    std::size_t path = 0;
    bool falling = false;
};

// The rows [0, count) sorted by their cells as SQLite compares values: NULL, numbers, texts by
// their bytes, blobs. Rows that are equal stay in their order. Few different cells, as those that
// tables are grouped by, cost a look-up a row instead of a sort. `byKey`: the rows by their keys,
// which all differ; empty: as they come.
std::vector<std::uint32_t> sortedRows(const SqlCells* cells, std::size_t count,
                                      std::span<const CellOrder> order,
                                      std::span<const std::uint32_t> byKey = {});

// Below zero where `a` stands before `b`, zero where they are equal.
int compareCells(const SqlCell& a, const SqlCell& b);

} // namespace hindcast

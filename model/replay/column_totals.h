#pragma once

#include "model/replay/state_diff.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// The numbers in a column of a table, added up digit by digit. Decimals that were written as texts
// ("12.50") are numbers too; what is none is left out.
struct ColumnTotal
{
    std::uint64_t numbers = 0;
    std::string sum;     // "1234.50"
    std::string average; // to twelve digits; empty: of nothing
};

// Of these fields, over the rows of these keys that are alive in the state.
Result<std::vector<ColumnTotal>> totalsOf(const State& state, std::span<const KeyNo> keys,
                                          const std::vector<FieldPath>& fields,
                                          const std::stop_token& stop = {});

// In how many of the changed rows each column's cell is another one. By two threads where there
// are many rows.
Result<std::vector<std::uint64_t>> changedByColumn(const VersionLog& log, const StateDiff& diff,
                                                   const std::vector<ProjectionColumn>& columns,
                                                   const std::stop_token& stop = {});

} // namespace hindcast

#pragma once

#include "model/replay/columns.h"
#include "model/replay/state.h"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace hindcast {

// A row that is another one at B than at A.
struct RowDiff
{
    enum class Change : std::uint8_t { Added, Removed, Changed };
    Change change = Change::Changed;
    KeyNo key = kNoKeyNo;
    Version a = kNoVersion; // what it was; Added: none
    Version b = kNoVersion; // what it is; Removed: none
};

// Rows that differ from A to B, in key order. A row whose state was written again with the same
// bytes does not differ.
struct StateDiff
{
    std::size_t added = 0;
    std::size_t removed = 0;
    std::size_t changed = 0;
    std::vector<RowDiff> rows;

    // Looks only at the keys that have versions between the two, so it costs by what lies there.
    // Both states are of one log; A may be the later one.
    static Result<StateDiff> between(const State& a, const State& b,
                                     const std::stop_token& stop = {});

    // Which cells of a changed row differ.
    static std::vector<bool> changedCells(const std::vector<Cell>& a, const std::vector<Cell>& b);
    // The rows with their states before and after (nullopt: not there), in key order; `take`
    // returns false to stop.
    using TakeDiff = std::function<bool(const RowDiff& row, std::optional<std::string_view> before,
                                        std::optional<std::string_view> after)>;
    Result<void> forEach(const VersionLog& log, const TakeDiff& take,
                         const std::stop_token& stop = {}) const;
};

} // namespace hindcast

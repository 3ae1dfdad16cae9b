#pragma once

#include "model/decode/field_path.h"
#include "model/replay/state.h"

#include <stop_token>
#include <vector>

namespace hindcast {

// What the rows of a table are sorted by: their keys, a field of their states (as SQL compares
// values), when they last changed, or how often they did. Rows that are equal stay in key order.
struct RowSort
{
    enum class By { Key, Field, Changed, Versions };
    By by = By::Key;
    FieldPath field;
    bool falling = false;

    friend bool operator==(const RowSort&, const RowSort&) = default;
};

// `keys`, which stand in key order, sorted. A row that is not alive at A is looked at as it is at
// B, where that is given.
Result<std::vector<KeyNo>> sortedKeys(const State& a, const State* b, std::vector<KeyNo> keys,
                                      const RowSort& sort, const std::stop_token& stop = {});

} // namespace hindcast

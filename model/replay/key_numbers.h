#pragma once

#include "model/replay/row_keys.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace hindcast {

// Keys by the number that they are as texts, as SQLite converts one to compare it with a column of
// numbers: 10 is "10", "010", "1e1" and " 10.0". Immutable; safe in any thread.
class KeyNumbers
{
public:
    explicit KeyNumbers(const RowKeys& keys);

    // The number that SQLite converts a text to; nullopt: it stays a text. Infinite where it is
    // larger or smaller than what a double holds.
    static std::optional<double> numberOf(std::string_view text);

    // Adds the keys that SQLite may hold for equal to the number, and perhaps some beside it.
    void find(double number, std::vector<KeyNo>& found) const;

private:
    std::vector<std::pair<double, KeyNo>> m_numbers; // sorted
    std::vector<KeyNo> m_beyond;                     // infinite
};

} // namespace hindcast

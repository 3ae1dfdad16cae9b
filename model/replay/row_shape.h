#pragma once

#include "model/capture/time_order.h"

#include <cstdint>
#include <string>
#include <vector>

namespace hindcast {

class ByteReader;
class ByteWriter;

// The columns that the rows of a table have, as its changes show them: no event tells that a table
// was altered, but the next row that is written is another. Kept with the fold's report.
class RowShape
{
public:
    struct Column
    {
        std::string name; // as JSON writes it
        std::string type; // by the schema around the row; empty: not told
    };

    // What differs from the rows before.
    struct Change
    {
        std::vector<std::string> came;
        std::vector<std::string> went;
        std::vector<std::string> retyped;

        bool any() const { return !came.empty() || !went.empty() || !retyped.empty(); }
        // "column w came", "columns v and w went", "columns v and w changed".
        std::string words() const;
        // What rows are that were not written since: "lack it", "still have them".
        std::string ofOldRows() const;
    };

    // Whether a row shows anything new, by a number for its columns; it is the newest one then.
    bool looksAt(std::uint64_t mark, Rank rank);
    // The columns of that row. `one`: all rows are of one table; else none ever goes.
    Change take(const std::vector<Column>& columns, bool one);
    // The newest row that was looked at before; its columns are those that take() compares with.
    Rank shown() const { return m_shownBefore; }
    // Columns come and go: these are documents, which have what they have.
    bool isOfDocuments() const { return m_returns >= kReturns; }
    // The next row is another, and that is known.
    void forget();

    void write(ByteWriter& to) const;
    void read(ByteReader& from);

private:
    // Tables mixed in one topic take turns.
    static constexpr std::uint32_t kLooks = 1000;
    static constexpr std::uint32_t kReturns = 8;

    struct Known
    {
        Column column;
        bool there = true;
    };

    std::vector<Known> m_known;
    std::uint64_t m_mark = 0;
    Rank m_shown = 0;
    Rank m_shownBefore = 0;
    std::uint32_t m_looks = 0;
    std::uint32_t m_returns = 0;
};

} // namespace hindcast

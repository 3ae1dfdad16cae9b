#pragma once

#include "model/replay/columns.h"
#include "model/replay/sql_type.h"
#include "model/replay/state.h"

#include <iosfwd>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// Writes a state as PostgreSQL's own COPY (SELECT * FROM t ORDER BY primary key) TO STDOUT (FORMAT
// csv, HEADER) writes the table: its columns only, typed values, rows in the order of the key's
// columns (numbers as numbers, texts by their bytes, as the collation "C"), those of a table
// without a key in the order of their lines. Sorting holds the text in memory.
class PostgresCopy
{
public:
    // `columns` as columnsOf() gives them. A column's type is the one that the projection gives it,
    // else that of the newest record with a schema up to the state's moment, else none: the value
    // is written as it came.
    static Result<PostgresCopy> prepare(const State& state, std::vector<ProjectionColumn> columns);

    // Values that did not fit their column's type and are written as they came: how many, and one.
    struct Misfits
    {
        std::uint64_t count = 0;
        std::string column;
        std::string value;
    };
    Result<Misfits> write(std::ostream& out, const State& state,
                          const std::stop_token& stop = {}) const;
    // Columns whose type nothing tells.
    std::vector<std::string> untyped() const;

private:
    std::vector<ProjectionColumn> m_columns; // each with its type, where there is one
    std::vector<std::size_t> m_key;          // the columns that are the key
    bool m_keyless = false;                  // no record has a key
};

} // namespace hindcast

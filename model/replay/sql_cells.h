#pragma once

#include "model/decode/field_reader.h"
#include "model/query/sql_session.h"
#include "model/replay/version_log.h"

#include <memory>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

struct sqlite3_context;

namespace hindcast {

class CellColumn;

// A value of a state as SQL sees it: numbers that an integer of 64 bits or a double holds exactly,
// true and false as 1 and 0, all else as text as written (objects and arrays as JSON).
struct SqlCell
{
    enum class Kind : std::uint8_t { Null, Integer, Real, Text, Blob };
    Kind kind = Kind::Null;
    std::uint32_t size = 0; // Text and Blob
    union {
        std::int64_t integer = 0;
        double real;
        const char* bytes;
    };

    bool isText() const { return kind == Kind::Text || kind == Kind::Blob; }
    std::string_view text() const { return {bytes, size}; }
};

// Keeps texts of cells in place.
class CellTexts
{
public:
    const char* keep(std::string_view text);
    std::size_t bytes() const { return m_bytes; }

private:
    std::vector<std::unique_ptr<char[]>> m_chunks;
    std::size_t m_used = 0;
    std::size_t m_size = 0;
    std::size_t m_bytes = 0;
};

SqlCell sqlCellOf(const FieldValue& value); // its text is the value's
SqlCell sqlCellOf(const FieldValue& value, CellTexts& texts);
SqlValue sqlValueOf(const SqlCell& cell); // its text is the cell's
void giveCell(sqlite3_context* context, const SqlCell& cell);

// Some paths of some versions' states, read in one pass over their blocks by as many threads as
// there are cores, or taken from the columns that their log keeps (CellCache). Immutable; safe in
// any thread.
class SqlCells
{
public:
    // All of a version are null where it is a delete.
    static Result<std::shared_ptr<const SqlCells>> read(const VersionLog& log,
                                                        std::span<const Version> versions,
                                                        const std::vector<FieldPath>& paths,
                                                        const std::stop_token& stop);

    const SqlCell& at(std::size_t row, std::size_t path) const
    {
        return m_cells[row * m_paths + path];
    }
    std::size_t memoryBytes() const;

private:
    void take(std::span<const Version> versions);

    std::size_t m_paths = 0;
    std::vector<SqlCell> m_cells;
    std::vector<CellTexts> m_texts;                           // a thread's each
    std::vector<std::shared_ptr<const CellColumn>> m_columns; // which texts of cells lie in
};

} // namespace hindcast

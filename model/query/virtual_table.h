#pragma once

#include "model/record/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_context;

namespace hindcast {

// What a column is compared with. A copy: asking SQLite's own for its text or number changes its
// type, and SQLite compares with it again.
struct TableValue
{
    enum class Kind : std::uint8_t { Null, Integer, Real, Text, Blob };
    Kind kind = Kind::Null;
    std::int64_t integer = 0;
    double real = 0;
    std::string bytes; // the text or blob; a number as SQLite writes it

    bool isNull() const { return kind == Kind::Null; }
    bool isNumber() const { return kind == Kind::Integer || kind == Kind::Real; }
};

// A comparison of a query with one of a table's columns: '=', '>', '<', 'g' and 'l' where equal
// will do, and 'i' with a list. Neither side has been converted to the other's type: SQLite does
// that when it looks again, by what it knows of both.
struct TableConstraint
{
    int column = 0;
    char op = '=';
    bool literal = false; // the value stands in the query as it is
    TableValue value{};
    std::vector<TableValue> list{}; // of 'i'
};

// A column that rows shall be sorted by, as SQLite compares values: NULL, numbers, texts by their
// bytes, blobs.
struct TableOrder
{
    int column = 0;
    bool falling = false;

    friend bool operator==(const TableOrder&, const TableOrder&) = default;
};

// One walk over a VirtualTable, as SQLite has it: begin() for each time it is walked.
class VirtualCursor
{
public:
    virtual ~VirtualCursor() = default;

    // `columns`: a bit for each one that is asked for, the last bit for those from 63 on. `order`:
    // what the rows must be sorted by; only where the table said that it can (comesIn()).
    virtual Result<void> begin(std::uint64_t columns, std::span<const TableConstraint> constraints,
                               std::span<const TableOrder> order) = 0;
    virtual bool atEnd() const = 0;
    virtual Result<void> next() = 0;
    virtual void column(sqlite3_context* context, int index) const = 0;
    virtual std::int64_t rowid() const = 0;
};

// A read-only table that a query can name, as SQLite's virtual tables are, without their pointers
// and codes. Used on its connection's thread.
class VirtualTable
{
public:
    enum class Use {
        No,
        Hint,     // told to begin(), which may leave out what it rules out; SQLite looks again
        Argument, // the same for a hidden column that an argument of a call fills: as it is given
    };

    virtual ~VirtualTable() = default;

    virtual std::string schema() const = 0; // a CREATE TABLE
    // Of a list it is asked as of '='.
    virtual Use use(int column, char op) const = 0;
    // About how many rows are left by these constraints (without values), and what reaching them
    // costs, in rows of a walk over all.
    virtual std::pair<double, double>
    estimate(std::span<const TableConstraint> constraints) const = 0;
    // Whether the rows that these constraints (without values) leave can come in that order, which
    // spares SQLite sorting them: for ORDER BY, GROUP BY and DISTINCT.
    virtual bool comesIn(std::span<const TableOrder> order,
                         std::span<const TableConstraint> constraints) const
    {
        static_cast<void>(order);
        static_cast<void>(constraints);
        return false;
    }
    virtual std::unique_ptr<VirtualCursor> open() const = 0;

    // The table stands in `database` under that name, until it is closed.
    static void registerAt(sqlite3* database, const std::string& name,
                           std::shared_ptr<const VirtualTable> table);
};

void giveText(sqlite3_context* context, std::string_view text);
void giveBytes(sqlite3_context* context, std::string_view bytes); // a text where they are UTF-8
void giveInteger(sqlite3_context* context, std::int64_t number);
void giveNull(sqlite3_context* context);

} // namespace hindcast

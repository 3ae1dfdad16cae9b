#pragma once

#include "model/record/result.h"
#include "model/record/timestamp.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_context;
struct sqlite3_value;

namespace hindcast {

// A comparison of a query with one of a table's columns: '=', '>', '<', and 'g' and 'l' where equal
// will do.
struct TableConstraint
{
    int column = 0;
    char op = '=';
    sqlite3_value* value = nullptr; // what it is compared with, for as long as begin() runs
};

// A column that rows shall be sorted by, as SQLite compares values: NULL, numbers, texts by their
// bytes, blobs.
struct TableOrder
{
    int column = 0;
    bool falling = false;
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

// Whole numbers that constraints leave. Both ends inclusive.
struct NumberBounds
{
    std::int64_t from = std::numeric_limits<std::int64_t>::min();
    std::int64_t to = std::numeric_limits<std::int64_t>::max();

    void narrow(char op, std::int64_t value);
    // By a comparison with anything: what is no whole number leaves them as they are.
    void narrow(char op, sqlite3_value* value);
    // By a comparison of formatUtc()'s text with `text`, in milliseconds. It never rules out what
    // the comparison of texts lets through; SQLite goes on doing that.
    void narrowByTime(char op, std::string_view text);
    bool contains(std::int64_t value) const { return value >= from && value <= to; }
};

bool isNullValue(sqlite3_value* value);
std::string_view textOfValue(sqlite3_value* value);

void giveText(sqlite3_context* context, std::string_view text);
void giveInteger(sqlite3_context* context, std::int64_t number);
void giveNull(sqlite3_context* context);

} // namespace hindcast

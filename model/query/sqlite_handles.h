#pragma once

#include <sqlite3.h>

namespace hindcast {

// How the queries of this room hold SQLite's objects, and what bounds them.
struct CloseDatabase
{
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement
{
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

// Larger than any record; bounds what printf() or replace() can be made to build.
inline constexpr int kMaxTextBytes = 256 * 1024 * 1024;
// SQLite's operations between two looks at the stop token: about a millisecond.
inline constexpr int kOperationsPerLook = 20'000;

} // namespace hindcast

#pragma once

#include <array>
#include <string>

namespace hindcast::test {

// A table of ours as a query names it, and its copy in the attached file.
struct SqlTable
{
    const char* ours;
    const char* copy;
    const char* declared;
    const char* unique; // columns that tell its rows apart
};

inline constexpr std::array<SqlTable, 6> kSqlTables{{
    {"records", "f.arrived",
     "topic TEXT, partition INTEGER, offset INTEGER, time TEXT, timestamp INTEGER, key, value, "
     "headers TEXT",
     "topic, partition, offset"},
    {"state('p')", "f.state",
     "key TEXT, a, b, time TEXT, topic TEXT, partition INTEGER, offset INTEGER", "key, b"},
    {"state('p', 't1-0@20')", "f.earlier",
     "key TEXT, a, b, time TEXT, topic TEXT, partition INTEGER, offset INTEGER", "key, b"},
    {"history('p')", "f.history",
     "key TEXT, a, b, time TEXT, topic TEXT, partition INTEGER, offset INTEGER, deleted INTEGER",
     "topic, partition, offset"},
    {"history('p', 't1-1@20')", "f.before",
     "key TEXT, a, b, time TEXT, topic TEXT, partition INTEGER, offset INTEGER, deleted INTEGER",
     "topic, partition, offset"},
    {"changes('p', 't1-0@20', 'end')", "f.changes",
     "key TEXT, change, column, a, b, time TEXT, topic TEXT, partition INTEGER, offset INTEGER",
     "key, column"},
}};

// A query that only the seed decides; a table stands in it as its number in braces.
std::string randomQuery(unsigned seed);
// With the tables' names. Conditions stand in [[ ]], and for the copy in what SQLite plans nothing
// by: it takes rows whose key is equal to a number for rows with one text.
std::string named(std::string query, bool ours);

} // namespace hindcast::test

#pragma once

#include "model/query/filter_expression.h"
#include "model/query/sql_rewrite.h"
#include "model/record/result.h"

#include <stop_token>
#include <string>

struct sqlite3;

namespace hindcast {

// Tables that a SqlSession offers beside records(), made when a query names them. Used by the
// thread that queries.
class SqlTables
{
public:
    virtual ~SqlTables() = default;

    // Before a query is prepared: registers the tables that it names, and writes their calls so as
    // SQLite understands them. An error's place in the text goes into `mistake`, where it has one.
    virtual Result<void> prepare(sqlite3* database, SqlRewrite& query, const std::stop_token& stop,
                                 FilterMistake& mistake) = 0;
    // A complaint of SQLite in terms of what was typed, with what is known instead.
    virtual std::string explained(std::string complaint) const = 0;
    // After the query, however it ended.
    virtual void finished() = 0;
};

} // namespace hindcast

#pragma once

#include "model/query/sql_session.h"
#include "model/record/result.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// An answer as a SQLite file of its own: its rows in one table, values of the types they have, and
// beside it the table `receipt` with one column `json`, what the answer rests on. The file appears
// under its name when it is finished. One thread.
class SqliteFile
{
public:
    enum class Existing { Keep, Replace };
    // Keep: fails where there is a file of that name. Replace: it stays until the new one is whole.
    static Result<std::unique_ptr<SqliteFile>> create(const std::string& path,
                                                      const std::string& table,
                                                      const std::vector<std::string>& columns,
                                                      Existing existing = Existing::Keep);
    ~SqliteFile(); // what is not finished is removed
    SqliteFile(const SqliteFile&) = delete;
    SqliteFile& operator=(const SqliteFile&) = delete;

    Result<void> row(std::span<const SqlValue> cells);
    Result<void> finish(std::string_view receiptJson);

private:
    struct Private;
    explicit SqliteFile(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

} // namespace hindcast

#pragma once

#include "model/query/sqlite_file.h"
#include "model/replay/columns.h"
#include "model/replay/state.h"

#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// Writes a state as a SQLite file: the table `state` with the columns and types of SQL's
// state('projection'), its rows in key order, and the table `receipt` with the receipt. A file is
// only there when it is whole. `columns` as columnsOf() gives them; `only`: the rows to write, by
// key; null: all.
Result<void> writeStateFile(const std::string& path, const State& state,
                            const std::vector<ProjectionColumn>& columns,
                            const std::string& receiptJson, SqliteFile::Existing existing,
                            const std::stop_token& stop = {},
                            const std::vector<bool>* only = nullptr);

} // namespace hindcast

#pragma once

#include "model/replay/sql_type.h"
#include "model/replay/version_log.h"

#include <map>
#include <string>
#include <string_view>

namespace hindcast {

// The columns of a row and their types, by the Connect schema that stands in a record's value
// ({"schema": .., "payload": ..}): of the member `after` where it is an envelope, else of the
// whole. Empty where there is none. Source: Debezium's semantic types (io.debezium.time.Date and so
// on) and Connect's logical ones.
std::map<std::string, SqlType> typesOfSchema(std::string_view value);

// The same of the changes that wal2json made of a table ("schema.table", or its name alone; empty:
// any), whose columns have PostgreSQL's own types. Adds those that are not known yet; true: of a
// whole row, as updates lack large values.
bool addTypesOfWal2json(std::string_view value, std::string_view table,
                        std::map<std::string, SqlType>& types);

// The types that the newest records with a schema, or with types of their columns, tell, of all
// topics of a log, up to a prefix.
Result<std::map<std::string, SqlType>> typesFromSchemas(const VersionLog& log, Rank prefix);

} // namespace hindcast

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

// The types that the newest records with a schema tell, of all topics of a log, up to a prefix.
Result<std::map<std::string, SqlType>> typesFromSchemas(const VersionLog& log, Rank prefix);

} // namespace hindcast

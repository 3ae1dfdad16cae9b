#pragma once

#include "model/replay/columns.h"
#include "model/replay/sql_type.h"

#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// A cell as PostgreSQL's COPY writes a value of that type, with datestyle ISO, UTC, hex bytea and
// the shortest floats: "t", "2026-11-20 14:03:12.5+00", "\x00ff", "{1,NULL,3}". nullopt: NULL. A
// cell that does not fit its type stays as it came.
std::optional<std::string> postgresText(const Cell& cell, const SqlType& type);
// False: it stays as it came, though its type has a form of its own.
bool fitsType(const Cell& cell, const SqlType& type);

// A field of COPY ... (FORMAT csv): NULL is empty, an empty text "", quoted only where it must be.
// `alone`: the line has no other field.
void appendCopyField(const std::optional<std::string>& text, bool alone, std::string& line);

} // namespace hindcast

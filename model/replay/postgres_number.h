#pragma once

#include "model/replay/columns.h"
#include "model/replay/sql_type.h"

#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// Numbers as PostgreSQL writes them; nullopt: it is no such number, or one of its words (NaN,
// Infinity), which are written alike.
std::optional<std::string> postgresReal(std::string_view text);
std::optional<std::string> postgresDouble(std::string_view text);
// As a number, as text, as Connect's Decimal (bytes as base64) or as Debezium's
// VariableScaleDecimal and SpecialValueDecimal.
std::optional<std::string> postgresNumeric(const Cell& cell, const SqlType& type);
// As lc_monetary en_US and C write it: "-$1,234.50".
std::optional<std::string> postgresMoney(const Cell& cell, const SqlType& type);

} // namespace hindcast

#pragma once

#include "model/query/sql_session.h"

#include <span>
#include <string>

namespace hindcast {

// Cells of an answer as text for files, as hindcast-cli writes them: numbers with all their digits,
// bytes that are no text as {"base64":"..."}.
void appendSqlCsv(const SqlValue& value,
                  std::string& to); // null is an empty field, a text "" is ""
void appendSqlJson(const SqlValue& value, std::string& to);
// A whole row, without the line's end.
std::string sqlCsvLine(std::span<const SqlValue> cells);
std::string sqlCsvHeader(std::span<const std::string> columns);
std::string sqlJsonLine(std::span<const std::string> columns, std::span<const SqlValue> cells);

} // namespace hindcast

#include "model/query/sql_text.h"

#include "model/capture/base64.h"
#include "model/capture/csv_writer.h"
#include "model/capture/interchange_writer.h"

#include <cmath>
#include <fmt/format.h>
#include <simdjson.h>

namespace hindcast {

namespace {

bool isText(std::string_view bytes)
{
    return simdjson::validate_utf8(bytes.data(), bytes.size());
}

} // namespace

void appendSqlCsv(const SqlValue& value, std::string& to)
{
    switch (value.kind) {
    case SqlValue::Kind::Null:
        break;
    case SqlValue::Kind::Integer:
        to += std::to_string(value.integer);
        break;
    case SqlValue::Kind::Real:
        to += fmt::format("{}", value.real);
        break;
    case SqlValue::Kind::Text:
    case SqlValue::Kind::Blob:
        appendCsvField(isText(value.bytes) ? std::string(value.bytes) : base64Json(value.bytes),
                       to);
        break;
    }
}

void appendSqlJson(const SqlValue& value, std::string& to)
{
    switch (value.kind) {
    case SqlValue::Kind::Null:
        to += "null";
        break;
    case SqlValue::Kind::Integer:
        to += std::to_string(value.integer);
        break;
    case SqlValue::Kind::Real:
        // JSON has no infinity.
        to += std::isfinite(value.real) ? fmt::format("{}", value.real)
                                        : fmt::format("\"{}\"", value.real);
        break;
    case SqlValue::Kind::Text:
    case SqlValue::Kind::Blob:
        if (isText(value.bytes)) {
            appendJsonString(value.bytes, to);
        } else {
            to += base64Json(value.bytes);
        }
        break;
    }
}

std::string sqlCsvLine(std::span<const SqlValue> cells)
{
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line += i == 0 ? "" : ",";
        appendSqlCsv(cells[i], line);
    }
    return line;
}

std::string sqlCsvHeader(std::span<const std::string> columns)
{
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        line += i == 0 ? "" : ",";
        appendCsvField(columns[i], line);
    }
    return line;
}

std::string sqlJsonLine(std::span<const std::string> columns, std::span<const SqlValue> cells)
{
    std::string line = "{";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line += i == 0 ? "" : ",";
        appendJsonString(columns[i], line);
        line += ':';
        appendSqlJson(cells[i], line);
    }
    return line + '}';
}

} // namespace hindcast

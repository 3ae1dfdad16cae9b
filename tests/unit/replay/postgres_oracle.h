#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast::test {

struct OracleColumn
{
    std::string name;
    std::string type; // as format_type() writes it
    bool generated = false;
};

// A table as PostgreSQL itself restored it at a moment: cells as COPY ... CSV wrote them, numbers
// with one way of writing each value; nullopt is NULL.
struct OracleTable
{
    std::vector<OracleColumn> columns;
    std::vector<std::string> primaryKey;
    std::vector<std::vector<std::optional<std::string>>> rows;
};

// Moments by name ("L01"), each with its tables ("app.orders"), out of an unpacked tar file.
using Oracle = std::map<std::string, std::map<std::string, OracleTable>>;
Oracle readOracle(const std::string& tar);

// How Connect's JSON converter writes a value that JSON has no type for.
enum class Decimals { Text, Bytes };

// A value of a change event as COPY writes a value of that type; nullopt is NULL.
std::optional<std::string> postgresText(const nlohmann::json& value, const std::string& type,
                                        Decimals decimals);

} // namespace hindcast::test

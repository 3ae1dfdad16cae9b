#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hindcast::test {

struct OracleColumn
{
    std::string name;
    std::string type; // as format_type() writes it
    bool generated = false;
};

// A table as PostgreSQL itself restored it at a moment: cells as COPY ... CSV wrote them; nullopt
// is NULL.
struct OracleTable
{
    std::vector<OracleColumn> columns;
    std::vector<std::string> primaryKey;
    std::vector<std::vector<std::optional<std::string>>> rows;
};

// Moments by name ("L01"), each with its tables ("app.orders"), out of an unpacked tar file.
using Oracle = std::map<std::string, std::map<std::string, OracleTable>>;
Oracle readOracle(const std::string& tar);

} // namespace hindcast::test

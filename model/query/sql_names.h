#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

std::string quotedSqlName(std::string_view name); // "x", for a name of anything
std::string plainSqlName(std::string_view name);  // x where it may stand so, else "x"
std::string quotedSqlText(std::string_view text); // 'x'

// Names that a table may have side by side: SQLite takes no two that differ in case only. One that
// is taken gets an underscore behind it.
std::vector<std::string> uniqueSqlNames(std::vector<std::string> names);

} // namespace hindcast

#pragma once

#include "model/query/filter_expression.h"

#include <optional>
#include <string_view>

namespace hindcast {

// What in an expression gives another result another time: chance, and the machine's clock. A fold
// must not depend on it.
std::optional<FilterMistake> findChance(std::string_view expression);

// The name of an SQLite file system that tells no time, for a connection in memory: `now`, however
// an expression comes by it, is NULL there.
const char* timelessSystem();

} // namespace hindcast

#pragma once

#include "model/replay/reducer.h"

#include <memory>
#include <string_view>
#include <vector>

namespace hindcast {

// A reducer by its name in a projection file. A new one is a file of its own and a line in the
// table of reducer_registry.cpp.
struct ReducerKind
{
    std::string_view name;
    bool ownKey = false; // finds the key in the record by itself
    bool readsState =
        false; // looks at the key's state before: the fold keeps the live ones at hand
    // Only the newest event of a key matters, so removing superseded ones changes no newest state.
    bool lastWins = false;
    std::unique_ptr<Reducer> (*make)() = nullptr;
};

const ReducerKind* findReducer(std::string_view name);
std::vector<std::string_view> reducerNames();

} // namespace hindcast

#pragma once

#include "model/replay/projection.h"
#include "model/replay/reducer.h"
#include "model/replay/setting.h"

#include <memory>
#include <span>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace hindcast {

using MadeReducer = tl::expected<std::unique_ptr<Reducer>, SettingMistake>;

// A reducer by its name in a projection file. A new one is a file of its own and a line in the
// table of reducer_registry.cpp.
struct ReducerKind
{
    std::string_view name;
    bool ownKey = false; // finds the key in the record by itself
    // Looks at the key's state before: the fold keeps the live ones at hand.
    bool readsState = false;
    // Only the newest event of a key matters, so removing superseded ones changes no newest state.
    bool lastWins = false;
    // Looks at and changes nothing but the state of the event's key: others can be folded beside
    // it.
    bool ownState = false;
    // Refuses settings that it cannot read; Projection::parse() has asked it once already.
    MadeReducer (*make)(const ProjectionSource& source) = nullptr;
    std::span<const std::string_view> settings = {}; // the names it knows in its [[source]]
    // Reads what its settings name beside the projection file; null: they name nothing.
    Set<void> (*load)(ProjectionSource& source, const std::string& folder) = nullptr;
};

const ReducerKind* findReducer(std::string_view name);
std::vector<std::string_view> reducerNames();

} // namespace hindcast

#include "model/replay/reducer_registry.h"

#include "model/replay/aggregate_reducer.h"
#include "model/replay/cdc_reducer.h"
#include "model/replay/json_patch_reducer.h"
#include "model/replay/latest_reducer.h"
#include "model/replay/machine_reducer.h"
#include "model/replay/merge_patch_reducer.h"
#include "model/replay/script_reducer.h"

#include <algorithm>
#include <array>

namespace hindcast {

namespace {

template <typename T>
MadeReducer make(const ProjectionSource&)
{
    return std::make_unique<T>();
}

constexpr std::array kReducers{
    ReducerKind{.name = "latest", .lastWins = true, .ownState = true, .make = make<LatestReducer>},
    ReducerKind{.name = "merge-patch",
                .readsState = true,
                .ownState = true,
                .make = make<MergePatchReducer>},
    ReducerKind{.name = "json-patch",
                .readsState = true,
                .ownState = true,
                .make = JsonPatchReducer::make,
                .settings = JsonPatchReducer::kSettings},
    ReducerKind{.name = "machine",
                .readsState = true,
                .ownState = true,
                .make = MachineReducer::make,
                .settings = MachineReducer::kSettings},
    ReducerKind{.name = "aggregate",
                .readsState = true,
                .make = AggregateReducer::make,
                .settings = AggregateReducer::kSettings},
    ReducerKind{.name = "script",
                .readsState = true,
                .ownState = true,
                .make = ScriptReducer::make,
                .settings = ScriptReducer::kSettings,
                .load = ScriptReducer::load},
    ReducerKind{.name = "cdc",
                .ownKey = true,
                .lastWins = true,
                .make = CdcReducer::make,
                .settings = CdcReducer::kSettings},
};

} // namespace

const ReducerKind* findReducer(std::string_view name)
{
    const auto* const found = std::find_if(kReducers.begin(), kReducers.end(),
                                           [&](const ReducerKind& k) { return k.name == name; });
    return found == kReducers.end() ? nullptr : found;
}

std::vector<std::string_view> reducerNames()
{
    std::vector<std::string_view> names;
    names.reserve(std::size(kReducers));
    for (const ReducerKind& kind : kReducers) {
        names.push_back(kind.name);
    }
    return names;
}

} // namespace hindcast

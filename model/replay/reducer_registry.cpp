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
    ReducerKind{"latest", false, false, true, make<LatestReducer>},
    ReducerKind{"merge-patch", false, true, false, make<MergePatchReducer>},
    ReducerKind{"json-patch", false, true, false, JsonPatchReducer::make,
                JsonPatchReducer::kSettings},
    ReducerKind{"machine", false, true, false, MachineReducer::make, MachineReducer::kSettings},
    ReducerKind{"aggregate", false, true, false, AggregateReducer::make,
                AggregateReducer::kSettings},
    ReducerKind{"script", false, true, false, ScriptReducer::make, ScriptReducer::kSettings,
                ScriptReducer::load},
    ReducerKind{"cdc", true, false, true, CdcReducer::make, CdcReducer::kSettings},
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

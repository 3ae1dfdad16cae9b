#pragma once

#include "widgets/shared/lag_store.h"
#include "widgets/shared/place.h"
#include "widgets/shared/trace_store.h"
#include "widgets/sql/sql_projections.h"
#include "widgets/state/projection_store.h"

#include <functional>
#include <optional>

namespace hindcast {

// What the views of one kind share; owned by the application, outlives the views.
struct Stores
{
    LagStore* lag = nullptr;
    TraceStore* traces = nullptr;
    ProjectionStore* projections = nullptr;
    SqlProjections* sqlProjections = nullptr;

    // The row of a state that a record led to, where a projection reads its topic.
    std::function<std::optional<Place>(const RecordPlace& record)> statePlace;
};

} // namespace hindcast

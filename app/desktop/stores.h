#pragma once

#include "widgets/shared/lag_store.h"
#include "widgets/shared/trace_store.h"

namespace hindcast {

// What the views of one kind share; owned by the application, outlives the views.
struct Stores
{
    LagStore* lag = nullptr;
    TraceStore* traces = nullptr;
};

} // namespace hindcast

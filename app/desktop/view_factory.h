#pragma once

#include "widgets/shared/view.h"

namespace hindcast {

struct Stores;

// The view that shows such a place; null where none does (a time, a capture).
View* makeView(const Place& place, const ViewContext& context, const Stores& stores);

} // namespace hindcast

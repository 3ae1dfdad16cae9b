// Removed with the room's first source.
#include "model/capture/capture.h"
#include "model/capture/time_order.h"

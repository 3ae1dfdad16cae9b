#pragma once

#include "model/capture/time_order.h"
#include "model/record/result.h"

#include <QString>

namespace hindcast {

// Reads a moment as a person types it into the time strip: a time ("14:03:12.418" of the day `base`
// lies on, a full date and time, ISO 8601 with a zone, "-30s" before `base`, "now" for the end), a
// record ("orders-4@48,211,954", meant inclusive, or "before:" it), a number of events from `base`
// ("+5", "-12"), a link to a moment, and by the clock `commit` a log position or a transaction.
// Times without a zone are in the window's zone. GUI thread; touches no bytes of records.
Result<Moment> parseMoment(const QString& typed, const Moment& base, const TimeOrder& order);

} // namespace hindcast

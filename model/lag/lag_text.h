#pragma once

#include "model/lag/group_lag.h"

#include <functional>
#include <string>

namespace hindcast {

// What a view leads with: the answer in one line, then the facts and what to look at.
struct LagText
{
    std::string headline;
    std::string detail;
};

// How times are written; each face has its own zone.
using TimeFormat = std::function<std::string(Timestamp)>;

LagText describeLag(const GroupLag& group, const TimeFormat& time = formatUtc);

// "58", "0.4", "1,204": records a second as a cell shows them.
std::string formatRate(double recordsPerSecond);
// Digits grouped: "8,122,277".
std::string formatCount(std::int64_t n);
// "caught up", "in 2m 11s", "never at this rate", "–".
std::string formatCatchUp(const CatchUp& catchUp);
// "2m 11s", "> 5m 00s" where it is at least so long, "–" where it is not known.
std::string formatTimeLag(const TimeLag& lag);

} // namespace hindcast

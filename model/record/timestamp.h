#pragma once

#include "model/record/result.h"

#include <chrono>
#include <string>
#include <string_view>

namespace hindcast {

// Milliseconds since the Unix epoch, UTC: Kafka's own unit.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

// Kafka's "no timestamp" (-1).
inline constexpr Timestamp kNoTimestamp{std::chrono::milliseconds{-1}};

constexpr Timestamp timestampFromMs(std::int64_t ms)
{
    return Timestamp{std::chrono::milliseconds{ms}};
}
constexpr std::int64_t toMs(Timestamp t)
{
    return t.time_since_epoch().count();
}

// "2026-11-20T14:03:12.418Z"; kNoTimestamp gives "-". Years behind 9999 have more digits and no
// sign ("57857-07-26T..."), so that as texts they stand behind the usual ones.
std::string formatUtc(Timestamp t);

// Reads a time as people write it: ISO 8601 with zone ("...Z", "...+02:00"; a space for the T;
// without a zone it is UTC), a date alone, "now", a duration before now ("-1h", "-15m", "-2d",
// "-30s", "-500ms"), or milliseconds since the epoch. `now` is what "now" and durations refer to.
Result<Timestamp> parseTimestamp(std::string_view text, Timestamp now);

// "15m", "2h", "1d", "30s", "250ms": a positive duration.
Result<std::chrono::milliseconds> parseDuration(std::string_view text);

// As a person says it: "2m 11s", "8.4s", "0.3s", "1h 05m", "3d 4h".
std::string formatDuration(std::chrono::milliseconds d);

Timestamp currentTimestamp();

} // namespace hindcast

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// Times as PostgreSQL writes them with datestyle ISO; any year, BC too.
// Days and timestamps are "infinity" and "-infinity" where they are Debezium's numbers for it.
std::string postgresDate(std::int64_t daysSinceEpoch);
std::string postgresTimeOfDay(std::int64_t us); // 24:00:00 at most
std::string postgresTimestamp(std::int64_t usSinceEpoch);
// ISO 8601 ("2026-11-20T14:03:12.5Z", an offset, a year of any length) as UTC; nullopt: not so.
std::optional<std::int64_t> usOfIso(std::string_view text);
// "2026-11-20T14:03:12.50Z" as "2026-11-20 14:03:12.5": without what a column without a zone has
// not.
std::string postgresPlainIso(std::string text);
// The same of a day or a timestamp of any year, and of Debezium's infinite ones.
std::string postgresIso(const std::string& text, bool hasTime);
// Also without a zone, and a day without a time: "2026-11-20Z".
std::optional<std::int64_t> usOfIsoDay(std::string_view text);
// "P1Y2M3DT4H5M6.7S" as "1 year 2 mons 3 days 04:05:06.7"; nullopt: not so.
std::optional<std::string> postgresInterval(std::string_view iso);

} // namespace hindcast

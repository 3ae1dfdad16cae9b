#include "model/record/timestamp.h"

#include "model/record/civil_day.h"

#include <charconv>
#include <cstdlib>
#include <fmt/core.h>
#include <optional>

namespace hindcast {

using namespace std::chrono;

namespace {

// Takes exactly `digits` decimal digits off the front of `text`.
std::optional<int> takeDigits(std::string_view& text, std::size_t digits)
{
    if (text.size() < digits) {
        return std::nullopt;
    }
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        }
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool takeChar(std::string_view& text, char c)
{
    if (text.empty() || text.front() != c) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

// Four digits, or with a sign or in far years more.
std::optional<std::int64_t> takeYear(std::string_view& text)
{
    const bool negative = takeChar(text, '-');
    if (!negative) {
        takeChar(text, '+');
    }
    std::int64_t year = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && digits < 9 && text[digits] >= '0' && text[digits] <= '9';
         ++digits) {
        year = year * 10 + (text[digits] - '0');
    }
    text.remove_prefix(digits);
    return digits < 4 ? std::nullopt : std::optional(negative ? -year : year);
}

std::optional<Timestamp> parseIso(std::string_view text)
{
    const auto y = takeYear(text);
    if (!y || !takeChar(text, '-')) {
        return std::nullopt;
    }
    const auto mo = takeDigits(text, 2);
    if (!mo || !takeChar(text, '-')) {
        return std::nullopt;
    }
    const auto d = takeDigits(text, 2);
    if (!d || *mo < 1 || *mo > 12 || *d < 1) {
        return std::nullopt;
    }
    const std::int64_t dayNumber = daysOf({*y, *mo, *d});
    const CivilDay same = civilDayOf(dayNumber);
    std::int64_t ms = 0;
    if (same.month != *mo || same.day != *d ||
        __builtin_mul_overflow(dayNumber, std::int64_t{86'400'000}, &ms)) {
        return std::nullopt;
    }
    Timestamp result = timestampFromMs(ms);
    if (text.empty()) {
        return result;
    }
    if (!takeChar(text, 'T') && !takeChar(text, ' ')) {
        return std::nullopt;
    }
    const auto h = takeDigits(text, 2);
    if (!h || *h > 24 || !takeChar(text, ':')) {
        return std::nullopt;
    }
    const auto mi = takeDigits(text, 2);
    if (!mi || *mi > 59) {
        return std::nullopt;
    }
    result += hours{*h} + minutes{*mi};
    if (takeChar(text, ':')) {
        const auto s = takeDigits(text, 2);
        if (!s || *s > 60) {
            return std::nullopt;
        }
        result += seconds{*s};
        if (takeChar(text, '.')) {
            int scale = 100;
            bool any = false;
            while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
                result += milliseconds{(text.front() - '0') * scale};
                scale /= 10; // digits past the millisecond are dropped
                text.remove_prefix(1);
                any = true;
            }
            if (!any) {
                return std::nullopt;
            }
        }
    }
    if (text.empty() || text == "Z" || text == "z") {
        return result;
    }
    if (text.front() != '+' && text.front() != '-') {
        return std::nullopt;
    }
    const int sign = text.front() == '+' ? 1 : -1;
    text.remove_prefix(1);
    const auto zh = takeDigits(text, 2);
    takeChar(text, ':');
    const auto zm = text.empty() ? std::optional<int>{0} : takeDigits(text, 2);
    if (!zh || !zm || *zh > 18 || *zm > 59 || !text.empty()) {
        return std::nullopt;
    }
    return result - sign * (hours{*zh} + minutes{*zm});
}

} // namespace

std::string formatUtc(Timestamp t)
{
    if (t == kNoTimestamp) {
        return "-";
    }
    const auto dayStart = floor<days>(t);
    const CivilDay date = civilDayOf(dayStart.time_since_epoch().count());
    const hh_mm_ss time{t - dayStart};
    return fmt::format("{}{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", date.year < 0 ? "-" : "",
                       std::abs(date.year), date.month, date.day, time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

Result<milliseconds> parseDuration(std::string_view text)
{
    long long count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
    if (error == std::errc{} && count >= 0) {
        if (unit == "ms") {
            return milliseconds{count};
        }
        if (unit == "s") {
            return seconds{count};
        }
        if (unit == "m" || unit == "min") {
            return minutes{count};
        }
        if (unit == "h") {
            return hours{count};
        }
        if (unit == "d") {
            return days{count};
        }
    }
    return fail(
        ErrorCode::InvalidArgument,
        fmt::format("\"{}\" is not a duration; write one as 250ms, 30s, 15m, 2h or 1d.", text));
}

Result<Timestamp> parseTimestamp(std::string_view text, Timestamp now)
{
    if (text == "now") {
        return now;
    }
    if (text.size() > 1 && text.front() == '-' && text[1] >= '0' && text[1] <= '9') {
        if (const auto duration = parseDuration(text.substr(1))) {
            return now - *duration;
        }
    }
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (error == std::errc{} && end == text.data() + text.size() && text.size() >= 9) {
        return timestampFromMs(ms);
    }
    if (const auto iso = parseIso(text)) {
        return *iso;
    }
    return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" is not a time; write 2026-11-20T14:03:12.418Z, -15m, now or "
                            "milliseconds since 1970.",
                            text));
}

std::string formatDuration(milliseconds d)
{
    if (d < milliseconds{0}) {
        return "-" + formatDuration(-d);
    }
    if (d < milliseconds{10}) {
        return fmt::format("{}ms", d.count());
    }
    if (d < minutes{1}) {
        // Truncated, never rounded up to "60.0s".
        const auto tenths = d.count() / 100;
        return fmt::format("{}.{}s", tenths / 10, tenths % 10);
    }
    if (d < hours{1}) {
        return fmt::format("{}m {:02}s", d / minutes{1}, d % minutes{1} / seconds{1});
    }
    if (d < days{1}) {
        return fmt::format("{}h {:02}m", d / hours{1}, d % hours{1} / minutes{1});
    }
    return fmt::format("{}d {}h", d / days{1}, d % days{1} / hours{1});
}

Timestamp currentTimestamp()
{
    return floor<milliseconds>(system_clock::now());
}

} // namespace hindcast

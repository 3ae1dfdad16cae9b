#include "app/cli/read_position.h"

#include <charconv>
#include <fmt/core.h>

namespace hindcast {

Result<ReadPosition> parsePosition(std::string_view text, Timestamp now)
{
    if (text == "beginning") {
        return AtBeginning{};
    }
    // Nothing is younger than now: the end as it is.
    if (text == "end" || text == "now") {
        return AtEnd{};
    }
    if (text.starts_with("group:") && text.size() > 6) {
        return AtGroup{std::string(text.substr(6))};
    }
    for (const std::string_view prefix : {"offset:", "last:"}) {
        if (!text.starts_with(prefix)) {
            continue;
        }
        std::int64_t number = 0;
        const char* const end = text.data() + text.size();
        const auto [last, error] = std::from_chars(text.data() + prefix.size(), end, number);
        if (error != std::errc{} || last != end || number < 0) {
            return fail(
                ErrorCode::InvalidArgument,
                fmt::format("\"{}\" needs a number that is not negative, as {}500.", text, prefix));
        }
        return prefix == "last:" ? ReadPosition(LastN{number}) : ReadPosition(AtOffset{number});
    }
    if (const auto time = parseTimestamp(text, now)) {
        return AtTime{*time};
    }
    return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" is no place to read from or to; write beginning, end, a time "
                            "(2026-11-20T14:03:12Z, -1h), offset:1204, last:500 or group:billing.",
                            text));
}

} // namespace hindcast

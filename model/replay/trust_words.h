#pragma once

#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>

// The few phrases that verdicts and their reasons share.
namespace hindcast::trust_words {

inline std::string grouped(std::int64_t n)
{
    std::string digits = fmt::format("{}", n);
    for (std::size_t at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, ",");
    }
    return digits;
}

inline std::string counted(std::uint64_t n, std::string_view one, std::string_view many)
{
    return fmt::format("{} {}", grouped(static_cast<std::int64_t>(n)), n == 1 ? one : many);
}

// What of the records that are there is not in the state; empty: nothing. `orMore`: records that
// were left out are listed up to a bound only.
inline std::string leftOut(std::uint64_t skipped, bool orMore, std::uint64_t unknownValues)
{
    std::string words;
    if (skipped > 0) {
        words = grouped(static_cast<std::int64_t>(skipped)) + (orMore ? " or more" : "") +
                (skipped == 1 && !orMore ? " unreadable record" : " unreadable records") +
                " left out";
    }
    if (unknownValues > 0) {
        words += words.empty() ? "" : "; ";
        words += counted(unknownValues, "value", "values") + " not in the log";
    }
    return words;
}

} // namespace hindcast::trust_words

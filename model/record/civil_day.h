#pragma once

#include <cstdint>

namespace hindcast {

// A day of the proleptic Gregorian calendar, of any year; the year before 1 is 0. std::chrono's
// year ends at 32767, which a timestamp in microseconds that is taken for milliseconds exceeds.
struct CivilDay
{
    std::int64_t year = 0;
    int month = 0;
    int day = 0;
};

// Days since 1970-01-01. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
CivilDay civilDayOf(std::int64_t days);
std::int64_t daysOf(const CivilDay& day);

} // namespace hindcast

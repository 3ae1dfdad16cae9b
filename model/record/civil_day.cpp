#include "model/record/civil_day.h"

namespace hindcast {

CivilDay civilDayOf(std::int64_t days)
{
    days += 719'468;
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const std::int64_t ofEra = days - era * 146'097;
    const std::int64_t yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36'524 - ofEra / 146'096) / 365;
    const std::int64_t ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t month = (5 * ofYear + 2) / 153;
    const std::int64_t civil = month < 10 ? month + 3 : month - 9;
    return {yearOfEra + era * 400 + (civil <= 2 ? 1 : 0), static_cast<int>(civil),
            static_cast<int>(ofYear - (153 * month + 2) / 5 + 1)};
}

std::int64_t daysOf(const CivilDay& day)
{
    const std::int64_t year = day.year - (day.month <= 2 ? 1 : 0);
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t ofEra = year - era * 400;
    const std::int64_t ofYear =
        (153 * (day.month > 2 ? day.month - 3 : day.month + 9) + 2) / 5 + day.day - 1;
    return era * 146'097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719'468;
}

} // namespace hindcast

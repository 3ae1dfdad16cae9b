#include "model/replay/postgres_time.h"

#include "model/record/civil_day.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <limits>
#include <utility>

namespace hindcast {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

// How Debezium sends infinity in a timestamp without a zone.
constexpr std::int64_t kInfinity = 9'223'372'036'825'200'000;
constexpr std::int64_t kMinusInfinity = -9'223'372'036'832'400'000;
// And in a date; the day behind it is minus infinity.
constexpr std::int64_t kInfiniteDay = -2'147'472'692;

std::int64_t floorDiv(std::int64_t a, std::int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

std::string fraction(std::int64_t us)
{
    if (us == 0) {
        return {};
    }
    std::string digits = fmt::format(".{:06}", us);
    digits.erase(digits.find_last_not_of('0') + 1);
    return digits;
}

// "BC" stands behind the time of day.
std::string dateText(const CivilDay& day)
{
    return fmt::format("{:04}-{:02}-{:02}", day.year > 0 ? day.year : 1 - day.year, day.month,
                       day.day);
}

// Reads a text from the left.
class Reader
{
public:
    explicit Reader(std::string_view text)
        : m_text(text)
    {
    }

    bool atEnd() const { return m_text.empty(); }
    bool take(char c)
    {
        if (m_text.empty() || m_text.front() != c) {
            return false;
        }
        m_text.remove_prefix(1);
        return true;
    }
    // A number of `least` to `most` digits.
    std::optional<std::int64_t> number(std::size_t least, std::size_t most)
    {
        std::size_t length = 0;
        std::int64_t value = 0;
        while (length < m_text.size() && length < most && m_text[length] >= '0' &&
               m_text[length] <= '9') {
            value = value * 10 + (m_text[length] - '0');
            ++length;
        }
        if (length < least) {
            return std::nullopt;
        }
        m_text.remove_prefix(length);
        return value;
    }
    // The digits behind a point as microseconds; what is finer is cut off, as a column has no more.
    std::optional<std::int64_t> micros()
    {
        std::int64_t us = 0;
        std::int64_t unit = kSecond / 10;
        bool any = false;
        while (!m_text.empty() && m_text.front() >= '0' && m_text.front() <= '9') {
            us += unit * (m_text.front() - '0');
            unit /= 10;
            any = true;
            m_text.remove_prefix(1);
        }
        return any ? std::optional(us) : std::nullopt;
    }

private:
    std::string_view m_text;
};

std::optional<std::int64_t> readTimeOfDay(Reader& reader)
{
    const auto hour = reader.number(2, 2);
    if (!hour || !reader.take(':')) {
        return std::nullopt;
    }
    const auto minute = reader.number(2, 2);
    if (!minute) {
        return std::nullopt;
    }
    std::int64_t us = (*hour * 60 + *minute) * 60 * kSecond;
    if (reader.take(':')) {
        const auto second = reader.number(2, 2);
        if (!second) {
            return std::nullopt;
        }
        us += *second * kSecond;
        if (reader.take('.')) {
            const auto micros = reader.micros();
            if (!micros) {
                return std::nullopt;
            }
            us += *micros;
        }
    }
    return us;
}

// How far the zone is ahead of UTC; nullopt: no zone, or more behind it.
std::optional<std::int64_t> readZone(Reader& reader)
{
    if (reader.take('Z')) {
        return reader.atEnd() ? std::optional<std::int64_t>(0) : std::nullopt;
    }
    const bool minus = reader.take('-');
    if (!minus && !reader.take('+')) {
        return std::nullopt;
    }
    const auto hours = reader.number(2, 2);
    if (!hours) {
        return std::nullopt;
    }
    reader.take(':');
    const auto minutes = reader.number(0, 2);
    if (!minutes || !reader.atEnd()) {
        return std::nullopt;
    }
    const std::int64_t ahead = (*hours * 60 + *minutes) * 60 * kSecond;
    return minus ? -ahead : ahead;
}

} // namespace

std::string postgresDate(std::int64_t daysSinceEpoch)
{
    if (daysSinceEpoch == kInfiniteDay || daysSinceEpoch == kInfiniteDay + 1) {
        return daysSinceEpoch == kInfiniteDay ? "infinity" : "-infinity";
    }
    const CivilDay day = civilDayOf(daysSinceEpoch);
    return dateText(day) + (day.year > 0 ? "" : " BC");
}

std::string postgresTimeOfDay(std::int64_t us)
{
    const std::int64_t seconds = us / kSecond;
    return fmt::format("{:02}:{:02}:{:02}{}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                       fraction(us % kSecond));
}

std::string postgresTimestamp(std::int64_t usSinceEpoch)
{
    if (usSinceEpoch == kInfinity) {
        return "infinity";
    }
    if (usSinceEpoch == kMinusInfinity) {
        return "-infinity";
    }
    const std::int64_t days = floorDiv(usSinceEpoch, kDay);
    const CivilDay day = civilDayOf(days);
    return dateText(day) + ' ' + postgresTimeOfDay(usSinceEpoch - days * kDay) +
           (day.year > 0 ? "" : " BC");
}

std::optional<std::int64_t> usOfIso(std::string_view text)
{
    Reader reader(text);
    const bool minus = reader.take('-');
    if (!minus) {
        reader.take('+');
    }
    const auto year = reader.number(4, 6);
    const auto month = year && reader.take('-') ? reader.number(2, 2) : std::nullopt;
    const auto day = month && reader.take('-') ? reader.number(2, 2) : std::nullopt;
    if (!day || (!reader.take('T') && !reader.take(' '))) {
        return std::nullopt;
    }
    const auto us = readTimeOfDay(reader);
    if (!us) {
        return std::nullopt;
    }
    const auto ahead = readZone(reader);
    if (!ahead) {
        return std::nullopt;
    }
    const std::int64_t days =
        daysOf({minus ? -*year : *year, static_cast<int>(*month), static_cast<int>(*day)});
    // PostgreSQL counts from the year 2000, and so thirty years further than this.
    constexpr std::int64_t kMostDays = std::numeric_limits<std::int64_t>::max() / kDay - 2;
    if (days > kMostDays || days < -kMostDays) {
        return std::nullopt;
    }
    return days * kDay + *us - *ahead;
}

std::string postgresPlainIso(std::string text)
{
    if (text.ends_with('Z')) {
        text.pop_back();
    }
    const std::size_t mark = text.find('T');
    if (mark != std::string::npos && mark >= 10) {
        text[mark] = ' ';
    }
    if (text.starts_with('+')) {
        text.erase(0, 1); // a year of more than four digits
    }
    const std::size_t point = text.find('.');
    if (point != std::string::npos &&
        text.find_first_not_of("0123456789", point + 1) == std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        text.erase(text.find_last_not_of('.') + 1);
    }
    return text;
}

std::string postgresIso(const std::string& text, bool hasTime)
{
    // As Debezium writes them where it writes texts (time.precision.mode = isostring).
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kInfinite{{
        {"-5877611-06-21Z", "infinity"},
        {"-5877611-06-22Z", "-infinity"},
        {"+294247-01-10T04:00:25.2Z", "infinity"},
        {"-290308-12-21T19:59:27.6Z", "-infinity"},
    }};
    for (const auto& [iso, word] : kInfinite) {
        if (text == iso) {
            return std::string(word);
        }
    }
    const bool farYear = text.starts_with('-') || text.starts_with('+');
    if (const auto us = farYear ? usOfIsoDay(text) : std::nullopt) {
        return hasTime ? postgresTimestamp(*us) : postgresDate(floorDiv(*us, kDay));
    }
    return postgresPlainIso(text);
}

std::optional<std::int64_t> usOfIsoDay(std::string_view text)
{
    if (const auto us = usOfIso(text)) {
        return us;
    }
    std::string whole(text.substr(0, text.find('Z')));
    whole += whole.find('T') == std::string::npos ? "T00:00:00Z" : "Z";
    return usOfIso(whole);
}

std::optional<std::string> postgresInterval(std::string_view iso)
{
    if (iso.empty() || iso.front() != 'P') {
        return std::nullopt;
    }
    iso.remove_prefix(1);
    // Years, months, days, and microseconds.
    std::array<std::int64_t, 3> parts{};
    std::int64_t us = 0;
    bool time = false;
    while (!iso.empty()) {
        if (iso.front() == 'T') {
            time = true;
            iso.remove_prefix(1);
            continue;
        }
        const bool minus = iso.front() == '-';
        iso.remove_prefix(minus ? 1 : 0);
        Reader reader(iso);
        const auto whole = reader.number(1, 12);
        if (!whole) {
            return std::nullopt;
        }
        const std::size_t unitAt = iso.find_first_not_of("0123456789.");
        if (unitAt == std::string_view::npos) {
            return std::nullopt;
        }
        const std::int64_t micros = reader.take('.') ? reader.micros().value_or(0) : 0;
        const std::int64_t sign = minus ? -1 : 1;
        switch (iso[unitAt]) {
        case 'Y':
            parts[0] = sign * *whole;
            break;
        case 'D':
            parts[2] = sign * *whole;
            break;
        case 'H':
            us += sign * *whole * 3600 * kSecond;
            break;
        case 'M':
            if (time) {
                us += sign * *whole * 60 * kSecond;
            } else {
                parts[1] = sign * *whole;
            }
            break;
        case 'S':
            us += sign * (*whole * kSecond + micros);
            break;
        default:
            return std::nullopt;
        }
        iso.remove_prefix(unitAt + 1);
    }
    // As EncodeInterval() of PostgreSQL's datetime.c does with intervalstyle postgres.
    constexpr std::array<std::string_view, 3> kUnits{"year", "mon", "day"};
    std::string text;
    bool before = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i] == 0) {
            continue;
        }
        text +=
            fmt::format("{}{}{} {}{}", text.empty() ? "" : " ", before && parts[i] > 0 ? "+" : "",
                        parts[i], kUnits[i], parts[i] == 1 ? "" : "s");
        before = parts[i] < 0;
    }
    if (text.empty() || us != 0) {
        text += text.empty() ? "" : " ";
        text += us < 0 ? "-" : (before ? "+" : "");
        text += postgresTimeOfDay(us < 0 ? -us : us);
    }
    return text;
}

} // namespace hindcast

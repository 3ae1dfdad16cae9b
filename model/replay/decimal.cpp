#include "model/replay/decimal.h"

#include "model/decode/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>
#include <limits>

namespace hindcast {

namespace {

constexpr std::size_t kFastDigits = 18; // any so many fit 64 bits

// A number's parts: [-]digits * 10^exponent. `digits` has the mantissa's, without leading zeros.
struct Parts
{
    bool negative = false;
    std::string digits;
    std::int64_t places = 0; // behind the point, before the exponent is looked at
    std::string_view exponent;
};

std::optional<Parts> partsOf(std::string_view number)
{
    if (!isJsonNumber(number)) {
        return std::nullopt;
    }
    Parts parts;
    parts.negative = number.front() == '-';
    const std::size_t mark = number.find_first_of("eE");
    std::string_view mantissa = number.substr(0, mark);
    mantissa.remove_prefix(parts.negative ? 1 : 0);
    const std::size_t point = mantissa.find('.');
    parts.digits = mantissa.substr(0, point);
    if (point != std::string_view::npos) {
        parts.digits += mantissa.substr(point + 1);
        parts.places = static_cast<std::int64_t>(mantissa.size() - point - 1);
    }
    parts.digits.erase(0, std::min(parts.digits.find_first_not_of('0'), parts.digits.size()));
    if (mark != std::string_view::npos) {
        parts.exponent = number.substr(mark + 1);
        parts.exponent.remove_prefix(parts.exponent.front() == '+' ? 1 : 0);
    }
    return parts;
}

// The exponent; nullopt where it is past 64 bits.
std::optional<std::int64_t> exponentOf(const Parts& parts)
{
    std::int64_t exponent = 0;
    const std::string_view text = parts.exponent;
    if (!text.empty() &&
        std::from_chars(text.data(), text.data() + text.size(), exponent).ec != std::errc{}) {
        return std::nullopt;
    }
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 2;
    return exponent > kMost || exponent < -kMost ? std::nullopt : std::optional(exponent);
}

std::strong_ordering compareDigits(std::string_view a, std::string_view b)
{
    return a.size() != b.size() ? a.size() <=> b.size() : a.compare(b) <=> 0;
}

std::string addDigits(std::string_view a, std::string_view b)
{
    std::string sum(std::max(a.size(), b.size()) + 1, '0');
    int carry = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        carry += i < a.size() ? a[a.size() - 1 - i] - '0' : 0;
        carry += i < b.size() ? b[b.size() - 1 - i] - '0' : 0;
        sum[sum.size() - 1 - i] = static_cast<char>('0' + carry % 10);
        carry /= 10;
    }
    return sum;
}

// a - b where a >= b.
std::string subtractDigits(std::string_view a, std::string_view b)
{
    std::string difference(a);
    int borrow = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        int digit = a[a.size() - 1 - i] - '0' - borrow;
        digit -= i < b.size() ? b[b.size() - 1 - i] - '0' : 0;
        borrow = digit < 0 ? 1 : 0;
        difference[a.size() - 1 - i] = static_cast<char>('0' + digit + 10 * borrow);
    }
    return difference;
}

std::string withPoint(bool negative, std::string digits, std::size_t scale)
{
    if (digits.size() <= scale) {
        digits.insert(0, scale + 1 - digits.size(), '0');
    }
    if (scale > 0) {
        digits.insert(digits.size() - scale, 1, '.');
    }
    return negative ? "-" + digits : digits;
}

constexpr auto kPowers = [] {
    std::array<std::int64_t, kFastDigits + 1> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) {
        powers[i] = powers[i - 1] * 10;
    }
    return powers;
}();

// `value` with `places` more behind the point; false where it does not fit.
bool shift(std::int64_t value, int places, std::int64_t& out)
{
    return places <= static_cast<int>(kFastDigits) &&
           !__builtin_mul_overflow(value, kPowers[static_cast<std::size_t>(places)], &out);
}

// What nearly every number is: few digits and no exponent. False: another one, or none.
bool readShort(std::string_view number, std::int64_t& value, int& scale)
{
    const bool negative = number.starts_with('-');
    number.remove_prefix(negative ? 1 : 0);
    const std::size_t point = std::min(number.find('.'), number.size());
    const std::size_t places = point < number.size() ? number.size() - point - 1 : 0;
    if (point == 0 || (point > 1 && number.front() == '0') || point + places > kFastDigits ||
        (point < number.size() && places == 0)) {
        return false;
    }
    value = 0;
    for (std::size_t i = 0; i < number.size(); ++i) {
        if (i == point) {
            continue;
        }
        if (number[i] < '0' || number[i] > '9') {
            return false;
        }
        value = value * 10 + (number[i] - '0');
    }
    value = negative ? -value : value;
    scale = static_cast<int>(places);
    return true;
}

} // namespace

std::optional<Decimal> Decimal::parse(std::string_view number)
{
    Decimal shortOne;
    if (readShort(number, shortOne.m_small, shortOne.m_scale)) {
        return shortOne;
    }
    auto parts = partsOf(number);
    if (!parts) {
        return std::nullopt;
    }
    const auto exponent = exponentOf(*parts);
    if (!exponent && !parts->digits.empty()) {
        return std::nullopt;
    }
    std::int64_t scale = parts->places - exponent.value_or(0);
    if (parts->digits.empty()) {
        scale = std::clamp<std::int64_t>(scale, 0, kFarthest);
    }
    if (scale < 0) {
        if (-scale > kFarthest) {
            return std::nullopt;
        }
        parts->digits.append(static_cast<std::size_t>(-scale), '0');
        scale = 0;
    }
    // A little room for what sums of such numbers come to.
    if (scale > kFarthest || parts->digits.size() > 2 * std::size_t{kFarthest} + 64) {
        return std::nullopt;
    }
    Decimal result;
    result.set(parts->negative, parts->digits, static_cast<int>(scale));
    return result;
}

std::optional<Decimal> Decimal::fromBytes(std::string_view unscaled, int scale)
{
    if (scale > kFarthest || scale < -kFarthest || unscaled.size() > std::size_t{kFarthest} / 3) {
        return std::nullopt;
    }
    const bool negative = !unscaled.empty() && (unscaled.front() & 0x80) != 0;
    std::string digits; // the lowest first, as values
    const auto timesPlus = [&digits](unsigned factor, unsigned plus) {
        for (char& digit : digits) {
            plus += static_cast<unsigned>(digit) * factor;
            digit = static_cast<char>(plus % 10);
            plus /= 10;
        }
        for (; plus > 0; plus /= 10) {
            digits += static_cast<char>(plus % 10);
        }
    };
    for (const char byte : unscaled) {
        const auto value = static_cast<unsigned char>(byte);
        timesPlus(256, negative ? 255U - value : value);
    }
    if (negative) {
        timesPlus(1, 1);
    }
    std::reverse(digits.begin(), digits.end());
    for (char& digit : digits) {
        digit = static_cast<char>(digit + '0');
    }
    if (scale < 0) {
        digits.append(static_cast<std::size_t>(-scale), '0');
        scale = 0;
    }
    Decimal result;
    result.set(negative, digits, scale);
    return result;
}

void Decimal::set(bool negative, std::string_view digits, int scale)
{
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    m_scale = scale;
    m_small = 0;
    m_big.clear();
    if (digits.size() > kFastDigits) {
        m_big = negative ? "-" : "";
        m_big += digits;
        return;
    }
    for (const char digit : digits) {
        m_small = m_small * 10 + (digit - '0');
    }
    m_small = negative ? -m_small : m_small;
}

std::string Decimal::digits() const
{
    if (!m_big.empty()) {
        return m_big.substr(m_big.front() == '-' ? 1 : 0);
    }
    return m_small == 0 ? std::string() : std::to_string(m_small < 0 ? -m_small : m_small);
}

Decimal& Decimal::operator+=(const Decimal& other)
{
    const int scale = std::max(m_scale, other.m_scale);
    if (m_big.empty() && other.m_big.empty()) {
        std::int64_t a = 0;
        std::int64_t b = 0;
        std::int64_t sum = 0;
        if (shift(m_small, scale - m_scale, a) && shift(other.m_small, scale - other.m_scale, b) &&
            !__builtin_add_overflow(a, b, &sum) &&
            sum != std::numeric_limits<std::int64_t>::min()) {
            m_small = sum;
            m_scale = scale;
            return *this;
        }
    }
    std::string a = digits();
    std::string b = other.digits();
    a.append(a.empty() ? 0 : static_cast<std::size_t>(scale - m_scale), '0');
    b.append(b.empty() ? 0 : static_cast<std::size_t>(scale - other.m_scale), '0');
    if (negative() == other.negative()) {
        set(negative(), addDigits(a, b), scale);
    } else if (compareDigits(a, b) >= 0) {
        set(negative(), subtractDigits(a, b), scale);
    } else {
        set(other.negative(), subtractDigits(b, a), scale);
    }
    return *this;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const
{
    if (isZero() || other.isZero() || negative() != other.negative()) {
        const int sign = isZero() ? 0 : negative() ? -1 : 1;
        const int otherSign = other.isZero() ? 0 : other.negative() ? -1 : 1;
        return sign <=> otherSign;
    }
    const int scale = std::max(m_scale, other.m_scale);
    if (m_big.empty() && other.m_big.empty()) {
        std::int64_t a = 0;
        std::int64_t b = 0;
        if (shift(m_small, scale - m_scale, a) && shift(other.m_small, scale - other.m_scale, b)) {
            return a <=> b;
        }
    }
    std::string a = digits();
    std::string b = other.digits();
    a.append(static_cast<std::size_t>(scale - m_scale), '0');
    b.append(static_cast<std::size_t>(scale - other.m_scale), '0');
    return negative() ? compareDigits(b, a) : compareDigits(a, b);
}

std::string Decimal::toString() const
{
    return withPoint(negative(), digits(), static_cast<std::size_t>(m_scale));
}

std::string Decimal::dividedBy(std::uint64_t divisor, std::size_t most) const
{
    // By hand, digit after digit; a remainder times ten needs more than 64 bits.
    __extension__ using Wide = unsigned __int128;
    const std::string dividend = digits();
    std::string quotient;
    auto scale = static_cast<std::size_t>(m_scale);
    Wide rest = 0;
    const auto step = [&](char digit) {
        rest = rest * 10 + static_cast<unsigned>(digit - '0');
        const auto next = static_cast<unsigned>(rest / divisor);
        rest %= divisor;
        if (next != 0 || !quotient.empty()) {
            quotient += static_cast<char>('0' + next);
        }
    };
    for (const char digit : dividend) {
        step(digit);
    }
    while (rest != 0 && quotient.size() < most) {
        step('0');
        ++scale;
    }
    const bool half = rest * 2 == divisor;
    if (rest * 2 > divisor || (half && !quotient.empty() && (quotient.back() - '0') % 2 == 1)) {
        quotient = addDigits(quotient, "1");
        quotient.erase(0, quotient.find_first_not_of('0'));
    }
    // Places that only the division made and that say nothing.
    while (scale > static_cast<std::size_t>(m_scale) && quotient.ends_with('0')) {
        quotient.pop_back();
        --scale;
    }
    return withPoint(negative(), quotient, scale);
}

std::string sameNumberText(std::string_view number)
{
    auto parts = partsOf(number);
    if (!parts) {
        return std::string(number);
    }
    if (parts->digits.empty()) {
        return "0";
    }
    const std::size_t zeros = parts->digits.size() - 1 - parts->digits.find_last_not_of('0');
    const auto exponent = exponentOf(*parts);
    if (!exponent) {
        return std::string(number); // no two spellings of it are worth telling
    }
    parts->digits.erase(parts->digits.size() - zeros);
    return fmt::format("{}{}e{}", parts->negative ? "-" : "", parts->digits,
                       *exponent - parts->places + static_cast<std::int64_t>(zeros));
}

} // namespace hindcast

#include "model/replay/postgres_number.h"

#include "model/capture/base64.h"
#include "model/replay/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace hindcast {

namespace {

using Encoding = SqlType::Encoding;

// The shortest digits that read back as the same number, written as PostgreSQL's
// double_to_shortest_decimal() and its float twin do: with an exponent below 1e-4 and from 1e15
// (1e6) on.
template <typename Real>
std::string shortest(Real value, int fixedBelow)
{
    std::array<char, 64> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                       std::chars_format::scientific);
    std::string text(buffer.data(), written.ptr);
    const std::size_t mark = text.find('e');
    if (mark == std::string::npos) {
        return text; // inf, nan
    }
    const int exponent = std::atoi(text.c_str() + mark + 1);
    if (exponent < -4 || exponent >= fixedBelow) {
        return text;
    }
    const bool negative = text.front() == '-';
    std::string digits;
    for (const char c : std::string_view(text).substr(0, mark)) {
        digits += c >= '0' && c <= '9' ? std::string(1, c) : std::string();
    }
    const auto whole = static_cast<std::size_t>(exponent < 0 ? 0 : exponent + 1);
    if (exponent < 0) {
        digits.insert(0, static_cast<std::size_t>(-exponent - 1), '0');
        return (negative ? "-0." : "0.") + digits;
    }
    if (digits.size() < whole) {
        digits.append(whole - digits.size(), '0');
    } else if (digits.size() > whole) {
        digits.insert(whole, 1, '.');
    }
    return negative ? "-" + digits : digits;
}

template <typename Real>
std::optional<std::string> realText(std::string_view text, int fixedBelow)
{
    Real value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end) {
        return std::nullopt; // among them NaN, Infinity and -Infinity, which are PostgreSQL's words
    }
    return text.find_first_of("0123456789") == std::string_view::npos
               ? std::nullopt
               : std::optional(shortest(value, fixedBelow));
}

} // namespace

std::optional<std::string> postgresReal(std::string_view text)
{
    return realText<float>(text, 6);
}

std::optional<std::string> postgresDouble(std::string_view text)
{
    return realText<double>(text, 15);
}

namespace {

// With as many places as the column has; digits that it could not hold stay.
std::string withScale(std::string text, int scale)
{
    if (scale < 0) {
        return text;
    }
    const auto wanted = static_cast<std::size_t>(scale);
    const std::size_t point = text.find('.');
    const std::size_t places = point == std::string::npos ? 0 : text.size() - point - 1;
    if (places > wanted) {
        const std::size_t end = point + (wanted > 0 ? wanted + 1 : 0);
        const bool zeros = text.find_first_not_of("0.", end) == std::string::npos;
        return zeros ? text.substr(0, end) : text;
    }
    if (places == wanted) {
        return text;
    }
    text += point == std::string::npos ? "." : "";
    return text.append(wanted - places, '0');
}

constexpr int kEachItsOwn = -1; // SqlType::scale

// PostgreSQL takes the scale of numeric(5,-2) as eleven bits with a sign, Debezium without one.
int placesOf(int scale)
{
    const int own = scale > 1023 ? scale - 2048 : scale;
    return own < kEachItsOwn ? 0 : own;
}

// The number that a cell holds in one of Connect's encodings of decimals.
std::optional<Decimal> decimalOf(const Cell& cell, const SqlType& type)
{
    if (cell.kind == Cell::Kind::Json) { // VariableScaleDecimal
        const auto parts = nlohmann::json::parse(cell.text, nullptr, false);
        if (!parts.is_object() || !parts.contains("value") || !parts["value"].is_string() ||
            !parts.contains("scale") || !parts["scale"].is_number_integer()) {
            return std::nullopt;
        }
        const auto bytes = decodeBase64(parts["value"].get<std::string>());
        return bytes ? Decimal::fromBytes(*bytes, parts["scale"].get<int>()) : std::nullopt;
    }
    if (cell.kind == Cell::Kind::String && type.encoding == Encoding::Base64) {
        const auto bytes = decodeBase64(cell.text);
        return bytes ? Decimal::fromBytes(*bytes, std::max(type.scale, 0)) : std::nullopt;
    }
    return Decimal::parse(cell.text);
}

} // namespace

std::optional<std::string> postgresNumeric(const Cell& cell, const SqlType& type)
{
    // Debezium's SpecialValueDecimal.
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSpecial{{
        {"NAN", "NaN"},
        {"POSITIVE_INFINITY", "Infinity"},
        {"NEGATIVE_INFINITY", "-Infinity"},
    }};
    for (const auto& [debezium, postgres] : kSpecial) {
        if (cell.text == debezium) {
            return std::string(postgres);
        }
    }
    const auto number = decimalOf(cell, type);
    if (!number) {
        return std::nullopt;
    }
    const bool ownScale = cell.kind == Cell::Kind::Json;
    return ownScale ? number->toString() : withScale(number->toString(), placesOf(type.scale));
}

std::optional<std::string> postgresMoney(const Cell& cell, const SqlType& type)
{
    const auto number = decimalOf(cell, type);
    if (!number) {
        return std::nullopt;
    }
    std::string text = withScale(number->toString(), 2);
    const bool negative = text.front() == '-';
    text.erase(0, negative ? 1 : 0);
    for (std::size_t at = text.find('.'); at > 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return (negative ? "-$" : "$") + text;
}

} // namespace hindcast

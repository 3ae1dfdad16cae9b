#include "model/replay/postgres_text.h"

#include "model/capture/base64.h"
#include "model/replay/decimal.h"
#include "model/replay/postgres_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace hindcast {

namespace {

using Base = SqlType::Base;
using Encoding = SqlType::Encoding;

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc{} && read.ptr == end ? std::optional(number) : std::nullopt;
}

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

std::string withScale(std::string text, int scale)
{
    const std::size_t point = text.find('.');
    const std::size_t places = point == std::string::npos ? 0 : text.size() - point - 1;
    if (scale <= 0 || places >= static_cast<std::size_t>(scale)) {
        return text;
    }
    if (point == std::string::npos) {
        text += '.';
    }
    return text.append(static_cast<std::size_t>(scale) - places, '0');
}

std::optional<std::string> numericText(const Cell& cell, const SqlType& type)
{
    if (cell.kind == Cell::Kind::Json) { // VariableScaleDecimal
        const auto parts = nlohmann::json::parse(cell.text, nullptr, false);
        if (!parts.is_object() || !parts.contains("value") || !parts["value"].is_string() ||
            !parts.contains("scale") || !parts["scale"].is_number_integer()) {
            return std::nullopt;
        }
        const auto bytes = decodeBase64(parts["value"].get<std::string>());
        const auto number =
            bytes ? Decimal::fromBytes(*bytes, parts["scale"].get<int>()) : std::nullopt;
        return number ? std::optional(number->toString()) : std::nullopt;
    }
    if (cell.kind == Cell::Kind::String && type.encoding == Encoding::Base64) {
        const auto bytes = decodeBase64(cell.text);
        const auto number =
            bytes ? Decimal::fromBytes(*bytes, std::max(type.scale, 0)) : std::nullopt;
        return number ? std::optional(number->toString()) : std::nullopt;
    }
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
    const auto number = Decimal::parse(cell.text);
    if (!number) {
        return std::nullopt;
    }
    return withScale(number->toString(), type.scale);
}

// A number in the encoding's unit as microseconds.
std::optional<std::int64_t> micros(std::int64_t number, Encoding encoding)
{
    std::int64_t us = 0;
    switch (encoding) {
    case Encoding::Seconds:
        return __builtin_mul_overflow(number, 1'000'000, &us) ? std::nullopt : std::optional(us);
    case Encoding::Milli:
        return __builtin_mul_overflow(number, 1'000, &us) ? std::nullopt : std::optional(us);
    case Encoding::Nano:
        return number / 1'000 - (number % 1'000 < 0 ? 1 : 0);
    default:
        return number;
    }
}

// "2026-11-20T14:03:12Z" without what a column of dates and times has not.
std::string plainIso(std::string text)
{
    if (text.ends_with('Z')) {
        text.pop_back();
    }
    if (text.size() > 10 && text[10] == 'T') {
        text[10] = ' ';
    }
    const std::size_t point = text.find('.');
    if (point != std::string::npos &&
        text.find_first_not_of("0123456789", point + 1) == std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        text.erase(text.find_last_not_of('.') + 1);
    }
    return text;
}

std::optional<std::string> timeText(const Cell& cell, const SqlType& type)
{
    const auto number = cell.kind == Cell::Kind::Number ? wholeNumber(cell.text) : std::nullopt;
    if (!number) {
        return cell.kind == Cell::Kind::String ? std::optional(plainIso(cell.text)) : std::nullopt;
    }
    if (type.base == Base::Date) {
        return postgresDate(*number);
    }
    const auto us = micros(*number, type.encoding);
    if (!us) {
        return std::nullopt;
    }
    if (type.base == Base::Time) {
        return *us >= 0 ? std::optional(postgresTimeOfDay(*us)) : std::nullopt;
    }
    return postgresTimestamp(*us);
}

std::optional<std::string> zonedText(const Cell& cell, const SqlType& type)
{
    if (cell.kind == Cell::Kind::Number) {
        const auto number = wholeNumber(cell.text);
        const auto us = number ? micros(*number, type.encoding) : std::nullopt;
        if (!us) {
            return std::nullopt;
        }
        const std::string text = postgresTimestamp(*us);
        return text.ends_with("BC") ? text.substr(0, text.size() - 3) + "+00 BC" : text + "+00";
    }
    if (type.base == Base::TimeZoned) {
        return cell.text.ends_with('Z') ? std::optional(plainIso(cell.text) + "+00") : std::nullopt;
    }
    const auto us = usOfIso(cell.text);
    if (!us && cell.text.starts_with('+') && cell.text.ends_with('Z')) {
        // Beyond what 64 bits of microseconds since 1970 hold: "+294276-12-31T23:59:59.999999Z".
        std::string text = cell.text.substr(1, cell.text.size() - 2);
        std::replace(text.begin(), text.end(), 'T', ' ');
        return plainIso(text) + "+00";
    }
    if (!us) {
        return std::nullopt; // infinity is written alike
    }
    const std::string text = postgresTimestamp(*us);
    return text.ends_with("BC") ? text.substr(0, text.size() - 3) + "+00 BC" : text + "+00";
}

std::optional<std::string> bytesText(const Cell& cell, const SqlType& type)
{
    const auto bytes =
        type.encoding == Encoding::Hex ? std::optional<std::string>() : decodeBase64(cell.text);
    std::string text = "\\x";
    if (type.encoding == Encoding::Hex) {
        return text + cell.text;
    }
    if (!bytes) {
        return std::nullopt;
    }
    for (const char byte : *bytes) {
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
    return text;
}

// Debezium sends bit(1) as a boolean and longer ones as bytes, the lowest first.
std::optional<std::string> bitsText(const Cell& cell, const SqlType& type)
{
    if (cell.kind == Cell::Kind::Bool) {
        return cell.text == "true" ? "1" : "0";
    }
    const auto bytes = decodeBase64(cell.text);
    if (!bytes || type.length < 0) {
        return std::nullopt;
    }
    // How long a bit varying is, no event tells: zeros before its first one are not in the bytes.
    const int most = static_cast<int>(bytes->size()) * 8;
    const bool varying = type.length == SqlType::kAnyLength;
    std::string text;
    for (int bit = (varying ? most : type.length) - 1; bit >= 0; --bit) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        const bool set = byte < bytes->size() &&
                         (static_cast<unsigned char>((*bytes)[byte]) >> (bit % 8) & 1) != 0;
        if (set || !varying || !text.empty()) {
            text += set ? '1' : '0';
        }
    }
    return text;
}

std::optional<std::string> pointText(const Cell& cell)
{
    const auto point = nlohmann::json::parse(cell.text, nullptr, false);
    if (!point.is_object() || !point.contains("x") || !point["x"].is_number() ||
        !point.contains("y") || !point["y"].is_number()) {
        return std::nullopt;
    }
    return fmt::format("({},{})", shortest(point["x"].get<double>(), 15),
                       shortest(point["y"].get<double>(), 15));
}

// An element of array_out(): quoted where a reader would take it for something else.
std::string element(const std::string& text)
{
    const bool null = text.size() == 4 && (text[0] | 0x20) == 'n' && (text[1] | 0x20) == 'u' &&
                      (text[2] | 0x20) == 'l' && (text[3] | 0x20) == 'l';
    if (!text.empty() && !null && text.find_first_of("{},\"\\ \t\n\r\v\f") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' || c == '\\' ? "\\" : "";
        quoted += c;
    }
    return quoted + '"';
}

Cell cellOf(const nlohmann::json& item)
{
    if (item.is_null()) {
        return {Cell::Kind::Null, {}};
    }
    if (item.is_string()) {
        return {Cell::Kind::String, item.get<std::string>()};
    }
    const Cell::Kind kind = item.is_boolean()  ? Cell::Kind::Bool
                            : item.is_number() ? Cell::Kind::Number
                                               : Cell::Kind::Json;
    return {kind, item.dump()};
}

std::optional<std::string> arrayText(const Cell& cell, const SqlType& type)
{
    const auto items = nlohmann::json::parse(cell.text, nullptr, false);
    if (!items.is_array()) {
        return std::nullopt;
    }
    SqlType of = type;
    of.array = false;
    std::string text = "{";
    for (const auto& item : items) {
        text += text.size() > 1 ? "," : "";
        if (item.is_array()) {
            text += arrayText(cellOf(item), type).value_or("");
            continue;
        }
        const auto one = postgresText(cellOf(item), of);
        text += one ? element(*one) : "NULL";
    }
    return text + '}';
}

std::optional<std::string> typedText(const Cell& cell, const SqlType& type)
{
    switch (type.base) {
    case Base::Real:
        return realText<float>(cell.text, 6);
    case Base::Double:
        return realText<double>(cell.text, 15);
    case Base::Numeric:
        return numericText(cell, type);
    case Base::Date:
    case Base::Time:
    case Base::DateTime:
        return timeText(cell, type);
    case Base::TimeZoned:
    case Base::DateTimeZoned:
        return zonedText(cell, type);
    case Base::Interval:
        if (const auto us = wholeNumber(cell.text)) {
            return (*us < 0 ? "-" : "") + postgresTimeOfDay(*us < 0 ? -*us : *us);
        }
        return postgresInterval(cell.text);
    case Base::Bytes:
        return bytesText(cell, type);
    case Base::Bits:
        return bitsText(cell, type);
    case Base::Point:
        return pointText(cell);
    case Base::Text:
    case Base::Boolean:
    case Base::Integer:
        break;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> postgresText(const Cell& cell, const SqlType& type)
{
    if (cell.absent()) {
        return std::nullopt;
    }
    if (cell.kind == Cell::Kind::Json && type.array) {
        return arrayText(cell, type).value_or(cell.text);
    }
    if (auto text = typedText(cell, type)) {
        return text;
    }
    if (cell.kind == Cell::Kind::Bool) {
        return cell.text == "true" ? "t" : "f";
    }
    return cell.text;
}

void appendCopyField(const std::optional<std::string>& text, bool alone, std::string& line)
{
    if (!text) {
        return;
    }
    // CopyAttributeOutCSV() of PostgreSQL's copyto.c.
    const bool quoted = text->empty() || text->find_first_of(",\"\r\n") != std::string::npos ||
                        (alone && *text == "\\.");
    if (!quoted) {
        line += *text;
        return;
    }
    line += '"';
    for (const char c : *text) {
        line += c;
        line += c == '"' ? "\"" : "";
    }
    line += '"';
}

} // namespace hindcast

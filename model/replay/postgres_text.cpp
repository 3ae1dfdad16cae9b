#include "model/replay/postgres_text.h"

#include "model/capture/base64.h"
#include "model/decode/json_text.h"
#include "model/replay/json_tree.h"
#include "model/replay/postgres_number.h"
#include "model/replay/postgres_time.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

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

std::string isoOf(const std::string& text, Base base)
{
    return base == Base::Time ? postgresPlainIso(text) : postgresIso(text, base == Base::DateTime);
}

std::optional<std::string> timeText(const Cell& cell, const SqlType& type)
{
    const auto number = cell.kind == Cell::Kind::Number ? wholeNumber(cell.text) : std::nullopt;
    if (!number) {
        return cell.kind == Cell::Kind::String ? std::optional(isoOf(cell.text, type.base))
                                               : std::nullopt;
    }
    if (type.base == Base::Date) {
        return postgresDate(*number);
    }
    using Limits = std::numeric_limits<std::int64_t>;
    const bool ends = *number == Limits::max() || *number == Limits::min();
    if (type.base == Base::DateTime && type.encoding == Encoding::Nano && ends) {
        return *number > 0 ? "infinity" : "-infinity";
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
        return cell.text.ends_with('Z') ? std::optional(postgresPlainIso(cell.text) + "+00")
                                        : std::nullopt;
    }
    const auto us = usOfIso(cell.text);
    if (!us && cell.text.starts_with('+') && cell.text.ends_with('Z')) {
        // Beyond what 64 bits of microseconds since 1970 hold: "+294276-12-31T23:59:59.999999Z".
        std::string text = cell.text.substr(1, cell.text.size() - 2);
        std::replace(text.begin(), text.end(), 'T', ' ');
        return postgresPlainIso(text) + "+00";
    }
    if (!us) {
        return std::nullopt; // infinity is written alike
    }
    const std::string text = postgresTimestamp(*us);
    return text.ends_with("BC") ? text.substr(0, text.size() - 3) + "+00 BC" : text + "+00";
}

// Also of the alphabet that is safe in URLs (binary.handling.mode = base64-url-safe).
std::optional<std::string> bytesOfBase64(std::string text)
{
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    return decodeBase64(text);
}

std::optional<std::string> bytesText(const Cell& cell, const SqlType& type)
{
    const auto bytes =
        type.encoding == Encoding::Hex ? std::optional<std::string>() : bytesOfBase64(cell.text);
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

// Connect writes a coordinate that is no number as a text: "NaN", "Infinity".
std::optional<std::string> coordinateText(const nlohmann::json& point, const char* name)
{
    const auto at = point.find(name);
    if (at == point.end() || !(at->is_number() || at->is_string())) {
        return std::nullopt;
    }
    const std::string text = at->is_string() ? at->get<std::string>() : at->dump();
    return postgresDouble(text).value_or(text);
}

std::optional<std::string> pointText(const Cell& cell)
{
    const auto point = nlohmann::json::parse(cell.text, nullptr, false);
    if (!point.is_object()) {
        return std::nullopt;
    }
    const auto x = coordinateText(point, "x");
    const auto y = coordinateText(point, "y");
    return x && y ? std::optional(fmt::format("({},{})", *x, *y)) : std::nullopt;
}

// As hstore_out(): short keys first. Debezium sends it as an object, or as one's text.
std::optional<std::string> hstoreText(const Cell& cell)
{
    const auto pairs = nlohmann::json::parse(cell.text, nullptr, false);
    if (!pairs.is_object()) {
        return std::nullopt;
    }
    const auto quoted = [](const std::string& text) {
        std::string out = "\"";
        for (const char c : text) {
            out += c == '"' || c == '\\' ? "\\" : "";
            out += c;
        }
        return out + '"';
    };
    std::vector<std::pair<std::string, std::string>> inOrder;
    for (const auto& [key, value] : pairs.items()) {
        if (!value.is_string() && !value.is_null()) {
            return std::nullopt;
        }
        inOrder.emplace_back(key, value.is_null() ? "NULL" : quoted(value.get<std::string>()));
    }
    std::sort(inOrder.begin(), inOrder.end(), [](const auto& a, const auto& b) {
        return std::pair(a.first.size(), std::string_view(a.first)) <
               std::pair(b.first.size(), std::string_view(b.first));
    });
    std::string text;
    for (const auto& [key, value] : inOrder) {
        text += text.empty() ? "" : ", ";
        text += quoted(key) + "=>" + value;
    }
    return text;
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

// Numbers keep their digits.
Cell cellOf(const JsonTree& item)
{
    if (item.kind != JsonTree::Kind::Text) {
        std::string text;
        item.write(text);
        return {Cell::Kind::Json, text};
    }
    switch (item.text.empty() ? 'n' : item.text.front()) {
    case 'n':
        return {Cell::Kind::Null, {}};
    case 't':
    case 'f':
        return {Cell::Kind::Bool, std::string(item.text)};
    case '"': {
        std::string plain;
        unescapeJson(item.text.substr(1, item.text.size() - 2), plain);
        return {Cell::Kind::String, plain};
    }
    default:
        return {Cell::Kind::Number, std::string(item.text)};
    }
}

std::string arrayText(JsonTree& array, const SqlType& of)
{
    std::string text = "{";
    for (JsonTree::Member& item : array.children) {
        text += text.size() > 1 ? "," : "";
        item.value.open();
        if (item.value.kind == JsonTree::Kind::Array) {
            text += arrayText(item.value, of);
            continue;
        }
        const auto one = postgresText(cellOf(item.value), of);
        text += one ? element(*one) : "NULL";
    }
    return text + '}';
}

std::optional<std::string> arrayText(const Cell& cell, SqlType type)
{
    JsonTree tree;
    if (!JsonTreeReader().read(cell.text, tree)) {
        return std::nullopt;
    }
    tree.open();
    type.array = false;
    return tree.kind == JsonTree::Kind::Array ? std::optional(arrayText(tree, type)) : std::nullopt;
}

std::optional<std::string> typedText(const Cell& cell, const SqlType& type)
{
    switch (type.base) {
    case Base::Real:
        return postgresReal(cell.text);
    case Base::Double:
        return postgresDouble(cell.text);
    case Base::Numeric:
        return postgresNumeric(cell, type);
    case Base::Money:
        return postgresMoney(cell, type);
    case Base::Hstore:
        return hstoreText(cell);
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
        // What Debezium does not know, such as a box, it sends as the bytes of its text.
        return type.encoding == Encoding::Base64 ? decodeBase64(cell.text) : std::nullopt;
    case Base::Boolean:
    case Base::Integer:
        break;
    }
    return std::nullopt;
}

} // namespace

bool fitsType(const Cell& cell, const SqlType& type)
{
    const bool any = type.base == Base::Text || type.base == Base::Boolean ||
                     type.base == Base::Integer || type.base == Base::Real ||
                     type.base == Base::Double;
    return any || type.array || cell.absent() || cell.text == "infinity" ||
           cell.text == "-infinity" || typedText(cell, type).has_value();
}

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

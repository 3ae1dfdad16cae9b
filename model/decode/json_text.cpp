#include "model/decode/json_text.h"

#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace hindcast {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::size_t skipDigits(std::string_view text, std::size_t at)
{
    while (at < text.size() && isDigit(text[at])) {
        ++at;
    }
    return at;
}

struct NumberShape
{
    bool valid = false;
    bool integer = true;
};

NumberShape shapeOf(std::string_view text)
{
    NumberShape shape;
    std::size_t at = !text.empty() && text.front() == '-' ? 1 : 0;
    const std::size_t digits = skipDigits(text, at) - at;
    if (digits == 0 || (digits > 1 && text[at] == '0')) {
        return shape;
    }
    at += digits;
    if (at < text.size() && text[at] == '.') {
        shape.integer = false;
        const std::size_t end = skipDigits(text, at + 1);
        if (end == at + 1) {
            return shape;
        }
        at = end;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        shape.integer = false;
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
            ++at;
        }
        const std::size_t end = skipDigits(text, at);
        if (end == at) {
            return shape;
        }
        at = end;
    }
    shape.valid = at == text.size();
    return shape;
}

// Past a double's range from_chars() leaves the value alone; which side it is past, the exponent of
// the first digit that is not 0 tells.
double beyondRange(std::string_view text)
{
    const bool negative = text.front() == '-';
    const std::size_t mark = text.find_first_of("eE");
    long long exponent = 0;
    bool huge = false;
    if (mark != std::string_view::npos) {
        const char* from = text.data() + mark + 1;
        from += *from == '+' ? 1 : 0;
        huge = std::from_chars(from, text.data() + text.size(), exponent).ec != std::errc{};
        if (huge) {
            exponent = *from == '-' ? -1 : 1;
        }
    }
    if (!huge) {
        const std::string_view mantissa = text.substr(negative ? 1 : 0, mark);
        const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
        const std::size_t first = mantissa.find_first_not_of("0.");
        if (first == std::string_view::npos) {
            return negative ? -0.0 : 0.0;
        }
        exponent += static_cast<long long>(point) - static_cast<long long>(first);
    }
    const double size = exponent > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    return negative ? -size : size;
}

void appendUtf8(std::string& out, std::uint32_t code)
{
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6));
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3F));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

// The four hex digits behind \u.
std::optional<std::uint32_t> readUnit(std::string_view text, std::size_t at)
{
    std::uint32_t unit = 0;
    if (text.size() < at + 4) {
        return std::nullopt;
    }
    const char* const end = text.data() + at + 4;
    const auto [last, error] = std::from_chars(text.data() + at, end, unit, 16);
    if (error != std::errc{} || last != end) {
        return std::nullopt;
    }
    return unit;
}

constexpr bool isHighSurrogate(std::uint32_t unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

constexpr bool isLowSurrogate(std::uint32_t unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

constexpr std::uint32_t kReplacement = 0xFFFD;

// Listens to nlohmann's parser for the place and the words of its first complaint.
struct Complaint : nlohmann::json::json_sax_t
{
    std::size_t byte = 0;
    std::string words;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception& error) override
    {
        byte = position;
        words = error.what();
        return false;
    }
};

} // namespace

bool isJsonNumber(std::string_view token)
{
    return shapeOf(token).valid;
}

std::optional<JsonNumber> readJsonNumber(std::string_view token)
{
    const NumberShape shape = shapeOf(token);
    if (!shape.valid) {
        return std::nullopt;
    }
    JsonNumber number;
    const char* const end = token.data() + token.size();
    if (shape.integer) {
        number.integer = std::from_chars(token.data(), end, number.value).ec == std::errc{};
        if (number.integer) {
            number.approximate = token == "-0" ? -0.0 : static_cast<double>(number.value);
            return number;
        }
        number.value = 0;
    }
    if (std::from_chars(token.data(), end, number.approximate).ec != std::errc{}) {
        number.approximate = beyondRange(token);
    }
    return number;
}

bool unescapeJson(std::string_view literal, std::string& out)
{
    std::size_t at = 0;
    while (at < literal.size()) {
        const std::size_t slash = std::min(literal.find('\\', at), literal.size());
        out.append(literal, at, slash - at);
        if (slash == literal.size()) {
            return true;
        }
        if (slash + 1 == literal.size()) {
            return false;
        }
        at = slash + 2;
        switch (literal[slash + 1]) {
        case '"':
        case '\\':
        case '/':
            out += literal[slash + 1];
            break;
        case 'b':
            out += '\b';
            break;
        case 'f':
            out += '\f';
            break;
        case 'n':
            out += '\n';
            break;
        case 'r':
            out += '\r';
            break;
        case 't':
            out += '\t';
            break;
        case 'u': {
            const auto unit = readUnit(literal, at);
            if (!unit) {
                return false;
            }
            at += 4;
            std::uint32_t code = *unit;
            if (isHighSurrogate(code) && literal.substr(at, 2) == "\\u") {
                const auto low = readUnit(literal, at + 2);
                if (low && isLowSurrogate(*low)) {
                    code = 0x10000 + ((code - 0xD800) << 10) + (*low - 0xDC00);
                    at += 6;
                }
            }
            const bool unpaired = isHighSurrogate(code) || isLowSurrogate(code);
            appendUtf8(out, unpaired ? kReplacement : code);
            break;
        }
        default:
            return false;
        }
    }
    return true;
}

std::string_view withoutBom(std::string_view text)
{
    return text.substr(0, 3) == "\xEF\xBB\xBF" ? text.substr(3) : text;
}

std::string explainBrokenJson(std::string_view text)
{
    Complaint complaint;
    if (nlohmann::json::sax_parse(text.begin(), text.end(), &complaint)) {
        return {};
    }
    // "[json.exception.parse_error.101] parse error at line 1, column 8: syntax error while parsing
    // object - unexpected end of input; expected '}'"
    std::string words = complaint.words;
    const std::size_t dash = words.find(" - ");
    words = dash == std::string::npos ? words : words.substr(dash + 3);
    const std::size_t lastRead = words.find("; last read: ");
    if (lastRead != std::string::npos) {
        const std::size_t expected = words.find("'; expected ", lastRead);
        words = words.substr(0, lastRead) +
                (expected == std::string::npos ? std::string() : words.substr(expected + 1));
    }
    if (complaint.byte > text.size()) {
        constexpr std::string_view kEnd = "unexpected end of input; ";
        if (words.starts_with(kEnd)) {
            words.erase(0, kEnd.size());
        }
        return fmt::format("JSON breaks off at byte {}: {}", text.size(), words);
    }
    return fmt::format("JSON goes wrong at byte {}: {}", complaint.byte, words);
}

} // namespace hindcast

#include "model/replay/script_numbers.h"

#include "model/replay/decimal.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace hindcast {

namespace {

constexpr std::size_t kExactDigits = 15; // digits
constexpr std::int64_t kWidestInteger = std::int64_t{1} << 53;

bool isNumberPart(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// Whether a double says the same, as its shortest text.
bool isExact(std::string_view token)
{
    const bool exponent = token.find_first_of("eE") != std::string_view::npos;
    if (token.size() <= kExactDigits && !exponent) {
        return true;
    }
    const char* const end = token.data() + token.size();
    if (!exponent && token.find('.') == std::string_view::npos) {
        std::int64_t whole = 0;
        const auto read = std::from_chars(token.data(), end, whole);
        return read.ec == std::errc() && whole <= kWidestInteger && whole >= -kWidestInteger;
    }
    double number = 0;
    if (std::from_chars(token.data(), end, number).ec != std::errc() || !std::isfinite(number)) {
        return false;
    }
    std::array<char, 32> shortest{};
    const auto written = std::to_chars(shortest.data(), shortest.data() + shortest.size(), number);
    return sameNumberText(token) ==
           sameNumberText(
               {shortest.data(), static_cast<std::size_t>(written.ptr - shortest.data())});
}

} // namespace

bool quoteWideNumbers(std::string_view json, std::string& out)
{
    std::size_t copied = 0;
    bool any = false;
    for (std::size_t i = 0; i < json.size();) {
        const char c = json[i];
        if (c == '"') {
            ++i;
            while (i < json.size() && json[i] != '"') {
                i += json[i] == '\\' ? 2 : 1;
            }
            ++i;
        } else if (c == '-' || (c >= '0' && c <= '9')) {
            std::size_t end = i + 1;
            while (end < json.size() && isNumberPart(json[end])) {
                ++end;
            }
            const std::string_view token = json.substr(i, end - i);
            if (!isExact(token)) {
                if (!any) {
                    out.clear();
                    any = true;
                }
                out += json.substr(copied, i - copied);
                out += '"';
                out += token;
                out += '"';
                copied = end;
            }
            i = end;
        } else {
            ++i;
        }
    }
    if (any) {
        out += json.substr(copied);
    }
    return any;
}

} // namespace hindcast

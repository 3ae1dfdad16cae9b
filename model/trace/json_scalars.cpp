#include "model/trace/json_scalars.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace hindcast {

using simdjson::dom::element;
using simdjson::dom::element_type;

std::string_view textOf(const element& element)
{
    std::string_view text;
    return element.get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

std::optional<std::int64_t> integerOf(const element& element)
{
    switch (element.type()) {
    case element_type::INT64: {
        std::int64_t number = 0;
        return element.get(number) == simdjson::SUCCESS ? std::optional(number) : std::nullopt;
    }
    case element_type::DOUBLE: {
        double number = 0;
        constexpr double kLimit = 9.2e18; // below 2^63, so that the conversion is defined
        if (element.get(number) != simdjson::SUCCESS || !(std::abs(number) < kLimit)) {
            return std::nullopt;
        }
        return static_cast<std::int64_t>(std::llround(number));
    }
    case element_type::STRING: {
        const std::string_view text = textOf(element);
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size()) {
            return std::nullopt;
        }
        return number;
    }
    default:
        return std::nullopt;
    }
}

std::string readable(const element& element)
{
    if (element.type() == element_type::STRING) {
        return std::string(textOf(element));
    }
    return simdjson::minify(element);
}

} // namespace hindcast

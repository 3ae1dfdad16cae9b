#include "model/trace/ids.h"

#include <array>

namespace hindcast {

namespace {

int digitOf(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

std::optional<std::uint64_t> parseHex(std::string_view hex)
{
    std::uint64_t value = 0;
    for (const char c : hex) {
        const int digit = digitOf(c);
        if (digit < 0) {
            return std::nullopt;
        }
        value = (value << 4) | static_cast<std::uint64_t>(digit);
    }
    return value;
}

void appendHex(std::string& out, std::uint64_t value)
{
    static constexpr std::array kDigits{'0', '1', '2', '3', '4', '5', '6', '7',
                                        '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    for (int shift = 60; shift >= 0; shift -= 4) {
        out.push_back(kDigits[(value >> shift) & 0xf]);
    }
}

} // namespace

std::optional<TraceId> TraceId::parse(std::string_view hex)
{
    if (hex.empty() || hex.size() > 32) {
        return std::nullopt;
    }
    const std::size_t highDigits = hex.size() > 16 ? hex.size() - 16 : 0;
    const auto high = parseHex(hex.substr(0, highDigits));
    const auto low = parseHex(hex.substr(highDigits));
    if (!high || !low || (*high == 0 && *low == 0)) {
        return std::nullopt;
    }
    return TraceId{*high, *low};
}

std::string TraceId::toString() const
{
    std::string out;
    out.reserve(32);
    appendHex(out, high);
    appendHex(out, low);
    return out;
}

std::optional<SpanId> SpanId::parse(std::string_view hex)
{
    if (hex.empty() || hex.size() > 16) {
        return std::nullopt;
    }
    const auto value = parseHex(hex);
    if (!value || *value == 0) {
        return std::nullopt;
    }
    return SpanId{*value};
}

std::string SpanId::toString() const
{
    std::string out;
    out.reserve(16);
    appendHex(out, value);
    return out;
}

} // namespace hindcast

#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// 128 bits; 64-bit ids (old Zipkin, B3) stand in the low half, as they compare padded with zeros.
struct TraceId
{
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    bool isNull() const { return high == 0 && low == 0; }
    auto operator<=>(const TraceId&) const = default;

    // 1 to 32 hex digits of any case, not all zero.
    static std::optional<TraceId> parse(std::string_view hex);
    std::string toString() const; // 32 lower-case hex digits
};

// 64 bits; 0 is no span.
struct SpanId
{
    std::uint64_t value = 0;

    bool isNull() const { return value == 0; }
    auto operator<=>(const SpanId&) const = default;

    // 1 to 16 hex digits of any case, not all zero.
    static std::optional<SpanId> parse(std::string_view hex);
    std::string toString() const; // 16 lower-case hex digits
};

// Ids are random, but hostile or hand-written ones are not: all bits are mixed.
constexpr std::uint64_t mixBits(std::uint64_t x)
{
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 33);
}

struct TraceIdHash
{
    std::size_t operator()(const TraceId& id) const
    {
        return static_cast<std::size_t>(mixBits(id.high ^ mixBits(id.low)));
    }
};

} // namespace hindcast

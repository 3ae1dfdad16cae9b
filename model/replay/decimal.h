#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hindcast {

// A decimal number of any size, exact: what a JSON number says, digit by digit. 0.10 keeps its two
// places, and a sum has as many as its longest summand. A value.
class Decimal
{
public:
    Decimal() = default; // 0

    // A number by RFC 8259. nullopt: it is none, or its digits would stand more than kFarthest
    // places from the point (1e999999999 is nine bytes to send and a gigabyte to add up).
    static std::optional<Decimal> parse(std::string_view number);
    static constexpr int kFarthest = 5000;
    // An unscaled number, two's complement and the highest byte first, as Connect's Decimal has it;
    // a negative scale is zeros at its end. nullopt: more digits than kFarthest.
    static std::optional<Decimal> fromBytes(std::string_view unscaled, int scale);

    Decimal& operator+=(const Decimal& other);
    std::strong_ordering operator<=>(const Decimal& other) const;
    bool operator==(const Decimal& other) const { return (*this <=> other) == 0; }

    // Without an exponent: "12.50", "-0.001", "100".
    std::string toString() const;
    // toString() of the quotient: exact where it has at most `digits` significant ones, else
    // rounded to them, half to even. `divisor` is not 0.
    std::string dividedBy(std::uint64_t divisor, std::size_t digits = 34) const;

private:
    // The digits without a sign or leading zeros ("" is 0).
    std::string digits() const;
    bool negative() const { return m_big.empty() ? m_small < 0 : m_big.front() == '-'; }
    bool isZero() const { return m_big.empty() && m_small == 0; }
    void set(bool negative, std::string_view digits, int scale);

    // m_small * 10^-m_scale, or, where that would not fit, the number that m_big spells.
    std::int64_t m_small = 0;
    int m_scale = 0; // places behind the point, never negative
    std::string m_big;
};

// One text for all ways to write one JSON number ("1", "1.0", "10e-1"), whatever its exponent;
// anything else as it is.
std::string sameNumberText(std::string_view number);

} // namespace hindcast

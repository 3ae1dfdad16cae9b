#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace hindcast::demo {

// Whole numbers only, from the one engine the standard fixes to the bit: the same seed gives the
// same story on every machine.
class Random
{
public:
    explicit Random(std::uint64_t seed)
        : m_engine(seed)
    {
    }

    std::uint64_t bits() { return m_engine(); }
    // In [low, high].
    std::int64_t between(std::int64_t low, std::int64_t high)
    {
        return low +
               static_cast<std::int64_t>(m_engine() % static_cast<std::uint64_t>(high - low + 1));
    }
    bool oneIn(std::int64_t n) { return between(1, n) == 1; }
    std::string hex(std::size_t digits)
    {
        std::string text;
        while (text.size() < digits) {
            const std::uint64_t value = bits();
            for (unsigned i = 0; i < 16 && text.size() < digits; ++i) {
                text += "0123456789abcdef"[value >> (4 * i) & 15];
            }
        }
        return text;
    }

private:
    std::mt19937_64 m_engine;
};

} // namespace hindcast::demo

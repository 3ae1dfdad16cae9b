#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace hindcast {

// A 64-bit hash of a key's bytes within a topic, seeded anew for each capture. Keys are told apart
// by it alone: comparing bytes would mean to decompress an old block for every record. Among 5 M
// keys two share a hash with a probability below one in a million. The mixing is wyhash's folded
// 128-bit multiplication (public domain).
inline std::uint64_t keyHash(std::string_view key, std::uint64_t topicSeed)
{
    const auto mix = [](std::uint64_t a, std::uint64_t b) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(a) * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    const auto word = [](const char* at, std::size_t length) {
        std::uint64_t value = 0;
        std::memcpy(&value, at, length);
        return value;
    };
    constexpr std::uint64_t kA = 0xa0761d6478bd642full;
    constexpr std::uint64_t kB = 0xe7037ed1a0b428dbull;
    constexpr std::uint64_t kC = 0x8ebc6af09c88c6e3ull;
    const char* at = key.data();
    std::size_t left = key.size();
    std::uint64_t seed = topicSeed ^ kA;
    while (left > 16) {
        seed = mix(word(at, 8) ^ kB, word(at + 8, 8) ^ seed);
        at += 16;
        left -= 16;
    }
    const std::uint64_t a = left >= 8 ? word(at, 8) : word(at, left);
    const std::uint64_t b = left > 8 ? word(at + left - 8, 8) : 0;
    return mix(kC ^ key.size(), mix(a ^ kB, b ^ seed));
}

inline std::uint64_t topicSeed(std::uint64_t captureSeed, std::uint32_t topic)
{
    return captureSeed + (std::uint64_t{topic} + 1) * 0x9e3779b97f4a7c15ull;
}

} // namespace hindcast

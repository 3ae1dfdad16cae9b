#pragma once

#include "model/replay/version.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace hindcast {

class RowKeys;

// A set of keys as rows in key order: the i-th of them, and how many stand before a key. One bit a
// key and a count every 4,096 of them. Immutable; safe in any thread.
class KeyBits
{
public:
    KeyBits() = default;
    // `byNumber`: one bit a key number.
    KeyBits(const RowKeys& keys, const std::vector<std::uint64_t>& byNumber);

    std::size_t size() const { return m_size; }
    KeyNo at(const RowKeys& keys, std::size_t i) const; // i < size()
    std::vector<KeyNo> keysFrom(const RowKeys& keys, std::size_t i,
                                std::size_t count) const; // i + count <= size()
    // How many stand before the place in key order that `text` has or would have.
    std::size_t lowerBound(const RowKeys& keys, std::string_view text) const;

private:
    static constexpr std::size_t kSuper = 64; // words to a count

    // A key's word, without the bits before it.
    struct Place
    {
        std::size_t word = 0;
        std::uint64_t bits = 0;
    };
    Place placeOf(std::size_t i) const;

    std::size_t m_size = 0;
    std::vector<std::uint64_t> m_words; // by place in key order
    std::vector<std::uint32_t> m_before;
};

} // namespace hindcast

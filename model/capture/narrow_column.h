#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

namespace hindcast {

class ByteReader;
class ByteWriter;

// A column of integers as differences from its smallest value, each in the fewest whole bytes that
// hold the largest one (0, 1, 2, 3, 4 or 8). In a block of neighbouring records a timestamp takes
// two bytes or three and an offset two, instead of eight. Immutable.
class NarrowColumn
{
public:
    NarrowColumn() = default;
    explicit NarrowColumn(std::span<const std::int64_t> values);

    std::int64_t at(std::size_t i) const
    {
        std::uint64_t delta = 0;
        std::memcpy(&delta, m_bytes.get() + i * m_width, sizeof delta); // padded by 8 bytes
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(m_base) + (delta & m_mask));
    }
    // Values [first, first + out.size()).
    void read(std::size_t first, std::span<std::int64_t> out) const;

    std::size_t size() const { return m_size; }
    std::size_t memoryBytes() const { return m_width == 0 ? 0 : m_size * m_width + kPad; }

    void write(ByteWriter& to) const;
    static NarrowColumn load(ByteReader& from, std::size_t size); // sets from.ok() false on damage

private:
    static constexpr std::size_t kPad = 8;
    void allocate(std::size_t width, std::size_t size);

    std::shared_ptr<unsigned char[]> m_bytes; // the shared zeroes for width 0
    std::int64_t m_base = 0;
    std::uint64_t m_mask = 0;
    std::uint32_t m_size = 0;
    std::uint32_t m_width = 0;
};

} // namespace hindcast

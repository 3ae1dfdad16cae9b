#include "model/capture/narrow_column.h"

#include "model/capture/byte_stream.h"

#include <algorithm>
#include <utility>

namespace hindcast {

namespace {

std::uint32_t widthFor(std::uint64_t largest)
{
    if (largest == 0) {
        return 0;
    }
    for (const std::uint32_t width : {1u, 2u, 3u, 4u}) {
        if (largest >> (8 * width) == 0) {
            return width;
        }
    }
    return 8;
}

std::uint64_t maskFor(std::uint32_t width)
{
    return width == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * width)) - 1;
}

template <std::size_t Width>
void widen(const unsigned char* bytes, std::uint64_t base, std::span<std::int64_t> out)
{
    for (std::size_t i = 0; i < out.size(); ++i) {
        std::uint64_t delta = 0;
        std::memcpy(&delta, bytes + i * Width, Width);
        out[i] = static_cast<std::int64_t>(base + delta);
    }
}

template <std::size_t Width>
void narrow(std::span<const std::int64_t> values, std::int64_t base, unsigned char* bytes)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto delta = static_cast<std::uint64_t>(values[i]) - static_cast<std::uint64_t>(base);
        std::memcpy(bytes + i * Width, &delta, Width);
    }
}

// In one pass that the compiler turns into comparisons without branches.
std::pair<std::int64_t, std::int64_t> bounds(std::span<const std::int64_t> values)
{
    std::int64_t low = values.front();
    std::int64_t high = low;
    for (const std::int64_t value : values) {
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    return {low, high};
}

} // namespace

void NarrowColumn::allocate(std::size_t width, std::size_t size)
{
    m_width = static_cast<std::uint32_t>(width);
    m_size = static_cast<std::uint32_t>(size);
    m_mask = maskFor(m_width);
    if (width == 0) {
        static const std::shared_ptr<unsigned char[]> zeroes(new unsigned char[kPad]());
        m_bytes = zeroes;
    } else {
        m_bytes.reset(new unsigned char[width * size + kPad]);
        std::memset(m_bytes.get() + width * size, 0, kPad);
    }
}

NarrowColumn::NarrowColumn(std::span<const std::int64_t> values)
{
    std::uint64_t range = 0;
    if (!values.empty()) {
        const auto [low, high] = bounds(values);
        m_base = low;
        range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    }
    allocate(widthFor(range), values.size());
    switch (m_width) {
    case 0:
        break;
    case 1:
        narrow<1>(values, m_base, m_bytes.get());
        break;
    case 2:
        narrow<2>(values, m_base, m_bytes.get());
        break;
    case 3:
        narrow<3>(values, m_base, m_bytes.get());
        break;
    case 4:
        narrow<4>(values, m_base, m_bytes.get());
        break;
    default:
        narrow<8>(values, m_base, m_bytes.get());
    }
}

void NarrowColumn::read(std::size_t first, std::span<std::int64_t> out) const
{
    const unsigned char* const bytes = m_bytes.get() + first * m_width;
    const auto base = static_cast<std::uint64_t>(m_base);
    switch (m_width) {
    case 0:
        std::fill(out.begin(), out.end(), m_base);
        break;
    case 1:
        widen<1>(bytes, base, out);
        break;
    case 2:
        widen<2>(bytes, base, out);
        break;
    case 3:
        widen<3>(bytes, base, out);
        break;
    case 4:
        widen<4>(bytes, base, out);
        break;
    default:
        widen<8>(bytes, base, out);
    }
}

void NarrowColumn::write(ByteWriter& to) const
{
    to.number(m_base);
    to.number(static_cast<std::uint8_t>(m_width));
    to.raw({reinterpret_cast<const char*>(m_bytes.get()), std::size_t{m_width} * m_size});
}

NarrowColumn NarrowColumn::load(ByteReader& from, std::size_t size)
{
    NarrowColumn column;
    column.m_base = from.number<std::int64_t>();
    const std::uint32_t width = from.number<std::uint8_t>();
    const bool known = width <= 4 || width == 8;
    const std::string_view bytes = from.raw(known ? width * size : from.left() + 1);
    if (!from.ok()) {
        return NarrowColumn{};
    }
    column.allocate(width, size);
    std::memcpy(column.m_bytes.get(), bytes.data(), bytes.size());
    return column;
}

} // namespace hindcast

#pragma once

#include "model/replay/frame_writer.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hindcast {

// Reads what a FrameWriter wrote, in the same order, large arrays on two threads. From the first
// frame on that is damaged, missing or of another size than asked for, everything is empty or zero
// and ok() is false. One thread uses it.
class FrameReader
{
public:
    explicit FrameReader(int file); // positioned reads; the descriptor stays the caller's

    std::string bytes(); // one frame, of at most kMostBytes
    template <typename T>
    void array(std::span<T> values)
    {
        std::vector<std::span<char>> pieces;
        auto left = std::span<char>(reinterpret_cast<char*>(values.data()), values.size_bytes());
        while (!left.empty()) {
            const std::size_t size = std::min(left.size(), FrameWriter::kPiece);
            pieces.push_back(left.first(size));
            left = left.subspan(size);
        }
        frames(pieces);
    }
    template <typename T>
    void array(std::vector<T>& values)
    {
        array(std::span<T>(values));
    }
    // One frame each.
    template <typename T>
    void chunks(const std::vector<std::span<T>>& chunks)
    {
        std::vector<std::span<char>> pieces;
        pieces.reserve(chunks.size());
        for (const std::span<T> chunk : chunks) {
            pieces.emplace_back(reinterpret_cast<char*>(chunk.data()), chunk.size_bytes());
        }
        frames(pieces);
    }

    bool ok() const { return m_ok; }
    bool atEnd() const { return m_at == m_size; }
    std::uint64_t left() const { return m_size - m_at; } // bytes of the file not read yet

private:
    static constexpr std::uint32_t kMostBytes = std::uint32_t{256} << 20;

    struct Frame
    {
        std::uint64_t at = 0;
        std::uint32_t packed = 0;
        std::uint32_t raw = 0;
    };
    Frame next();
    void frames(const std::vector<std::span<char>>& pieces);
    bool unpack(const Frame& frame, std::span<char> to) const;

    const int m_file;
    std::uint64_t m_size = 0;
    std::uint64_t m_at = 0;
    bool m_ok = true;
};

} // namespace hindcast

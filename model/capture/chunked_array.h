#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace hindcast {

// An array that one thread appends to while others read what was published before: elements never
// move. Readers hold a View, which the writer hands over under its own lock; the list of chunks
// behind a view is immutable, and a new one is made only when a chunk is added.
template <typename T, unsigned kBits>
class ChunkedArray
{
public:
    static constexpr std::size_t kChunk = std::size_t{1} << kBits;

    // Valid as long as the array. T's own members may be atomic.
    class View
    {
    public:
        View() = default;
        T& operator[](std::size_t i) const { return (*m_chunks)[i >> kBits][i & (kChunk - 1)]; }

    private:
        friend class ChunkedArray;
        std::shared_ptr<const std::vector<T*>> m_chunks;
    };

    // Makes room for `size` elements (value-initialised).
    void grow(std::size_t size)
    {
        if (size <= m_owned.size() * kChunk) {
            return;
        }
        while (size > m_owned.size() * kChunk) {
            m_owned.push_back(std::make_unique<T[]>(kChunk));
        }
        auto chunks = std::make_shared<std::vector<T*>>();
        chunks->reserve(m_owned.size());
        for (const auto& chunk : m_owned) {
            chunks->push_back(chunk.get());
        }
        m_view.m_chunks = std::move(chunks);
    }
    const View& view() const { return m_view; }
    T& operator[](std::size_t i) const { return m_owned[i >> kBits][i & (kChunk - 1)]; }
    std::size_t memoryBytes() const { return m_owned.size() * kChunk * sizeof(T); }

private:
    std::vector<std::unique_ptr<T[]>> m_owned;
    View m_view;
};

} // namespace hindcast

#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace hindcast {

// An append-only column in chunks. A copy shares the full chunks and duplicates the last one, so a
// log that grows costs its tail and readers of the older copy are never touched. Values are small
// and trivial. A const log is safe in any thread; one thread appends.
template <typename T>
class VersionColumn
{
public:
    static constexpr std::size_t kShift = 14;
    static constexpr std::size_t kChunk = std::size_t{1} << kShift;

    VersionColumn() = default;
    VersionColumn(VersionColumn&&) noexcept = default;
    VersionColumn& operator=(VersionColumn&&) noexcept = default;
    VersionColumn(const VersionColumn&) = delete;
    VersionColumn& operator=(const VersionColumn&) = delete;

    // The first `size` values (at most all).
    VersionColumn copy(std::size_t size) const
    {
        VersionColumn result;
        result.m_size = std::min(size, m_size);
        const std::size_t full = result.m_size >> kShift;
        result.m_chunks.assign(m_chunks.begin(),
                               m_chunks.begin() + static_cast<std::ptrdiff_t>(full));
        if (const std::size_t rest = result.m_size & (kChunk - 1); rest > 0) {
            result.m_chunks.push_back(std::make_shared<Chunk>());
            std::copy_n(m_chunks[full]->values, rest, result.m_chunks.back()->values);
        }
        return result;
    }

    void push_back(T value)
    {
        if ((m_size & (kChunk - 1)) == 0) {
            m_chunks.push_back(std::make_shared<Chunk>());
        }
        m_chunks.back()->values[m_size & (kChunk - 1)] = value;
        ++m_size;
    }

    T operator[](std::size_t i) const { return m_chunks[i >> kShift]->values[i & (kChunk - 1)]; }
    std::size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }

    // The index of the first value not below `value`; the values never fall.
    std::size_t lowerBound(T value) const
    {
        std::size_t low = 0;
        std::size_t high = m_size;
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if ((*this)[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    // The chunks as they lie, for writing all of it and reading it back.
    std::size_t chunkCount() const { return m_chunks.size(); }
    std::span<const T> chunk(std::size_t i) const
    {
        return {m_chunks[i]->values, std::min(kChunk, m_size - (i << kShift))};
    }
    // In place of what was there; the values are for the caller to fill.
    std::vector<std::span<T>> resize(std::size_t size)
    {
        m_size = size;
        m_chunks.clear();
        std::vector<std::span<T>> chunks;
        for (std::size_t at = 0; at < size; at += kChunk) {
            m_chunks.push_back(std::make_shared_for_overwrite<Chunk>());
            chunks.emplace_back(m_chunks.back()->values, std::min(kChunk, size - at));
        }
        return chunks;
    }

    std::size_t memoryBytes() const { return m_chunks.size() * sizeof(Chunk); }

private:
    struct Chunk
    {
        T values[kChunk];
    };

    std::vector<std::shared_ptr<Chunk>> m_chunks;
    std::size_t m_size = 0;
};

} // namespace hindcast

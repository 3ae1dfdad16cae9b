#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace hindcast {

// A vector that is appended to on one thread while its older copies are read on others. A copy
// costs two words: it shares the blocks and remembers its own size, and appending only writes past
// the size of every copy taken before. Only the newest copy may be appended to (its owner sees to
// that).
template <typename T>
class AppendLog
{
public:
    static constexpr std::size_t kBlock = 256;

    std::size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    const T& operator[](std::size_t i) const { return (*(*m_blocks)[i / kBlock])[i % kBlock]; }
    const T& front() const { return (*this)[0]; }
    const T& back() const { return (*this)[m_size - 1]; }

    void append(T value)
    {
        if (m_size % kBlock == 0) {
            auto blocks =
                m_blocks ? std::make_shared<Blocks>(*m_blocks) : std::make_shared<Blocks>();
            blocks->push_back(std::make_shared<Block>());
            m_blocks = std::move(blocks);
        }
        (*(*m_blocks)[m_size / kBlock])[m_size % kBlock] = std::move(value);
        ++m_size;
    }

    // How many elements lie before the first for which `before` is false; the log is partitioned by
    // it.
    template <typename Before>
    std::size_t partitionPoint(Before before) const
    {
        std::size_t low = 0;
        std::size_t high = m_size;
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if (before((*this)[middle])) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

private:
    using Block = std::array<T, kBlock>;
    using Blocks = std::vector<std::shared_ptr<Block>>;

    std::shared_ptr<const Blocks> m_blocks;
    std::size_t m_size = 0;
};

} // namespace hindcast

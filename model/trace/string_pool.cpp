#include "model/trace/string_pool.h"

#include <bit>

namespace hindcast {

namespace {

struct Slot
{
    std::size_t shelf = 0;
    std::size_t index = 0;
};

Slot slotOf(StringId id, unsigned firstBits)
{
    const std::uint64_t n = static_cast<std::uint64_t>(id) + (1ULL << firstBits);
    const auto top = static_cast<unsigned>(std::bit_width(n)) - 1;
    return {top - firstBits, static_cast<std::size_t>(n - (1ULL << top))};
}

} // namespace

StringPool::StringPool()
{
    intern({});
}

StringId StringPool::intern(std::string_view text)
{
    const std::scoped_lock lock(m_mutex);
    if (const auto found = m_ids.find(text); found != m_ids.end()) {
        return found->second;
    }
    const Slot slot = slotOf(m_next, kFirstShelfBits);
    auto& shelf = m_shelves[slot.shelf];
    if (!shelf) {
        shelf = std::make_unique<std::string[]>(std::size_t{1} << (kFirstShelfBits + slot.shelf));
    }
    shelf[slot.index] = text;
    m_ids.emplace(shelf[slot.index], m_next);
    return m_next++;
}

std::string_view StringPool::at(StringId id) const
{
    const Slot slot = slotOf(id, kFirstShelfBits);
    return m_shelves[slot.shelf][slot.index];
}

std::size_t StringPool::size() const
{
    const std::scoped_lock lock(m_mutex);
    return m_next;
}

} // namespace hindcast

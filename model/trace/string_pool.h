#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hindcast {

// A text in a StringPool; 0 is the empty text.
using StringId = std::uint32_t;

// Texts that repeat, each kept once. It only grows, so that the sets of traces of one growing
// capture share it. intern() is thread-safe; at() takes no lock and may be called for any id that
// reached the thread by an ordinary hand-over, as texts never move.
class StringPool
{
public:
    StringPool();
    StringPool(const StringPool&) = delete;
    StringPool& operator=(const StringPool&) = delete;

    StringId intern(std::string_view text);
    std::string_view at(StringId id) const;
    std::size_t size() const;

private:
    // Shelf k holds 1024 << k texts: a shelf never moves once it stands, and 22 hold every id.
    static constexpr unsigned kFirstShelfBits = 10;
    static constexpr std::size_t kShelves = 22;

    mutable std::mutex m_mutex;
    std::array<std::unique_ptr<std::string[]>, kShelves> m_shelves;
    std::unordered_map<std::string_view, StringId> m_ids; // guarded by m_mutex
    StringId m_next = 0;                                  // guarded by m_mutex
};

} // namespace hindcast

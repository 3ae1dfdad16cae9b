#pragma once

#include "model/replay/version.h"
#include "model/replay/version_column.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

class FrameReader;
class FrameWriter;

// How rows are ordered by key: whole numbers by size, before everything else by its bytes. A total
// order, the same on every machine.
bool keyLess(std::string_view a, std::string_view b);

// The keys of a projection as numbers. Append-only: a copy shares the text. One thread adds; a
// const table is safe in any thread.
class RowKeys
{
public:
    RowKeys();
    RowKeys(RowKeys&&) noexcept = default;
    RowKeys& operator=(RowKeys&&) noexcept = default;

    RowKeys copy() const;

    KeyNo add(std::string_view key); // the number it has or gets
    KeyNo find(std::string_view key) const;
    std::string_view text(KeyNo key) const;
    KeyNo size() const { return static_cast<KeyNo>(m_entries.size()); }

    // Numbers in key order; sort() brings it up to date after keys were added.
    void sort();
    const std::vector<KeyNo>& sorted() const { return m_sorted; }

    void write(FrameWriter& to) const;
    void read(FrameReader& from); // in place of what was there

    std::size_t memoryBytes() const;
    std::size_t textBytes() const { return m_textBytes; }

private:
    struct Entry
    {
        const char* text = nullptr;
        std::uint32_t length = 0;
        std::uint32_t hash = 0;
    };

    std::size_t slotOf(std::string_view key, std::uint32_t hash) const;
    void grow();
    const char* store(std::string_view key);

    VersionColumn<Entry> m_entries;
    std::vector<KeyNo> m_slots; // open addressing, a power of two, at most 3/4 full
    std::vector<KeyNo> m_sorted;
    std::vector<std::shared_ptr<char[]>> m_arenas;
    std::size_t m_arenaUsed = 0;
    std::size_t m_arenaSize = 0;
    std::size_t m_textBytes = 0;
};

} // namespace hindcast

#include "model/replay/row_keys.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

namespace hindcast {

namespace {

constexpr std::size_t kArena = std::size_t{256} << 10;

bool isWholeNumber(std::string_view text)
{
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits.empty() || (digits.front() == '0' && text != "0")) {
        return false;
    }
    return std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool wholeNumberLess(std::string_view a, std::string_view b)
{
    const bool aNegative = a.front() == '-';
    const bool bNegative = b.front() == '-';
    if (aNegative != bNegative) {
        return aNegative;
    }
    const bool smaller = a.size() != b.size() ? a.size() < b.size() : a < b;
    return aNegative ? smaller == false && a != b : smaller;
}

std::uint32_t hashOf(std::string_view key)
{
    const std::size_t hash = std::hash<std::string_view>{}(key);
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

} // namespace

bool keyLess(std::string_view a, std::string_view b)
{
    const bool aNumber = isWholeNumber(a);
    const bool bNumber = isWholeNumber(b);
    if (aNumber != bNumber) {
        return aNumber;
    }
    return aNumber ? wholeNumberLess(a, b) : a < b;
}

RowKeys::RowKeys()
    : m_slots(16, kNoKeyNo)
{
}

RowKeys RowKeys::copy() const
{
    RowKeys result;
    result.m_entries = m_entries.copy(m_entries.size());
    result.m_slots = m_slots;
    result.m_sorted = m_sorted;
    result.m_arenas = m_arenas;
    // The rest of the last arena stays with the older table: two copies may both grow.
    result.m_arenaUsed = 0;
    result.m_arenaSize = 0;
    result.m_textBytes = m_textBytes;
    return result;
}

std::size_t RowKeys::slotOf(std::string_view key, std::uint32_t hash) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = hash & mask;
    while (m_slots[slot] != kNoKeyNo) {
        const Entry entry = m_entries[m_slots[slot]];
        if (entry.hash == hash && std::string_view(entry.text, entry.length) == key) {
            break;
        }
        slot = (slot + 1) & mask;
    }
    return slot;
}

KeyNo RowKeys::find(std::string_view key) const
{
    return m_slots[slotOf(key, hashOf(key))];
}

KeyNo RowKeys::add(std::string_view key)
{
    const std::uint32_t hash = hashOf(key);
    std::size_t slot = slotOf(key, hash);
    if (m_slots[slot] != kNoKeyNo) {
        return m_slots[slot];
    }
    if ((m_entries.size() + 1) * 4 > m_slots.size() * 3) {
        grow();
        slot = slotOf(key, hash);
    }
    const KeyNo number = size();
    m_entries.push_back({store(key), static_cast<std::uint32_t>(key.size()), hash});
    m_slots[slot] = number;
    return number;
}

std::string_view RowKeys::text(KeyNo key) const
{
    const Entry entry = m_entries[key];
    return {entry.text, entry.length};
}

void RowKeys::grow()
{
    m_slots.assign(m_slots.size() * 2, kNoKeyNo);
    const std::size_t mask = m_slots.size() - 1;
    for (KeyNo number = 0; number < size(); ++number) {
        std::size_t slot = m_entries[number].hash & mask;
        while (m_slots[slot] != kNoKeyNo) {
            slot = (slot + 1) & mask;
        }
        m_slots[slot] = number;
    }
}

const char* RowKeys::store(std::string_view key)
{
    if (m_arenaUsed + key.size() > m_arenaSize) {
        // A table of a few keys should not cost a whole arena, nor each copy of a growing one.
        m_arenaSize = std::max({std::min(kArena, m_textBytes + 256), key.size()});
        m_arenas.push_back(std::shared_ptr<char[]>(new char[m_arenaSize]));
        m_arenaUsed = 0;
    }
    char* const at = m_arenas.back().get() + m_arenaUsed;
    if (!key.empty()) {
        std::memcpy(at, key.data(), key.size());
    }
    m_arenaUsed += key.size();
    m_textBytes += key.size();
    return at;
}

void RowKeys::sort()
{
    const std::size_t known = m_sorted.size();
    if (known == size()) {
        return;
    }
    // Comparing texts in place costs a cache miss each; their numbers or first bytes beside the key
    // decide nearly always.
    struct Item
    {
        std::string_view text;
        KeyNo key;
        bool number;
    };
    std::vector<Item> items;
    items.reserve(size() - known);
    for (KeyNo key = static_cast<KeyNo>(known); key < size(); ++key) {
        items.push_back({text(key), key, isWholeNumber(text(key))});
    }
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
        if (a.number != b.number) {
            return a.number;
        }
        return a.number ? wholeNumberLess(a.text, b.text) : a.text < b.text;
    });
    m_sorted.reserve(size());
    for (const Item& item : items) {
        m_sorted.push_back(item.key);
    }
    std::inplace_merge(m_sorted.begin(), m_sorted.begin() + static_cast<std::ptrdiff_t>(known),
                       m_sorted.end(),
                       [this](KeyNo a, KeyNo b) { return keyLess(text(a), text(b)); });
}

std::size_t RowKeys::memoryBytes() const
{
    return m_entries.memoryBytes() + m_slots.size() * sizeof(KeyNo) +
           m_sorted.capacity() * sizeof(KeyNo) + m_textBytes;
}

} // namespace hindcast

#include "model/replay/row_keys.h"

#include "model/capture/byte_stream.h"
#include "model/replay/frame_reader.h"

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
    if (key.empty()) {
        return ""; // there may be no arena yet
    }
    if (m_arenaUsed + key.size() > m_arenaSize) {
        // A table of a few keys should not cost a whole arena, nor each copy of a growing one.
        m_arenaSize = std::max({std::min(kArena, m_textBytes + 256), key.size()});
        m_arenas.push_back(std::shared_ptr<char[]>(new char[m_arenaSize]));
        m_arenaUsed = 0;
    }
    char* const at = m_arenas.back().get() + m_arenaUsed;
    std::memcpy(at, key.data(), key.size());
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

// Slots and hashes too: a hash is the same wherever a kept log is believed (KeptLogs).
void RowKeys::write(FrameWriter& to) const
{
    std::string head;
    ByteWriter sizes(head);
    sizes.number(std::uint64_t{m_entries.size()});
    sizes.number(std::uint64_t{m_slots.size()});
    sizes.number(std::uint64_t{m_sorted.size()});
    sizes.number(std::uint64_t{m_textBytes});
    to.bytes(head);
    std::vector<std::uint32_t> lengths;
    std::vector<std::uint32_t> hashes;
    std::string texts;
    lengths.reserve(m_entries.size());
    hashes.reserve(m_entries.size());
    texts.reserve(m_textBytes);
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const Entry entry = m_entries[i];
        lengths.push_back(entry.length);
        hashes.push_back(entry.hash);
        texts.append(entry.text, entry.length);
    }
    to.array(lengths);
    to.array(hashes);
    to.pieces(texts);
    to.array(m_slots);
    to.array(m_sorted);
}

void RowKeys::read(FrameReader& from)
{
    const std::string head = from.bytes();
    ByteReader sizes(head);
    const auto entries = sizes.number<std::uint64_t>();
    m_slots.assign(sizes.number<std::uint64_t>(), kNoKeyNo);
    m_sorted.assign(sizes.number<std::uint64_t>(), kNoKeyNo);
    m_textBytes = sizes.number<std::uint64_t>();
    std::vector<std::uint32_t> lengths(entries);
    std::vector<std::uint32_t> hashes(entries);
    const std::shared_ptr<char[]> texts(new char[m_textBytes + 1]);
    from.array(lengths);
    from.array(hashes);
    from.array(std::span<char>(texts.get(), m_textBytes));
    from.array(m_slots);
    from.array(m_sorted);
    if (!from.ok()) {
        return;
    }
    m_arenas = {texts};
    m_arenaUsed = 0;
    m_arenaSize = 0;
    const char* text = texts.get();
    std::size_t key = 0;
    for (const std::span<Entry> chunk : m_entries.resize(entries)) {
        for (Entry& entry : chunk) {
            entry = {text, lengths[key], hashes[key]};
            text += lengths[key++];
        }
    }
}

std::size_t RowKeys::memoryBytes() const
{
    return m_entries.memoryBytes() + m_slots.size() * sizeof(KeyNo) +
           m_sorted.capacity() * sizeof(KeyNo) + m_textBytes;
}

} // namespace hindcast

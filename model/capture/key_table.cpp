#include "model/capture/key_table.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kFirstCapacity = 1024;

std::uint8_t tagOf(std::uint64_t hash)
{
    return static_cast<std::uint8_t>(hash | 1); // never 0; the start uses the high bits
}

} // namespace

KeyTable::Slots::Slots(std::size_t slotCount)
    : capacity(slotCount)
    , tags(new std::atomic<std::uint8_t>[slotCount]())
    , ids(new std::atomic<KeyId>[slotCount])
{
}

std::size_t KeyTable::Slots::start(std::uint64_t hash) const
{
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::size_t>(static_cast<Wide>(hash) * capacity >> 64);
}

std::optional<KeyId> KeyTable::View::find(std::uint64_t hash, KeyId count) const
{
    if (!m_slots) {
        return std::nullopt;
    }
    const std::uint8_t tag = tagOf(hash);
    for (std::size_t at = m_slots->start(hash);;) {
        const std::uint8_t found = m_slots->tags[at].load(std::memory_order_acquire);
        if (found == 0) {
            return std::nullopt;
        }
        if (found == tag) {
            const KeyId id = m_slots->ids[at].load(std::memory_order_relaxed);
            if (id < count && m_entries[id].hash() == hash) {
                return id;
            }
        }
        at = at + 1 == m_slots->capacity ? 0 : at + 1;
    }
}

KeyTable::KeyTable()
    : m_slots(std::make_shared<Slots>(kFirstCapacity))
{
    m_entries.grow(1);
}

void KeyTable::place(Slots& into, std::uint64_t hash, KeyId id)
{
    std::size_t at = into.start(hash);
    while (into.tags[at].load(std::memory_order_relaxed) != 0) {
        at = at + 1 == into.capacity ? 0 : at + 1;
    }
    into.ids[at].store(id, std::memory_order_relaxed);
    into.tags[at].store(tagOf(hash), std::memory_order_release);
}

// A new table is filled aside; readers that hold the old one find everything they may know there.
void KeyTable::reserve(std::size_t keys)
{
    m_entries.grow(keys + 1);
    if (keys <= m_slots->capacity / 8 * 7) {
        return;
    }
    std::size_t capacity = m_slots->capacity;
    while (keys > capacity / 8 * 7) {
        capacity += capacity / 2;
    }
    auto slots = std::make_shared<Slots>(capacity);
    constexpr KeyId kAhead = 16; // so many cache misses run at once
    for (KeyId id = 0; id < m_size; ++id) {
        if (id + kAhead < m_size) {
            const std::size_t next = slots->start(m_entries[id + kAhead].hash());
            __builtin_prefetch(&slots->tags[next], 1);
            __builtin_prefetch(&slots->ids[next], 1);
        }
        place(*slots, m_entries[id].hash(), id);
    }
    m_slots = std::move(slots);
}

KeyId KeyTable::add(std::uint64_t hash)
{
    const KeyId id = m_size++;
    m_entries[id].hashLow = static_cast<std::uint32_t>(hash);
    m_entries[id].hashHigh = static_cast<std::uint32_t>(hash >> 32);
    place(*m_slots, hash, id);
    return id;
}

void KeyTable::insert(std::span<const std::uint64_t> hashes, std::span<KeyId> ids)
{
    reserve(m_size + hashes.size());
    // Two passes ahead of the lookup bring in the slot and the entry it points to: with millions of
    // keys each lookup would otherwise wait for memory twice.
    constexpr std::size_t kSlotAhead = 24;
    constexpr std::size_t kEntryAhead = 8;
    const Slots& slots = *m_slots;
    for (std::size_t i = 0; i < hashes.size() + kSlotAhead; ++i) {
        if (i < hashes.size()) {
            const std::size_t at = slots.start(hashes[i]);
            __builtin_prefetch(&slots.tags[at]);
            __builtin_prefetch(&slots.ids[at]);
        }
        const std::size_t behind = i - (kSlotAhead - kEntryAhead);
        if (i >= kSlotAhead - kEntryAhead && behind < hashes.size()) {
            const std::size_t at = slots.start(hashes[behind]);
            if (slots.tags[at].load(std::memory_order_relaxed) != 0) {
                prefetch(slots.ids[at].load(std::memory_order_relaxed));
            }
        }
        if (i < kSlotAhead) {
            continue;
        }
        const std::uint64_t hash = hashes[i - kSlotAhead];
        const std::uint8_t tag = tagOf(hash);
        KeyId id = kNoKey;
        for (std::size_t at = slots.start(hash);; at = at + 1 == slots.capacity ? 0 : at + 1) {
            const std::uint8_t found = slots.tags[at].load(std::memory_order_relaxed);
            if (found == 0) {
                break;
            }
            const KeyId candidate = slots.ids[at].load(std::memory_order_relaxed);
            if (found == tag && m_entries[candidate].hash() == hash) {
                id = candidate;
                break;
            }
        }
        ids[i - kSlotAhead] = id == kNoKey ? add(hash) : id;
    }
}

void KeyTable::load(std::span<const std::uint64_t> hashes)
{
    reserve(m_size + hashes.size());
    for (const std::uint64_t hash : hashes) {
        add(hash);
    }
}

Row KeyTable::exchangeLast(KeyId key, Row row)
{
    const Row before = m_entries[key].last.load(std::memory_order_relaxed);
    m_entries[key].last.store(row, std::memory_order_release);
    return before;
}

KeyTable::View KeyTable::view() const
{
    View view;
    view.m_slots = m_slots;
    view.m_entries = m_entries.view();
    return view;
}

std::size_t KeyTable::memoryBytes() const
{
    return m_entries.memoryBytes() + m_slots->capacity * (1 + sizeof(KeyId));
}

} // namespace hindcast

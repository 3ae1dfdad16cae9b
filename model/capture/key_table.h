#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/capture/chunked_array.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace hindcast {

// Key ids by the hash of the key: 12 bytes a key (hash, newest row) and an open-addressed table of
// 5 bytes a slot (id, one byte of the hash), at most 7/8 full and grown by half.
//
// One thread inserts; any number look up through a View that was published to them before.
class KeyTable
{
    struct Slots
    {
        explicit Slots(std::size_t capacity);
        std::size_t start(std::uint64_t hash) const;
        std::size_t capacity;
        std::unique_ptr<std::atomic<std::uint8_t>[]> tags; // 0: free
        std::unique_ptr<std::atomic<KeyId>[]> ids;
    };
    struct Entry
    {
        std::uint32_t hashLow = 0;
        std::uint32_t hashHigh = 0;
        std::atomic<Row> last{kNoRow};

        std::uint64_t hash() const { return std::uint64_t{hashHigh} << 32 | hashLow; }
    };
    using Entries = ChunkedArray<Entry, 14>;

public:
    class View
    {
    public:
        // The key's id, if it is below `count` (what the snapshot holds).
        std::optional<KeyId> find(std::uint64_t hash, KeyId count) const;
        Row lastRow(KeyId key) const { return m_entries[key].last.load(std::memory_order_acquire); }
        std::uint64_t hash(KeyId key) const { return m_entries[key].hash(); }

    private:
        friend class KeyTable;
        std::shared_ptr<const Slots> m_slots;
        Entries::View m_entries;
    };

    KeyTable();

    // Ids for a batch of hashes; new ones are given out densely in order of appearance.
    void insert(std::span<const std::uint64_t> hashes, std::span<KeyId> ids);
    // Adds keys known to be new, as a stored index lists them; the lookup table follows at once.
    void load(std::span<const std::uint64_t> hashes);

    // The row that was the key's newest until now.
    Row exchangeLast(KeyId key, Row row);
    void prefetch(KeyId key) const { __builtin_prefetch(&m_entries[key]); }

    KeyId size() const { return m_size; }
    std::uint64_t hash(KeyId key) const { return m_entries[key].hash(); }
    View view() const;
    std::size_t memoryBytes() const;

private:
    void reserve(std::size_t keys);
    KeyId add(std::uint64_t hash);
    static void place(Slots& into, std::uint64_t hash, KeyId id);

    Entries m_entries;
    std::shared_ptr<Slots> m_slots;
    KeyId m_size = 0;
};

} // namespace hindcast

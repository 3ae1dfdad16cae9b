#pragma once

#include "model/capture/block_entry.h"

#include <cstdint>
#include <map>
#include <shared_mutex>
#include <vector>

namespace hindcast {

// Which blocks hold which offsets of each partition: answers "is this offset there, and where" and
// finds duplicates. Reads in order cost one comparison a block; a read of older ranges inserts in
// the middle. Thread-safe; the lock is held for microseconds.
class PartitionRanges
{
public:
    struct Range
    {
        std::int64_t min = 0;
        std::int64_t max = 0;
        std::int64_t maxSoFar = 0; // the largest max up to here, in the order of min
        std::uint32_t block = 0;
        std::uint32_t slot = 0;
        bool whole = false; // holds every offset from min to max
    };

    void add(const BlockEntry& entry, std::uint32_t block);
    // Ranges that hold an offset in [from, to].
    std::vector<Range> overlapping(TopicId topic, std::int32_t partition, std::int64_t from,
                                   std::int64_t to) const;
    // All ranges of a partition, by first offset.
    std::vector<Range> all(TopicId topic, std::int32_t partition) const;
    std::size_t memoryBytes() const;

private:
    using Key = std::pair<TopicId, std::int32_t>;

    mutable std::shared_mutex m_mutex;
    std::map<Key, std::vector<Range>> m_ranges;
};

} // namespace hindcast

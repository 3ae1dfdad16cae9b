#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/capture/narrow_column.h"

#include <memory>
#include <vector>

namespace hindcast {

class ByteReader;
class ByteWriter;

// What memory keeps of a stored batch: partition, offset and time of each record in five bytes or
// so, without its bytes. Immutable.
struct BlockEntry
{
    // One partition's records in the block.
    struct Slot
    {
        std::int32_t partition = 0;
        std::uint32_t count = 0;
        std::int64_t minOffset = 0;
        std::int64_t maxOffset = 0;
        bool ascending = true; // in the order of the rows, no offset twice
    };

    TopicId topic = 0;
    Row firstRow = 0;
    std::uint32_t count = 0;
    TimeRange times;
    std::uint64_t bytes = 0;
    std::vector<Slot> slotTable; // by first appearance
    NarrowColumn slotColumn;     // index into slotTable
    NarrowColumn offsetColumn;   // above the slot's minOffset
    NarrowColumn timeColumn;     // milliseconds

    static std::unique_ptr<BlockEntry> make(TopicId topic, const RecordBatch& batch);
    static std::unique_ptr<BlockEntry> make(TopicId topic, std::span<const std::int32_t> partitions,
                                            std::span<const std::int64_t> offsets,
                                            std::span<const std::int64_t> timesMs,
                                            std::uint64_t bytes);

    const Slot& slotOf(std::uint32_t i) const
    {
        return slotTable[static_cast<std::size_t>(slotColumn.at(i))];
    }
    std::int64_t offset(std::uint32_t i) const { return offset(slotOf(i), i); }
    // Wraps around where a damaged file would overflow.
    std::int64_t offset(const Slot& slot, std::uint32_t i) const
    {
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(slot.minOffset) +
                                         static_cast<std::uint64_t>(offsetColumn.at(i)));
    }
    std::size_t memoryBytes() const;

    void write(ByteWriter& to) const;
    static std::unique_ptr<BlockEntry> load(ByteReader& from); // nullptr on damage
};

} // namespace hindcast

#pragma once

#include "model/capture/capture_snapshot.h"

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <vector>

namespace hindcast {

struct PreparedBlock;

// Reads records row by row in whatever order a clock gives, past the capture's cache: the blocks
// that the partitions' positions lie in stay unpacked, within a bound. One thread an object.
class BlockCursor
{
public:
    explicit BlockCursor(CaptureSnapshotPtr snapshot,
                         std::size_t keepBytes = std::size_t{128} << 20);

    // What else a caller wants to know of each block: made as it is unpacked, on the thread that
    // does that, so it must be safe in any. Null: nothing. Set before the first at().
    using Prepare =
        std::function<std::shared_ptr<const PreparedBlock>(std::size_t, const RecordBatch&)>;
    Prepare prepare;

    // For who reads all: the next blocks of a topic are unpacked beside the caller's work.
    bool readsAhead = false;

    // The batch and what was prepared of it stay valid until the next at().
    struct At
    {
        const RecordBatch* batch = nullptr;
        std::size_t index = 0;
        std::size_t block = 0;
        const PreparedBlock* prepared = nullptr;
    };
    Result<At> at(Row row);

    // A block and what was prepared of it.
    struct Loaded
    {
        RecordBatchPtr batch;
        std::shared_ptr<const PreparedBlock> prepared;
        std::size_t bytes() const;
    };
    // The one that the last at() led to, for who needs it beyond the next.
    const Loaded& last() const { return m_slots[m_last].loaded; }

private:
    struct Slot
    {
        Loaded loaded; // without a batch: not unpacked
        Row first = 0;
        std::uint64_t used = 0;
    };
    struct Coming
    {
        std::size_t block = 0;
        std::future<Result<Loaded>> loaded;
    };
    static Result<Loaded> unpack(const CaptureSnapshot& snapshot, std::size_t block,
                                 const Prepare& prepare);
    Result<void> load(std::size_t block);
    Result<Loaded> take(std::size_t block);
    void startNext(std::size_t block);

    const CaptureSnapshotPtr m_snapshot;
    const std::size_t m_keepBytes;
    std::vector<Slot> m_slots; // by block
    std::vector<std::size_t> m_loaded;
    std::size_t m_bytes = 0;
    std::uint64_t m_clock = 0;
    std::size_t m_last = 0;
    std::vector<Coming> m_coming;
};

} // namespace hindcast

#pragma once

#include "model/capture/capture_snapshot.h"

#include <cstdint>
#include <functional>
#include <future>
#include <vector>

namespace hindcast {

// Reads records row by row in whatever order a clock gives, past the capture's cache: the blocks
// that the partitions' positions lie in stay unpacked, within a bound. One thread an object.
class BlockCursor
{
public:
    explicit BlockCursor(CaptureSnapshotPtr snapshot,
                         std::size_t keepBytes = std::size_t{128} << 20);

    // Called for each block as it is unpacked; before the first at().
    std::function<Result<void>(std::size_t block, const RecordBatch& batch)> onLoad;

    // For who reads all: the next blocks of a topic are unpacked beside the caller's work.
    bool readsAhead = false;

    // The batch stays valid until the next at().
    struct At
    {
        const RecordBatch* batch = nullptr;
        std::size_t index = 0;
        std::size_t block = 0;
    };
    Result<At> at(Row row);

private:
    struct Slot
    {
        RecordBatchPtr batch;
        Row first = 0;
        std::uint64_t used = 0;
    };
    struct Coming
    {
        std::size_t block = 0;
        std::future<Result<RecordBatchPtr>> batch;
    };
    Result<void> load(std::size_t block);
    Result<RecordBatchPtr> take(std::size_t block);
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

#pragma once

#include "model/capture/time_order.h"
#include "model/replay/projection.h"

#include <cstdint>
#include <string>

namespace hindcast {

// What folding a projection would take of the memory, from the capture's index alone: told before
// it starts. An upper bound of what the versions and keys take; what the states of reducers that
// make their own take is a guess from the size of the records.
struct FoldEstimate
{
    // Beside the capture's index, and measured (VersionLog): what the README promises.
    static constexpr std::uint64_t kBytesOfVersion = 16;
    static constexpr std::uint64_t kBytesOfKey = 64; // and the key's text

    std::uint64_t records = 0; // of the projection's topics
    std::uint64_t keys = 0;    // at most
    std::uint64_t bytes = 0;
    std::uint64_t bytesOfRecord = 0;
    std::uint64_t bytesOfKey = 0;

    static FoldEstimate of(const Projection& projection, const CaptureSnapshot& snapshot);
};

// Fails with a sentence where a fold would take more than `mostBytes`, and says which newest part
// of the records would fit; `advice` goes on from there: what to do, with {} for its first moment.
Result<void> mayFold(const Projection& projection, const TimeOrder& order, std::uint64_t mostBytes,
                     const std::string& advice);

// Half of the machine's memory.
std::uint64_t usualFoldMemory();

} // namespace hindcast

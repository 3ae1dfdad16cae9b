#pragma once

#include "model/capture/batch_codec.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace hindcast {

// What one row of the table `block` holds, before compression: u32 count of parts, then for each
// its topic and one run of records. Neighbouring batches of one topic become one part, so that a
// slow tail does not leave a block a record.
struct BlockParts
{
    struct Place
    {
        std::uint32_t part = 0;
        std::uint32_t start = 0; // the batch's first record in its part
    };

    std::string bytes;
    std::vector<Place> places; // one a batch
    std::uint32_t records = 0;

    static BlockParts encode(std::span<const RecordBatchPtr> batches);
};

// All parts of a stored block; Corrupt where it is not whole. A part is null where `mayHold`, if
// given, denies its records' bytes.
using MayHold = std::function<bool(std::string_view bytes)>;
Result<std::vector<RecordBatchPtr>> decodeParts(std::string_view frame,
                                                const MayHold& mayHold = {});

// Single records of one part of a stored block, `indices` in rising order: only the pieces that its
// columns and these records lie in are unpacked. Views live as long as the call.
using TakeOfBlock = std::function<void(std::size_t i, const RecordView& record)>;
Result<void> pickRecords(std::string_view frame, std::uint32_t part,
                         std::span<const std::uint32_t> indices, const TakeOfBlock& take);

} // namespace hindcast

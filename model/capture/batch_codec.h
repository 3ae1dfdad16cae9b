#pragma once

#include "model/capture/narrow_column.h"
#include "model/record/record_batch.h"

#include <span>
#include <string_view>

namespace hindcast {

class ByteReader;
class ByteWriter;

inline constexpr std::size_t kMaxRecordsOfRun = std::size_t{1} << 24;

// Writes batches of one topic as one run: narrow columns (partition, offset, time, type, lengths of
// key, value and headers), then all bytes in the order of the records. The topic is not written.
void encodeBatches(std::span<const RecordBatchPtr> batches, ByteWriter& to);

// Reads one run back; nullptr where its columns do not fit its bytes.
RecordBatchPtr decodeBatch(const std::string& topic, ByteReader& from);

// Where one run's records lie, without their bytes; see encodeBatches().
struct RunColumns
{
    NarrowColumn columns[7]; // partition, offset, time, type, lengths of key, value, headers
    std::size_t records = 0;

    static RunColumns load(ByteReader& from); // sets from.ok() false on damage
    // A null is no longer than an empty one.
    std::uint64_t bytesOf(std::size_t record) const;
    RecordView view(std::size_t record, std::string_view topic, std::string_view bytes) const;
};

} // namespace hindcast

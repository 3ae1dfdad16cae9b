#pragma once

#include "model/record/record_batch.h"
#include "model/record/result.h"

#include <span>
#include <string>
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

// One zstd frame with a checksum. The compressor keeps its context; one thread an object.
class BlockCompressor
{
public:
    explicit BlockCompressor(int level);
    ~BlockCompressor();
    BlockCompressor(const BlockCompressor&) = delete;
    BlockCompressor& operator=(const BlockCompressor&) = delete;

    std::string compress(std::string_view bytes);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

// The bytes of a frame, in a buffer that the calling thread keeps from block to block: valid until
// its next call. Fails with Corrupt where the frame is cut, changed, or unreasonably large.
Result<std::string_view> decompressBlock(std::string_view frame);

} // namespace hindcast

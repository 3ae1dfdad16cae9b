#pragma once

#include "model/capture/narrow_column.h"
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

// A frame that is unpacked only as far as it is asked for, in buffers that the calling thread
// keeps: one at a time, on one thread, while the frame lives.
class PartialBlock
{
public:
    static Result<PartialBlock> open(std::string_view frame);

    // At least the first `bytes` of the block, or all of it; followed by RecordBatch::kPadding
    // readable bytes. Fails with Corrupt.
    Result<std::string_view> upTo(std::size_t bytes);
    std::size_t size() const { return m_size; }

private:
    std::string_view m_frame;
    std::size_t m_size = 0;
    std::size_t m_taken = 0; // of the frame
    std::size_t m_made = 0;  // of the block
};

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

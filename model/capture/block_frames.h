#pragma once

#include "model/record/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// A block's bytes as zstd frames with checksums, one behind the other, each of a piece of them: so
// a record can be had without the others. The compressor keeps its context; one thread an object.
class BlockCompressor
{
public:
    // Measured on JSON of 160 B: blocks in one frame took 6 % more of the disk, pieces half as
    // large no less, and were unpacked more slowly.
    static constexpr std::size_t kPiece = 128u << 10;

    explicit BlockCompressor(int level);
    ~BlockCompressor();
    BlockCompressor(const BlockCompressor&) = delete;
    BlockCompressor& operator=(const BlockCompressor&) = delete;

    std::string compress(std::string_view bytes);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

// All bytes of the frames, in a buffer that the calling thread keeps from block to block: valid
// until its next call. Fails with Corrupt where they are cut, changed, or unreasonably large.
Result<std::string_view> decompressBlock(std::string_view frames);

// A block of which only the pieces that are asked for are unpacked, into a buffer that the calling
// thread keeps: one at a time, on one thread, while the frames live.
class PartialBlock
{
public:
    static Result<PartialBlock> open(std::string_view frames);

    // Bytes [from, from + size), or as many of them as there are; followed by
    // RecordBatch::kPadding readable bytes. Fails with Corrupt.
    Result<std::string_view> bytes(std::size_t from, std::size_t size);
    std::size_t size() const { return m_size; }

private:
    struct Piece
    {
        std::string_view frame;
        std::size_t from = 0; // in the block
        std::size_t size = 0;
        bool unpacked = false;
    };
    std::vector<Piece> m_pieces;
    std::size_t m_size = 0;
};

} // namespace hindcast

#include "model/capture/block_frames.h"

#include "model/record/record_batch.h"

#include <algorithm>
#include <zstd.h>

namespace hindcast {

namespace {

constexpr unsigned long long kLargestBlock = 1ull << 33; // a batch's spans are 32 bits wide
constexpr std::size_t kKeptBuffer = 8u << 20;            // by each thread

struct Unpacker
{
    ZSTD_DCtx* context = ZSTD_createDCtx();
    std::string whole; // of decompressBlock()
    std::string parts; // of PartialBlock
    ~Unpacker() { ZSTD_freeDCtx(context); }
};

Unpacker& threadsUnpacker()
{
    thread_local Unpacker unpacker;
    return unpacker;
}

// One huge block must not cost its memory for ever.
void makeRoom(std::string& buffer, std::size_t size)
{
    if (buffer.size() < size || buffer.size() > std::max(kKeptBuffer, size)) {
        buffer = std::string(size, '\0');
    }
}

Error cannotUnpack(std::size_t code)
{
    return {ErrorCode::Corrupt, "the block cannot be decompressed", ZSTD_getErrorName(code)};
}

// Calls take(frame, its bytes when unpacked) for each.
template <typename Take>
Result<void> eachFrame(std::string_view frames, Take&& take)
{
    unsigned long long all = 0;
    while (!frames.empty()) {
        const auto size = ZSTD_getFrameContentSize(frames.data(), frames.size());
        if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN ||
            size > kLargestBlock - all) {
            return fail(ErrorCode::Corrupt, "the block is not a zstd frame");
        }
        const std::size_t packed = ZSTD_findFrameCompressedSize(frames.data(), frames.size());
        if (ZSTD_isError(packed)) {
            return tl::unexpected(cannotUnpack(packed));
        }
        take(frames.substr(0, packed), static_cast<std::size_t>(size));
        all += size;
        frames.remove_prefix(packed);
    }
    return {};
}

} // namespace

struct BlockCompressor::Private
{
    ZSTD_CCtx* context = ZSTD_createCCtx();
    std::string buffer;
    ~Private() { ZSTD_freeCCtx(context); }
};

BlockCompressor::BlockCompressor(int level)
    : d(std::make_unique<Private>())
{
    ZSTD_CCtx_setParameter(d->context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(d->context, ZSTD_c_checksumFlag, 1);
    d->buffer.resize(ZSTD_compressBound(kPiece));
}

BlockCompressor::~BlockCompressor() = default;

std::string BlockCompressor::compress(std::string_view bytes)
{
    std::string frames;
    frames.reserve(bytes.size() / 3);
    do {
        const std::string_view piece = bytes.substr(0, kPiece);
        bytes.remove_prefix(piece.size());
        // Cannot fail: the bound is kept.
        const std::size_t size = ZSTD_compress2(d->context, d->buffer.data(), d->buffer.size(),
                                                piece.data(), piece.size());
        frames.append(d->buffer, 0, ZSTD_isError(size) ? 0 : size);
    } while (!bytes.empty());
    return frames;
}

Result<std::string_view> decompressBlock(std::string_view frames)
{
    std::size_t size = 0;
    const auto whole = eachFrame(frames, [&size](std::string_view, std::size_t n) { size += n; });
    if (!whole || frames.empty()) {
        return whole ? fail(ErrorCode::Corrupt, "the block is not a zstd frame")
                     : tl::unexpected(whole.error());
    }
    Unpacker& unpacker = threadsUnpacker();
    makeRoom(unpacker.whole, size);
    const std::size_t got = ZSTD_decompressDCtx(unpacker.context, unpacker.whole.data(), size,
                                                frames.data(), frames.size());
    if (ZSTD_isError(got)) {
        return tl::unexpected(cannotUnpack(got));
    }
    return std::string_view(unpacker.whole.data(), got);
}

Result<PartialBlock> PartialBlock::open(std::string_view frames)
{
    PartialBlock block;
    const auto whole = eachFrame(frames, [&block](std::string_view frame, std::size_t size) {
        block.m_pieces.push_back({frame, block.m_size, size});
        block.m_size += size;
    });
    if (!whole) {
        return tl::unexpected(whole.error());
    }
    makeRoom(threadsUnpacker().parts, block.m_size + RecordBatch::kPadding);
    return block;
}

Result<std::string_view> PartialBlock::bytes(std::size_t from, std::size_t size)
{
    Unpacker& unpacker = threadsUnpacker();
    const std::size_t first = std::min(from, m_size);
    const std::size_t end = first + std::min(size, m_size - first);
    auto piece = std::partition_point(m_pieces.begin(), m_pieces.end(),
                                      [first](const Piece& p) { return p.from + p.size <= first; });
    for (; piece != m_pieces.end() && piece->from < end; ++piece) {
        if (piece->unpacked) {
            continue;
        }
        const std::size_t got =
            ZSTD_decompressDCtx(unpacker.context, unpacker.parts.data() + piece->from, piece->size,
                                piece->frame.data(), piece->frame.size());
        if (ZSTD_isError(got) || got != piece->size) {
            return ZSTD_isError(got) ? tl::unexpected(cannotUnpack(got))
                                     : fail(ErrorCode::Corrupt, "the block is cut off");
        }
        piece->unpacked = true;
    }
    return std::string_view(unpacker.parts.data() + first, end - first);
}

} // namespace hindcast

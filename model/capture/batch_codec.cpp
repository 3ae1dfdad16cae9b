#include "model/capture/batch_codec.h"

#include "model/capture/byte_stream.h"
#include "model/capture/narrow_column.h"

#include <algorithm>
#include <limits>
#include <vector>
#include <zstd.h>

namespace hindcast {

namespace {

using Values = std::vector<std::int64_t>;

constexpr unsigned long long kLargestBlock = 1ull << 33; // a batch's spans are 32 bits wide
constexpr std::size_t kKeptBuffer = 8u << 20;            // by each thread

void appendBytes(const RecordBatch& batch, RecordBatch::Span span, std::string& to)
{
    if (span.length > 0) {
        to.append(batch.arena().substr(span.at, static_cast<std::size_t>(span.length)));
    }
}

// Builders lay records out one after the other; then the arena is copied whole.
bool inOrder(const RecordBatch& batch)
{
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        for (const auto* column : {&batch.keys(), &batch.values(), &batch.headers()}) {
            const RecordBatch::Span span = (*column)[i];
            if (span.length > 0) {
                if (span.at != at) {
                    return false;
                }
                at += static_cast<std::uint64_t>(span.length);
            }
        }
    }
    return at == batch.arenaBytes();
}

} // namespace

void encodeBatches(std::span<const RecordBatchPtr> batches, ByteWriter& to)
{
    std::size_t records = 0;
    for (const auto& batch : batches) {
        records += batch->size();
    }
    to.number(static_cast<std::uint32_t>(records));
    Values values(records);
    const auto column = [&](auto&& field) {
        std::int64_t* at = values.data();
        for (const auto& batch : batches) {
            for (const auto& item : field(*batch)) {
                if constexpr (std::is_same_v<std::decay_t<decltype(item)>, RecordBatch::Span>) {
                    *at++ = item.length;
                } else {
                    *at++ = static_cast<std::int64_t>(item);
                }
            }
        }
        NarrowColumn(values).write(to);
    };
    column([](const RecordBatch& b) -> auto& { return b.partitions(); });
    column([](const RecordBatch& b) -> auto& { return b.offsets(); });
    column([](const RecordBatch& b) -> auto& { return b.timestampsMs(); });
    column([](const RecordBatch& b) -> auto& { return b.timestampTypes(); });
    column([](const RecordBatch& b) -> auto& { return b.keys(); });
    column([](const RecordBatch& b) -> auto& { return b.values(); });
    column([](const RecordBatch& b) -> auto& { return b.headers(); });
    for (const auto& batch : batches) {
        if (inOrder(*batch)) {
            to.raw(batch->arena());
            continue;
        }
        std::string bytes;
        bytes.reserve(batch->arenaBytes());
        for (std::size_t i = 0; i < batch->size(); ++i) {
            appendBytes(*batch, batch->keys()[i], bytes);
            appendBytes(*batch, batch->values()[i], bytes);
            appendBytes(*batch, batch->headers()[i], bytes);
        }
        to.raw(bytes);
    }
}

RecordBatchPtr decodeBatch(const std::string& topic, ByteReader& from)
{
    const std::size_t n = from.number<std::uint32_t>();
    if (n > kMaxRecordsOfRun) { // constant columns take no bytes: a damaged count must not allocate
        return nullptr;
    }
    NarrowColumn columns[7];
    for (NarrowColumn& column : columns) {
        column = NarrowColumn::load(from, n);
    }
    if (!from.ok()) {
        return nullptr;
    }
    Values values(n);
    const auto read = [&]<typename T>(std::size_t which, std::vector<T>& to) {
        columns[which].read(0, values);
        to.resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            to[i] = static_cast<T>(values[i]);
        }
    };
    std::vector<std::int32_t> partitions;
    Values offsets(n);
    Values times(n);
    std::vector<TimestampType> types;
    read(0, partitions);
    columns[1].read(0, offsets);
    columns[2].read(0, times);
    read(3, types);
    for (TimestampType& type : types) {
        type = type > TimestampType::LogAppendTime ? TimestampType::None : type;
    }
    std::vector<RecordBatch::Span> spans[3];
    for (std::size_t which = 0; which < 3; ++which) {
        columns[4 + which].read(0, values);
        spans[which].resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            if (values[i] > std::numeric_limits<std::int32_t>::max()) {
                return nullptr;
            }
            spans[which][i].length = values[i] < 0 ? -1 : static_cast<std::int32_t>(values[i]);
        }
    }
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < n; ++i) {
        for (auto& column : spans) {
            if (column[i].length >= 0) {
                column[i].at = static_cast<std::uint32_t>(at);
                at += static_cast<std::uint64_t>(column[i].length);
            }
        }
    }
    if (at > from.left()) {
        return nullptr;
    }
    std::string arena;
    arena.reserve(at + RecordBatch::kPadding);
    arena.append(from.raw(at));
    return RecordBatchBuilder::fromColumns(
        topic, std::move(partitions), std::move(offsets), std::move(times), std::move(types),
        std::move(spans[0]), std::move(spans[1]), std::move(spans[2]), std::move(arena));
}

RunColumns RunColumns::load(ByteReader& from)
{
    RunColumns run;
    run.records = from.number<std::uint32_t>();
    if (run.records > kMaxRecordsOfRun) {
        from.raw(from.left() + 1); // damaged: nothing behind it counts
        return run;
    }
    for (NarrowColumn& column : run.columns) {
        column = NarrowColumn::load(from, run.records);
    }
    return run;
}

std::uint64_t RunColumns::bytesOf(std::size_t record) const
{
    std::uint64_t bytes = 0;
    for (std::size_t which = 4; which < 7; ++which) {
        bytes += static_cast<std::uint64_t>(std::clamp<std::int64_t>(
            columns[which].at(record), 0, std::numeric_limits<std::int32_t>::max()));
    }
    return bytes;
}

RecordView RunColumns::view(std::size_t record, std::string_view topic,
                            std::string_view bytes) const
{
    RecordView view;
    view.topic = topic;
    view.partition = static_cast<std::int32_t>(columns[0].at(record));
    view.offset = columns[1].at(record);
    view.timestamp = timestampFromMs(columns[2].at(record));
    const auto type = static_cast<TimestampType>(columns[3].at(record));
    view.timestampType = type > TimestampType::LogAppendTime ? TimestampType::None : type;
    const auto next = [&](std::size_t which) -> std::optional<std::string_view> {
        const std::int64_t length = columns[which].at(record);
        if (length < 0) {
            return std::nullopt;
        }
        const std::string_view part = bytes.substr(0, static_cast<std::size_t>(length));
        bytes.remove_prefix(part.size());
        return part;
    };
    view.key = next(4);
    view.value = next(5);
    view.headers = HeaderView(next(6).value_or(std::string_view()));
    return view;
}

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
}

BlockCompressor::~BlockCompressor() = default;

std::string BlockCompressor::compress(std::string_view bytes)
{
    constexpr std::size_t kKept = 8u << 20;
    const std::size_t bound = ZSTD_compressBound(bytes.size());
    if (d->buffer.size() < bound) {
        d->buffer.resize(bound);
    }
    // Cannot fail: the bound is kept.
    const std::size_t size =
        ZSTD_compress2(d->context, d->buffer.data(), d->buffer.size(), bytes.data(), bytes.size());
    std::string frame(d->buffer, 0, ZSTD_isError(size) ? 0 : size);
    if (d->buffer.size() > kKept) { // one huge record must not cost its memory for ever
        d->buffer = {};
    }
    return frame;
}

Result<std::string_view> decompressBlock(std::string_view frame)
{
    const auto size = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN ||
        size > kLargestBlock) {
        return fail(ErrorCode::Corrupt, "the block is not a zstd frame");
    }
    thread_local std::string buffer;
    if (buffer.size() < size || buffer.size() > std::max<std::size_t>(kKeptBuffer, size)) {
        buffer = std::string(size, '\0');
    }
    const std::size_t got = ZSTD_decompress(buffer.data(), size, frame.data(), frame.size());
    if (ZSTD_isError(got)) {
        return fail(ErrorCode::Corrupt, "the block cannot be decompressed", ZSTD_getErrorName(got));
    }
    return std::string_view(buffer.data(), got);
}

namespace {

struct Unpacker
{
    ZSTD_DStream* stream = ZSTD_createDStream();
    std::string buffer;
    ~Unpacker() { ZSTD_freeDStream(stream); }
};

Unpacker& threadsUnpacker()
{
    thread_local Unpacker unpacker;
    return unpacker;
}

} // namespace

Result<PartialBlock> PartialBlock::open(std::string_view frame)
{
    const auto size = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN ||
        size > kLargestBlock) {
        return fail(ErrorCode::Corrupt, "the block is not a zstd frame");
    }
    Unpacker& unpacker = threadsUnpacker();
    const std::size_t room = size + RecordBatch::kPadding;
    if (unpacker.buffer.size() < room ||
        unpacker.buffer.size() > std::max<std::size_t>(kKeptBuffer, room)) {
        unpacker.buffer = std::string(room, '\0');
    }
    ZSTD_initDStream(unpacker.stream);
    PartialBlock block;
    block.m_frame = frame;
    block.m_size = size;
    return block;
}

Result<std::string_view> PartialBlock::upTo(std::size_t bytes)
{
    Unpacker& unpacker = threadsUnpacker();
    const std::size_t wanted = std::min(bytes, m_size);
    ZSTD_inBuffer in{m_frame.data(), m_frame.size(), m_taken};
    while (m_made < wanted) {
        // Room for no more than is wanted: with room for all the library would unpack all.
        ZSTD_outBuffer out{unpacker.buffer.data(), wanted, m_made};
        const std::size_t code = ZSTD_decompressStream(unpacker.stream, &out, &in);
        const bool stuck = out.pos == m_made && in.pos == m_taken;
        m_made = out.pos;
        m_taken = in.pos;
        if (ZSTD_isError(code) || (m_made < wanted && (code == 0 || stuck))) {
            return fail(ErrorCode::Corrupt, "the block cannot be decompressed",
                        ZSTD_isError(code) ? ZSTD_getErrorName(code) : "it is cut off");
        }
    }
    return std::string_view(unpacker.buffer.data(), m_made);
}

} // namespace hindcast

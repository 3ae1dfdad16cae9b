#include "model/capture/index_chunk.h"

#include "model/capture/block_frames.h"
#include "model/capture/byte_stream.h"

#include <cstring>

namespace hindcast {

namespace {

template <typename T>
void writeArray(ByteWriter& to, const std::vector<T>& values)
{
    to.number(static_cast<std::uint32_t>(values.size()));
    to.raw({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
}

template <typename T>
std::vector<T> readArray(ByteReader& from)
{
    const std::size_t count = from.number<std::uint32_t>();
    const std::string_view bytes = from.raw(count * sizeof(T));
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!values.empty()) {
        std::memcpy(values.data(), bytes.data(), bytes.size());
    }
    return values;
}

} // namespace

std::string IndexChunk::encode() const
{
    std::string bytes;
    ByteWriter to(bytes);
    to.number(static_cast<std::uint32_t>(entries.size()));
    for (const Entry& entry : entries) {
        to.number(entry.diskBlock);
        to.number(entry.part);
        entry.entry->write(to);
    }
    writeArray(to, keys);
    writeArray(to, newHashes);
    return BlockCompressor(1).compress(bytes);
}

Result<IndexChunk> IndexChunk::decode(std::string_view frame)
{
    auto bytes = decompressBlock(frame);
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    const auto damaged = [] { return fail(ErrorCode::Corrupt, "the stored index is damaged"); };
    IndexChunk chunk;
    ByteReader from(*bytes);
    std::uint64_t rows = 0;
    for (auto n = from.number<std::uint32_t>(); n > 0 && from.ok(); --n) {
        Entry entry;
        entry.diskBlock = from.number<std::uint32_t>();
        entry.part = from.number<std::uint32_t>();
        entry.entry = BlockEntry::load(from);
        if (!entry.entry) {
            return damaged();
        }
        rows += entry.entry->count;
        chunk.entries.push_back(std::move(entry));
    }
    chunk.keys = readArray<KeyId>(from);
    chunk.newHashes = readArray<std::uint64_t>(from);
    if (!from.ok() || !from.atEnd() || chunk.keys.size() != rows) {
        return damaged();
    }
    return chunk;
}

} // namespace hindcast

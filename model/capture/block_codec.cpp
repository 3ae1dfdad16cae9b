#include "model/capture/block_codec.h"

#include "model/capture/byte_stream.h"

namespace hindcast {

BlockParts BlockParts::encode(std::span<const RecordBatchPtr> batches)
{
    BlockParts block;
    std::size_t arenaBytes = 0;
    std::uint32_t parts = 0;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        arenaBytes += batches[i]->arenaBytes();
        parts += i == 0 || batches[i]->topic() != batches[i - 1]->topic() ? 1 : 0;
        block.records += static_cast<std::uint32_t>(batches[i]->size());
    }
    block.bytes.reserve(arenaBytes + block.records * std::size_t{16} + 1024);
    ByteWriter to(block.bytes);
    to.number(parts);
    std::uint32_t part = 0;
    for (std::size_t first = 0; first < batches.size(); ++part) {
        std::size_t last = first;
        std::uint32_t start = 0;
        while (last < batches.size() && batches[last]->topic() == batches[first]->topic()) {
            block.places.push_back({part, start});
            start += static_cast<std::uint32_t>(batches[last]->size());
            ++last;
        }
        to.text(batches[first]->topic());
        encodeBatches(batches.subspan(first, last - first), to);
        first = last;
    }
    return block;
}

Result<std::vector<RecordBatchPtr>> decodeParts(std::string_view frame)
{
    auto bytes = decompressBlock(frame);
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    ByteReader from(*bytes);
    const std::uint32_t count = from.number<std::uint32_t>();
    std::vector<RecordBatchPtr> parts;
    for (std::uint32_t i = 0; i < count && from.ok(); ++i) {
        const std::string topic(from.text());
        RecordBatchPtr batch = decodeBatch(topic, from);
        if (!batch) {
            return fail(ErrorCode::Corrupt, "its columns do not fit its bytes");
        }
        parts.push_back(std::move(batch));
    }
    if (!from.ok() || !from.atEnd()) {
        return fail(ErrorCode::Corrupt, "its parts do not fit its bytes");
    }
    return parts;
}

} // namespace hindcast

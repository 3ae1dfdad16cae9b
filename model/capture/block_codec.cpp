#include "model/capture/block_codec.h"

#include "model/capture/block_frames.h"
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

Result<std::vector<RecordBatchPtr>> decodeParts(std::string_view frame, const MayHold& mayHold)
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
        if (mayHold && i + 1 == count) {
            // Behind the columns of the last part, nearly always the only one, are its bytes alone.
            ByteReader behind = from;
            RunColumns::load(behind);
            if (behind.ok() && !mayHold(behind.raw(behind.left()))) {
                parts.push_back(nullptr);
                return parts;
            }
        }
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

namespace {

constexpr std::size_t kFirstLook = 48u << 10; // holds the columns of most blocks
const Error kMisfit{ErrorCode::Corrupt, "its columns do not fit its bytes", {}};

// The columns of the run at `at`, unpacking on until they are whole; moves `at` behind them.
Result<RunColumns> columnsAt(PartialBlock& block, std::size_t& at, std::string* topic)
{
    for (std::size_t look = kFirstLook;; look *= 2) {
        const auto bytes = block.bytes(at, look);
        if (!bytes) {
            return tl::unexpected(bytes.error());
        }
        ByteReader from(*bytes);
        const std::size_t before = from.left();
        *topic = std::string(from.text());
        RunColumns run = RunColumns::load(from);
        if (from.ok()) {
            at += before - from.left();
            return run;
        }
        if (bytes->size() < look) {
            return tl::unexpected(kMisfit);
        }
    }
}

} // namespace

Result<void> pickRecords(std::string_view frame, std::uint32_t part,
                         std::span<const std::uint32_t> indices, const TakeOfBlock& take)
{
    auto block = PartialBlock::open(frame);
    if (!block) {
        return tl::unexpected(block.error());
    }
    std::size_t at = sizeof(std::uint32_t); // behind the count of parts
    std::string topic;
    for (std::uint32_t skipped = 0; skipped < part; ++skipped) {
        const auto run = columnsAt(*block, at, &topic);
        if (!run) {
            return tl::unexpected(run.error());
        }
        for (std::size_t i = 0; i < run->records; ++i) {
            at += run->bytesOf(i);
        }
    }
    const auto run = columnsAt(*block, at, &topic);
    if (!run) {
        return tl::unexpected(run.error());
    }
    if (!indices.empty() && indices.back() >= run->records) {
        return tl::unexpected(kMisfit);
    }
    std::size_t record = 0;
    for (std::size_t i = 0; i < indices.size(); ++i) {
        for (; record < indices[i]; ++record) {
            at += run->bytesOf(record);
        }
        const std::size_t length = run->bytesOf(record);
        const auto bytes = block->bytes(at, length);
        if (!bytes) {
            return tl::unexpected(bytes.error());
        }
        if (bytes->size() < length) {
            return tl::unexpected(kMisfit);
        }
        take(i, run->view(record, topic, *bytes));
    }
    return {};
}

} // namespace hindcast

#include "model/capture/capture_core.h"

#include "model/capture/block_codec.h"
#include "model/capture/index_chunk.h"
#include "model/capture/state_codec.h"

#include <algorithm>
#include <deque>
#include <fmt/core.h>
#include <future>
#include <set>
#include <string>
#include <thread>

namespace hindcast {

namespace {

constexpr std::uint32_t kChunkRows = 256 << 10;

std::size_t workers()
{
    return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

// Runs `produce(i)` for 0 <= i < count on a few threads and hands the results to `consume` in
// order, with few of them waiting at a time. consume returns false to stop.
template <typename Produce, typename Consume>
void inOrder(std::size_t count, Produce&& produce, Consume&& consume)
{
    using Item = decltype(produce(std::size_t{0}));
    std::deque<std::future<Item>> ahead;
    std::size_t next = 0;
    for (std::size_t done = 0; done < count; ++done) {
        while (next < count && ahead.size() < 2 * workers()) {
            ahead.push_back(std::async(std::launch::async, produce, next++));
        }
        Item item = ahead.front().get();
        ahead.pop_front();
        if (!consume(done, std::move(item))) {
            return; // the futures' destructors wait for what still runs
        }
    }
}

struct StoredChunk
{
    std::int64_t lastBlock = 0;
    std::string frame;
};

// Returns the last block that the stored index covers.
std::int64_t loadStoredIndex(CaptureCore& core)
{
    std::vector<StoredChunk> chunks;
    std::vector<std::string> topics;
    Result<void> read = core.file->each("SELECT name FROM topic ORDER BY id",
                                        [&](Statement& row) { topics.emplace_back(row.bytes(0)); });
    if (read) {
        read = core.file->each("SELECT last_block, data FROM index_chunk ORDER BY id",
                               [&](Statement& row) {
                                   chunks.push_back({row.integer(0), std::string(row.bytes(1))});
                               });
    }
    // A damaged index costs time and nothing else: the blocks have everything.
    const std::set<std::string> names(topics.begin(), topics.end());
    if (!read || chunks.empty() || names.size() != topics.size() || names.contains("")) {
        return 0;
    }
    for (const std::string& topic : topics) {
        static_cast<void>(core.index.intern(topic));
    }
    std::int64_t covered = 0;
    inOrder(
        chunks.size(), [&](std::size_t i) { return IndexChunk::decode(chunks[i].frame); },
        [&](std::size_t i, Result<IndexChunk> chunk) {
            if (!chunk) {
                return false;
            }
            const auto fits = [&](const IndexChunk::Entry& e) {
                return e.entry->topic < topics.size();
            };
            if (!std::all_of(chunk->entries.begin(), chunk->entries.end(), fits)) {
                return false;
            }
            const std::uint64_t keys =
                std::uint64_t{core.index.keyCount()} + chunk->newHashes.size();
            for (const KeyId key : chunk->keys) {
                if (key != kNoKey && key >= keys) {
                    return false;
                }
            }
            core.index.loadKeys(chunk->newHashes);
            std::span<const KeyId> rest = chunk->keys;
            for (auto& e : chunk->entries) {
                const std::size_t count = e.entry->count;
                const auto block = core.index.addStored(std::move(e.entry), rest.subspan(0, count));
                rest = rest.subspan(count);
                if (!block) {
                    return false;
                }
                const BlockStore::Location at{e.diskBlock, e.part, 0};
                core.store->stored(*block, {&at, 1});
            }
            covered = chunks[i].lastBlock;
            return true;
        });
    return covered;
}

void loadBlocks(CaptureCore& core, std::int64_t after)
{
    std::string damage;
    const auto rows = core.file->blocks(after, damage);
    const auto read = [&](std::size_t i) -> Result<std::vector<RecordBatchPtr>> {
        auto frame = core.file->readBlock(rows[i].id);
        return frame ? decodeParts(*frame) : tl::unexpected(frame.error());
    };
    inOrder(rows.size(), read, [&](std::size_t i, Result<std::vector<RecordBatchPtr>> parts) {
        if (!parts) {
            core.problems.push_back(fmt::format(
                "{} is damaged: block {} with {} records cannot be read ({}); they are left out.",
                core.file->path(), rows[i].id, rows[i].records, parts.error().message));
            return true;
        }
        for (std::uint32_t part = 0; part < parts->size(); ++part) {
            const RecordBatch& batch = *(*parts)[part];
            const auto topic = core.index.intern(batch.topic());
            const auto block = topic ? core.index.add(core.index.prepare(*topic, batch))
                                     : tl::unexpected(topic.error());
            if (!block) {
                core.problems.push_back(block.error().message);
                return false;
            }
            const BlockStore::Location at{static_cast<std::uint32_t>(rows[i].id), part, 0};
            core.store->stored(*block, {&at, 1});
        }
        return true;
    });
    if (!damage.empty()) {
        core.problems.push_back(
            fmt::format("{} The list of blocks breaks off after block {}; what follows is lost.",
                        damage, rows.empty() ? after : rows.back().id));
    }
}

void loadState(CaptureCore& core)
{
    const auto note = [&](const Result<void>& read, std::string_view what) {
        if (!read) {
            core.problems.push_back(
                fmt::format("{} ({} are incomplete)", read.error().message, what));
        }
    };
    note(core.file->each("SELECT data FROM cluster",
                         [&](Statement& row) { core.cluster = decodeCluster(row.bytes(0)); }),
         "topics and groups");
    note(core.file->each("SELECT data FROM group_sample ORDER BY id",
                         [&](Statement& row) {
                             if (GroupSamplePtr sample = decodeSample(row.bytes(0))) {
                                 core.samples.push_back(std::move(sample));
                             }
                         }),
         "group samples");
    note(core.file->each("SELECT json FROM receipt ORDER BY id",
                         [&](Statement& row) { core.receipts.emplace_back(row.bytes(0)); }),
         "receipts");
    auto covered = std::make_shared<CaptureCore::Covered>();
    note(core.file->each("SELECT topic, partition, first, next FROM covered",
                         [&](Statement& row) {
                             const TopicPartition place{std::string(row.bytes(0)),
                                                        static_cast<std::int32_t>(row.integer(1))};
                             addRange((*covered)[place], {row.integer(2), row.integer(3)});
                         }),
         "ranges read");
    core.covered = std::move(covered);
}

// One entry of the stored index for a run of blocks in memory that became one part in the file.
std::unique_ptr<BlockEntry> joined(const CaptureIndex::Published& index, std::size_t first,
                                   std::size_t last)
{
    std::vector<std::int32_t> partitions;
    std::vector<std::int64_t> offsets;
    std::vector<std::int64_t> times;
    std::uint64_t bytes = 0;
    for (std::size_t b = first; b < last; ++b) {
        const BlockEntry& entry = *index.entries[b];
        bytes += entry.bytes;
        for (std::uint32_t i = 0; i < entry.count; ++i) {
            partitions.push_back(entry.slotOf(i).partition);
            offsets.push_back(entry.offset(i));
            times.push_back(entry.timeColumn.at(i));
        }
    }
    auto entry = BlockEntry::make(index.entries[first]->topic, partitions, offsets, times, bytes);
    entry->firstRow = index.entries[first]->firstRow;
    return entry;
}

} // namespace

void addRange(std::vector<OffsetRange>& ranges, OffsetRange range)
{
    if (range.from >= range.to) {
        return;
    }
    auto at = std::lower_bound(
        ranges.begin(), ranges.end(), range.from,
        [](const OffsetRange& other, std::int64_t offset) { return other.to < offset; });
    auto last = at;
    while (last != ranges.end() && last->from <= range.to) {
        range.from = std::min(range.from, last->from);
        range.to = std::max(range.to, last->to);
        ++last;
    }
    at = ranges.erase(at, last);
    ranges.insert(at, range);
}

Result<void> loadCore(CaptureCore& core)
{
    if (std::string cut = core.file->cutOff(); !cut.empty()) {
        core.problems.push_back(std::move(cut));
    }
    const std::int64_t covered = loadStoredIndex(core);
    loadBlocks(core, covered);
    loadState(core);
    core.index.publish();
    return {};
}

Result<void> storeIndex(CaptureCore& core, CaptureFile& file)
{
    std::int64_t covered = 0;
    Result<void> done = file.each("SELECT coalesce(max(last_block), 0) FROM index_chunk",
                                  [&](Statement& row) { covered = row.integer(0); });
    const CaptureIndex::Published index = core.index.published();
    for (std::size_t t = 0; done && t < index.topics->names.size(); ++t) {
        done = file.addTopic(static_cast<std::int64_t>(t), index.topics->names[t]);
    }
    KeyId keysBefore = 0;
    std::size_t block = 0;
    while (block < index.blocks && core.store->location(block).block <= covered) {
        const BlockEntry& entry = *index.entries[block++];
        for (std::uint32_t i = 0; i < entry.count; ++i) {
            const KeyId key = index.links[entry.firstRow + i].key;
            keysBefore = key == kNoKey ? keysBefore : std::max(keysBefore, key + 1);
        }
    }
    while (done && block < index.blocks) {
        IndexChunk chunk;
        std::uint32_t diskBlock = 0;
        KeyId keysAfter = keysBefore;
        while (block < index.blocks) {
            const BlockStore::Location at = core.store->location(block);
            if (chunk.keys.size() >= kChunkRows && at.block != diskBlock) {
                break;
            }
            diskBlock = at.block;
            std::size_t last = block + 1;
            while (last < index.blocks) {
                const BlockStore::Location next = core.store->location(last);
                if (next.block != at.block || next.part != at.part) {
                    break;
                }
                ++last;
            }
            IndexChunk::Entry entry{at.block, at.part, joined(index, block, last)};
            for (std::uint32_t i = 0; i < entry.entry->count; ++i) {
                const KeyId key = index.links[entry.entry->firstRow + i].key;
                chunk.keys.push_back(key);
                keysAfter = key == kNoKey ? keysAfter : std::max(keysAfter, key + 1);
            }
            chunk.entries.push_back(std::move(entry));
            block = last;
        }
        for (KeyId key = keysBefore; key < keysAfter; ++key) {
            chunk.newHashes.push_back(index.keys.hash(key));
        }
        keysBefore = keysAfter;
        done = file.addIndexChunk(diskBlock, chunk.encode());
    }
    return done;
}

} // namespace hindcast

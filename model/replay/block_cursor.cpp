#include "model/replay/block_cursor.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kUnpackedAhead = 2;
constexpr std::size_t kLookedAt = 8;                             // blocks, in either direction
constexpr std::uint64_t kWorthAThread = std::uint64_t{64} << 10; // bytes, unpacked

} // namespace

BlockCursor::BlockCursor(CaptureSnapshotPtr snapshot, std::size_t keepBytes)
    : m_snapshot(std::move(snapshot))
    , m_keepBytes(keepBytes)
    , m_slots(m_snapshot->blockCount())
{
}

Result<BlockCursor::At> BlockCursor::at(Row row)
{
    const auto inside = [row](const Slot& slot) {
        return slot.batch && row >= slot.first && row - slot.first < slot.batch->size();
    };
    if (m_slots.empty() || !inside(m_slots[m_last])) {
        m_last = m_snapshot->blockOf(row);
        if (!m_slots[m_last].batch) {
            if (auto loaded = load(m_last); !loaded) {
                return tl::unexpected(loaded.error());
            }
        }
        m_slots[m_last].used = ++m_clock;
    }
    const Slot& slot = m_slots[m_last];
    return At{slot.batch.get(), row - slot.first, m_last};
}

Result<void> BlockCursor::load(std::size_t block)
{
    auto batch = take(block);
    if (!batch) {
        return tl::unexpected(batch.error());
    }
    while (m_bytes > m_keepBytes && m_loaded.size() > 1) {
        const auto oldest =
            std::min_element(m_loaded.begin(), m_loaded.end(),
                             [this](auto a, auto b) { return m_slots[a].used < m_slots[b].used; });
        m_bytes -= m_slots[*oldest].batch->arenaBytes();
        m_slots[*oldest].batch.reset();
        *oldest = m_loaded.back();
        m_loaded.pop_back();
    }
    m_bytes += (*batch)->arenaBytes();
    m_loaded.push_back(block);
    m_slots[block].batch = std::move(*batch);
    m_slots[block].first = m_snapshot->block(block).firstRow;
    if (readsAhead) {
        startNext(block);
    }
    return onLoad ? onLoad(block, *m_slots[block].batch) : Result<void>{};
}

Result<RecordBatchPtr> BlockCursor::take(std::size_t block)
{
    const auto coming = std::find_if(m_coming.begin(), m_coming.end(),
                                     [block](const Coming& c) { return c.block == block; });
    if (coming == m_coming.end()) {
        return m_snapshot->loadBlock(block);
    }
    auto batch = coming->batch.get();
    m_coming.erase(coming);
    return batch;
}

// Blocks lie in the order in which they were read, which is nearly the order of any clock. What was
// not wanted by then is let go.
void BlockCursor::startNext(std::size_t block)
{
    std::erase_if(m_coming, [block](const Coming& c) { return c.block + kLookedAt < block; });
    const TopicId topic = m_snapshot->block(block).topic;
    const std::size_t end = std::min(m_slots.size(), block + 1 + kLookedAt);
    while (m_coming.size() < kUnpackedAhead && ++block < end) {
        const bool comes = std::any_of(m_coming.begin(), m_coming.end(),
                                       [block](const Coming& c) { return c.block == block; });
        const BlockInfo info = m_snapshot->block(block);
        if (!comes && !m_slots[block].batch && info.topic == topic && info.bytes >= kWorthAThread) {
            m_coming.push_back(
                {block, std::async(std::launch::async, [snapshot = m_snapshot, block] {
                     return snapshot->loadBlock(block);
                 })});
        }
    }
}

} // namespace hindcast

#include "model/replay/block_cursor.h"

#include "model/replay/block_preparer.h"

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
        const auto& batch = slot.loaded.batch;
        return batch && row >= slot.first && row - slot.first < batch->size();
    };
    if (m_slots.empty() || !inside(m_slots[m_last])) {
        m_last = m_snapshot->blockOf(row);
        if (!m_slots[m_last].loaded.batch) {
            if (auto loaded = load(m_last); !loaded) {
                return tl::unexpected(loaded.error());
            }
        }
        m_slots[m_last].used = ++m_clock;
    }
    const Slot& slot = m_slots[m_last];
    return At{slot.loaded.batch.get(), row - slot.first, m_last, slot.loaded.prepared.get()};
}

std::size_t BlockCursor::Loaded::bytes() const
{
    return batch->arenaBytes() + (prepared ? prepared->bytes() : 0);
}

Result<BlockCursor::Loaded> BlockCursor::unpack(const CaptureSnapshot& snapshot, std::size_t block,
                                                const Prepare& prepare)
{
    auto batch = snapshot.loadBlock(block);
    if (!batch) {
        return tl::unexpected(batch.error());
    }
    Loaded loaded{std::move(*batch), nullptr};
    if (prepare) {
        loaded.prepared = prepare(block, *loaded.batch);
    }
    return loaded;
}

Result<void> BlockCursor::load(std::size_t block)
{
    auto loaded = take(block);
    if (!loaded) {
        return tl::unexpected(loaded.error());
    }
    while (m_bytes > m_keepBytes && m_loaded.size() > 1) {
        const auto oldest =
            std::min_element(m_loaded.begin(), m_loaded.end(),
                             [this](auto a, auto b) { return m_slots[a].used < m_slots[b].used; });
        m_bytes -= m_slots[*oldest].loaded.bytes();
        m_slots[*oldest].loaded = {};
        *oldest = m_loaded.back();
        m_loaded.pop_back();
    }
    m_bytes += loaded->bytes();
    m_loaded.push_back(block);
    m_slots[block].loaded = std::move(*loaded);
    m_slots[block].first = m_snapshot->block(block).firstRow;
    if (readsAhead) {
        startNext(block);
    }
    return {};
}

Result<BlockCursor::Loaded> BlockCursor::take(std::size_t block)
{
    const auto coming = std::find_if(m_coming.begin(), m_coming.end(),
                                     [block](const Coming& c) { return c.block == block; });
    if (coming == m_coming.end()) {
        return unpack(*m_snapshot, block, prepare);
    }
    auto loaded = coming->loaded.get();
    m_coming.erase(coming);
    return loaded;
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
        if (!comes && !m_slots[block].loaded.batch && info.topic == topic &&
            info.bytes >= kWorthAThread) {
            m_coming.push_back({block, std::async(std::launch::async,
                                                  [snapshot = m_snapshot, block, how = prepare] {
                                                      return unpack(*snapshot, block, how);
                                                  })});
        }
    }
}

} // namespace hindcast

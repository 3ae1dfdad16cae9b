#include "model/capture/block_store.h"

#include <fmt/core.h>

namespace hindcast {

namespace {

std::size_t cost(const RecordBatch& batch)
{
    constexpr std::size_t kColumns = 4 + 8 + 8 + 1 + 3 * sizeof(RecordBatch::Span);
    return batch.arenaBytes() + batch.size() * kColumns;
}

RecordBatchPtr slice(const RecordBatchPtr& whole, std::uint32_t start, std::uint32_t count)
{
    if (start == 0 && count == whole->size()) {
        return whole;
    }
    RecordBatchBuilder builder(whole->topic());
    for (std::uint32_t i = 0; i < count; ++i) {
        builder.add(whole->record(start + i));
    }
    return builder.take();
}

} // namespace

BlockStore::BlockStore(std::shared_ptr<CaptureFile> file, std::size_t cacheBytes)
    : m_file(std::move(file))
    , m_cacheLimit(cacheBytes)
{
}

void BlockStore::pin(std::size_t block, RecordBatchPtr batch)
{
    const std::lock_guard lock(m_mutex);
    m_pinned[block] = std::move(batch);
}

void BlockStore::unpin(std::size_t block)
{
    const std::lock_guard lock(m_mutex);
    m_pinned.erase(block);
}

void BlockStore::stored(std::size_t firstBlock, std::span<const Location> locations)
{
    const std::lock_guard lock(m_mutex);
    if (m_locations.size() < firstBlock + locations.size()) {
        m_locations.resize(firstBlock + locations.size());
    }
    for (std::size_t i = 0; i < locations.size(); ++i) {
        m_locations[firstBlock + i] = locations[i];
        const auto it = m_pinned.find(firstBlock + i);
        if (it != m_pinned.end()) {
            keepInCache(it->first, it->second);
            m_pinned.erase(it);
        }
    }
}

BlockStore::Location BlockStore::location(std::size_t block) const
{
    const std::lock_guard lock(m_mutex);
    return block < m_locations.size() ? m_locations[block] : Location{};
}

RecordBatchPtr BlockStore::inMemory(std::size_t block, bool touch)
{
    const std::lock_guard lock(m_mutex);
    if (const auto it = m_pinned.find(block); it != m_pinned.end()) {
        return it->second;
    }
    const auto it = m_cached.find(block);
    if (it == m_cached.end()) {
        return nullptr;
    }
    if (touch) {
        m_cache.splice(m_cache.begin(), m_cache, it->second);
    }
    return it->second->batch;
}

void BlockStore::keepInCache(std::size_t block, const RecordBatchPtr& batch)
{
    if (m_cached.contains(block)) {
        return;
    }
    m_cache.push_front({block, batch});
    m_cached[block] = m_cache.begin();
    m_cacheBytes += cost(*batch);
    while (m_cacheBytes > m_cacheLimit && m_cache.size() > 1) {
        m_cacheBytes -= cost(*m_cache.back().batch);
        m_cached.erase(m_cache.back().block);
        m_cache.pop_back();
    }
}

Result<RecordBatchPtr> BlockStore::load(std::size_t block, const BlockEntry& entry, bool keep)
{
    if (RecordBatchPtr batch = inMemory(block, keep)) {
        return batch;
    }
    auto batch = read(location(block), entry);
    if (batch && keep) {
        const std::lock_guard lock(m_mutex);
        keepInCache(block, *batch);
    }
    return batch;
}

Result<void> BlockStore::pick(std::size_t block, std::span<const std::uint32_t> indices,
                              const TakeOfBlock& take)
{
    if (const RecordBatchPtr batch = inMemory(block, true)) {
        for (std::size_t i = 0; i < indices.size(); ++i) {
            take(i, batch->record(indices[i]));
        }
        return {};
    }
    const Location at = location(block);
    const auto frame = m_file->readBlock(at.block);
    if (!frame) {
        return tl::unexpected(frame.error());
    }
    std::vector<std::uint32_t> inPart(indices.begin(), indices.end());
    for (std::uint32_t& index : inPart) {
        index += at.start;
    }
    if (auto picked = pickRecords(*frame, at.part, inPart, take); !picked) {
        return fail(ErrorCode::Corrupt,
                    fmt::format("{} is damaged: block {} cannot be read, {}.", m_file->path(),
                                at.block, picked.error().message),
                    picked.error().detail);
    }
    return {};
}

Result<RecordBatchPtr> BlockStore::loadIf(std::size_t block, const BlockEntry& entry,
                                          const MayHold& mayHold)
{
    if (RecordBatchPtr batch = inMemory(block, false)) {
        return mayHold(batch->arena()) ? batch : nullptr;
    }
    return read(location(block), entry, mayHold);
}

Result<RecordBatchPtr> BlockStore::read(Location location, const BlockEntry& entry,
                                        const MayHold& mayHold)
{
    auto frame = m_file->readBlock(location.block);
    if (!frame) {
        return tl::unexpected(frame.error());
    }
    auto parts = decodeParts(*frame, mayHold);
    if (!parts) {
        return fail(ErrorCode::Corrupt,
                    fmt::format("{} is damaged: block {} cannot be read, {}.", m_file->path(),
                                location.block, parts.error().message),
                    parts.error().detail);
    }
    if (mayHold && location.part < parts->size() && !(*parts)[location.part]) {
        return nullptr;
    }
    if (location.part >= parts->size() ||
        (*parts)[location.part]->size() < std::size_t{location.start} + entry.count) {
        return fail(ErrorCode::Corrupt,
                    fmt::format("{} is damaged: block {} does not hold what the index says.",
                                m_file->path(), location.block));
    }
    return slice((*parts)[location.part], location.start, entry.count);
}

std::uint64_t BlockStore::memoryBytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_locations.capacity() * sizeof(Location);
}

} // namespace hindcast

#include "model/replay/cell_cache.h"

#include <algorithm>
#include <atomic>
#include <numeric>

namespace hindcast {

namespace {

constexpr unsigned kWorthKeeping = 3; // times asked
// So few versions of a log are read faster than all of them, often.
constexpr std::size_t kFewVersions = std::size_t{1} << 15;
constexpr std::size_t kSmallShare = 64;

std::atomic<std::size_t> bytesOfAll = 0;

} // namespace

CellCache::~CellCache()
{
    for (const Kept& kept : m_kept) {
        bytesOfAll -= kept.column ? kept.column->memoryBytes() : 0;
    }
}

std::size_t CellCache::memoryBytes() const
{
    const std::lock_guard lock(m_mutex);
    return std::accumulate(m_kept.begin(), m_kept.end(), std::size_t{0},
                           [](std::size_t sum, const Kept& kept) {
                               return sum + (kept.column ? kept.column->memoryBytes() : 0);
                           });
}

CellCache::Kept& CellCache::find(const FieldPath& path)
{
    const auto found = std::find_if(m_kept.begin(), m_kept.end(),
                                    [&](const Kept& kept) { return kept.path == path; });
    if (found != m_kept.end()) {
        return *found;
    }
    m_kept.push_back({path, 0, false, 0, nullptr});
    return m_kept.back();
}

Result<CellColumn::Columns> CellCache::columns(const VersionLog& log,
                                               const std::vector<FieldPath>& paths,
                                               std::size_t asked, const std::stop_token& stop)
{
    // Whole states are as large as their records.
    const bool whole = std::any_of(paths.begin(), paths.end(),
                                   [](const FieldPath& path) { return path.steps.empty(); });
    if (paths.empty() || whole || asked < kFewVersions || asked < log.size() / kSmallShare) {
        return CellColumn::Columns();
    }
    // While one reads, others do as if there were no cache.
    const std::unique_lock lock(m_mutex, std::try_to_lock);
    if (!lock) {
        return CellColumn::Columns();
    }
    ++m_clock;
    std::vector<FieldPath> missing;
    bool worth = true;
    for (const FieldPath& path : paths) {
        Kept& kept = find(path);
        kept.used = m_clock;
        if (!kept.column) {
            ++kept.asked;
            worth = worth && kept.asked >= kWorthKeeping && !kept.tooLarge;
            missing.push_back(path);
        }
    }
    if (!worth) {
        return CellColumn::Columns();
    }
    if (!missing.empty()) {
        makeRoom(missing.size() * log.size() * (sizeof(std::uint64_t) + 1));
        const std::size_t all = bytesOfAll;
        auto read = CellColumn::read(log, missing, kMostBytes - std::min(kMostBytes, all), stop);
        if (!read) {
            return read;
        }
        for (std::size_t i = 0; i < missing.size(); ++i) {
            Kept& kept = find(missing[i]);
            kept.tooLarge = read->empty();
            if (!read->empty()) {
                kept.column = (*read)[i];
                bytesOfAll += kept.column->memoryBytes();
            }
        }
    }
    CellColumn::Columns columns;
    for (const FieldPath& path : paths) {
        columns.push_back(find(path).column);
        if (!columns.back()) {
            return CellColumn::Columns();
        }
    }
    return columns;
}

// What this log keeps and was not asked for now goes, where another one leaves too little.
void CellCache::makeRoom(std::size_t bytes)
{
    while (bytesOfAll + bytes > kMostBytes) {
        Kept* oldest = nullptr;
        for (Kept& kept : m_kept) {
            if (kept.column && kept.used != m_clock && (!oldest || kept.used < oldest->used)) {
                oldest = &kept;
            }
        }
        if (!oldest) {
            return;
        }
        bytesOfAll -= oldest->column->memoryBytes();
        oldest->column = nullptr;
        oldest->asked = 0;
    }
}

} // namespace hindcast

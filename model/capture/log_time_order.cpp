#include "model/capture/log_time_order.h"

#include <algorithm>
#include <limits>

namespace hindcast {

std::shared_ptr<const TimeOrder> TimeOrder::build(CaptureSnapshotPtr snapshot,
                                                  std::shared_ptr<const TimeOrder> older)
{
    const auto* const log = dynamic_cast<const LogTimeOrder*>(older.get());
    if (log != nullptr && older->snapshot()->generation() == snapshot->generation()) {
        if (older->size() == snapshot->rowCount()) {
            return older;
        }
        if (older->size() < snapshot->rowCount()) {
            if (auto extended = LogTimeOrder::extend(*log, snapshot)) {
                return extended;
            }
        }
    }
    return std::make_shared<LogTimeOrder>(std::move(snapshot));
}

LogTimeOrder::LogTimeOrder(CaptureSnapshotPtr snapshot)
    : MergedOrder(std::move(snapshot))
{
    auto items = collect(0, this->snapshot()->rowCount());
    place(items);
    merge(items);
}

std::shared_ptr<const LogTimeOrder> LogTimeOrder::extend(const LogTimeOrder& older,
                                                         const CaptureSnapshotPtr& snapshot)
{
    std::shared_ptr<LogTimeOrder> next(new LogTimeOrder(snapshot, Nothing{}));
    next->takePartitions(older);
    auto items = next->collect(older.size(), snapshot->rowCount());
    for (std::size_t p = 0; p < items.size(); ++p) {
        if (!items[p].empty() && items[p].front().next <= next->m_partitions[p].next) {
            return nullptr;
        }
    }
    next->m_times = older.m_times;
    next->place(items);
    std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
    for (const Items& partition : items) {
        if (!partition.empty()) {
            earliest = std::min(earliest, partition.front().time);
        }
    }
    // Chunks that end before the earliest new record stay; the rest is merged anew.
    const Rank stays = older.lowerBound(timestampFromMs(earliest)) / kChunk * kChunk;
    if (older.size() - stays > snapshot->rowCount() / 2) {
        return nullptr; // starting anew is as cheap
    }
    const Rank from = next->shareBefore(older, stays);
    std::vector<Items> tails(items.size());
    for (Rank rank = from; rank < older.size(); ++rank) {
        const Row row = older.rowAt(rank);
        const RowInfo info = snapshot->row(row);
        tails[next->indexOf({info.topic, info.partition})].push_back(
            {toMs(older.timeAt(rank)), info.offset + 1, row});
    }
    for (std::size_t p = 0; p < tails.size(); ++p) {
        tails[p].insert(tails[p].end(), items[p].begin(), items[p].end());
    }
    next->merge(tails);
    next->shareRanks(older, from);
    return next;
}

void LogTimeOrder::place(std::vector<Items>& items)
{
    m_times.resize(items.size(), std::numeric_limits<std::int64_t>::min());
    for (std::size_t p = 0; p < items.size(); ++p) {
        for (Item& item : items[p]) {
            item.time = m_times[p] = std::max(m_times[p], item.time);
        }
    }
}

} // namespace hindcast

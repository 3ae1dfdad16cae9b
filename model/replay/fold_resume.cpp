// Where a fold goes on from an older log of the same capture.
#include "model/capture/log_time_order.h"
#include "model/replay/fold.h"

#include <algorithm>
#include <set>
#include <utility>

namespace hindcast {

namespace {

// Whether a record that came later stands before an earlier one of its partition: by the clock
// `log` it may have moved that one from anywhere to where it is now.
bool newBeforeOld(const TimeOrder& order, Row oldRows, Rank firstNew)
{
    std::set<std::pair<TopicId, std::int32_t>> partitions;
    const CaptureSnapshot& snapshot = *order.snapshot();
    for (Rank rank = firstNew; rank < order.size(); ++rank) {
        const Row row = order.rowAt(rank);
        const RowInfo info = snapshot.row(row);
        if (row >= oldRows) {
            partitions.emplace(info.topic, info.partition);
        } else if (partitions.contains({info.topic, info.partition})) {
            return true;
        }
    }
    return false;
}

// The first rank whose record the older order does not have at the same place.
Rank firstNewRank(const TimeOrder& order, const VersionLog& olderLog)
{
    const TimeOrder& older = *olderLog.order();
    Rank first = std::min(olderLog.rows(), order.size());
    // A log that was read back has the newer order itself.
    const bool readBack = &order == &older;
    const bool byLog = dynamic_cast<const LogTimeOrder*>(&order) != nullptr;
    if (readBack || (byLog && dynamic_cast<const LogTimeOrder*>(&older) != nullptr)) {
        Rank firstNew = first;
        for (Row row = olderLog.rows(); row < order.snapshot()->rowCount(); ++row) {
            firstNew = std::min(firstNew, order.rankOf(row));
        }
        if (!byLog || !newBeforeOld(order, olderLog.rows(), firstNew)) {
            return firstNew;
        }
        if (readBack) {
            return 0;
        }
    }
    // By the other clocks, and by an offset vector, a new record may move older ones, and the older
    // order may be another one.
    for (Rank rank = 0; rank < first; ++rank) {
        if (order.rowAt(rank) != older.rowAt(rank)) {
            return rank;
        }
    }
    return first;
}

} // namespace

void Fold::begin(const VersionLogPtr& older)
{
    if (!older || older->order()->snapshot()->generation() != m_snapshot->generation() ||
        older->rows() > m_order->size() || !older->projection().foldsLike(*m_projection)) {
        return;
    }
    // What came later may move what was there: where a transaction ended, what was a redelivery.
    if (m_commits != nullptr || dynamic_cast<const CommitOrder*>(older->order().get()) != nullptr) {
        return;
    }
    if (std::any_of(m_runs.begin(), m_runs.end(),
                    [](const Run& run) { return !run.reducer || run.reducer->keepsMemory(); })) {
        return;
    }
    const Rank first = firstNewRank(*m_order, *older);
    const VersionLog::Mark* best = nullptr;
    for (const VersionLog::Mark& mark : older->m_marks) {
        if (mark.rank <= first) {
            best = &mark;
        }
    }
    if (best) {
        goOnFrom(*older, *best);
        m_older = older;
    }
}

void Fold::goOnFrom(const VersionLog& older, const VersionLog::Mark& mark)
{
    m_from = mark.rank;
    m_log->m_report = mark.counts;
    m_log->m_report.refoldedFrom = mark.rank;
    m_log->m_report.kept = older.m_report.kept;
    m_log->m_keys = older.m_keys.copy();
    m_log->m_chains = older.m_chains.copy(mark.version);
    m_log->m_ranks = older.m_ranks.copy(mark.version);
    m_log->m_versionKeys = older.m_versionKeys.copy(mark.version);
    m_log->m_refs = older.m_refs.copy(mark.version);
    m_log->m_store = older.m_store->copy(mark.stored);
    for (const VersionLog::Mark& kept : older.m_marks) {
        // The mark at an end is not on the grid; the next fold makes its own.
        if (kept.rank <= mark.rank && kept.rank % VersionLog::kMark == 0) {
            m_log->m_marks.push_back(kept);
        }
    }
    const std::size_t checkpoints = mark.version / VersionLog::kCheckpoint + 1;
    for (std::size_t i = 0; i < std::min(checkpoints, older.m_checkpoints.size()); ++i) {
        m_log->m_checkpoints.push_back(older.m_checkpoints[i]);
    }
    m_log->m_chains.extend(m_log->m_versionKeys, m_log->m_keys.size());
    m_alive = older.aliveAt(mark.version);
    m_newest.assign(m_log->m_keys.size(), kNoVersion);
    for (const VersionLog::Stop& stop : older.m_stops) {
        if (stop.rank >= mark.rank) {
            break;
        }
        m_log->m_stops.push_back(stop);
        if (stop.stopped) {
            m_stopped.insert_or_assign({stop.source, stop.key}, stop.rank);
        } else {
            m_stopped.erase({stop.source, stop.key});
        }
    }
}

} // namespace hindcast

// From which snapshot of its table on a state is exact, though the log before it is not all there.
#include "model/record/timestamp.h"
#include "model/replay/commit_order.h"
#include "model/replay/trust_held.h"
#include "model/replay/trust_words.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

// By the clock `commit` a snapshot empties its table and fills it again, and what stands before it
// in a partition was committed before it. So of one table in one topic nothing that came before can
// reach a moment behind it. Where several topics fill the rows it may: a key that another topic
// wrote last is not emptied.
void TrustJudge::findSnapshots(const Projection& projection)
{
    const auto* const commits = dynamic_cast<const CommitOrder*>(m_order.get());
    if (commits == nullptr || projection.sources.size() != 1) {
        return;
    }
    const ProjectionSource& source = projection.sources.front();
    if (source.reduce != "cdc" || source.rows || source.topics.size() != 1) {
        return;
    }
    if (const auto topic = m_order->snapshot()->topicId(source.topics.front())) {
        m_snapshots = commits->snapshots(*topic);
    }
}

namespace {

void addTopics(const Projection& projection, std::set<std::string>& topics)
{
    for (const ProjectionSource& source : projection.sources) {
        if (source.rows) {
            addTopics(*source.rows, topics);
        } else if (source.reduce == "cdc") {
            topics.insert(source.topics.begin(), source.topics.end());
        }
    }
}

} // namespace

void TrustJudge::findDoubts(const Projection& projection)
{
    if (!m_fold.doubts.all().empty()) {
        m_doubts[std::string()] = m_fold.doubts.all();
    }
    const auto* const commits = dynamic_cast<const CommitOrder*>(m_order.get());
    std::set<std::string> topics;
    addTopics(projection, topics);
    for (const std::string& topic : topics) {
        const auto id = m_order->snapshot()->topicId(topic);
        if (commits != nullptr && id && !commits->doubts(*id).empty()) {
            m_doubts[topic] = commits->doubts(*id);
        }
    }
}

// The worst of them.
const TableDoubt* TrustJudge::doubtOf(const std::string& topic, Rank prefix,
                                      std::optional<Rank> row) const
{
    const TableDoubt* worst = nullptr;
    for (const std::string& of : {topic, std::string()}) {
        const auto doubts = m_doubts.find(of);
        for (std::size_t i = 0; doubts != m_doubts.end() && i < doubts->second.size(); ++i) {
            const TableDoubt& doubt = doubts->second[i];
            const bool concerns = !row || doubt.concerns(*row);
            if (concerns && doubt.covers(prefix) &&
                (worst == nullptr || doubt.trust() > worst->trust())) {
                worst = &doubt;
            }
        }
    }
    return worst;
}

const TableDoubt* TrustJudge::doubtBefore(Rank prefix) const
{
    for (const auto& [topic, doubts] : m_doubts) {
        for (const TableDoubt& doubt : doubts) {
            if (doubt.to <= prefix && !doubt.isOfShape()) {
                return &doubt;
            }
        }
    }
    return nullptr;
}

void TrustJudge::addDoubts(TrustReport& report, Rank prefix, std::optional<Rank> row) const
{
    for (PartitionTrust& part : report.partitions) {
        const TableDoubt* const doubt =
            m_doubts.empty() ? nullptr : doubtOf(part.place.topic, prefix, row);
        // What is missing in the log explains what it does not tell.
        if (doubt != nullptr && part.trust < doubt->trust()) {
            part.reason = doubt->reason;
            part.trust = doubt->trust();
        }
    }
}

// Nothing is missing in the partition from the snapshot's first row there up to the moment.
bool TrustJudge::holdsSince(const Held& held, const TableSnapshot& snapshot, bool endsKnown,
                            Rank prefix) const
{
    const auto part =
        std::find_if(snapshot.parts.begin(), snapshot.parts.end(), [&held](const auto& entry) {
            return entry.partition == held.place.partition;
        });
    const bool atEnd = !held.any || held.lastRank < prefix;
    const bool endKnown = endsKnown || held.logEnd < 0;
    if (part == snapshot.parts.end()) {
        // Where in it the snapshot stands is not told: it must be all there.
        return (!atEnd || endKnown) && judgeOffsets(held, prefix).trust == Trust::Exact;
    }
    const auto hole = held.firstHoleBehind(part->first);
    const bool complete = hole == held.holes.end() || hole->rank >= prefix;
    const bool read = !atEnd || held.logEnd < 0 || held.readAll();
    return complete && read && (part->ended || endKnown);
}

// The snapshot that was begun last before the moment, where everything since is there.
const TableSnapshot* TrustJudge::settledBy(Rank prefix) const
{
    const auto after = std::partition_point(
        m_snapshots.begin(), m_snapshots.end(),
        [prefix](const TableSnapshot& snapshot) { return snapshot.first < prefix; });
    if (after == m_snapshots.begin() || !m_filters.empty()) {
        return nullptr;
    }
    const TableSnapshot& snapshot = *std::prev(after);
    if (!snapshot.whole || snapshot.end > prefix) {
        return nullptr;
    }
    // What is known of the logs' ends must be younger than the snapshot, or its last rows in other
    // partitions may lie behind them.
    const RecordPlace last = m_order->snapshot()->placeOf(snapshot.last);
    const bool endsKnown = std::any_of(m_held.begin(), m_held.end(), [&last](const Held& held) {
        return held.place.partition == last.partition && last.offset < held.logEnd;
    });
    const bool all = std::all_of(m_held.begin(), m_held.end(), [&](const Held& held) {
        return holdsSince(held, snapshot, endsKnown, prefix);
    });
    return all ? &snapshot : nullptr;
}

TrustJudge::LeftOut TrustJudge::leftOut(Rank prefix) const
{
    LeftOut left;
    left.skipped = skippedBetween(0, prefix);
    left.orMore = prefix < m_order->size() && !isListed(prefix);
    left.unknownValues = m_fold.firstUnknownValue < prefix ? m_fold.unknownValues : 0;
    left.untold = m_fold.firstUntold < prefix ? m_fold.untold : std::string();
    return left;
}

TrustJudge::LeftOut TrustJudge::leftOutSince(const TableSnapshot& snapshot, Rank prefix) const
{
    const auto since =
        std::find_if(m_fold.snapshots.begin(), m_fold.snapshots.end(),
                     [&snapshot](const SnapshotCounts& counts) {
                         return counts.from >= snapshot.first && counts.from < snapshot.end;
                     });
    if (since == m_fold.snapshots.end()) {
        return leftOut(prefix); // nothing of the table stands before it
    }
    LeftOut left;
    if (since->firstSkipped < prefix) {
        // Only the first of all are listed.
        left.skipped = prefix >= m_order->size()
                           ? since->skipped
                           : std::max<std::uint64_t>(skippedBetween(since->from, prefix), 1);
        left.orMore = prefix < m_order->size() && !isListed(prefix);
    }
    left.unknownValues = since->firstUnknownValue < prefix ? since->unknownValues : 0;
    left.untold = since->firstUntold < prefix ? since->untold : std::string();
    return left;
}

// Makes the verdicts of a report those since the snapshot; what was before it is the reason.
void TrustJudge::settle(TrustReport& report, const TableSnapshot& snapshot,
                        const std::string& before) const
{
    const CaptureSnapshot& capture = *m_order->snapshot();
    report.snapshotEnd = m_order->timeAt(snapshot.end - 1);
    const std::string ended =
        fmt::format("the snapshot ended at {} ({})", capture.placeOf(snapshot.last).toString(),
                    formatUtc(report.snapshotEnd));
    for (PartitionTrust& part : report.partitions) {
        if (part.trust == Trust::Exact && before.empty()) {
            continue;
        }
        part.reason = fmt::format("{}; before it, {}", ended,
                                  part.trust == Trust::Exact ? before : part.reason);
        part.trust = Trust::ExactSince;
    }
}

} // namespace hindcast

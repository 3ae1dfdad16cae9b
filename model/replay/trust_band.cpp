// The trust of every moment, as stretches of time.
#include "model/replay/trust_held.h"
#include "model/replay/trust_words.h"

#include <algorithm>
#include <array>
#include <set>

namespace hindcast {

// A verdict can change only behind a partition's first hole, its first unread one and its last
// record: those prefixes, with the partition's number.
std::vector<std::pair<Rank, std::size_t>> TrustJudge::cuts() const
{
    std::vector<std::pair<Rank, std::size_t>> cuts;
    for (std::size_t i = 0; i < m_held.size(); ++i) {
        const Held& held = m_held[i];
        if (!held.holes.empty()) {
            cuts.emplace_back(held.holes.front().rank + 1, i);
        }
        if (held.unread < held.holes.size()) {
            cuts.emplace_back(held.holes[held.unread].rank + 1, i);
        }
        if (held.any) {
            cuts.emplace_back(held.lastRank + 1, i);
        }
    }
    std::sort(cuts.begin(), cuts.end());
    return cuts;
}

// The verdicts at one prefix, kept up to date while it moves on.
struct TrustJudge::Sweep
{
    std::vector<PartitionTrust> now;
    std::array<std::set<std::size_t>, 4> at; // partitions by their trust

    void set(std::size_t i, PartitionTrust part)
    {
        at[static_cast<std::size_t>(now[i].trust)].erase(i);
        now[i] = std::move(part);
        at[static_cast<std::size_t>(now[i].trust)].insert(i);
    }

    void fill(TrustSpan& span) const
    {
        span.partitions = now.size();
        span.exact = at[0].size();
        span.trust = now.empty() ? Trust::Unknown : Trust::Exact;
        for (const Trust trust : {Trust::Unknown, Trust::BestEffort}) {
            const auto& parts = at[static_cast<std::size_t>(trust)];
            if (!parts.empty()) {
                span.trust = trust;
                span.reason = now[*parts.begin()].sentence();
                span.others = now.size() - span.exact - 1;
                break;
            }
        }
    }
};

// All prefixes behind which a verdict can change.
std::set<Rank> TrustJudge::changes() const
{
    std::set<Rank> prefixes{0};
    const auto add = [&](Rank rank) {
        if (rank < m_order->size()) {
            prefixes.insert(rank + 1);
        }
    };
    for (const auto& [prefix, partition] : cuts()) {
        prefixes.insert(prefix);
    }
    if (!m_fold.firstSkipped.empty()) {
        add(m_fold.firstSkipped.front().rank);
    }
    add(m_fold.firstUnknownValue);
    add(m_fold.firstUntold);
    for (const TableSnapshot& snapshot : m_snapshots) {
        add(snapshot.first);
        prefixes.insert(snapshot.end);
        for (const TableSnapshot::Part& part : snapshot.parts) {
            const auto held = std::find_if(m_held.begin(), m_held.end(), [&](const Held& entry) {
                return entry.place.partition == part.partition;
            });
            if (const auto hole = held->firstHoleBehind(part.first); hole != held->holes.end()) {
                add(hole->rank);
            }
        }
    }
    for (const auto& [topic, doubts] : m_doubts) {
        for (const TableDoubt& doubt : doubts) {
            prefixes.insert(std::min(doubt.from, m_order->size()));
            prefixes.insert(std::min(doubt.to, m_order->size()));
        }
    }
    for (const SnapshotCounts& since : m_fold.snapshots) {
        add(since.firstSkipped);
        add(since.firstUnknownValue);
        add(since.firstUntold);
    }
    return prefixes;
}

TrustSpan TrustJudge::spanFrom(Rank prefix) const
{
    const TrustReport report = at(prefix);
    TrustSpan span;
    span.trust = report.overall;
    span.exact = report.exact();
    span.partitions = report.partitions.size();
    span.snapshotEnd = report.snapshotEnd;
    if (const PartitionTrust* const worst = report.worst()) {
        span.reason = worst->sentence();
        span.others = span.partitions - span.exact - 1;
    }
    const std::string left =
        trust_words::leftOut(report.skipped, report.skippedMore, report.unknownValues);
    // What was left out is worse than what is exact since a snapshot.
    if (!left.empty() && (span.reason.empty() || report.worst()->trust == Trust::ExactSince)) {
        span.reason = left;
        span.others = 0;
    }
    if (!report.untold.empty()) {
        span.reason = report.untold;
    }
    return span;
}

std::vector<TrustSpan> TrustJudge::band() const
{
    std::vector<TrustSpan> band;
    const TimeOrder& order = *m_order;
    if (order.size() == 0) {
        return band;
    }
    // With snapshots a verdict can change in all partitions at once.
    const bool sweeps = m_snapshots.empty() && m_doubts.empty();
    const auto cuts = this->cuts();
    Sweep sweep;
    sweep.now.resize(m_held.size());
    for (std::size_t i = 0; sweeps && i < m_held.size(); ++i) {
        sweep.set(i, judge(m_held[i], 0));
    }
    auto cut = cuts.begin();
    for (const Rank prefix : changes()) {
        TrustSpan span;
        if (sweeps) {
            for (; cut != cuts.end() && cut->first <= prefix; ++cut) {
                sweep.set(cut->second, judge(m_held[cut->second], prefix));
            }
            sweep.fill(span);
            const LeftOut left = leftOut(prefix);
            if (left.skipped + left.unknownValues > 0) {
                span.trust = std::max(span.trust, Trust::BestEffort);
                span.reason = span.reason.empty() ? left.words() : span.reason;
            }
            if (!left.untold.empty()) {
                span.trust = Trust::Unknown;
                span.reason = left.untold;
            }
        } else {
            span = spanFrom(prefix);
        }
        span.from = prefix;
        // The state of a prefix holds from the time of its last record on.
        span.times.from = prefix == 0 ? order.range().from : order.timeAt(prefix - 1);
        span.times.to = order.range().to;
        if (!band.empty()) {
            TrustSpan& last = band.back();
            if (last.trust == span.trust && last.reason == span.reason &&
                last.exact == span.exact) {
                continue;
            }
            last.times.to = span.times.from;
        }
        band.push_back(std::move(span));
    }
    return band;
}

} // namespace hindcast

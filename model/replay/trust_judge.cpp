#include "model/replay/trust_judge.h"

#include "model/replay/reducer_registry.h"
#include "model/replay/trust_words.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace hindcast {

using trust_words::counted;
using trust_words::grouped;

namespace {

// What receipts say of the captured topics.
struct ReadBefore
{
    std::map<TopicPartition, std::pair<std::int64_t, std::int64_t>> logs; // start and end
    std::set<std::string> filters;
};

ReadBefore readBefore(const CaptureSnapshot& snapshot)
{
    ReadBefore result;
    for (const std::string& text : snapshot.receiptsJson()) {
        const auto receipt = nlohmann::json::parse(text, nullptr, false);
        if (!receipt.is_object()) {
            continue;
        }
        if (receipt.contains("where") && receipt["where"].is_string()) {
            result.filters.insert(receipt["where"].get<std::string>());
        }
        if (!receipt.contains("partitions")) {
            continue;
        }
        for (const auto& part : receipt["partitions"]) {
            const auto number = [&part](const char* name) {
                return part.contains(name) && part[name].is_number_integer()
                           ? part[name].get<std::int64_t>()
                           : std::int64_t{-1};
            };
            if (!part.is_object() || !part.contains("topic") || !part["topic"].is_string()) {
                continue;
            }
            auto& [start, end] = result.logs
                                     .try_emplace({part["topic"].get<std::string>(),
                                                   static_cast<std::int32_t>(number("partition"))},
                                                  -1, -1)
                                     .first->second;
            start = std::max(start, number("logStart"));
            end = std::max(end, number("logEnd"));
        }
    }
    result.filters.erase("");
    return result;
}

} // namespace

// What is known of one partition. What a hole held came after the record before it and not later
// than the one behind it, so from the former on it may be missing. By the clock `commit` ranks need
// not rise with offsets: there a hole counts from the first record on that is near it or behind it.
struct TrustJudge::Held
{
    // Offsets [from, to) without a record, which may be missing behind the record at `rank`.
    struct Hole
    {
        std::int64_t from = 0;
        std::int64_t to = 0;
        Rank rank = 0;
        std::uint64_t before = 0; // offsets in this hole and those before it
    };

    TopicPartition place;
    bool any = false;
    std::int64_t first = 0; // offsets of the first and last record
    std::int64_t last = 0;
    Rank lastRank = 0;
    std::vector<Hole> holes;
    std::size_t unread = 0; // the first hole that no read went over; holes.size(): none
    std::vector<OffsetRange> covered;
    std::int64_t logStart = -1; // -1: not known
    std::int64_t logEnd = -1;

    void take(const HeldOffsets::Runs& runs, const TimeOrder& order)
    {
        any = !runs.empty();
        if (!any) {
            return;
        }
        first = runs.front().from;
        last = runs.back().to - 1;
        lastRank = order.rankOf(runs.back().last);
        holes.reserve(runs.size() - 1);
        std::uint64_t before = 0;
        for (std::size_t i = 1; i < runs.size(); ++i) {
            before += static_cast<std::uint64_t>(runs[i].from - runs[i - 1].to);
            const Rank rank = std::min(order.rankOf(runs[i - 1].last), order.rankOf(runs[i].row));
            holes.push_back({runs[i - 1].to, runs[i].from, rank, before});
        }
        for (std::size_t i = holes.size(); i-- > 1;) {
            holes[i - 1].rank = std::min(holes[i - 1].rank, holes[i].rank);
        }
    }

    std::int64_t readTo() const
    {
        return std::max(any ? last + 1 : std::int64_t{0}, covered.empty() ? 0 : covered.back().to);
    }
    bool readAll() const { return logEnd >= 0 && readTo() >= logEnd; }

    void findUnread()
    {
        const auto isRead = [this](const Hole& hole) {
            const auto after = std::partition_point(
                covered.begin(), covered.end(),
                [&hole](const OffsetRange& range) { return range.from <= hole.from; });
            return after != covered.begin() && hole.to <= std::prev(after)->to;
        };
        unread = covered.empty()
                     ? holes.size()
                     : static_cast<std::size_t>(
                           std::find_if_not(holes.begin(), holes.end(), isRead) - holes.begin());
    }
};

TrustJudge::TrustJudge() = default;
TrustJudge::~TrustJudge() = default;

TrustJudge::TrustJudge(const VersionLogPtr& log, const TrustJudge* older)
    : m_order(log->order())
    , m_fold(log->report())
    , m_lastWins(true)
    , m_byRecordKey(true)
{
    for (const ProjectionSource& source : log->projection().sources) {
        // The cleaner goes by the record's key alone: where rows have another, or a filter looks at
        // more, the record it took may be one that still counts.
        const ReducerKind& kind = *findReducer(source.reduce);
        const bool byRecordKey = kind.ownKey || source.keyIsRecordKey();
        m_lastWins = m_lastWins && kind.lastWins && source.where.empty() && byRecordKey;
        m_byRecordKey = m_byRecordKey && byRecordKey;
    }
    const std::vector<std::string> topics = log->projection().topics();
    m_byRecordKey = m_byRecordKey && topics.size() == 1;
    look(topics, HeldOffsets::of(*m_order->snapshot(), topics, {},
                                 older ? older->m_offsets.get() : nullptr));
}

TrustJudgePtr TrustJudge::ofRecords(const TimeOrderPtr& order, std::vector<std::string> topics,
                                    const std::stop_token& stop, const TrustJudge* older)
{
    auto offsets =
        HeldOffsets::of(*order->snapshot(), topics, stop, older ? older->m_offsets.get() : nullptr);
    if (!offsets) {
        return nullptr;
    }
    auto judge = std::shared_ptr<TrustJudge>(new TrustJudge);
    judge->m_order = order;
    judge->look(std::move(topics), offsets);
    return judge;
}

void TrustJudge::look(std::vector<std::string> topics,
                      const std::shared_ptr<const HeldOffsets>& offsets)
{
    m_offsets = offsets;
    const CaptureSnapshot& snapshot = *m_order->snapshot();
    const std::set<std::string> wanted(topics.begin(), topics.end());
    std::map<TopicPartition, Held> held;
    for (const auto& [place, runs] : offsets->partitions()) {
        held[place].take(runs, *m_order);
    }
    if (const ClusterStatePtr cluster = snapshot.cluster()) {
        for (const TopicState& topic : cluster->topics) {
            for (const PartitionState& partition : topic.partitions) {
                if (wanted.contains(topic.name)) {
                    Held& entry = held[{topic.name, partition.partition}];
                    entry.logStart = partition.logStart;
                    entry.logEnd = partition.logEnd;
                }
            }
        }
    }
    // What a read was told when it started may be newer than the last look at the cluster.
    ReadBefore before = readBefore(snapshot);
    m_filters.assign(before.filters.begin(), before.filters.end());
    for (const auto& [place, range] : before.logs) {
        if (wanted.contains(place.topic)) {
            Held& entry = held[place];
            entry.logStart = std::max(entry.logStart, range.first);
            entry.logEnd = std::max(entry.logEnd, range.second);
        }
    }
    for (auto& [place, entry] : held) {
        entry.place = place;
        entry.covered = snapshot.covered(place);
        entry.findUnread();
        m_held.push_back(std::move(entry));
    }
}

PartitionTrust TrustJudge::judgeOffsets(const Held& held, Rank prefix) const
{
    // By event time what is missing anywhere in a partition may be a late event that stands before
    // the moment, and the newest record of a key need not be the last one, which compaction keeps.
    const bool sortedIn = m_order->clock().kind == Clock::Kind::EventTime;
    if (sortedIn) {
        prefix = m_order->size();
    }
    const auto verdict = [&held](Trust trust, std::string reason) {
        return PartitionTrust{held.place, trust, std::move(reason)};
    };
    PartitionTrust exact{held.place, Trust::Exact, {}};
    if (!held.any && held.covered.empty()) {
        const bool emptyLog = held.logEnd == 0;
        return emptyLog ? exact : verdict(Trust::Unknown, "nothing of it was read");
    }
    const std::int64_t readFrom = held.covered.empty() ? held.first : held.covered.front().from;
    const std::int64_t first = held.any ? std::min(held.first, readFrom) : readFrom;
    // With the log's first record of all at hand nothing can stand before it, whatever the broker
    // has removed since.
    const bool fromGenesis = held.any && held.first == 0;
    if (!fromGenesis && held.logStart > 0 && first <= held.logStart &&
        (!held.any || held.first >= held.logStart)) {
        return verdict(Trust::BestEffort, fmt::format("records before offset {} were removed",
                                                      grouped(held.logStart)));
    }
    if (first > 0) {
        return verdict(Trust::BestEffort, fmt::format("read from offset {} on", grouped(first)));
    }
    const auto end =
        std::partition_point(held.holes.begin(), held.holes.end(),
                             [prefix](const Held::Hole& hole) { return hole.rank < prefix; });
    const auto inside = static_cast<std::size_t>(end - held.holes.begin());
    if (held.unread < inside) {
        const Held::Hole& unread = held.holes[held.unread];
        return verdict(Trust::BestEffort,
                       fmt::format("offsets {} to {} were not read", grouped(unread.from),
                                   grouped(unread.to - 1)));
    }
    const bool atEnd = !held.any || held.lastRank < prefix;
    const bool readAll = held.readAll();
    if (atEnd && held.logEnd >= 0 && !readAll) {
        return verdict(Trust::BestEffort,
                       fmt::format("read up to offset {} of {}", grouped(held.readTo()),
                                   grouped(held.logEnd)));
    }
    // Offsets that were read over held a transaction marker, or what compaction took. The cleaner
    // takes only what a later record of the key replaces: where the newest record of each key is
    // all that counts and everything was read, nothing is lost at the end.
    const std::uint64_t missing = (inside == 0 ? 0 : held.holes[inside - 1].before) +
                                  static_cast<std::uint64_t>(held.any ? held.first - first : 0);
    if (missing > 0 && !(m_lastWins && !sortedIn && atEnd && readAll)) {
        return verdict(Trust::BestEffort,
                       fmt::format("{} no record: transaction markers, or records that compaction "
                                   "removed",
                                   counted(missing, "offset holds", "offsets hold")));
    }
    return exact;
}

PartitionTrust TrustJudge::ofKey(const VersionLog& log, KeyNo key, Rank prefix) const
{
    const TrustReport report = at(prefix);
    PartitionTrust verdict{{}, report.overall, {}};
    if (!report.untold.empty()) {
        verdict.reason = report.untold;
        return verdict;
    }
    const auto version = log.chains().lastBefore(key, log.prefixOf(prefix));
    // Where the key has records; of one with very many it is left open.
    constexpr std::uint32_t kLookedAt = 4096;
    std::set<TopicPartition> places;
    if (log.chains().countBefore(key, log.size()) <= kLookedAt) {
        for (const Version v : log.chains().all(key)) {
            const RecordPlace place = log.placeOf(v);
            places.insert({place.topic, place.partition});
        }
    }
    if (version) {
        const RecordPlace place = log.placeOf(*version);
        verdict.place = {place.topic, place.partition};
    }
    const std::string left = trust_words::leftOut(report.skipped, report.unknownValues);
    const PartitionTrust* const worst = report.worst();
    if (!worst) {
        verdict.reason = left;
        return verdict;
    }
    if (!version || places.size() != 1 || !m_byRecordKey || !left.empty()) {
        // Any record of it may be among the missing ones.
        verdict.place = worst->place;
        verdict.reason = worst->sentence();
        return verdict;
    }
    // By event time its newest record need not be the last one, which the cleaner keeps.
    const bool sortedIn = m_order->clock().kind == Clock::Kind::EventTime;
    if (!m_lastWins || !m_filters.empty() || sortedIn) {
        // All its records come from its partition.
        const auto part =
            std::find_if(report.partitions.begin(), report.partitions.end(),
                         [&](const PartitionTrust& entry) { return entry.place == verdict.place; });
        return *part;
    }
    const auto held = std::find_if(m_held.begin(), m_held.end(),
                                   [&](const Held& entry) { return entry.place == verdict.place; });
    // Its newest record is all that counts: the one at hand, unless a later one is missing. What
    // the cleaner took it took for a later record of the same key, so behind the newest record of
    // all there is nothing to miss.
    const std::int64_t offset = log.placeOf(*version).offset;
    const bool newest = !log.chains().firstFrom(key, log.prefixOf(prefix));
    const auto hole =
        std::find_if(held->holes.begin(), held->holes.end(),
                     [offset](const Held::Hole& candidate) { return candidate.from > offset; });
    const bool holeBehind = hole != held->holes.end() && hole->rank < prefix;
    const auto next = static_cast<std::size_t>(hole - held->holes.begin());
    // Only the first unread hole is known as such; those behind it may be others.
    const bool unreadBehind = held->unread < held->holes.size() &&
                              (held->unread < next || held->holes[held->unread].rank < prefix);
    const bool readAll = held->readAll();
    verdict.trust = Trust::BestEffort;
    if (held->lastRank < prefix && held->logEnd >= 0 && !readAll) {
        verdict.reason = fmt::format("read up to offset {} of {}", grouped(held->readTo()),
                                     grouped(held->logEnd));
    } else if (holeBehind && (!newest || !readAll || unreadBehind)) {
        verdict.reason =
            fmt::format("in {} offsets {} to {}, behind its record, hold no record",
                        verdict.place.toString(), grouped(hole->from), grouped(hole->to - 1));
    } else {
        verdict.trust = Trust::Exact;
    }
    return verdict;
}

PartitionTrust TrustJudge::judge(const Held& held, Rank prefix) const
{
    PartitionTrust part = judgeOffsets(held, prefix);
    if (part.trust == Trust::Exact && !m_filters.empty()) {
        part.trust = Trust::BestEffort;
        part.reason = "a read may have kept only what matches " + m_filters.front();
    }
    return part;
}

std::uint64_t TrustJudge::skippedBefore(Rank prefix) const
{
    if (prefix >= m_order->size()) {
        return m_fold.skipped; // only the first of them are listed
    }
    return static_cast<std::uint64_t>(
        std::count_if(m_fold.firstSkipped.begin(), m_fold.firstSkipped.end(),
                      [prefix](const SkippedRecord& skipped) { return skipped.rank < prefix; }));
}

TrustReport TrustJudge::at(Rank prefix) const
{
    TrustReport report;
    report.overall = m_held.empty() ? Trust::Unknown : Trust::Exact;
    for (const Held& held : m_held) {
        PartitionTrust part = judge(held, prefix);
        report.overall = std::max(report.overall, part.trust);
        report.partitions.push_back(std::move(part));
    }
    report.skipped = skippedBefore(prefix);
    report.unknownValues = m_fold.firstUnknownValue < prefix ? m_fold.unknownValues : 0;
    if (report.skipped + report.unknownValues > 0) {
        report.overall = std::max(report.overall, Trust::BestEffort);
    }
    if (m_fold.firstUntold < prefix) {
        report.overall = Trust::Unknown;
        report.untold = m_fold.untold;
    }
    return report;
}

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
    std::set<std::size_t> at[3]; // partitions by their trust

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

std::vector<TrustSpan> TrustJudge::band() const
{
    std::vector<TrustSpan> band;
    const TimeOrder& order = *m_order;
    if (order.size() == 0) {
        return band;
    }
    const auto changes = cuts();
    std::set<Rank> prefixes{0};
    for (const auto& [prefix, partition] : changes) {
        prefixes.insert(prefix);
    }
    if (!m_fold.firstSkipped.empty()) {
        prefixes.insert(m_fold.firstSkipped.front().rank + 1);
    }
    if (m_fold.firstUnknownValue < order.size()) {
        prefixes.insert(m_fold.firstUnknownValue + 1);
    }
    if (m_fold.firstUntold < order.size()) {
        prefixes.insert(m_fold.firstUntold + 1);
    }
    Sweep sweep;
    sweep.now.resize(m_held.size());
    for (std::size_t i = 0; i < m_held.size(); ++i) {
        sweep.set(i, judge(m_held[i], 0));
    }
    auto change = changes.begin();
    for (const Rank prefix : prefixes) {
        for (; change != changes.end() && change->first <= prefix; ++change) {
            sweep.set(change->second, judge(m_held[change->second], prefix));
        }
        TrustSpan span;
        span.from = prefix;
        // The state of a prefix holds from the time of its last record on.
        span.times.from = prefix == 0 ? order.range().from : order.timeAt(prefix - 1);
        span.times.to = order.range().to;
        sweep.fill(span);
        const std::string left = trust_words::leftOut(
            skippedBefore(prefix), m_fold.firstUnknownValue < prefix ? m_fold.unknownValues : 0);
        if (!left.empty()) {
            span.trust = std::max(span.trust, Trust::BestEffort);
            span.reason = span.reason.empty() ? left : span.reason;
        }
        if (m_fold.firstUntold < prefix) {
            span.trust = Trust::Unknown;
            span.reason = m_fold.untold;
        }
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

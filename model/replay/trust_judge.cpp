#include "model/replay/trust_judge.h"

#include "model/replay/reducer_registry.h"
#include "model/replay/trust_held.h"
#include "model/replay/trust_words.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace hindcast {

using trust_words::counted;
using trust_words::grouped;

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
        m_truncates = m_truncates || kind.ownKey;
    }
    const std::vector<std::string> topics = log->projection().topics();
    m_byRecordKey = m_byRecordKey && topics.size() == 1;
    look(topics, HeldOffsets::of(*m_order->snapshot(), topics, {},
                                 older ? older->m_offsets.get() : nullptr));
    findSnapshots(log->projection());
    findDoubts(log->projection());
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
    const ReadBefore before = ReadBefore::of(snapshot);
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

namespace {

// Whether keys are found in more than one partition, as where producers place them otherwise than
// by their key: then a row's missing records may be in any. Of many keys some are looked at.
bool keysAreScattered(const VersionLog& log)
{
    constexpr KeyNo kKeys = 4096;
    constexpr std::size_t kVersions = 64;
    const KeyNo step = std::max<KeyNo>(1, log.keys().size() / kKeys);
    for (KeyNo key = 0; key < log.keys().size(); key += step) {
        const std::vector<Version> versions = log.chains().all(key);
        std::set<TopicPartition> places;
        for (std::size_t i = 0; i < std::min(versions.size(), kVersions); ++i) {
            const RecordPlace place = log.placeOf(versions[i]);
            places.insert({place.topic, place.partition});
        }
        if (places.size() > 1) {
            return true;
        }
    }
    return false;
}

} // namespace

PartitionTrust TrustJudge::ofKey(const VersionLog& log, KeyNo key, Rank prefix) const
{
    const auto version = log.chains().lastBefore(key, log.prefixOf(prefix));
    const auto row = version ? std::optional(log.rankOf(*version)) : std::nullopt;
    const TrustReport report = at(prefix, row);
    PartitionTrust verdict{{}, report.overall, {}};
    if (!report.untold.empty()) {
        verdict.reason = report.untold;
        return verdict;
    }
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
    const std::string left =
        trust_words::leftOut(report.skipped, report.skippedMore, report.unknownValues);
    const PartitionTrust* const worst = report.worst();
    if (!worst) {
        verdict.reason = left;
        return verdict;
    }
    if (worst->trust > Trust::ExactSince && doubtOf(worst->place.topic, prefix, row) != nullptr) {
        return *worst; // any row may be another, or gone
    }
    if (!version || places.size() != 1 || !m_byRecordKey || !left.empty()) {
        // Any record of it may be among the missing ones.
        verdict.place = worst->place;
        verdict.reason = worst->sentence();
        return verdict;
    }
    const auto elsewhere =
        std::find_if(report.partitions.begin(), report.partitions.end(), [&](const auto& part) {
            return part.trust > Trust::ExactSince && part.place != verdict.place;
        });
    if (elsewhere != report.partitions.end() && keysAreScattered(log)) {
        return {elsewhere->place, elsewhere->trust,
                elsewhere->sentence() + ", and keys here are in several partitions"};
    }
    // By event time its newest record need not be the last one, which the cleaner keeps.
    const bool sortedIn = m_order->clock().kind == Clock::Kind::EventTime;
    for (std::size_t i = 0; m_truncates && i < m_held.size(); ++i) {
        const PartitionTrust& other = report.partitions[i];
        if (other.place != verdict.place && other.trust > Trust::ExactSince &&
            (sortedIn || m_held[i].mayMiss(log.rankOf(*version), prefix))) {
            return {other.place, Trust::BestEffort,
                    other.sentence() + ", where a TRUNCATE may have stood"};
        }
    }
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
    const auto hole = held->firstHoleBehind(offset);
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
    if (part.trust == Trust::Exact && !m_order->snapshot()->problems().empty()) {
        part.trust = Trust::BestEffort;
        part.reason = "the capture is damaged, so records may be missing";
    }
    return part;
}

bool TrustJudge::isListed(Rank prefix) const
{
    const auto& listed = m_fold.firstSkipped;
    return m_fold.skipped == listed.size() || listed.empty() || prefix <= listed.back().rank + 1;
}

std::uint64_t TrustJudge::skippedBetween(Rank from, Rank prefix) const
{
    if (from == 0 && prefix >= m_order->size()) {
        return m_fold.skipped; // only the first of them are listed
    }
    return static_cast<std::uint64_t>(std::count_if(
        m_fold.firstSkipped.begin(), m_fold.firstSkipped.end(), [&](const SkippedRecord& skipped) {
            return skipped.rank >= from && skipped.rank < prefix;
        }));
}

TrustReport TrustJudge::at(Rank prefix) const
{
    return at(prefix, std::nullopt);
}

TrustReport TrustJudge::at(Rank prefix, std::optional<Rank> row) const
{
    TrustReport report;
    report.partitions.reserve(m_held.size());
    for (const Held& held : m_held) {
        report.partitions.push_back(judge(held, prefix));
    }
    LeftOut left = leftOut(prefix);
    Rank from = 0;
    const TableDoubt* const over = doubtBefore(prefix);
    const bool lacks = report.worst() != nullptr || left != LeftOut{} || over != nullptr;
    if (const TableSnapshot* const snapshot = lacks ? settledBy(prefix) : nullptr) {
        LeftOut since = leftOutSince(*snapshot, prefix);
        std::string before = report.worst() ? std::string() : left.words();
        if (!report.worst() && before.empty() && over != nullptr) {
            before = over->words();
        }
        settle(report, *snapshot, before);
        left = std::move(since);
        from = snapshot->first;
    }
    if (left.skipped > 0) {
        countSkipped(report, from, prefix);
    }
    addDoubts(report, prefix, row);
    const PartitionTrust* const worst = report.worst();
    report.overall = m_held.empty() ? Trust::Unknown : worst ? worst->trust : Trust::Exact;
    report.skipped = left.skipped;
    report.skippedMore = left.orMore;
    report.unknownValues = left.unknownValues;
    if (report.skipped + report.unknownValues > 0) {
        report.overall = std::max(report.overall, Trust::BestEffort);
    }
    if (!left.untold.empty()) {
        report.overall = Trust::Unknown;
        report.untold = left.untold;
    }
    return report;
}

void TrustJudge::countSkipped(TrustReport& report, Rank from, Rank prefix) const
{
    std::map<TopicPartition, PartitionTrust*> parts;
    for (PartitionTrust& part : report.partitions) {
        part.skippedMore = !isListed(prefix);
        parts.emplace(part.place, &part);
    }
    for (const SkippedRecord& skipped : m_fold.firstSkipped) {
        const auto part = parts.find({skipped.place.topic, skipped.place.partition});
        if (skipped.rank >= from && skipped.rank < prefix && part != parts.end()) {
            ++part->second->skipped;
        }
    }
}

std::string TrustJudge::LeftOut::words() const
{
    return untold.empty() ? trust_words::leftOut(skipped, orMore, unknownValues)
                          : "not all was told";
}

} // namespace hindcast

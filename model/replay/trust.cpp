#include "model/replay/trust.h"

#include "model/replay/reducer_registry.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace hindcast {

namespace {

std::string grouped(std::int64_t n)
{
    std::string digits = fmt::format("{}", n);
    for (std::size_t at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, ",");
    }
    return digits;
}

std::string records(std::uint64_t n, std::string_view one, std::string_view many)
{
    return fmt::format("{} {}", grouped(static_cast<std::int64_t>(n)), n == 1 ? one : many);
}

// What receipts say of a projection's topics.
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

// What the capture holds of one partition. Ranks rise with offsets inside it.
struct TrustJudge::Held
{
    // Offsets [from, to) without a record, before the record at `rank`.
    struct Hole
    {
        std::int64_t from = 0;
        std::int64_t to = 0;
        Rank rank = 0;
        std::uint64_t before = 0; // offsets in this hole and those before it
        bool read = true;
    };

    TopicPartition place;
    bool any = false;
    std::int64_t first = 0; // offsets of the first and last record
    std::int64_t last = 0;
    Rank lastRank = 0;
    std::vector<Hole> holes;
    std::vector<OffsetRange> covered;
    std::int64_t logStart = -1; // -1: not known
    std::int64_t logEnd = -1;

    void add(std::int64_t offset, Rank rank)
    {
        if (!any) {
            first = offset;
        } else if (offset > last + 1) {
            const std::uint64_t sum = holes.empty() ? 0 : holes.back().before;
            holes.push_back({last + 1, offset, rank,
                             sum + static_cast<std::uint64_t>(offset - last - 1), true});
        }
        any = true;
        last = offset;
        lastRank = rank;
    }

    bool isCovered(const Hole& hole) const
    {
        return std::any_of(covered.begin(), covered.end(), [&](const OffsetRange& range) {
            return range.from <= hole.from && hole.to <= range.to;
        });
    }
};

TrustJudge::TrustJudge(VersionLogPtr log)
    : m_log(std::move(log))
{
    const TimeOrder& order = *m_log->order();
    const CaptureSnapshot& snapshot = *order.snapshot();
    std::map<TopicPartition, Held> held;
    std::vector<bool> counts(snapshot.topics().size(), false);
    for (const std::string& topic : m_log->projection().topics()) {
        if (const auto id = snapshot.topicId(topic)) {
            counts[*id] = true;
        }
    }
    std::map<std::pair<TopicId, std::int32_t>, Held*> byId;
    for (Rank rank = 0; rank < order.size(); ++rank) {
        const RowInfo info = snapshot.row(order.rowAt(rank));
        if (!counts[info.topic]) {
            continue;
        }
        Held*& entry = byId[{info.topic, info.partition}];
        if (!entry) {
            entry = &held[{snapshot.topics()[info.topic], info.partition}];
        }
        entry->add(info.offset, rank);
    }
    if (const ClusterStatePtr cluster = snapshot.cluster()) {
        for (const TopicState& topic : cluster->topics) {
            for (const PartitionState& partition : topic.partitions) {
                if (m_log->projection().hasTopic(topic.name)) {
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
        if (m_log->projection().hasTopic(place.topic)) {
            Held& entry = held[place];
            entry.logStart = std::max(entry.logStart, range.first);
            entry.logEnd = std::max(entry.logEnd, range.second);
        }
    }
    for (auto& [place, entry] : held) {
        entry.place = place;
        entry.covered = snapshot.covered(place);
        for (Held::Hole& hole : entry.holes) {
            hole.read = entry.covered.empty() || entry.isCovered(hole);
        }
        m_held.push_back(std::move(entry));
    }
    for (const ProjectionSource& source : m_log->projection().sources) {
        m_lastWins = m_lastWins && findReducer(source.reduce)->lastWins;
    }
}

TrustJudge::~TrustJudge() = default;

PartitionTrust TrustJudge::judge(const Held& held, Rank prefix) const
{
    const auto verdict = [&held](Trust trust, std::string reason) {
        return PartitionTrust{held.place, trust, std::move(reason)};
    };
    const PartitionTrust exact{held.place, Trust::Exact, {}};
    if (!held.any && held.covered.empty()) {
        const bool emptyLog = held.logEnd == 0;
        return emptyLog ? exact : verdict(Trust::Unknown, "nothing of it was read");
    }
    std::int64_t first = held.any ? held.first : held.covered.front().from;
    if (!held.covered.empty()) {
        first = std::min(first, held.covered.front().from);
    }
    if (held.logStart > 0 && first <= held.logStart) {
        return verdict(Trust::BestEffort, fmt::format("records before offset {} were removed",
                                                      grouped(held.logStart)));
    }
    // A record at the first offset of all, or a read from there: nothing can stand before it.
    if (first > 0) {
        return verdict(Trust::BestEffort, fmt::format("read from offset {} on", grouped(first)));
    }
    const auto end =
        std::partition_point(held.holes.begin(), held.holes.end(),
                             [prefix](const Held::Hole& hole) { return hole.rank < prefix; });
    const auto unread =
        std::find_if(held.holes.begin(), end, [](const Held::Hole& hole) { return !hole.read; });
    if (unread != end) {
        return verdict(Trust::BestEffort,
                       fmt::format("offsets {} to {} were not read", grouped(unread->from),
                                   grouped(unread->to - 1)));
    }
    const bool atEnd = !held.any || held.lastRank < prefix;
    const std::int64_t readTo = std::max(held.any ? held.last + 1 : std::int64_t{0},
                                         held.covered.empty() ? 0 : held.covered.back().to);
    const bool readAll = held.logEnd >= 0 && readTo >= held.logEnd;
    if (atEnd && held.logEnd >= 0 && !readAll) {
        return verdict(Trust::BestEffort, fmt::format("read up to offset {} of {}", grouped(readTo),
                                                      grouped(held.logEnd)));
    }
    // Offsets that were read over held a transaction marker, or what compaction took. The cleaner
    // takes only what a later record of the key replaces: where the newest record of each key is
    // all that counts and everything was read, nothing is lost at the end.
    const std::uint64_t missing = (end == held.holes.begin() ? 0 : (end - 1)->before) +
                                  static_cast<std::uint64_t>(held.any ? held.first - first : 0);
    if (missing > 0 && !(m_lastWins && atEnd && readAll)) {
        return verdict(Trust::BestEffort,
                       fmt::format("{} no record: transaction markers, or records that compaction "
                                   "removed",
                                   records(missing, "offset holds", "offsets hold")));
    }
    return exact;
}

TrustReport TrustJudge::at(Rank prefix) const
{
    TrustReport report;
    report.overall = m_held.empty() ? Trust::Unknown : Trust::Exact;
    for (const Held& held : m_held) {
        PartitionTrust part = judge(held, prefix);
        if (part.trust == Trust::Exact && !m_filters.empty()) {
            part.trust = Trust::BestEffort;
            part.reason = "a read may have kept only what matches " + m_filters.front();
        }
        report.overall = std::max(report.overall, part.trust);
        report.partitions.push_back(std::move(part));
    }
    for (const SkippedRecord& skipped : m_log->report().firstSkipped) {
        report.skipped += skipped.rank < prefix ? 1 : 0;
    }
    if (report.skipped > 0 && report.overall == Trust::Exact) {
        report.overall = Trust::BestEffort;
    }
    return report;
}

std::vector<TrustSpan> TrustJudge::band() const
{
    std::vector<TrustSpan> band;
    const TimeOrder& order = *m_log->order();
    if (order.size() == 0) {
        return band;
    }
    // A verdict can change only behind a partition's first hole, its first unread one, its last
    // record, and behind the first record that was left out.
    std::set<Rank> cuts{0, order.size()};
    for (const Held& held : m_held) {
        if (!held.holes.empty()) {
            cuts.insert(held.holes.front().rank + 1);
        }
        const auto unread = std::find_if(held.holes.begin(), held.holes.end(),
                                         [](const Held::Hole& hole) { return !hole.read; });
        if (unread != held.holes.end()) {
            cuts.insert(unread->rank + 1);
        }
        if (held.any) {
            cuts.insert(held.lastRank + 1);
        }
    }
    if (!m_log->report().firstSkipped.empty()) {
        cuts.insert(m_log->report().firstSkipped.front().rank + 1);
    }
    for (const Rank cut : cuts) {
        const TrustReport report = at(cut);
        const auto worst = report.worst();
        TrustSpan span;
        span.trust = report.overall;
        if (worst) {
            span.reason = worst->place.toString() + ": " + worst->reason;
        } else if (report.skipped > 0) {
            span.reason = "records that could not be folded";
        }
        // The state of a prefix holds from the time of its last record on.
        span.times.from = cut == 0 ? order.range().from : order.timeAt(cut - 1);
        span.times.to = order.range().to;
        if (!band.empty()) {
            TrustSpan& last = band.back();
            if (last.trust == span.trust) {
                continue;
            }
            last.times.to = span.times.from;
            if (last.times.from >= last.times.to) {
                band.pop_back();
            }
        }
        band.push_back(std::move(span));
    }
    return band;
}

std::string_view trustWord(Trust trust)
{
    switch (trust) {
    case Trust::Exact:
        return "Exact";
    case Trust::BestEffort:
        return "Best effort";
    case Trust::Unknown:
        break;
    }
    return "Unknown";
}

std::size_t TrustReport::exact() const
{
    return static_cast<std::size_t>(
        std::count_if(partitions.begin(), partitions.end(),
                      [](const PartitionTrust& p) { return p.trust == Trust::Exact; }));
}

const PartitionTrust* TrustReport::worst() const
{
    const auto found =
        std::max_element(partitions.begin(), partitions.end(),
                         [](const auto& a, const auto& b) { return a.trust < b.trust; });
    return found == partitions.end() || found->trust == Trust::Exact ? nullptr : &*found;
}

std::string TrustReport::sentence() const
{
    if (partitions.empty()) {
        return "Nothing of this projection's topics is in the capture";
    }
    const std::size_t good = exact();
    const std::string all = records(partitions.size(), "partition", "partitions");
    std::string result = good == partitions.size() ? fmt::format("Exact on {}", all)
                         : good > 0                ? fmt::format("Exact on {} of {}", good, all)
                                    : fmt::format("{} on {}", trustWord(overall), all);
    if (const PartitionTrust* const worst = this->worst()) {
        result += fmt::format("; {}: {}", worst->place.toString(), worst->reason);
    }
    if (skipped > 0) {
        result += fmt::format("; {} left out",
                              records(skipped, "unreadable record", "unreadable records"));
    }
    return result;
}

} // namespace hindcast

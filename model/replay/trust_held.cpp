#include "model/replay/trust_held.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace hindcast {

ReadBefore ReadBefore::of(const CaptureSnapshot& snapshot)
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

void TrustJudge::Held::take(const HeldOffsets::Runs& runs, const TimeOrder& order)
{
    any = !runs.empty();
    if (!any) {
        return;
    }
    first = runs.front().from;
    last = runs.back().to - 1;
    firstRank = order.rankOf(runs.front().row);
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

std::int64_t TrustJudge::Held::readTo() const
{
    return std::max(any ? last + 1 : std::int64_t{0}, covered.empty() ? 0 : covered.back().to);
}

void TrustJudge::Held::findUnread()
{
    const auto isRead = [this](const Hole& hole) {
        const auto after =
            std::partition_point(covered.begin(), covered.end(), [&hole](const OffsetRange& range) {
                return range.from <= hole.from;
            });
        return after != covered.begin() && hole.to <= std::prev(after)->to;
    };
    unread = covered.empty()
                 ? holes.size()
                 : static_cast<std::size_t>(std::find_if_not(holes.begin(), holes.end(), isRead) -
                                            holes.begin());
}

bool TrustJudge::Held::mayMiss(Rank from, Rank to) const
{
    if (!any) {
        return logEnd != 0 && (covered.empty() || covered.front().from > 0 || !readAll());
    }
    const std::int64_t readFrom = covered.empty() ? first : std::min(first, covered.front().from);
    return (readFrom > 0 && firstRank > from) ||
           (unread < holes.size() && holes[unread].rank < to) ||
           (lastRank < to && logEnd >= 0 && !readAll());
}

std::vector<TrustJudge::Held::Hole>::const_iterator
TrustJudge::Held::firstHoleBehind(std::int64_t offset) const
{
    return std::partition_point(holes.begin(), holes.end(),
                                [offset](const Hole& hole) { return hole.from <= offset; });
}

} // namespace hindcast

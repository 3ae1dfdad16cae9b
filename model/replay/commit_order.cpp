#include "model/replay/commit_order.h"

#include <algorithm>

namespace hindcast {

namespace {

Timestamp msOf(std::int64_t us)
{
    return std::chrono::floor<std::chrono::milliseconds>(
        std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(us)));
}

} // namespace

std::size_t CommitOrder::groupOf(Rank rank) const
{
    const auto after = std::partition_point(m_groups.begin(), m_groups.end(),
                                            [rank](const Group& g) { return g.first <= rank; });
    return static_cast<std::size_t>(after - m_groups.begin()) - 1;
}

Rank CommitOrder::endOf(std::size_t group) const
{
    return group + 1 < m_groups.size() ? m_groups[group + 1].first : size();
}

Timestamp CommitOrder::timeAt(Rank rank) const
{
    return msOf(m_groups[groupOf(rank)].timeUs);
}

Rank CommitOrder::wholeBefore(Rank prefix) const
{
    if (prefix == 0 || prefix >= size()) {
        return std::min(prefix, size());
    }
    const Group& group = m_groups[groupOf(prefix)];
    return group.source == kLoose ? prefix : group.first;
}

Rank CommitOrder::prefix(const Moment& moment) const
{
    if (moment.last) {
        const auto row = m_snapshot->find(*moment.last);
        if (row && *row < m_ranks.size()) {
            return wholeBefore(m_ranks[*row] + 1);
        }
    }
    const auto after =
        std::partition_point(m_groups.begin(), m_groups.end(),
                             [&moment](const Group& g) { return msOf(g.timeUs) <= moment.time; });
    return after == m_groups.end() ? size() : after->first;
}

Rank CommitOrder::prefixOfTime(std::chrono::sys_time<std::chrono::microseconds> t) const
{
    const auto after = std::partition_point(
        m_groups.begin(), m_groups.end(),
        [us = t.time_since_epoch().count()](const Group& g) { return g.timeUs <= us; });
    return after == m_groups.end() ? size() : after->first;
}

Moment CommitOrder::momentOf(Rank prefix) const
{
    if (prefix == 0) {
        return {size() == 0 ? kNoTimestamp : timeAt(0) - std::chrono::milliseconds(1),
                std::nullopt};
    }
    return {timeAt(prefix - 1), m_snapshot->placeOf(rowAt(prefix - 1))};
}

OffsetVector CommitOrder::offsets(Rank prefix) const
{
    std::map<std::pair<TopicId, std::int32_t>, std::int64_t> next;
    for (Rank rank = 0; rank < prefix; ++rank) {
        const RowInfo info = m_snapshot->row(rowAt(rank));
        auto& offset = next[{info.topic, info.partition}];
        offset = std::max(offset, info.offset + 1);
    }
    for (Rank rank = prefix; rank < size(); ++rank) {
        const RowInfo info = m_snapshot->row(rowAt(rank));
        const auto found = next.find({info.topic, info.partition});
        if (found != next.end()) {
            found->second = std::min(found->second, info.offset);
        }
    }
    OffsetVector vector;
    for (const auto& [key, offset] : next) {
        vector[{m_snapshot->topics()[key.first], key.second}] = offset;
    }
    return vector;
}

Rank CommitOrder::lowerBound(Timestamp t) const
{
    const auto from = std::partition_point(m_groups.begin(), m_groups.end(),
                                           [t](const Group& g) { return msOf(g.timeUs) < t; });
    return from == m_groups.end() ? size() : from->first;
}

TimeRange CommitOrder::range() const
{
    return size() == 0 ? TimeRange{} : TimeRange{timeAt(0), timeAt(size() - 1)};
}

const std::vector<std::string>* CommitOrder::rowIdentity(TopicId topic,
                                                         std::string_view table) const
{
    if (m_identities.empty()) {
        return nullptr;
    }
    const auto found = m_identities.find({topic, std::string(table)});
    return found == m_identities.end() ? nullptr : &found->second;
}

std::optional<Rank> CommitOrder::firstMissing(TopicId topic, Rank from) const
{
    const auto found = m_missing.find(topic);
    if (found == m_missing.end()) {
        return std::nullopt;
    }
    const auto first = found->second.lower_bound(from);
    return first == found->second.end() ? std::nullopt : std::optional(*first);
}

std::optional<Rank> CommitOrder::firstPlaceless(TopicId topic) const
{
    const auto found = m_placeless.find(topic);
    return found == m_placeless.end() ? std::nullopt : std::optional(found->second);
}

const std::vector<TableSnapshot>& CommitOrder::snapshots(TopicId topic) const
{
    static const std::vector<TableSnapshot> kNone;
    const auto found = m_snapshots.find(topic);
    return found == m_snapshots.end() ? kNone : found->second;
}

const std::vector<TableDoubt>& CommitOrder::doubts(TopicId topic) const
{
    static const std::vector<TableDoubt> kNone;
    const auto found = m_doubts.find(topic);
    return found == m_doubts.end() ? kNone : found->second;
}

bool CommitOrder::hasTransactions() const
{
    return std::any_of(m_groups.begin(), m_groups.end(),
                       [](const Group& g) { return g.source != kLoose && g.txId >= 0; });
}

bool CommitOrder::hasUntold() const
{
    return std::find(m_untold.begin(), m_untold.end(), true) != m_untold.end();
}

} // namespace hindcast

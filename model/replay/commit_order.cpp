#include "model/replay/commit_order.h"

#include <algorithm>
#include <fmt/format.h>

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

const std::vector<std::string>* CommitOrder::rowIdentity(TopicId topic) const
{
    const auto found = m_identities.find(topic);
    return found == m_identities.end() ? nullptr : &found->second;
}

std::optional<Rank> CommitOrder::firstMissing(TopicId topic) const
{
    const auto found = m_missing.find(topic);
    return found == m_missing.end() ? std::nullopt : std::optional(found->second);
}

Result<std::uint32_t> CommitOrder::sourceNumber(std::string_view source) const
{
    if (m_sources.empty()) {
        return fail(ErrorCode::NotFound,
                    "The capture holds no change events with a position in a database's log.");
    }
    if (source.empty() && m_sources.size() == 1) {
        return 0;
    }
    const auto found = std::find(m_sources.begin(), m_sources.end(), source);
    if (found == m_sources.end()) {
        return fail(
            source.empty() ? ErrorCode::InvalidArgument : ErrorCode::NotFound,
            source.empty()
                ? fmt::format("The capture holds changes of several databases; name one: {}.",
                              fmt::join(m_sources, ", "))
                : fmt::format("The capture holds no changes of \"{}\"; it has those of {}.", source,
                              fmt::join(m_sources, ", ")));
    }
    return static_cast<std::uint32_t>(found - m_sources.begin());
}

Result<Rank> CommitOrder::prefixOfLsn(std::uint64_t lsn, std::string_view source) const
{
    const auto number = sourceNumber(source);
    if (!number) {
        return tl::unexpected(number.error());
    }
    if (m_numbered[*number]) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The changes of {} do not say where in the database's log they "
                                "stand; name a time, a record or a transaction (tx:ID).",
                                m_sources[*number]));
    }
    Rank prefix = 0;
    bool any = false;
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        const Group& group = m_groups[i];
        if (group.source != *number) {
            continue;
        }
        if (!(group.behind ? group.position < lsn : group.position <= lsn)) {
            return any ? prefix : group.first;
        }
        any = true;
        prefix = endOf(i);
    }
    return prefix;
}

Result<Rank> CommitOrder::prefixOfTransaction(std::int64_t txId, std::string_view source) const
{
    const auto number = sourceNumber(source);
    if (!number) {
        return tl::unexpected(number.error());
    }
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        if (m_groups[i].source == *number && m_groups[i].txId == txId) {
            return endOf(i);
        }
    }
    return fail(ErrorCode::NotFound,
                fmt::format("The transaction {} is not in this capture.", txId));
}

std::optional<std::uint64_t> CommitOrder::lsnOf(Rank prefix) const
{
    for (std::size_t i = prefix == 0 ? 0 : groupOf(prefix - 1) + 1; i-- > 0;) {
        if (m_groups[i].source != kLoose && !m_numbered[m_groups[i].source]) {
            return m_groups[i].position;
        }
    }
    return std::nullopt;
}

std::optional<std::uint64_t> CommitOrder::lastLsn(std::string_view source) const
{
    const auto number = sourceNumber(source);
    const auto last = std::find_if(m_groups.rbegin(), m_groups.rend(), [&number](const Group& g) {
        return number && g.source == *number;
    });
    return last == m_groups.rend() || last->behind || m_numbered[last->source]
               ? std::nullopt
               : std::optional(last->position);
}

bool CommitOrder::hasTransactions() const
{
    return std::any_of(m_groups.begin(), m_groups.end(),
                       [](const Group& g) { return g.source != kLoose && g.txId >= 0; });
}

} // namespace hindcast

#include "widgets/items/row_set.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kLookForStop = 16384; // rows between two looks at the stop token

tl::unexpected<Error> cancelled()
{
    return fail(ErrorCode::Cancelled, "Stopped before every record was looked at.");
}

// The scope's topics and offsets by number, so that a row is decided without touching a string.
class ScopeTest
{
public:
    ScopeTest(const CaptureSnapshot& snapshot, const RowScope& scope)
        : m_scope(scope)
        , m_offsets(!scope.fromOffsets.empty() || !scope.toOffsets.empty() || scope.fromOffset ||
                    scope.toOffset)
    {
        m_wanted.resize(snapshot.topics().size(), false);
        m_ranges.resize(m_wanted.size());
        for (const std::string& topic : scope.topics) {
            if (const auto id = snapshot.topicId(topic)) {
                m_wanted[*id] = true;
                for (const auto& [place, offset] : scope.fromOffsets) {
                    if (place.topic == topic) {
                        m_ranges[*id].from[place.partition] = offset;
                    }
                }
                for (const auto& [place, offset] : scope.toOffsets) {
                    if (place.topic == topic) {
                        m_ranges[*id].to[place.partition] = offset;
                    }
                }
            }
        }
    }

    bool wanted(TopicId topic) const { return m_wanted[topic]; }
    bool everyRowOfTopic() const { return m_scope.partitions.empty() && !m_offsets; }
    bool accepts(const RowInfo& info) const
    {
        if (!m_scope.partitions.empty() && !m_scope.partitions.contains(info.partition)) {
            return false;
        }
        if (!m_offsets) {
            return true;
        }
        if ((m_scope.fromOffset && info.offset < *m_scope.fromOffset) ||
            (m_scope.toOffset && info.offset >= *m_scope.toOffset)) {
            return false;
        }
        const auto& ranges = m_ranges[info.topic];
        const auto from = ranges.from.find(info.partition);
        const auto to = ranges.to.find(info.partition);
        return (from == ranges.from.end() || info.offset >= from->second) &&
               (to == ranges.to.end() || info.offset < to->second);
    }

private:
    struct Ranges
    {
        std::map<std::int32_t, std::int64_t> from;
        std::map<std::int32_t, std::int64_t> to;
    };
    const RowScope& m_scope;
    bool m_offsets;
    std::vector<bool> m_wanted;
    std::vector<Ranges> m_ranges;
};

// Rows from `first` on that are in scope by topic, partition and offset; ascending.
Result<std::vector<Row>> candidates(const CaptureSnapshot& snapshot, Row first,
                                    const RowScope& scope, const std::stop_token& stop)
{
    std::vector<Row> rows;
    const Row end = snapshot.rowCount();
    if (first >= end) {
        return rows;
    }
    const ScopeTest test(snapshot, scope);
    std::vector<RowInfo> infos;
    for (std::size_t b = snapshot.blockOf(first); b < snapshot.blockCount(); ++b) {
        if (stop.stop_requested()) {
            return cancelled();
        }
        const BlockInfo block = snapshot.block(b);
        if (!test.wanted(block.topic)) {
            continue;
        }
        const Row last = std::min(end, block.firstRow + block.count);
        const Row begin = std::max(first, block.firstRow);
        if (test.everyRowOfTopic()) {
            for (Row row = begin; row < last; ++row) {
                rows.push_back(row);
            }
            continue;
        }
        infos.resize(last - begin);
        snapshot.rows(begin, infos);
        for (Row row = begin; row < last; ++row) {
            if (test.accepts(infos[row - begin])) {
                rows.push_back(row);
            }
        }
    }
    return rows;
}

// Puts rows into time order and drops those outside the scope's times.
Result<std::vector<Row>> inTimeOrder(const TimeOrder& order, std::vector<Row> rows,
                                     const RowScope& scope, const std::stop_token& stop)
{
    using std::chrono::milliseconds;
    const Rank lo = scope.from == kNoTimestamp ? 0 : order.lowerBound(scope.from);
    const Rank hi =
        scope.to == kNoTimestamp ? order.size() : order.lowerBound(scope.to + milliseconds{1});
    if (rows.size() > order.size() / 16) {
        // Many of all: a walk along the order costs less than a sort.
        std::vector<bool> chosen(order.size(), false);
        for (const Row row : rows) {
            chosen[row] = true;
        }
        rows.clear();
        for (Rank rank = lo; rank < hi; ++rank) {
            if (rank % kLookForStop == 0 && stop.stop_requested()) {
                return cancelled();
            }
            const Row row = order.rowAt(rank);
            if (chosen[row]) {
                rows.push_back(row);
            }
        }
        return rows;
    }
    std::vector<std::pair<Rank, Row>> ranked;
    ranked.reserve(rows.size());
    for (const Row row : rows) {
        const Rank rank = order.rankOf(row);
        if (rank >= lo && rank < hi) {
            ranked.emplace_back(rank, row);
        }
    }
    if (stop.stop_requested()) {
        return cancelled();
    }
    std::sort(ranked.begin(), ranked.end());
    rows.clear();
    for (const auto& [rank, row] : ranked) {
        rows.push_back(row);
    }
    return rows;
}

Result<std::vector<Row>> matching(const TimeOrderPtr& order, Row first, const RowScope& scope,
                                  const RowMatcher& matcher, const std::stop_token& stop)
{
    auto rows = candidates(*order->snapshot(), first, scope, stop);
    if (rows && matcher && !rows->empty()) {
        rows = matcher(order->snapshot(), std::move(*rows), stop);
    }
    if (!rows) {
        return rows;
    }
    return inTimeOrder(*order, std::move(*rows), scope, stop);
}

} // namespace

RowSetPtr RowSet::empty()
{
    static const RowSetPtr nothing = std::make_shared<const RowSet>();
    return nothing;
}

void RowSet::append(const std::vector<Row>& rows)
{
    std::size_t taken = 0;
    while (taken < rows.size()) {
        const std::size_t at = m_size % kChunk;
        const std::size_t count = std::min(kChunk - at, rows.size() - taken);
        // A chunk that other sets share is never written: they may be read this moment.
        auto chunk =
            at == 0 ? std::make_shared<Chunk>() : std::make_shared<Chunk>(*m_chunks.back());
        std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(taken), count,
                    chunk->begin() + static_cast<std::ptrdiff_t>(at));
        if (at == 0) {
            m_chunks.push_back(std::move(chunk));
        } else {
            m_chunks.back() = std::move(chunk);
        }
        m_size += count;
        taken += count;
    }
}

Result<RowSetPtr> RowSet::build(TimeOrderPtr order, const RowScope& scope,
                                const RowMatcher& matcher, const std::stop_token& stop)
{
    const auto rows = matching(order, 0, scope, matcher, stop);
    if (!rows) {
        return tl::unexpected(rows.error());
    }
    auto set = std::make_shared<RowSet>();
    set->m_order = std::move(order);
    set->append(*rows);
    return RowSetPtr(std::move(set));
}

RowSetPtr RowSet::of(TimeOrderPtr order, std::vector<Row> rows)
{
    std::erase_if(rows, [&order](Row row) { return row >= order->size(); });
    const auto sorted = inTimeOrder(*order, std::move(rows), RowScope{}, {});
    auto set = std::make_shared<RowSet>();
    set->m_order = std::move(order);
    set->append(*sorted); // without a stop token it cannot fail
    return set;
}

Result<RowSetGrowth> RowSet::extend(const RowSetPtr& older, const TimeOrderPtr& order,
                                    const RowScope& scope, const RowMatcher& matcher,
                                    const std::stop_token& stop)
{
    const Rank known = older->m_order ? older->m_order->size() : 0;
    const auto added = matching(order, known, scope, matcher, stop);
    if (!added) {
        return tl::unexpected(added.error());
    }
    auto grown = std::make_shared<RowSet>(*older);
    grown->m_order = order;
    grown->append(*added);
    RowSetGrowth growth;
    growth.older = older;

    // By the clock `log` a record that raises another's effective time comes before it. So what
    // stands before the first new record of the capture has moved only if something that stood
    // there has left. By the other clocks a new record may move any.
    const bool byLog = order->clock() == Clock{};
    Rank firstNew = order->size();
    for (Row row = known; byLog && row < order->size(); ++row) {
        firstNew = std::min(firstNew, order->rankOf(row));
    }
    if (byLog && firstNew >= known) {
        growth.next = std::move(grown);
        return growth;
    }
    const bool prefixStands =
        byLog && firstNew > 0 && older->m_order->rowAt(firstNew - 1) == order->rowAt(firstNew - 1);
    const std::size_t stands = prefixStands ? older->before(firstNew) : 0;
    std::vector<Row> rest;
    rest.reserve(grown->size() - stands);
    bool inOrder = true;
    for (std::size_t i = stands; i < grown->size(); ++i) {
        rest.push_back(grown->rowAt(i));
        inOrder = inOrder && (i == stands ||
                              order->rankOf(grown->rowAt(i - 1)) < order->rankOf(grown->rowAt(i)));
    }
    if (inOrder) { // it was another list's records that landed there
        growth.next = std::move(grown);
        return growth;
    }
    growth.kind = RowSetGrowth::Kind::Middle;
    growth.firstMoved = stands;
    // Rows stay in the set once they are in it: a late record may push one past the end of the
    // scope's times, and a list that loses a row while it is read would be worse.
    RowScope anyTime = scope;
    anyTime.from = anyTime.to = kNoTimestamp;
    const auto sorted = inTimeOrder(*order, std::move(rest), anyTime, stop);
    if (!sorted) {
        return tl::unexpected(sorted.error());
    }
    auto next = std::make_shared<RowSet>();
    next->m_order = order;
    next->m_chunks.assign(older->m_chunks.begin(),
                          older->m_chunks.begin() +
                              static_cast<std::ptrdiff_t>((stands + kChunk - 1) / kChunk));
    next->m_size = stands; // append() copies the chunk it goes on in
    next->append(*sorted);
    growth.appended = std::move(grown);
    growth.next = std::move(next);
    return growth;
}

std::size_t RowSet::before(Rank rank) const
{
    std::size_t low = 0;
    std::size_t high = m_size;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (m_order->rankOf(rowAt(middle)) < rank) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

std::optional<std::size_t> RowSet::indexOf(Row row) const
{
    if (!m_order || row >= m_order->size()) {
        return std::nullopt;
    }
    const std::size_t at = before(m_order->rankOf(row));
    return at < m_size && rowAt(at) == row ? std::optional<std::size_t>(at) : std::nullopt;
}

std::size_t RowSet::prefix(const Moment& moment) const
{
    return m_order ? before(m_order->prefix(moment)) : 0;
}

} // namespace hindcast

#include "model/replay/commit_order_builder.h"

#include "model/replay/row_lifetimes.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace hindcast {

namespace {

int opRank(char op)
{
    switch (op) {
    case 'b':
        return 0;
    case 'd':
        return 1;
    case 'e':
        return 3;
    default:
        return 2;
    }
}

} // namespace

Result<CommitOrderPtr> CommitOrder::build(CaptureSnapshotPtr snapshot, const std::stop_token& stop)
{
    return CommitOrderBuilder(std::move(snapshot)).run(stop);
}

CommitOrderBuilder::CommitOrderBuilder(CaptureSnapshotPtr snapshot)
    : m_snapshot(std::move(snapshot))
    , m_log(TimeOrder::build(m_snapshot))
    , m_order(new CommitOrder)
    , m_counts(m_snapshot->topics())
{
    m_order->m_snapshot = m_snapshot;
    m_items.resize(m_snapshot->rowCount());
    // `shop.public.orders` belongs to the source whose transactions are told in
    // `shop.transaction`, else to the one its first part names.
    const auto& topics = m_snapshot->topics();
    m_sourceOfTopic.reserve(topics.size());
    for (const std::string& topic : topics) {
        std::string source;
        for (const std::string& other : topics) {
            const std::string_view prefix = transactionsOf(other);
            if (!prefix.empty() && topic.starts_with(prefix) && prefix.size() > source.size() + 1) {
                source = prefix.substr(0, prefix.size() - 1);
            }
        }
        m_sourceOfTopic.push_back(source.empty() ? topic.substr(0, topic.find('.')) : source);
    }
}

// Its delimiter may be set (topic.delimiter): what Debezium allows between the parts of a name. A
// name with points in it has those, and ends in the table's: "shop.public.card_transaction".
std::string_view CommitOrderBuilder::transactionsOf(std::string_view topic)
{
    static constexpr std::string_view kName = "transaction";
    const std::size_t prefix = topic.size() - std::min(topic.size(), kName.size());
    if (!topic.ends_with(kName) || prefix < 2) {
        return {};
    }
    const char delimiter = topic[prefix - 1];
    const bool known = delimiter == '.' ||
                       ((delimiter == '_' || delimiter == '-') && topic.find('.') == topic.npos);
    return known ? topic.substr(0, prefix) : std::string_view();
}

Result<CommitOrderPtr> CommitOrderBuilder::run(const std::stop_token& stop)
{
    if (auto read = readAll(stop); !read) {
        return tl::unexpected(read.error());
    }
    joinSingles();
    loosenPlaceless();
    placeStreams();
    followPredecessors();
    markRedeliveries();
    resolvePositions();
    makeGroups();
    if (auto made = makeRanks(); !made) {
        return tl::unexpected(made.error());
    }
    markSnapshots();
    m_order->m_identities = m_identities.find();
    findMissing();
    findPlaceless();
    findSnapshots();
    findDoubts();
    m_order->m_binlogs = std::move(m_binlogs);
    m_order->m_servers = std::move(m_servers);
    return m_order;
}

// Among transactions that are told, changes that are not stand anywhere.
void CommitOrderBuilder::findPlaceless()
{
    if (!m_order->hasTransactions()) {
        return;
    }
    for (const auto& [topic, rows] : m_placeless) {
        Rank first = m_order->size();
        for (const Row row : rows) {
            first = std::min(first, m_order->rankOf(row));
        }
        m_order->m_placeless[topic] = first;
    }
}

// A tombstone says no place of its own: it stands behind the record before it in its partition.
void CommitOrderBuilder::followPredecessors()
{
    std::map<std::pair<TopicId, std::int32_t>, Row> last;
    for (Rank rank = 0; rank < m_log->size(); ++rank) {
        const Row row = m_log->rowAt(rank);
        const RowInfo info = m_snapshot->row(row);
        const auto [entry, first] = last.try_emplace({info.topic, info.partition}, row);
        if (!first) {
            Item& item = m_items[row];
            const Item& before = m_items[entry->second];
            if (item.tombstone && before.unit != kLoose) {
                item.unit = before.unit;
                item.lsn = before.lsn;
                item.order = before.order;
                item.row = before.row;
                item.op = before.op;
                if (before.op == 'd' && m_snapshot->row(entry->second).key == info.key) {
                    item.role = Role::Echo;
                }
            }
            entry->second = row;
        }
    }
}

// The same event from another run of the connector came again; what one run says twice happened
// twice. Without the run in its headers, the same place in the transaction must say it.
void CommitOrderBuilder::markRedeliveries()
{
    struct Entry
    {
        std::uint64_t identity;
        std::uint32_t run;
        Rank rank;
        auto operator<=>(const Entry&) const = default;
    };
    std::vector<Entry> entries;
    // Runs by when they first spoke.
    std::vector<std::uint32_t> runOrder(m_runs.size() + 1, kLoose);
    std::uint32_t runs = 0;
    for (Rank rank = 0; rank < m_log->size(); ++rank) {
        const Item& item = m_items[m_log->rowAt(rank)];
        if (item.identity == 0 || (item.run == 0 && item.op == 'r')) {
            continue;
        }
        if (runOrder[item.run] == kLoose) {
            runOrder[item.run] = runs++;
        }
        entries.push_back({item.identity, runOrder[item.run], rank});
    }
    std::sort(entries.begin(), entries.end());
    std::uint32_t kept = 0;
    std::uint32_t inRun = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const bool sameEvent = i > 0 && entries[i].identity == entries[i - 1].identity;
        const bool sameRun = sameEvent && entries[i].run == entries[i - 1].run;
        kept = sameEvent ? kept : 0;
        inRun = sameRun ? inRun + 1 : 1;
        Item& item = m_items[m_log->rowAt(entries[i].rank)];
        if (inRun <= kept || (item.run == 0 && inRun > 1)) {
            item.role = Role::Redelivery;
            ++m_order->m_redeliveries;
        } else {
            kept = inRun;
        }
    }
}

void CommitOrderBuilder::resolvePositions()
{
    std::vector<std::uint64_t> snapshotAt(m_sources.size(), 0);
    for (const Unit& unit : m_units) {
        if (unit.kind == UnitKind::Snapshot) {
            std::uint64_t& at = snapshotAt[unit.source];
            at = at == 0 ? *unit.end : std::min(at, *unit.end);
        }
    }
    for (Unit& unit : m_units) {
        if (unit.streamed) {
            continue;
        }
        unit.behind = !unit.end;
        // The first transaction behind a snapshot does not name one before it. The snapshot may be
        // an earlier one than those that are here.
        unit.lifted = !unit.end && !unit.before && unit.firstLsn < snapshotAt[unit.source];
        unit.position = unit.end      ? *unit.end
                        : unit.before ? *unit.before
                                      : std::max(unit.firstLsn, snapshotAt[unit.source]);
    }
}

CommitOrder::Group CommitOrderBuilder::groupOf(const Unit& unit, std::uint32_t source)
{
    const bool transaction = unit.kind == UnitKind::Transaction;
    CommitOrder::Group group;
    group.source = source;
    group.timeUs = unit.timeUs;
    group.position = unit.position;
    group.span = unit.binlog && unit.end
                     ? static_cast<std::uint32_t>(std::min<std::uint64_t>(
                           *unit.end - unit.firstLsn, std::numeric_limits<std::uint32_t>::max()))
                     : 0;
    group.server = transaction ? unit.server : kLoose;
    group.txId = !transaction ? -1 : unit.server == kLoose ? unit.id : unit.sequence;
    group.behind = unit.behind;
    return group;
}

void CommitOrderBuilder::makeGroups()
{
    // Sources by name, so that the order does not depend on which record came first.
    std::vector<std::uint32_t> byName;
    byName.reserve(m_sources.size());
    for (std::uint32_t source = 0; source < m_sources.size(); ++source) {
        if (std::any_of(m_units.begin(), m_units.end(), [source](const Unit& unit) {
                return unit.source == source && !unit.placeless;
            })) {
            byName.push_back(source);
        }
    }
    std::sort(byName.begin(), byName.end(),
              [this](std::uint32_t a, std::uint32_t b) { return m_sources[a] < m_sources[b]; });
    std::vector<std::uint32_t> place(m_sources.size());
    for (std::uint32_t i = 0; i < byName.size(); ++i) {
        place[byName[i]] = i;
        m_order->m_sources.push_back(m_sources[byName[i]]);
        m_order->m_positions.push_back(m_positions[byName[i]]);
        m_order->m_untold.push_back(m_untold[byName[i]]);
    }
    std::vector<std::uint32_t> units(m_units.size());
    std::iota(units.begin(), units.end(), 0u);
    units.erase(std::remove_if(units.begin(), units.end(),
                               [this](std::uint32_t at) { return m_units[at].placeless; }),
                units.end());
    std::sort(units.begin(), units.end(), [&](std::uint32_t a, std::uint32_t b) {
        const auto key = [&](const Unit& u) {
            return std::tuple(place[u.source], u.position, u.behind, u.number, u.kind, u.id);
        };
        return key(m_units[a]) < key(m_units[b]);
    });
    for (std::size_t i = 1; i < units.size(); ++i) {
        const Unit& before = m_units[units[i - 1]];
        Unit& unit = m_units[units[i]];
        if (unit.source == before.source) {
            unit.timeUs = std::max(unit.timeUs, before.timeUs);
        }
    }
    // Sources are merged by their times, stably; records without a place come first in their
    // millisecond.
    std::stable_sort(units.begin(), units.end(), [this](std::uint32_t a, std::uint32_t b) {
        return m_units[a].timeUs < m_units[b].timeUs;
    });
    auto& groups = m_order->m_groups;
    m_groupOfRow.assign(m_items.size(), kLoose);
    std::size_t next = 0;
    const auto addUnits = [&](std::int64_t beforeUs) {
        for (; next < units.size() && m_units[units[next]].timeUs < beforeUs; ++next) {
            Unit& unit = m_units[units[next]];
            unit.group = static_cast<std::uint32_t>(groups.size());
            groups.push_back(groupOf(unit, place[unit.source]));
        }
    };
    for (Rank rank = 0; rank < m_log->size(); ++rank) {
        const Row row = m_log->rowAt(rank);
        if (m_items[row].unit != kLoose) {
            continue;
        }
        const std::int64_t us = toMs(m_log->timeAt(rank)) * 1000;
        addUnits(us);
        if (groups.empty() || groups.back().source != kLoose || groups.back().timeUs != us) {
            groups.emplace_back();
            groups.back().timeUs = us;
        }
        m_groupOfRow[row] = static_cast<std::uint32_t>(groups.size() - 1);
    }
    addUnits(std::numeric_limits<std::int64_t>::max());
    for (Row row = 0; row < m_items.size(); ++row) {
        if (m_items[row].unit != kLoose) {
            m_groupOfRow[row] = m_units[m_items[row].unit].group;
        }
    }
}

Result<void> CommitOrderBuilder::makeRanks()
{
    auto& groups = m_order->m_groups;
    std::vector<Rank> at(groups.size() + 1, 0);
    for (const std::uint32_t group : m_groupOfRow) {
        ++at[group + 1];
    }
    std::partial_sum(at.begin(), at.end(), at.begin());
    for (std::size_t i = 0; i < groups.size(); ++i) {
        groups[i].first = at[i];
    }
    auto& rows = m_order->m_rows;
    rows.resize(m_items.size());
    for (Rank rank = 0; rank < m_log->size(); ++rank) {
        const Row row = m_log->rowAt(rank);
        rows[at[m_groupOfRow[row]]++] = row;
    }
    RowLifetimes lifetimes(m_snapshot, m_identities.wholeImages());
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (groups[i].source == kLoose) {
            continue;
        }
        const std::span<Row> members(rows.data() + groups[i].first,
                                     m_order->endOf(i) - groups[i].first);
        std::stable_sort(members.begin(), members.end(), [this](Row a, Row b) {
            const auto key = [this](Row row) {
                const Item& item = m_items[row];
                return std::tuple(item.lsn, item.row, opRank(item.op), item.order);
            };
            return key(a) < key(b);
        });
        lifetimes.clear();
        for (std::size_t m = 0; m < members.size(); ++m) {
            const Item& item = m_items[members[m]];
            if (item.role == Role::Event && !item.tombstone) {
                lifetimes.add(members[m], m, item.op);
            }
        }
        if (auto ordered = lifetimes.order(members); !ordered) {
            return ordered;
        }
    }
    m_order->m_ranks.resize(rows.size());
    for (Rank rank = 0; rank < rows.size(); ++rank) {
        m_order->m_ranks[rows[rank]] = rank;
    }
    return {};
}

} // namespace hindcast

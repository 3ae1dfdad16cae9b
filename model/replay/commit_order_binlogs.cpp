// What Debezium writes of MySQL and MariaDB: a transaction stands in one piece in the binary log,
// where its last change is; it has no number but, where the connector tells it, a name.
#include "model/replay/commit_order_builder.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace hindcast {

bool CommitOrderBuilder::joinBinlog(Row row, const ChangePlace& place)
{
    Item& item = m_items[row];
    const ChangeEvent& event = m_reader.event();
    const bool boundary = event.shape == ChangeEvent::Shape::Boundary;
    const auto position =
        place.binlog ? m_binlogs.add(place.binlog->file, place.binlog->pos) : std::nullopt;
    if (!boundary && !position) {
        return false;
    }
    const std::uint32_t source = sourceOf(m_snapshot->row(row).topic, place.source, boundary);
    item.op = event.op;
    item.order = place.order;
    item.row = place.row;
    item.streamed = true;
    item.lsn = position          ? *position
               : event.op == 'b' ? 0
                                 : std::numeric_limits<std::uint64_t>::max();
    if (event.op == 'r') {
        item.unit = unitOf(source, place.chunk ? UnitKind::SnapshotChunk : UnitKind::Snapshot,
                           static_cast<std::int64_t>(*position));
        item.mark = place.chunk ? SnapshotMark::None : snapshotMark(place.snapshot);
        item.endsAll = place.snapshot == "last";
    } else if (place.transaction.empty()) {
        item.unit = unitOf(source, UnitKind::Single, static_cast<std::int64_t>(*position));
        m_untold.resize(m_sources.size());
        m_untold[source] = true;
    } else {
        item.unit = unitOf(source, UnitKind::Transaction, numberOfName(place.transaction));
        tellGtid(m_units[item.unit], place.transaction);
    }
    Unit& unit = m_units[item.unit];
    unit.streamed = true;
    if (position) {
        tellPosition(unit, *position);
    }
    return true;
}

// Where a transaction is: at the last of its changes.
void CommitOrderBuilder::tellPosition(Unit& unit, std::uint64_t position)
{
    unit.firstLsn = unit.binlog ? std::min(unit.firstLsn, position) : position;
    unit.end = unit.binlog ? std::max(*unit.end, position) : position;
    unit.binlog = true;
}

std::int64_t CommitOrderBuilder::numberOfName(std::string_view name)
{
    return m_names.try_emplace(std::string(name), static_cast<std::int64_t>(m_names.size()))
        .first->second;
}

void CommitOrderBuilder::tellGtid(Unit& unit, std::string_view name)
{
    if (unit.server != kLoose) {
        return;
    }
    const auto gtid = CommitOrder::Gtid::parse(name);
    unit.sequence = gtid ? gtid->sequence : 0;
    const auto server =
        gtid ? std::find(m_servers.begin(), m_servers.end(), gtid->server) : m_servers.begin();
    unit.server = static_cast<std::uint32_t>(server - m_servers.begin());
    if (server == m_servers.end()) {
        m_servers.push_back(gtid->server);
    }
}

// A transaction of which the capture has no change stands nowhere, if its name does not say where.
void CommitOrderBuilder::loosenPlaceless()
{
    bool any = false;
    for (Unit& unit : m_units) {
        unit.placeless = unit.server != kLoose && !unit.end;
        any = any || unit.placeless;
    }
    for (Item& item : m_items) {
        if (any && item.unit != kLoose && m_units[item.unit].placeless) {
            item.unit = kLoose;
            item.streamed = false;
        }
    }
}

// After a failover the log may go on under another name: the names by the times of what they hold.
void CommitOrderBuilder::orderBinlogNames()
{
    std::vector<std::int64_t> begins(m_binlogs.count(), std::numeric_limits<std::int64_t>::max());
    for (const Unit& unit : m_units) {
        if (unit.binlog) {
            std::int64_t& begin = begins[BinlogNames::nameOf(*unit.end)];
            begin = std::min(begin, unit.timeUs);
        }
    }
    std::vector<std::size_t> order(m_binlogs.count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::tie(begins[a], m_binlogs.name(a)) < std::tie(begins[b], m_binlogs.name(b));
    });
    std::vector<std::size_t> placeOf(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        placeOf[order[i]] = i;
    }
    m_binlogs.setOrder(order);
    for (Unit& unit : m_units) {
        if (unit.binlog) {
            unit.end = BinlogNames::renumbered(*unit.end, placeOf);
            unit.firstLsn = BinlogNames::renumbered(unit.firstLsn, placeOf);
        }
    }
}

// Each partition is written along the log. Where positions fall in one, they are of several
// servers or of a log that began anew, and only the order of the stream is left. What a connector
// wrote again does not count.
void CommitOrderBuilder::compareServers()
{
    std::map<std::tuple<std::uint32_t, TopicId, std::int32_t>, std::uint64_t> last;
    std::vector<bool> seen(m_units.size(), false);
    for (Rank rank = 0; rank < m_log->size(); ++rank) {
        const Row row = m_log->rowAt(rank);
        const Item& item = m_items[row];
        if (!item.streamed || seen[item.unit] || !m_units[item.unit].binlog) {
            continue;
        }
        seen[item.unit] = true;
        Unit& unit = m_units[item.unit];
        const RowInfo info = m_snapshot->row(row);
        std::uint64_t& before = last[{unit.source, info.topic, info.partition}];
        if (*unit.end < before && unit.kind == UnitKind::Single && !m_untold[unit.source]) {
            unit.end.reset(); // of a bootstrap, which says where it began
            unit.binlog = false;
            continue;
        }
        if (*unit.end < before && m_positions[unit.source] == Positions::Binlog) {
            m_positions[unit.source] = Positions::SeveralServers;
        }
        before = std::max(before, *unit.end);
    }
}

} // namespace hindcast

// What the clock `commit` knows once the records are in their order: where snapshots of a table
// begin and end, and which transactions lack changes.
#include "model/replay/commit_order_builder.h"

namespace hindcast {

void CommitOrderBuilder::markSnapshots()
{
    auto& roles = m_order->m_roles;
    roles.resize(m_items.size());
    std::map<TopicId, std::uint32_t> lastUnit; // of a snapshot; kLoose: changes only
    for (Rank rank = 0; rank < roles.size(); ++rank) {
        const Row row = m_order->m_rows[rank];
        const Item& item = m_items[row];
        roles[rank] = item.role;
        if (item.unit == kLoose || item.role != Role::Event || item.op == 'm') {
            continue;
        }
        const bool snapshot = item.op == 'r' && m_units[item.unit].kind == UnitKind::Snapshot;
        const auto [entry, first] =
            lastUnit.try_emplace(m_snapshot->row(row).topic, snapshot ? item.unit : kLoose);
        if (!first && snapshot && entry->second != item.unit) {
            roles[rank] = Role::SnapshotStart;
            entry->second = item.unit;
        }
    }
}

void CommitOrderBuilder::findMissing()
{
    for (Row row = 0; row < m_items.size(); ++row) {
        const Item& item = m_items[row];
        if (item.unit != kLoose && item.role == Role::Event && !item.tombstone) {
            m_counts.seen(item.unit, m_snapshot->row(row).topic);
        }
    }
    for (const auto& [unit, topic] : m_counts.missing()) {
        const Rank first = m_order->m_groups[m_units[unit].group].first;
        m_order->m_missing[topic].insert(first);
    }
}

void CommitOrderBuilder::findSnapshots()
{
    if (m_withSnapshots.empty()) {
        return;
    }
    std::vector<bool> wanted(m_snapshot->topics().size(), false);
    for (const TopicId topic : m_withSnapshots) {
        wanted[topic] = true;
    }
    SnapshotFinder finder;
    for (Rank rank = 0; rank < m_log->size(); ++rank) {
        const Row row = m_log->rowAt(rank);
        const RowInfo info = m_snapshot->row(row);
        if (!wanted[info.topic]) {
            continue;
        }
        const Item& item = m_items[row];
        SnapshotFinder::Entry entry;
        entry.row = row;
        entry.offset = info.offset;
        entry.rank = m_order->m_ranks[row];
        entry.mark = item.mark;
        entry.tombstone = item.tombstone;
        if (item.unit != kLoose) {
            const Unit& unit = m_units[item.unit];
            entry.source = unit.source;
            entry.loose = unit.lifted;
            entry.snapshot = unit.kind == UnitKind::Snapshot && item.op == 'r'
                                 ? item.unit
                                 : SnapshotFinder::kNone;
        }
        finder.add(info.topic, info.partition, entry);
    }
    m_order->m_snapshots = finder.find();
}

} // namespace hindcast

// Reading the records: which transaction or snapshot each belongs to.
#include "model/replay/commit_order_builder.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace hindcast {

namespace {

void mix(std::uint64_t& hash, std::string_view text)
{
    hash = (hash ^ std::hash<std::string_view>{}(text)) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
}

void mix(std::uint64_t& hash, std::uint64_t number)
{
    hash = (hash ^ number) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
}

} // namespace

Result<void> CommitOrderBuilder::readAll(const std::stop_token& stop)
{
    for (std::size_t i = 0; i < m_snapshot->blockCount(); ++i) {
        if (stop.stop_requested()) {
            return fail(ErrorCode::Cancelled, "Ordering the changes was stopped.");
        }
        const auto batch = m_snapshot->loadBlock(i);
        if (!batch) {
            return tl::unexpected(batch.error());
        }
        const BlockInfo block = m_snapshot->block(i);
        for (std::size_t at = 0; at < (*batch)->size(); ++at) {
            const Row row = block.firstRow + static_cast<Row>(at);
            if (row < m_items.size()) {
                readRecord(row, (*batch)->record(at));
            }
        }
    }
    return {};
}

std::uint32_t CommitOrderBuilder::sourceNumber(std::string_view name)
{
    const auto found = std::find(m_sources.begin(), m_sources.end(), name);
    if (found != m_sources.end()) {
        return static_cast<std::uint32_t>(found - m_sources.begin());
    }
    m_sources.emplace_back(name);
    return static_cast<std::uint32_t>(m_sources.size() - 1);
}

std::uint32_t CommitOrderBuilder::sourceOf(TopicId topic, std::string_view named, bool boundary)
{
    const std::string& name = m_snapshot->topics()[topic];
    if (const std::string_view prefix = transactionsOf(name); boundary && !prefix.empty()) {
        return sourceNumber(prefix.substr(0, prefix.size() - 1));
    }
    return sourceNumber(named.empty() ? std::string_view(m_sourceOfTopic[topic]) : named);
}

std::uint32_t CommitOrderBuilder::unitOf(std::uint32_t source, UnitKind kind, std::int64_t id)
{
    if (m_lastUnit != kLoose) {
        const Unit& last = m_units[m_lastUnit];
        if (last.source == source && last.kind == kind && last.id == id) {
            return m_lastUnit;
        }
    }
    const auto [entry, isNew] =
        m_unitOf.try_emplace({source, kind, id}, static_cast<std::uint32_t>(m_units.size()));
    if (isNew) {
        Unit unit;
        unit.source = source;
        unit.kind = kind;
        unit.id = id;
        m_units.push_back(unit);
    }
    m_lastUnit = entry->second;
    return m_lastUnit;
}

void CommitOrderBuilder::readRecord(Row row, const RecordView& record)
{
    Item& item = m_items[row];
    const ChangeEvent& event = m_reader.read(record);
    item.tombstone = event.tombstone;
    if (event.shape == ChangeEvent::Shape::Other) {
        return;
    }
    if (isStreamed(event.shape)) {
        readStreamed(row, record);
        return;
    }
    const TopicId topic = m_snapshot->row(row).topic;
    const bool boundary = event.shape == ChangeEvent::Shape::Boundary;
    const ChangePlace place = m_reader.place(record);
    const bool binlog = place.binlog || (boundary && !place.transaction.empty());
    if (!(binlog ? joinBinlog(row, place) : joinLog(row, place))) {
        if (event.op == 'c' || event.op == 'u' || event.op == 'd') {
            m_placeless[topic].push_back(row);
        }
        return;
    }
    Unit& unit = m_units[item.unit];
    unit.timeUs = std::max(unit.timeUs, place.commitUs.value_or(0));
    if (boundary) {
        if (event.op == 'e') {
            m_counts.told(item.unit, m_sources[unit.source], m_reader.collections());
        }
        return;
    }
    if (event.shape == ChangeEvent::Shape::Unwrapped) {
        m_counts.addUnwrapped(topic);
    }
    if (!place.run.empty()) {
        const auto known = m_runs.find(place.run);
        item.run = known != m_runs.end()
                       ? known->second
                       : m_runs.emplace(place.run, static_cast<std::uint32_t>(m_runs.size() + 1))
                             .first->second;
    }
    std::uint64_t identity = topic;
    mix(identity, static_cast<std::uint64_t>(static_cast<unsigned char>(event.op)));
    mix(identity, item.unit);
    mix(identity, binlog ? item.lsn : place.lsn.value_or(0));
    mix(identity, item.row);
    mix(identity, record.key.value_or("\x01"));
    mixRow(identity, event.before, event.metadata);
    mixRow(identity, event.after, event.metadata);
    if (item.run == 0) {
        mix(identity, item.order);
    }
    item.identity = identity;
    m_identities.look(topic, record, event);
}

// false: nothing says where in the log the record belongs.
bool CommitOrderBuilder::joinLog(Row row, const ChangePlace& place)
{
    Item& item = m_items[row];
    const ChangeEvent& event = m_reader.event();
    const TopicId topic = m_snapshot->row(row).topic;
    const bool boundary = event.shape == ChangeEvent::Shape::Boundary;
    const bool read = event.op == 'r';
    if (read ? !(place.lsn || place.seen) : !(place.txId && place.lsn)) {
        return false;
    }
    const std::uint32_t source = sourceOf(topic, place.source, boundary);
    item.op = event.op;
    item.order = place.order;
    if (read) {
        const std::uint64_t at = place.lsn ? *place.lsn : *place.seen;
        const bool whole = place.lsn && !place.chunk;
        item.unit = unitOf(source, whole ? UnitKind::Snapshot : UnitKind::SnapshotChunk,
                           static_cast<std::int64_t>(at));
        item.lsn = at;
        m_units[item.unit].end = at;
        if (whole) {
            item.endsAll = place.snapshot == "last";
            item.mark = snapshotMark(place.snapshot);
            m_withSnapshots.insert(topic);
        }
        return true;
    }
    item.unit = unitOf(source, UnitKind::Transaction, *place.txId);
    item.lsn = event.op == 'b'   ? 0
               : event.op == 'e' ? std::numeric_limits<std::uint64_t>::max()
                                 : *place.lsn;
    Unit& unit = m_units[item.unit];
    if (event.op == 'e') {
        unit.end = place.lsn;
    }
    if (!boundary) {
        unit.before = std::max(unit.before, place.before);
        unit.firstLsn = unit.firstLsn == 0 ? *place.lsn : std::min(unit.firstLsn, *place.lsn);
    }
    return true;
}

// The metadata is left out: total_order shifts when a run resumes inside a transaction.
void CommitOrderBuilder::mixRow(std::uint64_t& identity, std::string_view row, bool metadata)
{
    if (!metadata || m_members.read(row, false) != JsonMembers::Kind::Object) {
        mix(identity, row);
        return;
    }
    for (const JsonMember& member : m_members.members()) {
        if (!ChangeReader::isMetadata(member.key)) {
            mix(identity, member.key);
            mix(identity, member.value);
        }
    }
}

} // namespace hindcast

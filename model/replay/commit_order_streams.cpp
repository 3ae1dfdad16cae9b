// The streams of Maxwell, Canal, AWS DMS and wal2json: each tool reads its database's log from one
// end to the other and writes what it finds in that order, over as many partitions as there are.
#include "model/replay/commit_order_builder.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>
#include <unordered_set>

namespace hindcast {

void CommitOrderBuilder::readStreamed(Row row, const RecordView& record)
{
    Item& item = m_items[row];
    const ChangePlace place = m_reader.place(record);
    const char boundary = m_reader.rows().boundary();
    const std::uint32_t source = sourceNumber(changeShapeName(m_reader.event().shape));
    item.streamed = true;
    if (m_reader.event().shape == ChangeShape::Wal2json) {
        m_identities.look(m_snapshot->row(row).topic, m_reader.rows());
    }
    item.op = boundary == '\0' ? 'u' : boundary;
    item.order = place.order;
    item.lsn = boundary == 'b'   ? 0
               : boundary == 'e' ? std::numeric_limits<std::uint64_t>::max()
                                 : place.lsn.value_or(0);
    const auto binlog =
        place.binlog ? m_binlogs.add(place.binlog->file, place.binlog->pos) : std::nullopt;
    if (!place.txId) {
        item.single = static_cast<std::uint32_t>(m_singles.size());
        m_singles.push_back({source, place.commitUs.value_or(0),
                             binlog      ? binlog
                             : place.end ? place.end
                                         : place.lsn,
                             binlog.has_value()});
        const auto& rows = m_reader.rows().rows();
        const bool changes = std::any_of(rows.begin(), rows.end(), [](const RowChange& change) {
            return isOfRow(change.op) || change.op == 't';
        });
        m_singles.back().changes = changes;
        if (binlog && changes && rows.front().op != 'r') {
            m_untold.resize(m_sources.size());
            m_untold[source] = true;
        }
        return;
    }
    item.unit = unitOf(source, UnitKind::Transaction, *place.txId);
    Unit& unit = m_units[item.unit];
    unit.streamed = true;
    unit.end = place.end ? place.end : unit.end;
    if (binlog) {
        item.lsn = *binlog;
        tellPosition(unit, *binlog);
    }
    unit.timeUs = std::max(unit.timeUs, place.commitUs.value_or(0));
    if (place.ordered) {
        // The same place in the transaction, told again: the tool was started anew.
        const std::hash<std::string_view> hash;
        item.identity = hash(record.value.value_or(std::string_view())) * 31 +
                        (std::uint64_t{item.unit} << 32) + item.order + 1;
    }
}

// What stands between a begin and an end in one partition is a transaction, though it has no
// number; every other record without one stands for itself.
void CommitOrderBuilder::joinSingles()
{
    if (m_singles.empty()) {
        return;
    }
    std::map<std::pair<TopicId, std::int32_t>, std::uint32_t> open;
    for (Rank rank = 0; rank < m_log->size(); ++rank) {
        const Row row = m_log->rowAt(rank);
        Item& item = m_items[row];
        if (item.single == kLoose) {
            continue;
        }
        const RowInfo info = m_snapshot->row(row);
        const std::pair<TopicId, std::int32_t> partition{info.topic, info.partition};
        const Single& single = m_singles[item.single];
        const auto begun = open.find(partition);
        if (begun != open.end() && item.op != 'b') {
            item.unit = begun->second;
        } else {
            item.unit = unitOf(single.source, UnitKind::Single, row);
            m_units[item.unit].streamed = true;
            m_units[item.unit].idle = !single.changes && item.op != 'b';
            if (single.binlog) {
                tellPosition(m_units[item.unit], *single.end);
            } else {
                m_units[item.unit].end = single.end;
            }
        }
        Unit& unit = m_units[item.unit];
        unit.timeUs = std::max(unit.timeUs, single.timeUs);
        if (item.op == 'b') {
            open.insert_or_assign(partition, item.unit);
        } else if (item.op == 'e') {
            open.erase(partition);
        }
    }
}

// What the positions of a source are: a stream's are what the log says where every one of its
// transactions tells it.
void CommitOrderBuilder::judgePositions()
{
    m_positions.assign(m_sources.size(), Positions::Lsn);
    m_untold.resize(m_sources.size());
    for (const Unit& unit : m_units) {
        if (unit.binlog) {
            m_positions[unit.source] = Positions::Binlog;
        }
    }
    for (const Unit& unit : m_units) {
        const bool binlog = m_positions[unit.source] == Positions::Binlog;
        if (unit.streamed && !unit.end && !unit.placeless &&
            !(unit.kind == UnitKind::Single && (binlog || unit.idle))) {
            m_positions[unit.source] = Positions::Numbers;
        }
    }
}

// The position of each unit: what the log says, else its number in the stream. Commit times that
// are not told are those of the records.
void CommitOrderBuilder::placeStreams()
{
    judgePositions();
    if (std::none_of(m_units.begin(), m_units.end(), [](const Unit& u) { return u.streamed; })) {
        return;
    }
    for (Rank rank = 0; rank < m_log->size(); ++rank) {
        const Item& item = m_items[m_log->rowAt(rank)];
        if (item.streamed && m_units[item.unit].timeUs == 0) {
            m_units[item.unit].timeUs = toMs(m_log->timeAt(rank)) * 1000;
        }
    }
    orderBinlogNames();
    compareServers();
    std::uint32_t number = 0;
    std::vector<std::uint64_t> last(m_sources.size(), 0);
    for (const std::uint32_t at : streamOrder()) {
        Unit& unit = m_units[at];
        unit.number = ++number;
        const Positions positions = m_positions[unit.source];
        const bool told = positions == Positions::Lsn || positions == Positions::Binlog;
        // A row of Maxwell's bootstrap may tell no place: it came behind what came before it.
        last[unit.source] = told && unit.end ? *unit.end : last[unit.source];
        unit.position = told ? last[unit.source] : number;
    }
}

// Merges the partitions: a unit comes when it is the next in each partition that has some of it,
// among those the one whose first record is the earliest. Where partitions contradict each other
// (what was written twice) the earliest comes.
std::vector<std::uint32_t> CommitOrderBuilder::streamOrder() const
{
    struct Partition
    {
        std::vector<std::uint32_t> units;
        std::size_t next = 0;
    };
    std::map<std::tuple<std::uint32_t, TopicId, std::int32_t>, std::uint32_t> numbers;
    std::vector<Partition> partitions;
    std::vector<Rank> first(m_units.size(), std::numeric_limits<Rank>::max());
    std::vector<std::uint32_t> waitsFor(m_units.size(), 0);
    std::vector<std::vector<std::uint32_t>> partitionsOf(m_units.size());
    for (Rank rank = 0; rank < m_log->size(); ++rank) {
        const Row row = m_log->rowAt(rank);
        if (!m_items[row].streamed) {
            continue;
        }
        const std::uint32_t unit = m_items[row].unit;
        const RowInfo info = m_snapshot->row(row);
        const auto [entry, isNew] =
            numbers.try_emplace({m_units[unit].source, info.topic, info.partition},
                                static_cast<std::uint32_t>(partitions.size()));
        if (isNew) {
            partitions.emplace_back();
        }
        auto& of = partitionsOf[unit];
        if (std::find(of.begin(), of.end(), entry->second) == of.end()) {
            of.push_back(entry->second);
            partitions[entry->second].units.push_back(unit);
            ++waitsFor[unit];
        }
        first[unit] = std::min(first[unit], rank);
    }
    std::vector<bool> placed(m_units.size(), false);
    using Ready = std::pair<Rank, std::uint32_t>;
    std::priority_queue<Ready, std::vector<Ready>, std::greater<>> ready;
    const auto advance = [&](Partition& partition) {
        while (partition.next < partition.units.size() && placed[partition.units[partition.next]]) {
            ++partition.next;
        }
        if (partition.next < partition.units.size()) {
            const std::uint32_t unit = partition.units[partition.next];
            if (--waitsFor[unit] == 0) {
                ready.emplace(first[unit], unit);
            }
        }
    };
    for (Partition& partition : partitions) {
        advance(partition);
    }
    std::vector<std::uint32_t> order;
    order.reserve(m_units.size());
    for (;;) {
        if (ready.empty()) {
            Ready earliest{std::numeric_limits<Rank>::max(), kLoose};
            for (const Partition& partition : partitions) {
                if (partition.next < partition.units.size()) {
                    const std::uint32_t unit = partition.units[partition.next];
                    earliest = std::min(earliest, Ready{first[unit], unit});
                }
            }
            if (earliest.second == kLoose) {
                return order;
            }
            ready.push(earliest);
        }
        const std::uint32_t unit = ready.top().second;
        ready.pop();
        placed[unit] = true;
        order.push_back(unit);
        for (const std::uint32_t at : partitionsOf[unit]) {
            Partition& partition = partitions[at];
            if (partition.next < partition.units.size() &&
                partition.units[partition.next] == unit) {
                ++partition.next;
                advance(partition);
            }
        }
    }
}

} // namespace hindcast

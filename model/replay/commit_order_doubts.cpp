// What the snapshots of a source leave in doubt: the time before the first of them and between the
// last change of one run and the reading of the tables that begins the next, tables whose reading
// has no end, and those of which a later reading has no row.
#include "model/replay/commit_order_builder.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace hindcast {

namespace {

constexpr Rank kNoRank = TableDoubt::kNever;

}

// A snapshot of a source's tables, as it stands among its transactions.
struct CommitOrderBuilder::Reading
{
    struct Table
    {
        Row first = kNoRow; // its first row by rank
        bool begins = false;
        bool ended = false;
    };

    std::uint32_t source = 0;
    Rank first = 0;
    Rank end = 0;
    Rank behind = kNoRank; // the end of what the source had before it; kNoRank: nothing
    bool followed = false; // by a transaction of the source: the connector went on to stream
    bool ended = false;    // its last row of all is marked
    bool between = false;  // the connector that reads was streaming before: nothing is lost
    std::map<TopicId, Table> tables;

    bool whole(const Table& table) const
    {
        // Connectors that mark no table's first row mark the last one of all only.
        return table.ended || followed || (ended && !table.begins);
    }
    Row firstRow() const
    {
        Row row = kNoRow;
        for (const auto& [topic, table] : tables) {
            row = row == kNoRow || table.begins ? table.first : row;
        }
        return row;
    }
};

std::vector<CommitOrderBuilder::Reading> CommitOrderBuilder::readings() const
{
    std::vector<std::uint32_t> units(m_order->m_groups.size(), kLoose);
    for (std::uint32_t at = 0; at < m_units.size(); ++at) {
        if (!m_units[at].placeless && m_units[at].group != kLoose) {
            units[m_units[at].group] = at;
        }
    }
    std::vector<Reading> result;
    std::vector<Rank> behind(m_sources.size(), kNoRank);
    std::vector<std::size_t> last(m_sources.size(), 0); // of the source's readings, from 1 on
    for (std::size_t group = 0; group < units.size(); ++group) {
        if (units[group] == kLoose) {
            continue;
        }
        const Unit& unit = m_units[units[group]];
        if (unit.kind == UnitKind::SnapshotChunk) {
            continue;
        }
        const Rank end = m_order->endOf(group);
        if (unit.kind == UnitKind::Snapshot) {
            Reading reading;
            reading.source = unit.source;
            reading.first = m_order->m_groups[group].first;
            reading.end = end;
            reading.behind = behind[unit.source];
            result.push_back(std::move(reading));
            last[unit.source] = result.size();
        } else if (last[unit.source] != 0) {
            result[last[unit.source] - 1].followed = true;
            last[unit.source] = 0;
        }
        behind[unit.source] = end;
    }
    return result;
}

void CommitOrderBuilder::readTopics(std::vector<Reading>& readings) const
{
    std::map<std::pair<std::uint32_t, std::uint32_t>, Rank> streamedFrom; // by source and run
    for (Row row = 0; row < m_items.size(); ++row) {
        const Item& item = m_items[row];
        if (item.unit != kLoose && item.run != 0 && item.op != 'r') {
            const Rank rank = m_order->m_ranks[row];
            const auto [entry, isNew] =
                streamedFrom.try_emplace({m_units[item.unit].source, item.run}, rank);
            entry->second = std::min(entry->second, rank);
        }
    }
    for (Reading& reading : readings) {
        for (Rank rank = reading.first; rank < reading.end; ++rank) {
            const Row row = m_order->m_rows[rank];
            const Item& item = m_items[row];
            if (item.tombstone || item.op != 'r') {
                continue;
            }
            Reading::Table& table = reading.tables[m_snapshot->row(row).topic];
            table.first = table.first == kNoRow ? row : table.first;
            table.begins = table.begins || item.mark == SnapshotMark::First;
            table.ended = table.ended || item.mark == SnapshotMark::Last;
            reading.ended = reading.ended || item.endsAll;
            const auto streamed = streamedFrom.find({reading.source, item.run});
            reading.between = reading.between || (item.run != 0 && streamed != streamedFrom.end() &&
                                                  streamed->second < reading.first);
        }
    }
}

// The connector leaves a row in the window of an incremental snapshot though its key was changed in
// the meantime. Of a table that is whole without them such rows tell nothing new.
void CommitOrderBuilder::markReadAgain(const std::vector<Reading>& readings)
{
    for (Row row = 0; row < m_items.size(); ++row) {
        const Item& item = m_items[row];
        if (item.op != 'r' || item.unit == kLoose || item.role != Role::Event ||
            m_units[item.unit].kind != UnitKind::SnapshotChunk) {
            continue;
        }
        const Rank rank = m_order->m_ranks[row];
        bool whole = false;
        for (const Reading& reading : readings) {
            const auto table = reading.tables.find(m_snapshot->row(row).topic);
            if (table != reading.tables.end() && reading.end <= rank) {
                whole = reading.whole(table->second);
            }
        }
        if (whole) {
            m_order->m_roles[rank] = Role::ReadAgain;
        }
    }
}

void CommitOrderBuilder::findDoubts()
{
    std::vector<Reading> readings = this->readings();
    if (readings.empty()) {
        return;
    }
    readTopics(readings);
    markReadAgain(readings);
    struct Topic
    {
        std::uint32_t source = kLoose;
        bool mixed = false;
        Rank first = kNoRank; // of its changes and rows
    };
    std::vector<Topic> topics(m_snapshot->topics().size());
    for (Row row = 0; row < m_items.size(); ++row) {
        const Item& item = m_items[row];
        const bool change =
            item.op == 'c' || item.op == 'u' || item.op == 'd' || item.op == 'r' || item.op == 't';
        if (item.unit == kLoose || !change || item.role == Role::Redelivery) {
            continue;
        }
        Topic& topic = topics[m_snapshot->row(row).topic];
        const std::uint32_t source = m_units[item.unit].source;
        topic.mixed = topic.mixed || (topic.source != kLoose && topic.source != source);
        topic.source = source;
        topic.first = std::min(topic.first, m_order->m_ranks[row]);
    }
    m_order->m_knowsSnapshots.resize(topics.size(), false);
    for (std::size_t number = 0; number < topics.size(); ++number) {
        const auto id = static_cast<TopicId>(number);
        const Topic& topic = topics[number];
        auto& doubts = m_order->m_doubts[id];
        const auto add = [&doubts](TableDoubt::Kind kind, Rank from, Rank to, std::string reason) {
            if (from < to) {
                doubts.push_back({kind, from, to, std::move(reason)});
            }
        };
        // Once a reading has no row of the table, or no end of it, that is so up to the next.
        const auto endOpen = [&doubts](Rank to) {
            for (TableDoubt& doubt : doubts) {
                doubt.to = std::min(doubt.to, to);
            }
        };
        for (const Reading& reading : readings) {
            if (topic.mixed || reading.source != topic.source) {
                continue;
            }
            m_order->m_knowsSnapshots[id] = true;
            const auto table = reading.tables.find(id);
            const bool has = table != reading.tables.end();
            const std::string place =
                m_snapshot->placeOf(has ? table->second.first : reading.firstRow()).toString();
            if (has ? topic.first >= reading.first : reading.behind == kNoRank) {
                add(TableDoubt::Kind::Before, 0, reading.first + 1,
                    fmt::format("what the table held before it was first read, at {}, is not in "
                                "the log",
                                place));
            } else if (reading.behind != kNoRank && !reading.between) {
                add(TableDoubt::Kind::Gap, reading.behind, reading.first + 1,
                    fmt::format("the connector read its tables anew at {}: what changed in between "
                                "is not in the log",
                                place));
            }
            if (has) {
                endOpen(reading.first + 1);
                add(TableDoubt::Kind::Reading, reading.first + 1, reading.end,
                    fmt::format("inside the snapshot that begins at {}", place));
                if (!reading.whole(table->second)) {
                    add(TableDoubt::Kind::Reading, reading.end, kNoRank,
                        fmt::format(
                            "the snapshot that begins at {} has no end in the capture: rows "
                            "of the table may be missing",
                            place));
                }
            } else if (topic.first < reading.first && !reading.between) {
                add(TableDoubt::Kind::NotRead, reading.first + 1, kNoRank,
                    fmt::format("the connector read its tables anew, from {} on, and there is no "
                                "row of this one: it may have been empty by then",
                                place));
            }
        }
    }
}

} // namespace hindcast

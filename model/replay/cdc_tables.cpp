// What change data tells of a table as a whole: that it was dropped, renamed or altered, or is
// being read.
#include "model/replay/cdc_reducer.h"
#include "model/replay/change_counts.h"
#include "model/replay/schema_types.h"
#include "model/replay/table_doubts.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

std::string CdcReducer::firstRead(const RecordView& record)
{
    return fmt::format("what the table held before it was first read, at {}-{}@{}, is not in the "
                       "log",
                       record.topic, record.partition, record.offset);
}

std::string CdcReducer::notReadToEnd(const RecordView& record)
{
    return fmt::format("the snapshot that begins at {}-{}@{} is not at its end: rows of the table "
                       "may be missing",
                       record.topic, record.partition, record.offset);
}

// By other orders than that of the commits, which knows the snapshots itself: where the first that
// comes was there before, and where rows are still being read. false: it is a row of an incremental
// snapshot, of a table that is whole without it (see CommitOrder::Role::ReadAgain).
bool CdcReducer::noteReading(const ChangeEvent& event, const RecordView& record,
                             FoldContext& context)
{
    ChangeCounts& counts = context.changes();
    if (event.snapshot == 'i' && counts.readBefore && !counts.reading) {
        return false;
    }
    const Rank rank = context.eventRank();
    if (event.op == 'r' && event.snapshot != 'i') {
        const bool begins = !counts.reading || event.snapshot == 'f';
        if (begins && counts.anyRow && m_oneTopic) {
            context.doubts().add(
                {TableDoubt::Kind::Gap, counts.lastChange + 1, TableDoubt::kNever,
                 fmt::format("the connector read its tables anew at {}-{}@{}: rows that were "
                             "deleted before may stay{}",
                             record.topic, record.partition, record.offset,
                             context.wholeOrder() ? "" : "; the clock commit empties the table")});
        }
        if (event.snapshot != 'l' && !context.doubts().has(TableDoubt::Kind::Reading)) {
            context.doubts().open(TableDoubt::Kind::Reading, rank, notReadToEnd(record));
        }
        counts.reading = true;
    }
    if (event.op == 'r' && !counts.anyRow) {
        context.doubts().before(rank, firstRead(record));
    }
    if (counts.reading && (event.op != 'r' || event.snapshot == 'l')) {
        context.doubts().close(TableDoubt::Kind::Reading, rank);
        counts.reading = false;
        counts.readBefore = true;
    }
    counts.anyRow = true;
    counts.lastChange = rank;
    return true;
}

// What happened to the table as a whole, if it is one that is folded.
void CdcReducer::applyToTable(const RecordView& record, const RowChange& change,
                              FoldContext& context)
{
    const ChangeCounts& counts = context.changes();
    const auto place = [&record] {
        return fmt::format("{}-{}@{}", record.topic, record.partition, record.offset);
    };
    const auto takes = [&](std::string_view table) {
        return m_tables.empty() ? counts.table == table && counts.schema == change.schema
                                : isMine(change.schema, change.schema, table);
    };
    switch (change.op) {
    case 'x': {
        const bool whole = change.table.empty(); // the database
        const bool mine = !whole             ? takes(change.table)
                          : m_tables.empty() ? counts.schema == change.schema
                                             : hasTableIn(change.schema);
        if (mine) {
            context.removeAllOfTopic();
        }
        break;
    }
    case 'n': {
        // Canal has the new name and the statement, Maxwell the old name.
        const auto named = [&](std::string_view table) {
            return !table.empty() && change.renamed.find(table) != std::string_view::npos;
        };
        const bool mine =
            takes(change.table) ||
            (m_tables.empty()
                 ? named(counts.table)
                 : std::any_of(m_tables.begin(), m_tables.end(), [&](const std::string& table) {
                       return named(table.substr(table.rfind('.') + 1));
                   }));
        if (mine) {
            context.doubts().open(
                TableDoubt::Kind::Renamed, context.eventRank(),
                fmt::format(
                    "the table, or one to its name, was renamed at {}: which rows are in it "
                    "since is not told; `table` says which names are folded",
                    place()));
        }
        break;
    }
    case 'a':
        if (takes(change.table)) {
            noteAltered(record, context);
        }
        break;
    case 'b':
    case 'e':
        if (takes(change.table) || (m_tables.empty() && counts.table.empty())) {
            noteBootstrap(record, change.op == 'b', context);
        }
        break;
    default:
        break;
    }
}

// Whether a table that the source names may be in the database.
bool CdcReducer::hasTableIn(std::string_view database) const
{
    return std::any_of(m_tables.begin(), m_tables.end(), [&](const std::string& table) {
        const std::size_t dot = table.find('.');
        return dot == std::string::npos || std::string_view(table).substr(0, dot) == database;
    });
}

void CdcReducer::noteBootstrap(const RecordView& record, bool begins, FoldContext& context)
{
    ChangeCounts& counts = context.changes();
    counts.reading = begins;
    if (begins) {
        context.doubts().open(TableDoubt::Kind::Reading, context.eventRank(), notReadToEnd(record));
    } else {
        context.doubts().close(TableDoubt::Kind::Reading, context.eventRank());
        context.doubts().close(TableDoubt::Kind::Unseen, context.eventRank());
    }
}

// A row that a snapshot tells first was there before. What the stream changes comes behind the
// snapshot that it began with, but for Maxwell's, which are asked for at any time and say their
// end.
void CdcReducer::noteRow(const RecordView& record, const RowChange& change, FoldContext& context)
{
    ChangeCounts& counts = context.changes();
    if (change.op == 'r') {
        TableDoubts& doubts = context.doubts();
        if (!context.exists(m_key) && !counts.readBefore) {
            doubts.before(context.eventRank(), firstRead(record));
            counts.readBefore = true;
        }
        if (!counts.reading) {
            doubts.open(TableDoubt::Kind::Reading, context.eventRank(), notReadToEnd(record));
            counts.reading = true;
        }
    } else if (counts.reading && m_reader.event().shape != ChangeShape::Maxwell) {
        context.doubts().close(TableDoubt::Kind::Reading, context.eventRank());
        counts.reading = false;
    }
    if (change.op == 'd') {
        context.changesRow(m_key, record);
    }
}

// No event tells that a column was added, dropped or given another type: rows that nothing changes
// since are as they were, and what they have in a new one (a default, maybe) is not told.
void CdcReducer::noteColumns(std::string_view row, const RecordView& record, FoldContext& context)
{
    if (m_row.read(row, false) != JsonMembers::Kind::Object) {
        return;
    }
    const auto types =
        record.value ? typesOfSchema(*record.value) : std::map<std::string, SqlType>();
    std::vector<RowShape::Column> columns;
    for (const JsonMember& member : m_row.members()) {
        if (!ChangeReader::isMetadata(member.key)) {
            const auto type = types.find(std::string(member.key));
            columns.push_back({std::string(member.key),
                               type == types.end() ? std::string() : type->second.toText()});
        }
    }
    RowShape& shape = context.changes().rowShape;
    const RowShape::Change change = shape.take(columns, m_oneTopic);
    if (shape.isOfDocuments()) {
        context.doubts().forgetAltered();
    } else if (const std::uint64_t rows = context.rowCount(); change.any() && rows > 0) {
        context.doubts().altered(shape.shown(), context.eventRank(), rows,
                                 fmt::format("{} at {}-{}@{}", change.words(), record.topic,
                                             record.partition, record.offset),
                                 change.ofOldRows());
    }
}

// The stream tells that the table was altered: from here on, and what of it is not told.
void CdcReducer::noteAltered(const RecordView& record, FoldContext& context)
{
    context.changes().rowShape.forget();
    if (const std::uint64_t rows = context.rowCount(); rows > 0) {
        const Rank rank = context.eventRank();
        context.doubts().altered(rank, rank, rows,
                                 fmt::format("the table was altered at {}-{}@{}", record.topic,
                                             record.partition, record.offset),
                                 "are as they were");
    }
}

} // namespace hindcast

// How `cdc` folds the records of the streaming tools: Maxwell, Canal, AWS DMS and wal2json.
#include "model/replay/cdc_reducer.h"
#include "model/replay/change_counts.h"
#include "model/replay/key_reader.h"
#include "model/replay/names_mark.h"
#include "model/replay/table_doubts.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

namespace {

void appendMember(std::string_view name, std::string_view value, std::string& text)
{
    text += text.size() > 1 ? ",\"" : "\"";
    text += name;
    text += "\":";
    text += value;
}

// The row with the values of `changed` where that has them: what it was before an update.
void writeRow(const JsonMembers& row, const JsonMembers* changed, std::string& text)
{
    text = "{";
    for (const JsonMember& column : row.members()) {
        const std::string_view other = changed ? changed->value(column.key) : std::string_view();
        appendMember(column.key, other.empty() ? column.value : other, text);
    }
    text += '}';
}

} // namespace

void CdcReducer::applyRows(const RecordView& record, FoldContext& context)
{
    const RowChanges& changes = m_reader.rows();
    if (!changes.problem().empty()) {
        context.skip(changes.problem());
        return;
    }
    const auto& rows = changes.rows();
    if (std::none_of(rows.begin(), rows.end(),
                     [](const RowChange& row) { return isOfRow(row.op) || row.op == 't'; })) {
        ++context.changes().withoutRows;
    }
    for (const RowChange& row : rows) {
        if (!isOfRow(row.op) && row.op != 't') {
            applyToTable(record, row, context);
            continue;
        }
        if (!takesTable(row, context)) {
            continue;
        }
        if (row.op == 't') {
            context.removeAllOfTopic();
        } else {
            applyChange(record, row, rows.size() == 1, context);
        }
    }
}

// Rows of two tables must not meet under one key.
bool CdcReducer::takesTable(const RowChange& change, FoldContext& context)
{
    ChangeCounts& counts = context.changes();
    bool mine = false;
    if (!m_tables.empty()) {
        mine = isMine(change.schema, change.schema, change.table);
        if (mine && counts.table.empty()) {
            counts.schema = change.schema;
            counts.table = change.table;
        }
    } else if (counts.table.empty()) {
        counts.schema = change.schema;
        counts.table = change.table;
        mine = true;
    } else {
        mine = counts.table == change.table && counts.schema == change.schema;
    }
    if (!mine) {
        counts.leftOut(change.tableName());
    }
    return mine;
}

// Of wal2json, which alone makes its rows of columns and values.
const std::vector<std::string>* CdcReducer::identityOf(const RowChange& change,
                                                       FoldContext& context)
{
    return change.made ? context.rowIdentity(change.tableName()) : nullptr;
}

// By what the projection says, what the event says, the record's key, the replica identity.
CdcReducer::RowKey CdcReducer::columnsOf(const RecordView& record, const RowChange& change,
                                         FoldContext& context)
{
    m_columns.clear();
    m_fromRecordKey = false;
    m_hasNoKey = false;
    if (!m_keyColumns.empty()) {
        m_columns.assign(m_keyColumns.begin(), m_keyColumns.end());
        return RowKey::Key;
    }
    // The replica identity decides where it is an index: a delete does not have the primary key.
    if (const auto* const identity = identityOf(change, context)) {
        m_columns.assign(identity->begin(), identity->end());
        return RowKey::Key;
    }
    if (change.keyTold) {
        const auto told = m_reader.rows().keyOf(change);
        m_columns.assign(told.begin(), told.end());
        return told.empty() ? RowKey::None : RowKey::Key;
    }
    if (record.key) {
        readRecordKey(*record.key);
        m_fromRecordKey = true;
        return m_hasNoKey ? RowKey::None : RowKey::Key;
    }
    if (change.made && !change.before.empty()) {
        for (const JsonMember& column : m_before.members()) {
            m_columns.push_back(column.key);
        }
        return RowKey::Key;
    }
    return RowKey::Untold;
}

// The columns that a record's key is made of; none where it is a mere text.
void CdcReducer::readRecordKey(std::string_view raw)
{
    const auto kind = m_outer.read(raw, false);
    if (kind == JsonMembers::Kind::Other && m_outer.readItems(raw) &&
        m_outer.members().size() == 3) {
        // Maxwell's kafka_key_format=array: ["shop","orders",[{"id":23}]]
        const std::string_view columns = m_outer.members().back().value;
        if (m_outer.readItems(columns)) {
            JsonMembers column;
            for (const JsonMember& item : m_outer.members()) {
                if (column.read(item.value, false) == JsonMembers::Kind::Object &&
                    !column.members().empty()) {
                    m_columns.push_back(column.members().front().key);
                }
            }
        }
        return;
    }
    if (kind != JsonMembers::Kind::Object) {
        return;
    }
    if (const std::string_view payload = m_outer.value("payload");
        !payload.empty() && !m_outer.value("schema").empty() &&
        m_outer.read(payload, false) != JsonMembers::Kind::Object) {
        return;
    }
    const bool maxwell = ChangeKey::isMaxwell(m_outer);
    for (const JsonMember& field : m_outer.members()) {
        if (!maxwell) {
            m_columns.push_back(field.key);
        } else if (field.key.starts_with("pk.")) {
            m_columns.push_back(field.key.substr(3));
        }
    }
    m_hasNoKey = maxwell && m_columns.empty();
}

// Of the row read last; by the values that it had before where `changed` has them.
bool CdcReducer::keyOfRow(const JsonMembers* changed, std::string& key) const
{
    key.clear();
    for (const std::string_view column : m_columns) {
        std::string_view value = changed ? changed->value(column) : std::string_view();
        value = value.empty() ? m_row.value(column) : value;
        if (value.empty()) {
            return false;
        }
        if (m_columns.size() == 1) {
            appendKeyToken(value, key);
            return true;
        }
        key += key.empty() ? '[' : ',';
        key += value;
    }
    key += ']';
    return !m_columns.empty();
}

// AWS DMS writes "shop.orders.5" as the key of an update, and what its row's key was in the image
// before: that of the key it had, into m_oldKey, where one column's change explains it.
bool CdcReducer::readOldTextKey(const RowChange& change)
{
    const std::string in = change.tableName() + ".";
    if (!m_key.starts_with(in)) {
        return false;
    }
    std::string now;
    for (const JsonMember& column : m_before.members()) {
        const std::string_view value = m_row.value(column.key);
        if (value.empty() || value == column.value) {
            continue;
        }
        now.clear();
        appendKeyToken(value, now);
        if (std::string_view(m_key).substr(in.size()) == now) {
            m_oldKey = in;
            appendKeyToken(column.value, m_oldKey);
            return true;
        }
    }
    return false;
}

// Updates of wal2json lack values that are large, rows of AWS DMS what is null.
bool CdcReducer::showsColumns(const RowChange& change) const
{
    return !change.partial && m_reader.event().shape != ChangeShape::Dms;
}

bool CdcReducer::findRowKey(const RecordView& record, const RowChange& change, bool alone,
                            FoldContext& context)
{
    if (keyOfRow(nullptr, m_key)) {
        return true;
    }
    if (m_fromRecordKey && alone) {
        // Its fields are no columns: the record's key as it stands.
        m_columns.clear();
        const bool told = m_keyReader.read(*record.key, m_key);
        if (told && (m_key == change.table || m_key == change.tableName())) {
            context.untold("The keys of the records name the table only, so they do not tell its "
                           "rows apart; name the columns that do: key = \"value.id\".");
            return false;
        }
        if (told) {
            return true;
        }
    }
    context.untold(m_columns.empty()
                       ? "This record does not say which columns tell its rows apart; name them: "
                         "key = \"value.id\"."
                       : fmt::format("This change lacks columns that tell its row apart: {}.",
                                     fmt::join(m_columns, ", ")));
    return false;
}

void CdcReducer::applyChange(const RecordView& record, const RowChange& change, bool alone,
                             FoldContext& context)
{
    const bool removes = change.op == 'd';
    if (change.before.empty() || m_before.read(change.before, false) != JsonMembers::Kind::Object) {
        m_before.clear();
    }
    const RowKey told = columnsOf(record, change, context);
    const std::string_view row = removes ? change.before : change.after;
    if (m_row.read(row, false) != JsonMembers::Kind::Object) {
        context.skip("The row of this change is no JSON object.");
        return;
    }
    if (told == RowKey::None) {
        applyRowToBag(change, context);
        return;
    }
    if (told == RowKey::Untold) {
        context.untold("This change does not say which columns tell its row apart, and its record "
                       "has no key; name them: key = \"value.id\".");
        return;
    }
    if (!findRowKey(record, change, alone, context)) {
        return;
    }
    noteRow(record, change, context);
    if (!removes && showsColumns(change) &&
        context.changes().rowShape.looksAt(NamesMark::ofMembers(change.after),
                                           context.eventRank())) {
        noteColumns(change.after, record, context);
    }
    if (removes) {
        context.remove(m_key);
        return;
    }
    const bool moved = change.op == 'u' && !m_before.members().empty() &&
                       (m_columns.empty() ? readOldTextKey(change)
                                          : keyOfRow(&m_before, m_oldKey) && m_oldKey != m_key);
    if (change.op == 'u') {
        context.changesRow(moved ? m_oldKey : m_key, record);
    }
    if (moved && context.exists(m_key)) {
        context.doubts().open(
            TableDoubt::Kind::Unseen, context.eventRank(),
            fmt::format("at {}-{}@{} a row takes the key of one that is still there: keys were "
                        "exchanged, and which rows have them is not told",
                        record.topic, record.partition, record.offset));
    }
    const bool completed = change.partial && complete(moved ? m_oldKey : m_key, context);
    if (moved) {
        context.remove(m_oldKey);
    }
    if (completed) {
        context.put(m_key, m_state);
    } else if (alone && !change.made) {
        context.putFromRecord(m_key, change.after);
    } else {
        context.put(m_key, change.after);
    }
}

// An update as a whole row, where its unchanged large values are absent: they are what they were,
// by the row before the update where the event has it whole, else by the state. False: the row
// lacks nothing.
bool CdcReducer::complete(std::string_view key, FoldContext& context)
{
    const auto state = context.stateOf(key);
    m_state = "{";
    bool lacked = false;
    if (state && m_outer.read(*state, false) == JsonMembers::Kind::Object) {
        for (const JsonMember& column : m_outer.members()) {
            std::string_view value = m_row.value(column.key);
            if (value.empty()) {
                lacked = true;
                const std::string_view before = m_before.value(column.key);
                value = before.empty() ? column.value : before;
            }
            appendMember(column.key, value, m_state);
        }
    } else {
        m_outer.clear();
        // The event's own image of the row before has all columns, or only those that tell it.
        const bool whole = m_before.members().size() > m_columns.size();
        for (const JsonMember& column : m_before.members()) {
            const std::string_view value = m_row.value(column.key);
            lacked = lacked || (whole && value.empty());
            if (whole) {
                appendMember(column.key, value.empty() ? column.value : value, m_state);
            }
        }
        if (!whole) {
            context.unknownValue();
            return false;
        }
        std::swap(m_outer, m_before);
    }
    for (const JsonMember& column : m_row.members()) {
        if (m_outer.value(column.key).empty()) {
            appendMember(column.key, column.value, m_state);
        }
    }
    m_state += '}';
    return lacked;
}

// A table without a key: rows stand under their own text, always written in one way.
void CdcReducer::applyRowToBag(const RowChange& change, FoldContext& context)
{
    std::string before;
    std::string after;
    if (change.op == 'd') {
        writeRow(m_row, nullptr, before);
    } else if (change.op == 'u') {
        if (m_before.members().empty()) {
            context.skipWithoutKey();
            return;
        }
        // wal2json tells the whole row, the others what changed.
        if (change.made) {
            writeRow(m_before, nullptr, before);
            writeRow(m_before, &m_row, after);
        } else {
            writeRow(m_row, &m_before, before);
            writeRow(m_row, nullptr, after);
        }
    } else {
        writeRow(m_row, nullptr, after);
    }
    if (!before.empty() && !removeFromBag(before, context)) {
        context.skip("This change has no key, and the row that it names is not there.");
    }
    if (!after.empty()) {
        addToBag(after, false, context);
    }
}

} // namespace hindcast

#include "model/replay/cdc_reducer.h"

#include "model/decode/json_text.h"
#include "model/replay/change_counts.h"
#include "model/replay/key_reader.h"
#include "model/replay/prepared_changes.h"

#include <algorithm>
#include <string>

namespace hindcast {

namespace {

// What stands for a value that the database did not write again, per Debezium's default
// `unavailable.value.placeholder`: as a text, as bytes (base64), inside an array.
constexpr std::string_view kUnavailable = "__debezium_unavailable_value";
constexpr std::string_view kUnavailableBase64 = "X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==";

bool isUnavailable(std::string_view token)
{
    if (token.starts_with('[') && token.ends_with(']')) {
        token = token.substr(1, token.size() - 2);
        token.remove_prefix(std::min(token.find_first_not_of(" \t\r\n"), token.size()));
        token = trimJsonToken(token);
    }
    if (token.size() < 2 || token.front() != '"') {
        return false;
    }
    token = token.substr(1, token.size() - 2);
    return token == kUnavailable || token == kUnavailableBase64;
}

bool mayHoldUnavailable(std::string_view row)
{
    return row.find(kUnavailable) != std::string_view::npos ||
           row.find(kUnavailableBase64) != std::string_view::npos;
}

} // namespace

MadeReducer CdcReducer::make(const ProjectionSource& source)
{
    std::vector<std::string> columns;
    for (const FieldPath& path : source.key) {
        if (source.keyIsRecordKey()) {
            break; // as it would be anyway
        }
        const bool column = path.root == FieldPath::Root::Value && path.steps.size() == 1 &&
                            std::holds_alternative<std::string>(path.steps.front());
        if (!column) {
            return tl::unexpected(
                SettingMistake{source.line, "The key of cdc names columns of the row, as in key = "
                                            "\"value.id\"; " +
                                                path.toString() + " is none."});
        }
        std::string text;
        appendJsonText(std::get<std::string>(path.steps.front()), text);
        columns.push_back(text.substr(1, text.size() - 2));
    }
    std::vector<std::string> tables;
    if (const Setting* const setting = findSetting(source.settings, "table")) {
        auto names = settingTexts(*setting);
        if (!names) {
            return tl::unexpected(names.error());
        }
        for (const std::string& name : *names) {
            std::string text;
            appendJsonText(name, text);
            tables.push_back(text.substr(1, text.size() - 2));
        }
    }
    auto reducer = std::make_unique<CdcReducer>(std::move(columns), std::move(tables));
    reducer->m_oneTopic = source.topics.size() == 1;
    return reducer;
}

CdcReducer::CdcReducer(std::vector<std::string> keyColumns, std::vector<std::string> tables)
    : m_keyColumns(std::move(keyColumns))
    , m_tables(std::move(tables))
{
}

// Whether a table is among those that the source names, by its name alone or with what it is in.
bool CdcReducer::isMine(std::string_view database, std::string_view schema,
                        std::string_view table) const
{
    return std::any_of(m_tables.begin(), m_tables.end(), [&](const std::string& name) {
        if (!name.ends_with(table)) {
            return false;
        }
        const std::string_view in = std::string_view(name).substr(0, name.size() - table.size());
        return in.empty() || (in.ends_with('.') && (in.substr(0, in.size() - 1) == schema ||
                                                    in.substr(0, in.size() - 1) == database));
    });
}

bool CdcReducer::keyOf(const JsonMembers& row, const std::vector<std::string>& columns)
{
    m_key.clear();
    for (const std::string& column : columns) {
        const std::string_view value = row.value(column);
        if (value.empty()) {
            return false;
        }
        if (columns.size() == 1) {
            appendKeyToken(value, m_key);
            return true;
        }
        m_key += m_key.empty() ? '[' : ',';
        m_key += value;
    }
    m_key += ']';
    return true;
}

// Of the record itself, into m_key.
bool CdcReducer::readRecordsKey(const FoldEvent& event)
{
    if (event.prepared != nullptr) {
        const auto key = static_cast<const PreparedChanges*>(event.prepared)->key(event.index);
        m_key = key.value_or(std::string_view());
        m_keyHasNull = static_cast<const PreparedChanges*>(event.prepared)->keyHasNull(event.index);
        return key.has_value();
    }
    const bool told = event.record.key && m_keyReader.read(*event.record.key, m_key);
    m_keyHasNull = told && m_keyReader.hasNull();
    return told;
}

// `row`: what the event has of the row it changes or makes.
CdcReducer::RowKey CdcReducer::findKey(const FoldEvent& event, std::string_view row,
                                       FoldContext& context)
{
    const bool named = !m_keyColumns.empty();
    if (!named && !readRecordsKey(event)) {
        return RowKey::None;
    }
    const std::vector<std::string>* const columns = named ? &m_keyColumns : context.rowIdentity({});
    if (columns == nullptr && m_keyHasNull) {
        return RowKey::Null;
    }
    if (columns == nullptr) {
        context.keyIsOfRecord(m_key);
        return RowKey::Key;
    }
    // The key of such a delete is made up.
    const bool told = !row.empty() && m_row.read(row, false) == JsonMembers::Kind::Object &&
                      keyOf(m_row, *columns);
    return told ? RowKey::Key : RowKey::Untold;
}

std::unique_ptr<RecordPreparer> CdcReducer::preparer() const
{
    // Which table an event changes is not in what is prepared.
    return m_tables.empty() ? PreparedChanges::preparer() : nullptr;
}

void CdcReducer::apply(const FoldEvent& incoming, FoldContext& context)
{
    const RecordView& record = incoming.record;
    const ChangeEvent* const known =
        incoming.prepared == nullptr
            ? nullptr
            : static_cast<const PreparedChanges*>(incoming.prepared)->event(incoming.index);
    const ChangeEvent& event = known ? *known : m_reader.read(record);
    if (event.tombstone) {
        // After a `d` there is nothing left to remove; where compaction took the `d`, the tombstone
        // says the same.
        if (m_keyColumns.empty() && context.rowIdentity({}) == nullptr &&
            readRecordsKey(incoming)) {
            context.keyIsOfRecord(m_key);
            context.remove(m_key);
        }
        return;
    }
    if (event.shape == ChangeEvent::Shape::Other) {
        context.skip(m_reader.whyOther(record));
        return;
    }
    ChangeCounts& counts = context.changes();
    counts.saw(event.shape);
    if (isStreamed(event.shape)) {
        applyRows(record, context);
        return;
    }
    if (event.shape == ChangeEvent::Shape::Boundary || event.op == 'm') {
        return; // of a transaction, or a logical message: no row
    }
    if (!m_tables.empty()) {
        const ChangeReader::Table of = m_reader.table();
        if (!of.table.empty() && !isMine(of.database, of.schema, of.table)) {
            counts.leftOut(std::string(of.schema.empty() ? of.database : of.schema) + "." +
                           std::string(of.table));
            return;
        }
    }
    if (event.op == 't') {
        context.removeAllOfTopic();
        return;
    }
    if (event.op != 'c' && event.op != 'u' && event.op != 'r' && event.op != 'd') {
        context.skip("This change event has an \"op\" that is none of c, u, d, r, t and m.");
        return;
    }
    const bool removes = event.op == 'd';
    if (!removes && event.after.empty()) {
        context.skip("This change event has no row in \"after\".");
        return;
    }
    if (!context.knowsSnapshots() && !noteReading(event, record, context)) {
        return;
    }
    if (!removes) {
        const std::uint64_t columns = known ? static_cast<const PreparedChanges*>(incoming.prepared)
                                                  ->columnsMark(incoming.index)
                                            : m_reader.columnsMark();
        if (counts.rowShape.looksAt(columns, context.eventRank())) {
            noteColumns(event.after, record, context);
        }
    }
    switch (findKey(incoming, removes ? event.before : event.after, context)) {
    case RowKey::Key:
        counts.keyed = true;
        if (!removes) {
            // An update changes a row that is there, as one that changes what tells its row apart
            // comes as a delete and an insert. So a row was there that no record tells: what was
            // before the log, or under a key that is not the event's own.
            const bool moved = event.op == 'u' && readOldIdentity(event, context);
            if (event.op == 'u' && context.wholeOrder() &&
                !context.exists(moved ? m_oldKey : m_key)) {
                context.unknownValue();
            }
            if (event.op == 'u' || event.snapshot == 'i') {
                context.changesRow(moved ? m_oldKey : m_key, record);
            }
            put(record, event, moved, context);
            if (moved) {
                context.remove(m_oldKey);
            }
        } else if (event.shape == ChangeEvent::Shape::Unwrapped && event.before.empty() &&
                   context.wholeOrder() && !context.exists(m_key)) {
            context.untold("A delete has the key of no row: the table is told apart by other "
                           "columns, and unwrapped changes do not have them.");
        } else {
            context.changesRow(m_key, record);
            context.remove(m_key);
        }
        break;
    case RowKey::None:
        applyToBag(record, event, context);
        break;
    case RowKey::Null:
        context.untold("The key of this change has a null in it, as that of a unique index may, so "
                       "several rows may have it; name the columns that tell rows apart: "
                       "key = \"value.id\".");
        break;
    case RowKey::Untold:
        context.untold("This change does not say which row it means: the table is told apart by "
                       "other columns than its key, and they are not in the event.");
        break;
    }
}

void CdcReducer::applyToBag(const RecordView& record, const ChangeEvent& event,
                            FoldContext& context)
{
    if (event.shape == ChangeEvent::Shape::Unwrapped) {
        context.untold(
            "A table without a key cannot be rebuilt from unwrapped changes: they do not "
            "say which row was there before.");
        return;
    }
    if (event.op == 'd' || event.op == 'u') {
        if (event.before.empty()) {
            context.skipWithoutKey();
            return;
        }
        if (!removeFromBag(event.before, context)) {
            // A table that is being dropped loses its key first.
            if (!context.changes().keyed) {
                context.changesRow(event.before, record);
            }
            context.skip("This change has no key, and the row that it names is not there.");
            if (event.op == 'd') {
                return;
            }
        }
    }
    if (event.op != 'd') {
        addToBag(event.after, true, context);
    }
}

namespace {

void nameCopy(std::string_view row, std::uint64_t copy, std::string& key)
{
    key = row;
    if (copy > 1) {
        key += " #";
        key += std::to_string(copy);
    }
}

} // namespace

// Copies are numbered from 1 without a gap, so that their number is found in a few looks.
std::uint64_t CdcReducer::copiesOf(std::string_view row, FoldContext& context)
{
    const auto has = [&](std::uint64_t copy) {
        nameCopy(row, copy, m_key);
        return context.exists(m_key);
    };
    std::uint64_t high = 1;
    while (has(high)) {
        high *= 2;
    }
    std::uint64_t low = high / 2; // is there, or 0
    while (high - low > 1) {
        const std::uint64_t middle = low + (high - low) / 2;
        (has(middle) ? low : high) = middle;
    }
    return low;
}

void CdcReducer::addToBag(std::string_view row, bool inRecord, FoldContext& context)
{
    nameCopy(row, copiesOf(row, context) + 1, m_key);
    if (inRecord) {
        context.putFromRecord(m_key, row);
    } else {
        context.put(m_key, row);
    }
}

bool CdcReducer::removeFromBag(std::string_view row, FoldContext& context)
{
    const std::uint64_t copies = copiesOf(row, context);
    if (copies > 0) {
        nameCopy(row, copies, m_key);
        context.remove(m_key);
    }
    return copies > 0;
}

// Where rows are told apart by an index, an update that changes its columns names those that the
// row had; into m_oldKey. False: it has them still.
bool CdcReducer::readOldIdentity(const ChangeEvent& event, FoldContext& context)
{
    const auto* const columns = m_keyColumns.empty() ? context.rowIdentity({}) : nullptr;
    if (columns == nullptr || event.before.empty() ||
        m_before.read(event.before, false) != JsonMembers::Kind::Object) {
        return false;
    }
    std::swap(m_key, m_oldKey);
    const bool told = keyOf(m_before, *columns);
    std::swap(m_key, m_oldKey);
    return told && m_oldKey != m_key;
}

void CdcReducer::put(const RecordView& record, const ChangeEvent& event, bool moved,
                     FoldContext& context)
{
    // Only an update that has no image of the row before, or the creation that a changed primary
    // key leaves, can lack a value; elsewhere the same text is a value.
    const auto old = event.op == 'c' ? record.headers.last("__debezium.oldkey") : std::nullopt;
    const bool wholeBefore = !event.before.empty() && context.rowIdentity({}) == nullptr;
    const bool mayLack = (event.op == 'u' && !wholeBefore) || (old && old->value);
    const bool lacks = mayLack && mayHoldUnavailable(event.after);
    if (!lacks && !event.metadata) {
        context.putFromRecord(m_key, event.after);
        return;
    }
    std::optional<std::string_view> before;
    if (lacks && event.op == 'u') {
        before = context.stateOf(moved ? m_oldKey : m_key);
    } else if (lacks && m_keyColumns.empty() && context.rowIdentity({}) == nullptr) {
        // The parser reads past the end; a header has no padding behind it.
        std::string padded(*old->value);
        padded.append(RecordBatch::kPadding, '\0');
        if (m_keyReader.read(std::string_view(padded).substr(0, old->value->size()), m_oldKey)) {
            before = context.lastStateOf(m_oldKey);
        }
        // The header may write the key otherwise than records do (1.10 for "bg=="), or not as JSON.
        // By the order of transactions the delete that belongs to it comes right before.
        if (const auto removed = context.lastRemoved();
            !before && removed && context.wholeOrder()) {
            m_oldKey = *removed;
            before = context.lastStateOf(m_oldKey);
        }
    }
    if (rebuild(event, lacks, before, context) || event.metadata) {
        context.put(m_key, m_state);
    } else {
        context.putFromRecord(m_key, event.after);
    }
}

// The row with the values it had, and without what is not its own; false where it is as it came.
bool CdcReducer::rebuild(const ChangeEvent& event, bool lacks,
                         std::optional<std::string_view> before, FoldContext& context)
{
    m_state = "{";
    if (m_row.read(event.after, false) != JsonMembers::Kind::Object) {
        m_state += '}';
        return false;
    }
    if (!before || m_before.read(*before, false) != JsonMembers::Kind::Object) {
        m_before.clear();
    }
    bool changed = false;
    for (const JsonMember& column : m_row.members()) {
        if (event.metadata && ChangeReader::isMetadata(column.key)) {
            changed = true;
            continue;
        }
        std::string_view value = column.value;
        if (lacks && isUnavailable(value)) {
            const std::string_view had = m_before.value(column.key);
            if (had.empty() || isUnavailable(had)) {
                context.unknownValue();
            } else {
                value = had;
                changed = true;
            }
        }
        if (m_state.size() > 1) {
            m_state += ',';
        }
        m_state += '"';
        m_state += column.key;
        m_state += "\":";
        m_state += value;
    }
    m_state += '}';
    return changed;
}

std::optional<std::string_view> CdcReducer::stateInRecord(const RecordView& record)
{
    const ChangeEvent& event = m_reader.read(record);
    if (isStreamed(event.shape)) {
        const auto& rows = m_reader.rows().rows();
        return rows.size() == 1 ? std::optional(rows.front().after) : std::nullopt;
    }
    return event.after.empty() ? std::nullopt : std::optional(event.after);
}

} // namespace hindcast

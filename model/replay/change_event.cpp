#include "model/replay/change_event.h"

#include "model/decode/json_text.h"
#include "model/replay/names_mark.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace hindcast {

namespace {

constexpr std::string_view kRunHeader = "__debezium.context.runId";
constexpr std::string_view kNameHeader = "__debezium.context.connectorLogicalName";

std::string_view unquoted(std::string_view token)
{
    if (token.size() >= 2 && token.front() == '"' && token.back() == '"') {
        return token.substr(1, token.size() - 2);
    }
    return token;
}

template <typename T>
std::optional<T> numberIn(std::string_view token)
{
    token = unquoted(token);
    T number{};
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
    if (error != std::errc() || end != token.data() + token.size()) {
        return std::nullopt;
    }
    return number;
}

// "[\"50466008\",\"50466464\"]" with escapes or without; each may be null.
void readSequence(std::string_view token, ChangePlace& place)
{
    std::array<std::optional<std::uint64_t>, 2> items;
    std::size_t item = 0;
    for (std::size_t i = 0; i < token.size() && item < items.size(); ++i) {
        if (token[i] >= '0' && token[i] <= '9') {
            const std::size_t end =
                std::min(token.find_first_not_of("0123456789", i), token.size());
            items[item++] = numberIn<std::uint64_t>(token.substr(i, end - i));
            i = end;
        } else if (token[i] == 'n') {
            ++item;
            i += 3;
        }
    }
    place.before = items[0];
    place.seen = items[1];
}

std::string_view headerText(const RecordView& record, std::string_view name)
{
    const auto header = record.headers.last(name);
    return header && header->value ? *header->value : std::string_view();
}

bool isRow(std::string_view token)
{
    return !token.empty() && token.front() == '{';
}

// Of the source's `snapshot`, the first letter.
char snapshotLetter(std::string_view source)
{
    static constexpr std::string_view kName = "\"snapshot\"";
    const std::size_t at = source.find(kName);
    const std::size_t word =
        at == std::string_view::npos ? at : source.find('"', at + kName.size());
    return word < source.size() - 1 ? source[word + 1] : '\0';
}

std::string_view orNone(std::string_view text)
{
    return text == "null" ? std::string_view() : text;
}

void tellBinlog(ChangePlace& place, std::string_view file, std::string_view pos,
                std::string_view row, std::string_view gtid)
{
    const auto at = numberIn<std::uint64_t>(pos);
    if (orNone(file).empty() || !at) {
        return;
    }
    place.binlog = {file, *at};
    place.row = numberIn<std::uint32_t>(row).value_or(0);
    if (place.transaction.empty()) {
        place.transaction = orNone(gtid);
    }
}

} // namespace

bool ChangeReader::isMetadata(std::string_view member)
{
    if (!member.starts_with("__")) {
        return false;
    }
    member.remove_prefix(2);
    static constexpr std::array<std::string_view, 18> kNames{
        "deleted",   "op",      "table",    "db",   "schema", "lsn", "txId", "sequence",  "name",
        "connector", "version", "snapshot", "file", "pos",    "row", "gtid", "server_id", "thread"};
    return member.starts_with("source_") || member.starts_with("transaction_") ||
           member.starts_with("ts_") ||
           std::find(kNames.begin(), kNames.end(), member) != kNames.end();
}

const ChangeEvent& ChangeReader::read(const RecordView& record)
{
    m_event = {};
    m_body.clear();
    if (!record.value || *record.value == "null") {
        if (!readUnwrapped(record)) {
            m_event.tombstone = true;
        }
        return m_event;
    }
    if (m_outer.read(*record.value, false) != JsonMembers::Kind::Object) {
        return m_event;
    }
    std::string_view row = *record.value;
    if (const std::string_view payload = m_outer.value("payload");
        !payload.empty() && m_outer.value("op").empty() && m_outer.members().size() <= 2) {
        if (payload == "null") {
            m_event.tombstone = !readUnwrapped(record);
            return m_event;
        }
        row = payload;
        if (m_body.read(payload, false) != JsonMembers::Kind::Object) {
            return m_event;
        }
    } else {
        std::swap(m_outer, m_body);
    }
    const std::string_view op = m_body.value("op");
    const std::string_view before = m_body.value("before");
    if (isEnvelope(record)) {
        m_event.shape = ChangeEvent::Shape::Envelope;
        const std::string_view letter = unquoted(op);
        m_event.op = letter.size() == 1 && std::string_view("cudrtm").find(letter.front()) !=
                                               std::string_view::npos
                         ? letter.front()
                         : '\0';
        m_event.before = isRow(before) ? before : std::string_view();
        const std::string_view after = m_body.value("after");
        m_event.after = isRow(after) ? after : std::string_view();
        if (m_event.op == 'r') {
            m_event.snapshot = snapshotLetter(m_body.value("source"));
        }
        return m_event;
    }
    if (const std::string_view status = m_body.value("status");
        (status == "\"END\"" || status == "\"BEGIN\"") && !m_body.value("event_count").empty() &&
        !m_body.value("id").empty()) {
        m_event.shape = ChangeEvent::Shape::Boundary;
        m_event.op = status == "\"END\"" ? 'e' : 'b';
        return m_event;
    }
    if (readUnwrapped(record)) {
        (m_event.op == 'd' ? m_event.before : m_event.after) = row;
    } else {
        m_event.shape = m_rows.read(m_body);
    }
    return m_event;
}

std::string ChangeReader::whyOther(const RecordView& record) const
{
    const std::string broken = record.value ? explainBrokenJson(*record.value) : std::string();
    return !broken.empty() ? broken + "."
                           : "This is no change event of a shape that is known: an envelope or an "
                             "unwrapped row of Debezium, or what Maxwell, Canal, AWS DMS or "
                             "wal2json write.";
}

ChangeReader::Table ChangeReader::table()
{
    const std::string_view source = m_body.value("source");
    if (m_event.shape != ChangeEvent::Shape::Envelope || !isRow(source) ||
        m_part.read(source, false) != JsonMembers::Kind::Object) {
        return {};
    }
    return {unquoted(m_part.value("db")), unquoted(m_part.value("schema")),
            unquoted(m_part.value("table"))};
}

// A table's own columns may have these names too; then they hold no objects, or something says that
// the row was unwrapped.
bool ChangeReader::isEnvelope(const RecordView& record) const
{
    const auto rowOrNull = [](std::string_view token) {
        return token.empty() || token == "null" || isRow(token);
    };
    const std::string_view source = m_body.value("source");
    const std::string_view before = m_body.value("before");
    const std::string_view after = m_body.value("after");
    return m_body.value("op").starts_with('"') && rowOrNull(source) && rowOrNull(before) &&
           rowOrNull(after) && (isRow(source) || (!before.empty() && !after.empty())) &&
           added(record, "op").empty() && added(record, "deleted").empty();
}

// What was added to the row, as its member or as a header.
std::string_view ChangeReader::added(const RecordView& record, std::string_view name) const
{
    m_name.assign("__");
    m_name += name;
    const std::string_view member = m_body.value(m_name);
    return unquoted(member.empty() ? headerText(record, m_name) : member);
}

bool ChangeReader::readUnwrapped(const RecordView& record)
{
    const bool row = !m_body.members().empty();
    const std::string_view op = added(record, "op");
    const std::string_view deleted = added(record, "deleted");
    if (op.empty() && deleted.empty() && (!row || headerText(record, kNameHeader).empty())) {
        return false;
    }
    m_event.shape = ChangeEvent::Shape::Unwrapped;
    m_event.metadata = std::any_of(m_body.members().begin(), m_body.members().end(),
                                   [](const JsonMember& member) { return isMetadata(member.key); });
    if (deleted == "true" || !row) {
        m_event.op = 'd';
    } else {
        m_event.op = op.size() == 1 ? op.front() : 'u';
    }
    return true;
}

std::uint64_t ChangeReader::columnsMark()
{
    std::uint64_t mark = 0;
    if (m_event.after.empty()) {
        return mark;
    }
    if (m_event.shape == ChangeEvent::Shape::Envelope) {
        mark = NamesMark::ofMembers(m_event.after);
    } else {
        NamesMark names;
        for (const JsonMember& member : m_body.members()) {
            if (!m_event.metadata || !isMetadata(member.key)) {
                names.add(member.key);
            }
        }
        mark = names.value();
    }
    // Nearly always that of the record before.
    const std::string_view schema = m_outer.value("schema");
    if (schema != m_schema) {
        m_schema = schema;
        NamesMark text;
        text.add(schema);
        m_schemaMark = schema.empty() ? 0 : text.value();
    }
    return mark == 0 ? 0 : mark ^ m_schemaMark;
}

ChangePlace ChangeReader::place(const RecordView& record)
{
    if (isStreamed(m_event.shape)) {
        return m_rows.place();
    }
    ChangePlace place;
    place.run = headerText(record, kRunHeader);
    switch (m_event.shape) {
    case ChangeEvent::Shape::Other:
    case ChangeEvent::Shape::Maxwell:
    case ChangeEvent::Shape::Canal:
    case ChangeEvent::Shape::Dms:
    case ChangeEvent::Shape::Wal2json:
        break;
    case ChangeEvent::Shape::Envelope: {
        if (const std::string_view transaction = m_body.value("transaction");
            isRow(transaction) && m_part.read(transaction, false) == JsonMembers::Kind::Object) {
            place.order = numberIn<std::uint32_t>(m_part.value("total_order")).value_or(0);
            place.transaction = orNone(unquoted(m_part.value("id")));
        }
        const std::string_view source = m_body.value("source");
        if (!isRow(source) || m_part.read(source, false) != JsonMembers::Kind::Object) {
            break;
        }
        place.source = unquoted(m_part.value("name"));
        place.txId = numberIn<std::int64_t>(m_part.value("txId"));
        place.lsn = numberIn<std::uint64_t>(m_part.value("lsn"));
        place.snapshot = unquoted(m_part.value("snapshot"));
        readSequence(m_part.value("sequence"), place);
        tellBinlog(place, unquoted(m_part.value("file")), m_part.value("pos"), m_part.value("row"),
                   unquoted(m_part.value("gtid")));
        place.chunk = m_part.value("snapshot") == "\"incremental\"";
        place.commitUs = numberIn<std::int64_t>(m_part.value("ts_us"));
        if (const auto ms = numberIn<std::int64_t>(m_part.value("ts_ms")); !place.commitUs && ms) {
            place.commitUs = *ms * 1000;
        }
        break;
    }
    case ChangeEvent::Shape::Unwrapped: {
        const auto either = [&](std::string_view longName, std::string_view shortName) {
            const std::string_view text = added(record, longName);
            return text.empty() ? added(record, shortName) : text;
        };
        place.source = headerText(record, kNameHeader);
        place.txId = numberIn<std::int64_t>(either("source_txId", "txId"));
        place.lsn = numberIn<std::uint64_t>(either("source_lsn", "lsn"));
        if (m_event.op == 'r') {
            place.snapshot = either("source_snapshot", "snapshot");
        }
        readSequence(either("source_sequence", "sequence"), place);
        if (const auto file = either("source_file", "file"); !file.empty()) {
            place.transaction = orNone(added(record, "transaction_id"));
            tellBinlog(place, file, either("source_pos", "pos"), either("source_row", "row"),
                       either("source_gtid", "gtid"));
            place.chunk = either("source_snapshot", "snapshot") == "incremental";
        }
        place.commitUs = numberIn<std::int64_t>(added(record, "source_ts_us"));
        if (const auto ms = numberIn<std::int64_t>(added(record, "source_ts_ms"));
            !place.commitUs && ms) {
            place.commitUs = *ms * 1000;
        }
        place.order =
            numberIn<std::uint32_t>(either("transaction_total_order", "total_order")).value_or(0);
        break;
    }
    case ChangeEvent::Shape::Boundary: {
        const std::string_view id = unquoted(m_body.value("id"));
        const std::size_t colon = id.find(':');
        if (colon != std::string_view::npos) {
            place.txId = numberIn<std::int64_t>(id.substr(0, colon));
            place.lsn = numberIn<std::uint64_t>(id.substr(colon + 1));
        }
        if (!place.txId || !place.lsn) { // MySQL's "file=...,pos=...", or a GTID
            place.txId.reset();
            place.lsn.reset();
            place.transaction = id;
        }
        if (const auto ms = numberIn<std::int64_t>(m_body.value("ts_ms"))) {
            place.commitUs = *ms * 1000;
        }
        break;
    }
    }
    return place;
}

} // namespace hindcast

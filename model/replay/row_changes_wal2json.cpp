// The records of wal2json, which tell columns and values apart: rows are made of them.
#include "model/replay/change_tokens.h"
#include "model/replay/row_changes.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

using namespace change_tokens;

namespace {

bool onlyHas(const JsonMembers& body, std::span<const std::string_view> known)
{
    return std::all_of(body.members().begin(), body.members().end(), [&](const JsonMember& m) {
        return std::find(known.begin(), known.end(), m.key) != known.end();
    });
}

} // namespace

// {"action": "U", "xid", "timestamp", "lsn", "schema", "table", "columns": [{"name", "type",
// "value"}], "identity": [...], "pk": [{"name", "type"}]}
bool RowChanges::readWal2json(const JsonMembers& body)
{
    static constexpr std::array<std::string_view, 10> kBoundaryNames{
        "action",  "xid",    "timestamp", "origin", "lsn",
        "nextlsn", "prefix", "content",   "schema", "transactional"};
    const std::string_view action = inside(body.value("action"));
    const std::string_view table = inside(body.value("table"));
    if (action.size() != 1 || std::string_view("IUDTBCM").find(action.front()) == action.npos) {
        return false;
    }
    const char letter = action.front();
    const bool ofTable = letter != 'B' && letter != 'C' && letter != 'M';
    const std::string_view columns = body.value("columns");
    const std::string_view identity = body.value("identity");
    if (ofTable ? table.empty() || (letter != 'T' && columns.empty() && identity.empty())
                : !onlyHas(body, kBoundaryNames)) {
        return false;
    }
    m_place.txId = numberOf<std::int64_t>(body.value("xid"));
    m_place.lsn = lsnOf(body.value("lsn"));
    m_place.commitUs = usOf(body.value("timestamp"));
    if (!ofTable) {
        m_boundary = letter == 'B' ? 'b' : letter == 'C' ? 'e' : '\0';
        // Where the commit record stands: told at the begin already.
        m_place.end = letter == 'M' ? std::nullopt : m_place.lsn;
        add('s', {}, {});
        return true;
    }
    const char op = letter == 'I' ? 'c' : letter == 'U' ? 'u' : letter == 'D' ? 'd' : 't';
    add(op, inside(body.value("schema")), table).partial = op == 'u';
    if (op == 't') {
        return true;
    }
    if (op != 'd' && !makeFromColumns(columns, "columns", true)) {
        return true;
    }
    // Without an identity an update has the key that it had.
    if ((op == 'd' || !identity.empty()) && op != 'c' &&
        !makeFromColumns(identity, "identity", false)) {
        return true;
    }
    if (const std::string_view pk = body.value("pk"); !pk.empty()) {
        RowChange& row = m_rows.back();
        row.keyTold = true;
        row.firstKey = static_cast<std::uint32_t>(m_keys.size());
        if (!isList(pk) || !m_list.readItems(pk)) {
            wrong("The \"pk\" of this wal2json record is no list.");
            return true;
        }
        for (const JsonMember& column : m_list.members()) {
            if (m_item.read(column.value, false) == JsonMembers::Kind::Object &&
                isText(m_item.value("name"))) {
                m_keys.push_back(inside(m_item.value("name")));
                ++row.keys;
            }
        }
    }
    return true;
}

// A whole transaction: {"xid", "nextlsn", "timestamp", "change": [{"kind", "schema", "table",
// "columnnames", "columntypes", "columnvalues", "oldkeys": {"keynames", "keyvalues"}}]}
bool RowChanges::readWal2jsonBatch(const JsonMembers& body)
{
    static constexpr std::array<std::string_view, 5> kNames{"xid", "nextlsn", "timestamp", "origin",
                                                            "change"};
    if (!onlyHas(body, kNames)) {
        return false;
    }
    m_place.txId = numberOf<std::int64_t>(body.value("xid"));
    m_place.commitUs = usOf(body.value("timestamp"));
    m_place.end = lsnOf(body.value("nextlsn"));
    m_place.lsn = m_place.end;
    if (!m_changes.readItems(body.value("change"))) {
        wrong("The \"change\" of this wal2json record is no list.");
        return true;
    }
    for (std::size_t i = 0; i < m_changes.members().size(); ++i) {
        if (!readBatchChange(m_changes.members()[i].value, i)) {
            break;
        }
    }
    if (m_rows.empty() && m_problem.empty()) {
        add('s', {}, {}); // a transaction that changed no row
    }
    return true;
}

bool RowChanges::readBatchChange(std::string_view text, std::size_t at)
{
    if (m_part.read(text, false) != JsonMembers::Kind::Object) {
        wrong(fmt::format("change[{}] of this wal2json record is no object.", at));
        return false;
    }
    const std::string_view kind = inside(m_part.value("kind"));
    const char op = kind == "insert"     ? 'c'
                    : kind == "update"   ? 'u'
                    : kind == "delete"   ? 'd'
                    : kind == "truncate" ? 't'
                    : kind == "message"  ? 's'
                                         : '\0';
    if (op == '\0') {
        wrong(fmt::format("change[{}] of this wal2json record has a \"kind\" that is none of "
                          "insert, update, delete, truncate and message.",
                          at));
        return false;
    }
    RowChange& row = add(op, inside(m_part.value("schema")), inside(m_part.value("table")));
    row.partial = op == 'u';
    if (op == 't' || op == 's') {
        return true;
    }
    if (op != 'd' && !makeFromPairs(m_part.value("columnnames"), m_part.value("columnvalues"),
                                    fmt::format("change[{}]: column", at), true)) {
        return false;
    }
    const std::string_view keys = m_part.value("oldkeys");
    if (op == 'd' || (op == 'u' && !keys.empty())) {
        if (m_item.read(keys, false) != JsonMembers::Kind::Object) {
            wrong(fmt::format("change[{}] of this wal2json record does not tell its row in "
                              "\"oldkeys\".",
                              at));
            return false;
        }
        const std::string_view names = m_item.value("keynames");
        if (!makeFromPairs(names, m_item.value("keyvalues"),
                           fmt::format("change[{}].oldkeys: key", at), false)) {
            return false;
        }
    }
    const std::string_view pk = m_part.value("pk");
    if (!pk.empty() && m_item.read(pk, false) == JsonMembers::Kind::Object &&
        !tellKey(m_rows.back(), m_item.value("pknames"))) {
        wrong(
            fmt::format("change[{}].pk.pknames of this wal2json record is no list of names.", at));
        return false;
    }
    return true;
}

void RowChanges::append(std::string_view name, std::string_view value, std::size_t from)
{
    m_text += m_text.size() > from + 1 ? "," : "";
    m_text += name;
    m_text += ':';
    m_text += value;
}

bool RowChanges::makeFromColumns(std::string_view columns, std::string_view what, bool after)
{
    if (!isList(columns) || !m_list.readItems(columns)) {
        wrong(fmt::format("This wal2json record has no list of \"{}\".", what));
        return false;
    }
    const std::size_t from = m_text.size();
    m_text += '{';
    const auto& items = m_list.members();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const bool object = m_item.read(items[i].value, false) == JsonMembers::Kind::Object;
        if (!object || !isText(m_item.value("name")) || m_item.value("value").empty()) {
            wrong(fmt::format("{}[{}] of this wal2json record has no \"name\" and \"value\".", what,
                              i));
            return false;
        }
        append(m_item.value("name"), m_item.value("value"), from);
    }
    m_text += '}';
    m_made.push_back({m_rows.size() - 1, after, from, m_text.size() - from});
    return true;
}

bool RowChanges::makeFromPairs(std::string_view names, std::string_view values,
                               std::string_view what, bool after)
{
    if (!isList(names) || !m_list.readItems(names) || !isList(values) ||
        !m_otherList.readItems(values)) {
        wrong(fmt::format("{}names and values are not two lists.", what));
        return false;
    }
    const auto& keys = m_list.members();
    const auto& tokens = m_otherList.members();
    if (keys.size() != tokens.size()) {
        wrong(fmt::format("{}names has {} items, its values are {}.", what, keys.size(),
                          tokens.size()));
        return false;
    }
    const std::size_t from = m_text.size();
    m_text += '{';
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!isText(keys[i].value)) {
            wrong(fmt::format("{}names[{}] is no name.", what, i));
            return false;
        }
        append(keys[i].value, tokens[i].value, from);
    }
    m_text += '}';
    m_made.push_back({m_rows.size() - 1, after, from, m_text.size() - from});
    return true;
}

} // namespace hindcast

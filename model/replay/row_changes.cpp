#include "model/replay/row_changes.h"

#include "model/record/record_batch.h"
#include "model/replay/change_tokens.h"

#include <fmt/format.h>
#include <limits>

namespace hindcast {

using namespace change_tokens;

namespace {

// Of a control record of AWS DMS.
bool isOfColumn(std::string_view operation)
{
    return operation == "add-column" || operation == "drop-column" ||
           operation == "rename-column" || operation == "column-type-change" ||
           operation == "change-columns";
}

} // namespace

std::string RowChange::tableName() const
{
    return schema.empty() ? std::string(table) : fmt::format("{}.{}", schema, table);
}

RowChange& RowChanges::add(char op, std::string_view schema, std::string_view table)
{
    RowChange& row = m_rows.emplace_back();
    row.op = op;
    row.schema = schema;
    row.table = table;
    return row;
}

void RowChanges::wrong(std::string words)
{
    m_problem = std::move(words);
    m_rows.clear();
    m_made.clear();
}

ChangeShape RowChanges::read(const JsonMembers& body)
{
    m_rows.clear();
    m_keys.clear();
    m_made.clear();
    m_text.clear();
    m_problem.clear();
    m_boundary = '\0';
    m_place = {};
    ChangeShape shape = ChangeShape::Other;
    if (isText(body.value("type"))) {
        shape = readMaxwell(body) ? ChangeShape::Maxwell
                : readCanal(body) ? ChangeShape::Canal
                                  : ChangeShape::Other;
    } else if (isObject(body.value("metadata"))) {
        shape = readDms(body) ? ChangeShape::Dms : ChangeShape::Other;
    } else if (isText(body.value("action"))) {
        shape = readWal2json(body) ? ChangeShape::Wal2json : ChangeShape::Other;
    } else if (isList(body.value("change"))) {
        shape = readWal2jsonBatch(body) ? ChangeShape::Wal2json : ChangeShape::Other;
    }
    finish();
    return shape;
}

// ["id", "c"]
bool RowChanges::tellKey(RowChange& row, std::string_view names)
{
    row.keyTold = true;
    row.firstKey = static_cast<std::uint32_t>(m_keys.size());
    if (names == "null") {
        return true;
    }
    if (!isList(names) || !m_list.readItems(names)) {
        return false;
    }
    for (const JsonMember& name : m_list.members()) {
        if (!isText(name.value)) {
            return false;
        }
        m_keys.push_back(inside(name.value));
    }
    row.keys = static_cast<std::uint32_t>(m_list.members().size());
    return true;
}

// {"database", "table", "type", "ts", "xid", "xoffset" or "commit", "data", "old",
// "primary_key_columns", ...}
bool RowChanges::readMaxwell(const JsonMembers& body)
{
    const std::string_view type = inside(body.value("type"));
    const std::string_view ts = body.value("ts");
    if (!isText(body.value("database")) || ts.empty()) {
        return false;
    }
    char op = '\0';
    if (type == "insert" || type == "update" || type == "delete") {
        op = type == "insert" ? 'c' : type.front();
    } else if (type == "bootstrap-insert") {
        op = 'r';
    } else if (type == "bootstrap-start" || type == "bootstrap-complete") {
        op = type == "bootstrap-start" ? 'b' : 'e';
    } else if (type.starts_with("table-") || type.starts_with("database-")) {
        op = type == "table-drop" || type == "database-drop" ? 'x' : 's';
    } else {
        return false;
    }
    m_place.txId = numberOf<std::int64_t>(body.value("xid"));
    // Rows have seconds, what is told of schemas has milliseconds.
    constexpr std::int64_t kLastSecond = 100'000'000'000;
    if (const auto time = numberOf<std::int64_t>(ts)) {
        m_place.commitUs = *time * (*time > kLastSecond ? 1'000 : 1'000'000);
    }
    // "mysql-bin.000003:1547", behind the event that holds the change.
    const std::string_view position = inside(body.value("position"));
    if (const std::size_t colon = position.rfind(':'); colon != std::string_view::npos) {
        if (const auto pos = numberOf<std::uint64_t>(position.substr(colon + 1))) {
            m_place.binlog = {position.substr(0, colon), *pos};
        }
    }
    // The last change of a transaction has "commit" where the others have their number.
    const auto offset = numberOf<std::uint32_t>(body.value("xoffset"));
    const bool last = body.value("commit") == "true";
    m_place.order = last ? std::numeric_limits<std::uint32_t>::max() : offset.value_or(0);
    m_place.ordered = last || offset;
    RowChange& row = add(op, inside(body.value("database")), inside(body.value("table")));
    if (type == "table-alter") {
        readMaxwellAlter(body, row);
    }
    if (!isOfRow(op)) {
        return true;
    }
    const std::string_view data = body.value("data");
    const std::string_view old = body.value("old");
    (op == 'd' ? row.before : row.after) = data;
    if (op == 'u' && isObject(old)) {
        row.before = old;
    }
    const std::string_view columns = body.value("primary_key_columns");
    if (!columns.empty() && !tellKey(row, columns)) {
        wrong("The \"primary_key_columns\" of this Maxwell change are no list of names.");
    } else if (!isObject(data)) {
        wrong(fmt::format("This Maxwell change ({}) has no row in \"data\".", type));
    }
    return true;
}

// "old" and "def", each {"database", "table", "columns": [..], "primary-key"}
void RowChanges::readMaxwellAlter(const JsonMembers& body, RowChange& row)
{
    if (m_part.read(body.value("old"), false) != JsonMembers::Kind::Object ||
        !isText(m_part.value("table"))) {
        return;
    }
    const std::string_view old = inside(m_part.value("table"));
    const std::string_view columns = m_part.value("columns");
    if (m_part.read(body.value("def"), false) != JsonMembers::Kind::Object) {
        return;
    }
    if (isText(m_part.value("table")) && inside(m_part.value("table")) != old) {
        row.op = 'n';
        row.renamed = old;
    } else if (m_part.value("columns") != columns) {
        row.op = 'a';
    }
}

// {"id", "database", "table", "pkNames", "isDdl", "type", "es", "ts", "sql", "sqlType",
// "mysqlType", "data": [...], "old": [...]}
bool RowChanges::readCanal(const JsonMembers& body)
{
    const std::string_view type = inside(body.value("type"));
    const std::string_view es = body.value("es");
    if (!isText(body.value("database")) || es.empty() || body.value("isDdl").empty() ||
        type.empty() || type.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != type.npos) {
        return false;
    }
    if (const auto ms = numberOf<std::int64_t>(es)) {
        m_place.commitUs = *ms * 1000;
    }
    const std::string_view database = inside(body.value("database"));
    const std::string_view table = inside(body.value("table"));
    const char op = type == "INSERT"     ? 'c'
                    : type == "UPDATE"   ? 'u'
                    : type == "DELETE"   ? 'd'
                    : type == "TRUNCATE" ? 't'
                    : type == "ERASE"    ? 'x'
                    : type == "RENAME"   ? 'n'
                    : type == "ALTER"    ? 'a' // those of indexes are CINDEX and DINDEX
                                         : 's';
    if (!isOfRow(op)) {
        add(op, database, table).renamed = inside(body.value("sql"));
        return true;
    }
    RowChange told;
    const std::string_view names = body.value("pkNames");
    if (!tellKey(told, names.empty() ? "null" : names)) {
        wrong("The \"pkNames\" of this Canal message are no list of names.");
        return true;
    }
    const std::string_view data = body.value("data");
    const std::string_view old = body.value("old");
    if (!isList(data) || !m_list.readItems(data)) {
        wrong(fmt::format("This Canal message ({}) has no rows in \"data\".", type));
        return true;
    }
    const bool hasOld = op == 'u' && isList(old) && m_otherList.readItems(old);
    const auto& rows = m_list.members();
    if (hasOld && m_otherList.members().size() != rows.size()) {
        wrong(fmt::format("This Canal message has {} rows in \"data\" and {} in \"old\".",
                          rows.size(), m_otherList.members().size()));
        return true;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!isObject(rows[i].value)) {
            wrong(fmt::format("data[{}] of this Canal message is no row.", i));
            return true;
        }
        RowChange& row = add(op, database, table);
        row.keyTold = true;
        row.firstKey = told.firstKey;
        row.keys = told.keys;
        (op == 'd' ? row.before : row.after) = rows[i].value;
        if (hasOld && isObject(m_otherList.members()[i].value)) {
            row.before = m_otherList.members()[i].value;
        }
    }
    return true;
}

// {"data": {...}, "before-image": {...}, "metadata": {"record-type", "operation", ...}}
bool RowChanges::readDms(const JsonMembers& body)
{
    if (m_part.read(body.value("metadata"), false) != JsonMembers::Kind::Object) {
        return false;
    }
    const std::string_view kind = inside(m_part.value("record-type"));
    const std::string_view operation = inside(m_part.value("operation"));
    if ((kind != "data" && kind != "control") || operation.empty()) {
        return false;
    }
    m_place.txId = numberOf<std::int64_t>(m_part.value("transaction-id"));
    const auto order = numberOf<std::uint32_t>(m_part.value("transaction-record-id"));
    m_place.order = order.value_or(0);
    m_place.ordered = order.has_value();
    m_place.commitUs = usOf(m_part.value("commit-timestamp"));
    if (!m_place.commitUs) {
        m_place.commitUs = usOf(m_part.value("timestamp"));
    }
    const std::string_view schema = inside(m_part.value("schema-name"));
    const std::string_view table = inside(m_part.value("table-name"));
    if (kind == "control") {
        add(operation == "truncate-table" ? 't'
            : operation == "drop-table"   ? 'x'
            : operation == "rename-table" ? 'n'
            : isOfColumn(operation)       ? 'a'
                                          : 's',
            schema, table);
        return true;
    }
    const char op = operation == "load"     ? 'r'
                    : operation == "insert" ? 'c'
                    : operation == "update" ? 'u'
                    : operation == "delete" ? 'd'
                                            : '\0';
    const std::string_view data = body.value("data");
    if (op == '\0') {
        wrong(fmt::format("The operation \"{}\" of this AWS DMS record is none of load, insert, "
                          "update and delete.",
                          operation));
    } else if (!isObject(data)) {
        wrong(fmt::format("This AWS DMS record ({}) has no row in \"data\".", operation));
    } else {
        RowChange& row = add(op, schema, table);
        (op == 'd' ? row.before : row.after) = data;
        const std::string_view image = body.value("before-image");
        if (op == 'u' && isObject(image)) {
            row.before = image;
        }
    }
    return true;
}

// The texts that were made stay where they are from here on.
void RowChanges::finish()
{
    if (m_made.empty()) {
        return;
    }
    m_text.append(RecordBatch::kPadding, '\0');
    for (const Made& made : m_made) {
        RowChange& row = m_rows[made.row];
        row.made = true;
        (made.after ? row.after : row.before) =
            std::string_view(m_text).substr(made.from, made.size);
    }
}

} // namespace hindcast

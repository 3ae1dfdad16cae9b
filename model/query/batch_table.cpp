#include "model/query/batch_table.h"

#include <fmt/core.h>
#include <new>
#include <sqlite3.h>

namespace hindcast {

namespace {

std::vector<FieldPath> pathsOf(const std::vector<FilterExpression::Column>& columns)
{
    std::vector<FieldPath> paths;
    for (const auto& column : columns) {
        if (column.path) {
            paths.push_back(*column.path);
        }
    }
    return paths;
}

void setResult(sqlite3_context* context, const FieldValue& value)
{
    // The bytes stay where they are until the statement moves on.
    const auto length = static_cast<sqlite3_uint64>(value.text.size());
    switch (value.kind) {
    case FieldValue::Kind::Missing:
    case FieldValue::Kind::Null:
        sqlite3_result_null(context);
        break;
    case FieldValue::Kind::Bool:
        sqlite3_result_int(context, value.boolean ? 1 : 0);
        break;
    case FieldValue::Kind::Integer:
        sqlite3_result_int64(context, value.integer);
        break;
    case FieldValue::Kind::Number:
        sqlite3_result_double(context, value.number);
        break;
    case FieldValue::Kind::String:
    case FieldValue::Kind::Json:
        sqlite3_result_text64(context, value.text.empty() ? "" : value.text.data(), length,
                              SQLITE_STATIC, SQLITE_UTF8);
        break;
    case FieldValue::Kind::Bytes:
        sqlite3_result_blob64(context, value.text.data(), length, SQLITE_STATIC);
        break;
    }
}

} // namespace

// SQLite's callbacks; the table itself is the state of its one cursor.
struct BatchTable::Module
{
    struct Table
    {
        sqlite3_vtab base{};
        BatchTable* self = nullptr;
    };

    static BatchTable& of(sqlite3_vtab_cursor* cursor)
    {
        return *reinterpret_cast<Table*>(cursor->pVtab)->self;
    }

    static int connect(sqlite3* database, void* self, int, const char* const*, sqlite3_vtab** table,
                       char**)
    {
        std::string columns;
        const std::size_t count = static_cast<BatchTable*>(self)->m_columnCount;
        for (std::size_t i = 0; i < count; ++i) {
            columns += fmt::format("{}c{}", i == 0 ? "" : ",", i);
        }
        const std::string sql =
            fmt::format("CREATE TABLE batch({})", count == 0 ? "none" : columns.c_str());
        const int result = sqlite3_declare_vtab(database, sql.c_str());
        if (result != SQLITE_OK) {
            return result;
        }
        auto* const made = new (std::nothrow) Table;
        if (!made) {
            return SQLITE_NOMEM;
        }
        made->self = static_cast<BatchTable*>(self);
        *table = &made->base;
        return SQLITE_OK;
    }
    static int disconnect(sqlite3_vtab* table)
    {
        delete reinterpret_cast<Table*>(table);
        return SQLITE_OK;
    }
    static int bestIndex(sqlite3_vtab*, sqlite3_index_info* info)
    {
        info->estimatedCost = 1e6;
        return SQLITE_OK;
    }
    static int open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor)
    {
        *cursor = new (std::nothrow) sqlite3_vtab_cursor{};
        return *cursor ? SQLITE_OK : SQLITE_NOMEM;
    }
    static int close(sqlite3_vtab_cursor* cursor)
    {
        delete cursor;
        return SQLITE_OK;
    }
    static int filter(sqlite3_vtab_cursor*, int, const char*, int, sqlite3_value**)
    {
        return SQLITE_OK;
    }
    static int next(sqlite3_vtab_cursor* cursor)
    {
        of(cursor).next();
        return SQLITE_OK;
    }
    static int eof(sqlite3_vtab_cursor* cursor) { return of(cursor).atEnd() ? 1 : 0; }
    static int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int index)
    {
        BatchTable& self = of(cursor);
        const int field = self.m_fields[static_cast<std::size_t>(index)];
        if (field < 0) {
            const Timestamp time = self.m_batch->timestamp(self.m_at);
            if (time != kNoTimestamp) {
                const std::string text = formatUtc(time);
                sqlite3_result_text(context, text.c_str(), static_cast<int>(text.size()),
                                    SQLITE_TRANSIENT);
            }
            return SQLITE_OK;
        }
        if (self.m_started != self.m_at + 1) {
            self.m_started = self.m_at + 1;
            self.m_reader.start(self.m_batch->record(self.m_at));
        }
        setResult(context, self.m_reader.field(static_cast<std::size_t>(field)));
        return SQLITE_OK;
    }
    static int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* id)
    {
        *id = static_cast<sqlite3_int64>(of(cursor).m_at);
        return SQLITE_OK;
    }
};

BatchTable::BatchTable(const std::vector<FilterExpression::Column>& columns)
    : m_columnCount(columns.size())
    , m_reader(pathsOf(columns))
{
    int next = 0;
    for (const auto& column : columns) {
        m_fields.push_back(column.path ? next++ : -1);
    }
}

void BatchTable::registerAt(sqlite3* database)
{
    static const sqlite3_module module = [] {
        sqlite3_module m{};
        m.xConnect = Module::connect; // no xCreate: the table is there without being created
        m.xBestIndex = Module::bestIndex;
        m.xDisconnect = Module::disconnect;
        m.xOpen = Module::open;
        m.xClose = Module::close;
        m.xFilter = Module::filter;
        m.xNext = Module::next;
        m.xEof = Module::eof;
        m.xColumn = Module::column;
        m.xRowid = Module::rowid;
        return m;
    }();
    sqlite3_create_module(database, "batch", &module, this);
}

void BatchTable::setBatch(const RecordBatch* batch)
{
    m_batch = batch;
    m_at = 0;
    m_end = batch ? batch->size() : 0;
    m_started = 0;
}

void BatchTable::next()
{
    if (m_started == m_at + 1 && m_reader.broken()) {
        countUndecodable();
    }
    ++m_at;
}

void BatchTable::countUndecodable()
{
    ++m_undecodable;
    if (m_list) {
        m_list->push_back(static_cast<std::uint32_t>(m_at));
    }
}

void BatchTable::skipCurrent()
{
    countUndecodable();
    ++m_at;
}

} // namespace hindcast

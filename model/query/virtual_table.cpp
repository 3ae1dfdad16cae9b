#include "model/query/virtual_table.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <new>
#include <simdjson.h>
#include <sqlite3.h>
#include <vector>

namespace hindcast {

namespace {

struct Table
{
    sqlite3_vtab base{};
    std::shared_ptr<const VirtualTable> self;
};

struct Cursor
{
    sqlite3_vtab_cursor base{};
    std::unique_ptr<VirtualCursor> self;
};

using Kept = std::shared_ptr<const VirtualTable>;

VirtualCursor& of(sqlite3_vtab_cursor* cursor)
{
    return *reinterpret_cast<Cursor*>(cursor)->self;
}

// No exception may pass through SQLite.
template <typename Do>
int guarded(sqlite3_vtab* table, Do&& work)
{
    try {
        const Result<void> done = work();
        if (done) {
            return SQLITE_OK;
        }
        sqlite3_free(table->zErrMsg);
        table->zErrMsg = sqlite3_mprintf("%s", done.error().message.c_str());
        return SQLITE_ERROR;
    } catch (const std::bad_alloc&) {
        return SQLITE_NOMEM;
    }
}

int connect(sqlite3* database, void* aux, int, const char* const*, sqlite3_vtab** table, char**)
{
    const Kept& self = *static_cast<const Kept*>(aux);
    const int result = sqlite3_declare_vtab(database, self->schema().c_str());
    if (result != SQLITE_OK) {
        return result;
    }
    auto* const made = new (std::nothrow) Table;
    if (!made) {
        return SQLITE_NOMEM;
    }
    made->self = self;
    *table = &made->base;
    return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table)
{
    delete reinterpret_cast<Table*>(table);
    return SQLITE_OK;
}

char letterOf(unsigned char op)
{
    switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
        return '=';
    case SQLITE_INDEX_CONSTRAINT_GT:
        return '>';
    case SQLITE_INDEX_CONSTRAINT_GE:
        return 'g';
    case SQLITE_INDEX_CONSTRAINT_LT:
        return '<';
    case SQLITE_INDEX_CONSTRAINT_LE:
        return 'l';
    default:
        return '\0';
    }
}

// SQLite tells a list from a single value for so many constraints.
constexpr int kListsKnown = 32;

bool isList(sqlite3_index_info* info, int constraint)
{
    return sqlite3_vtab_in(info, constraint, -1) != 0;
}

bool isLiteral(sqlite3_index_info* info, int constraint)
{
    sqlite3_value* value = nullptr;
    return sqlite3_vtab_rhs_value(info, constraint, &value) == SQLITE_OK && value;
}

struct Usage
{
    VirtualTable::Use use = VirtualTable::Use::No;
    char op = '\0';
};

Usage usageOf(const VirtualTable& table, sqlite3_index_info* info, int i)
{
    const auto& constraint = info->aConstraint[i];
    const char op = letterOf(constraint.op);
    if (op == '\0' || constraint.iColumn < 0) {
        return {};
    }
    const VirtualTable::Use use = table.use(constraint.iColumn, op);
    if (use != VirtualTable::Use::Hint) {
        return {use, op};
    }
    // Another collation lets through what bytes that differ rule out.
    if (!constraint.usable || sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") != 0) {
        return {};
    }
    if (op != '=') {
        return {use, op};
    }
    if (i >= kListsKnown) {
        return {};
    }
    // A list is taken as a whole: value by value, SQLite would look again without converting them
    // as the list is compared.
    return {use, isList(info, i) ? 'i' : op};
}

// The plan is a text: the columns asked for in hexadecimal, then column and comparison of each
// argument ('e' is '=' with what is no literal), then column and direction of what the rows are
// sorted by: "3f 0= 4g ;2+ 3- ".
int bestIndex(sqlite3_vtab* base, sqlite3_index_info* info)
{
    const VirtualTable& table = *reinterpret_cast<Table*>(base)->self;
    std::string plan = fmt::format("{:x} ", static_cast<std::uint64_t>(info->colUsed));
    std::vector<TableConstraint> taken;
    // Arguments first: only of the first sixteen does SQLite not look again.
    for (const auto wanted : {VirtualTable::Use::Argument, VirtualTable::Use::Hint}) {
        for (int i = 0; i < info->nConstraint; ++i) {
            const Usage usage = usageOf(table, info, i);
            if (usage.use != wanted) {
                continue;
            }
            const bool argument = wanted == VirtualTable::Use::Argument;
            if (argument && !info->aConstraint[i].usable) {
                return SQLITE_CONSTRAINT;
            }
            if (usage.op == 'i') {
                sqlite3_vtab_in(info, i, 1);
            }
            const bool literal = usage.op == '=' && isLiteral(info, i);
            const int column = info->aConstraint[i].iColumn;
            taken.push_back({column, usage.op, literal});
            plan += fmt::format("{}{} ", column, usage.op == '=' && !literal ? 'e' : usage.op);
            info->aConstraintUsage[i].argvIndex = static_cast<int>(taken.size());
            info->aConstraintUsage[i].omit = argument ? 1 : 0;
        }
    }
    std::vector<TableOrder> order;
    order.reserve(static_cast<std::size_t>(std::max(info->nOrderBy, 0)));
    for (int i = 0; i < info->nOrderBy; ++i) {
        order.push_back({info->aOrderBy[i].iColumn, info->aOrderBy[i].desc != 0});
    }
    if (!order.empty() && table.comesIn(order, taken)) {
        info->orderByConsumed = 1;
        plan += ';';
        for (const TableOrder& by : order) {
            plan += fmt::format("{}{} ", by.column, by.falling ? '-' : '+');
        }
    }
    info->idxStr = sqlite3_mprintf("%s", plan.c_str());
    info->needToFreeIdxStr = 1;
    const auto [rows, cost] = table.estimate(taken);
    info->estimatedRows = static_cast<sqlite3_int64>(rows) + 1;
    info->estimatedCost = cost + 1;
    return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor)
{
    auto made = std::unique_ptr<Cursor>(new (std::nothrow) Cursor);
    if (!made) {
        return SQLITE_NOMEM;
    }
    made->self = reinterpret_cast<Table*>(table)->self->open();
    *cursor = &made.release()->base;
    return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor)
{
    delete reinterpret_cast<Cursor*>(cursor);
    return SQLITE_OK;
}

// Leaves SQLite's value as it is.
TableValue valueOf(sqlite3_value* value)
{
    TableValue result;
    const auto bytesOf = [&result](const void* at, int size) {
        result.bytes.assign(at ? static_cast<const char*>(at) : "", static_cast<std::size_t>(size));
    };
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        result.kind = TableValue::Kind::Integer;
        result.integer = sqlite3_value_int64(value);
        result.bytes = std::to_string(result.integer);
        break;
    case SQLITE_FLOAT:
        result.kind = TableValue::Kind::Real;
        result.real = sqlite3_value_double(value);
        if (sqlite3_value* const copy = sqlite3_value_dup(value)) {
            const auto* const text = sqlite3_value_text(copy);
            bytesOf(text, sqlite3_value_bytes(copy));
            sqlite3_value_free(copy);
        }
        break;
    case SQLITE_TEXT: {
        result.kind = TableValue::Kind::Text;
        const auto* const text = sqlite3_value_text(value);
        bytesOf(text, sqlite3_value_bytes(value));
        break;
    }
    case SQLITE_BLOB: {
        result.kind = TableValue::Kind::Blob;
        const void* const blob = sqlite3_value_blob(value);
        bytesOf(blob, sqlite3_value_bytes(value));
        break;
    }
    default:
        break;
    }
    return result;
}

std::vector<TableValue> listOf(sqlite3_value* list)
{
    std::vector<TableValue> values;
    sqlite3_value* value = nullptr;
    for (int found = sqlite3_vtab_in_first(list, &value); found == SQLITE_OK && value;
         found = sqlite3_vtab_in_next(list, &value)) {
        values.push_back(valueOf(value));
    }
    return values;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char* plan, int count, sqlite3_value** values)
{
    return guarded(cursor->pVtab, [&]() -> Result<void> {
        const char* const end = plan + std::char_traits<char>::length(plan);
        std::uint64_t columns = 0;
        const char* at = std::from_chars(plan, end, columns, 16).ptr + 1;
        std::vector<TableConstraint> constraints(static_cast<std::size_t>(count));
        for (std::size_t i = 0; i < constraints.size(); ++i) {
            at = std::from_chars(at, end, constraints[i].column).ptr;
            constraints[i].literal = *at == '=';
            constraints[i].op = *at == 'e' ? '=' : *at;
            if (*at == 'i') {
                constraints[i].list = listOf(values[i]);
            } else {
                constraints[i].value = valueOf(values[i]);
            }
            at += 2;
        }
        std::vector<TableOrder> order;
        for (at += at < end ? 1 : 0; at < end; at += 2) {
            TableOrder by;
            at = std::from_chars(at, end, by.column).ptr;
            by.falling = *at == '-';
            order.push_back(by);
        }
        return of(cursor).begin(columns, constraints, order);
    });
}

int next(sqlite3_vtab_cursor* cursor)
{
    return guarded(cursor->pVtab, [&] { return of(cursor).next(); });
}

int eof(sqlite3_vtab_cursor* cursor)
{
    return of(cursor).atEnd() ? 1 : 0;
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int index)
{
    of(cursor).column(context, index);
    return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* id)
{
    *id = of(cursor).rowid();
    return SQLITE_OK;
}

} // namespace

void VirtualTable::registerAt(sqlite3* database, const std::string& name,
                              std::shared_ptr<const VirtualTable> table)
{
    static const sqlite3_module module = [] {
        sqlite3_module m{};
        m.xConnect = connect; // no xCreate: the table is there without being created
        m.xBestIndex = bestIndex;
        m.xDisconnect = disconnect;
        m.xOpen = hindcast::open;
        m.xClose = close;
        m.xFilter = filter;
        m.xNext = next;
        m.xEof = eof;
        m.xColumn = column;
        m.xRowid = rowid;
        return m;
    }();
    sqlite3_create_module_v2(database, name.c_str(), &module, new Kept(std::move(table)),
                             [](void* kept) { delete static_cast<Kept*>(kept); });
}

void giveText(sqlite3_context* context, std::string_view text)
{
    sqlite3_result_text64(context, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8);
}

void giveBytes(sqlite3_context* context, std::string_view bytes)
{
    if (simdjson::validate_utf8(bytes.data(), bytes.size())) {
        giveText(context, bytes);
    } else {
        sqlite3_result_blob64(context, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    }
}

void giveInteger(sqlite3_context* context, std::int64_t number)
{
    sqlite3_result_int64(context, number);
}

void giveNull(sqlite3_context* context)
{
    sqlite3_result_null(context);
}

} // namespace hindcast

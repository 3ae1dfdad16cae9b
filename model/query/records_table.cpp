#include "model/query/records_table.h"

#include "model/capture/base64.h"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>
#include <fmt/format.h>
#include <new>
#include <nlohmann/json.hpp>
#include <simdjson.h>
#include <sqlite3.h>

namespace hindcast {

namespace {

enum Column { Topic, Partition, Offset, Time, TimestampMs, Key, Value, Headers, Source };

constexpr const char* kSchema = "CREATE TABLE records(topic TEXT, partition INTEGER, offset "
                                "INTEGER, time TEXT, timestamp INTEGER, key, value, headers TEXT, "
                                "source HIDDEN)";

// What a statement rules out beforehand. Both ends inclusive.
struct Bounds
{
    std::optional<TopicId> topic;
    std::int64_t partitionFrom = 0;
    std::int64_t partitionTo = std::numeric_limits<std::int64_t>::max();
    std::int64_t offsetFrom = std::numeric_limits<std::int64_t>::min();
    std::int64_t offsetTo = std::numeric_limits<std::int64_t>::max();
    std::int64_t msFrom = std::numeric_limits<std::int64_t>::min();
    std::int64_t msTo = std::numeric_limits<std::int64_t>::max();
    bool nothing = false;
};

struct Table
{
    sqlite3_vtab base{};
    CaptureSnapshotPtr snapshot;
};

struct Cursor
{
    sqlite3_vtab_cursor base{};
    Bounds bounds;
    bool payloads = true;
    std::size_t block = 0;
    Row row = 0; // in the block
    Row blockFirst = 0;
    Row blockEnd = 0;
    RowInfo info;         // of `row`
    RecordBatchPtr batch; // null where payloads are not asked for
    std::string scratch;

    const CaptureSnapshot& snapshot() const
    {
        return *reinterpret_cast<const Table*>(base.pVtab)->snapshot;
    }
    bool atEnd() const { return bounds.nothing || block >= snapshot().blockCount(); }
};

int failTable(sqlite3_vtab* table, const std::string& message)
{
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("%s", message.c_str());
    return SQLITE_ERROR;
}

std::string_view textOf(sqlite3_value* value)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return {text ? text : "", static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void narrow(std::int64_t& from, std::int64_t& to, char op, std::int64_t value)
{
    constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    if (op == '=' || op == 'g' || op == '>') {
        from = std::max(from, op == '>' && value < kMax ? value + 1 : value);
    }
    if (op == '=' || op == 'l' || op == '<') {
        to = std::min(to, op == '<' && value > kMin ? value - 1 : value);
    }
}

// SQLite compares `time` as text and goes on doing so; this only spares blocks, so it must not rule
// out what the text comparison lets through. That holds for texts in the column's own form, whole
// or cut, give or take the second that "12Z" against "12.418Z" makes.
void narrowByTime(Bounds& bounds, char op, std::string_view text)
{
    const bool ownForm = text.size() >= 10 && (text.size() == 10 || text[10] == 'T') &&
                         text.find('+') == std::string_view::npos &&
                         text.find('-', 10) == std::string_view::npos;
    const auto time = ownForm ? parseTimestamp(text, kNoTimestamp) : fail(ErrorCode::NotFound, {});
    if (!time) {
        return;
    }
    if (op == '=' || op == 'g' || op == '>') {
        bounds.msFrom = std::max(bounds.msFrom, toMs(*time) - 1000);
    }
    if (op == '=' || op == 'l' || op == '<') {
        bounds.msTo = std::min(bounds.msTo, toMs(*time) + 1000);
    }
}

int narrowToTopic(Cursor& cursor, sqlite3_value* value, bool mustExist)
{
    if (sqlite3_value_type(value) == SQLITE_NULL) {
        cursor.bounds.nothing = !mustExist;
        return SQLITE_OK;
    }
    const auto id = cursor.snapshot().topicId(textOf(value));
    if (!id && mustExist) {
        return failTable(cursor.base.pVtab,
                         fmt::format("There is no topic \"{}\" in this capture; it holds {}.",
                                     textOf(value), fmt::join(cursor.snapshot().topics(), ", ")));
    }
    cursor.bounds.nothing =
        cursor.bounds.nothing || !id || (cursor.bounds.topic && cursor.bounds.topic != id);
    cursor.bounds.topic = id;
    return SQLITE_OK;
}

bool admits(const Bounds& b, const RowInfo& info)
{
    const std::int64_t ms = toMs(info.timestamp);
    return info.partition >= b.partitionFrom && info.partition <= b.partitionTo &&
           info.offset >= b.offsetFrom && info.offset <= b.offsetTo && ms >= b.msFrom &&
           ms <= b.msTo;
}

// Moves to the first block from `block` on that may hold what is asked for, and in it to its first
// row that does.
int settle(Cursor& cursor)
{
    const CaptureSnapshot& snapshot = cursor.snapshot();
    for (; cursor.block < snapshot.blockCount(); ++cursor.block, cursor.blockEnd = 0) {
        if (cursor.blockEnd == 0) {
            const BlockInfo block = snapshot.block(cursor.block);
            const Bounds& b = cursor.bounds;
            if ((b.topic && *b.topic != block.topic) || toMs(block.times.to) < b.msFrom ||
                toMs(block.times.from) > b.msTo || block.count == 0) {
                continue;
            }
            cursor.row = cursor.blockFirst = block.firstRow;
            cursor.blockEnd = std::min(block.firstRow + block.count, snapshot.rowCount());
            cursor.batch = nullptr;
        }
        for (; cursor.row < cursor.blockEnd; ++cursor.row) {
            cursor.info = snapshot.row(cursor.row);
            if (!admits(cursor.bounds, cursor.info)) {
                continue;
            }
            if (cursor.payloads && !cursor.batch) {
                auto batch = snapshot.loadBlock(cursor.block);
                if (!batch) {
                    return failTable(cursor.base.pVtab, batch.error().message);
                }
                cursor.batch = std::move(*batch);
            }
            return SQLITE_OK;
        }
    }
    return SQLITE_OK;
}

int connect(sqlite3* database, void* aux, int, const char* const*, sqlite3_vtab** table, char**)
{
    const int result = sqlite3_declare_vtab(database, kSchema);
    if (result != SQLITE_OK) {
        return result;
    }
    auto* const made = new (std::nothrow) Table;
    if (!made) {
        return SQLITE_NOMEM;
    }
    made->snapshot = *static_cast<CaptureSnapshotPtr*>(aux);
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

// idxStr holds two letters an argument, the column and the comparison; idxNum 1: payloads are asked
// for.
int bestIndex(sqlite3_vtab* table, sqlite3_index_info* info)
{
    std::string plan;
    double share = 1;
    for (int i = 0; i < info->nConstraint; ++i) {
        const auto& constraint = info->aConstraint[i];
        const char op = letterOf(constraint.op);
        const int column = constraint.iColumn;
        if (column == Source && !constraint.usable) {
            return SQLITE_CONSTRAINT;
        }
        const bool known = column == Source || column == Topic
                               ? op == '='
                               : column >= Partition && column <= TimestampMs && op != '\0';
        if (!known || !constraint.usable) {
            continue;
        }
        plan += static_cast<char>('0' + column);
        plan += op;
        info->aConstraintUsage[i].argvIndex = static_cast<int>(plan.size() / 2);
        info->aConstraintUsage[i].omit = column == Source ? 1 : 0;
        share *= op == '=' ? 0.1 : 0.5;
    }
    constexpr sqlite3_uint64 kPayloads = 1u << Key | 1u << Value | 1u << Headers;
    info->idxNum = (info->colUsed & kPayloads) != 0 ? 1 : 0;
    info->idxStr = sqlite3_mprintf("%s", plan.c_str());
    info->needToFreeIdxStr = 1;
    const double rows = reinterpret_cast<Table*>(table)->snapshot->rowCount();
    info->estimatedRows = static_cast<sqlite3_int64>(rows * share) + 1;
    info->estimatedCost = rows * share + 1;
    return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor)
{
    auto* const made = new (std::nothrow) Cursor;
    if (!made) {
        return SQLITE_NOMEM;
    }
    *cursor = &made->base;
    return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor)
{
    delete reinterpret_cast<Cursor*>(cursor);
    return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* base, int payloads, const char* plan, int count,
           sqlite3_value** values)
{
    Cursor& cursor = *reinterpret_cast<Cursor*>(base);
    cursor.bounds = {};
    cursor.payloads = payloads != 0;
    cursor.block = 0;
    cursor.blockEnd = 0;
    cursor.batch = nullptr;
    Bounds& b = cursor.bounds;
    for (int i = 0; i < count; ++i) {
        const int column = plan[2 * i] - '0';
        const char op = plan[2 * i + 1];
        sqlite3_value* const value = values[i];
        if (column == Source || column == Topic) {
            if (const int result = narrowToTopic(cursor, value, column == Source);
                result != SQLITE_OK) {
                return result;
            }
            continue;
        }
        if (sqlite3_value_type(value) == SQLITE_NULL) {
            b.nothing = true; // no comparison with NULL is true
        } else if (column == Time) {
            narrowByTime(b, op, textOf(value));
        } else if (sqlite3_value_numeric_type(value) == SQLITE_INTEGER) {
            const std::int64_t number = sqlite3_value_int64(value);
            if (column == Partition) {
                narrow(b.partitionFrom, b.partitionTo, op, number);
            } else if (column == Offset) {
                narrow(b.offsetFrom, b.offsetTo, op, number);
            } else {
                narrow(b.msFrom, b.msTo, op, number);
            }
        }
    }
    return cursor.atEnd() ? SQLITE_OK : settle(cursor);
}

int next(sqlite3_vtab_cursor* base)
{
    Cursor& cursor = *reinterpret_cast<Cursor*>(base);
    ++cursor.row;
    return settle(cursor);
}

int eof(sqlite3_vtab_cursor* cursor)
{
    return reinterpret_cast<Cursor*>(cursor)->atEnd() ? 1 : 0;
}

void setBytes(sqlite3_context* context, std::optional<std::string_view> bytes)
{
    if (!bytes) {
        sqlite3_result_null(context);
    } else if (simdjson::validate_utf8(bytes->data(), bytes->size())) {
        sqlite3_result_text64(context, bytes->empty() ? "" : bytes->data(), bytes->size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8);
    } else {
        sqlite3_result_blob64(context, bytes->data(), bytes->size(), SQLITE_TRANSIENT);
    }
}

void setText(sqlite3_context* context, std::string_view text)
{
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

std::string headersJson(const HeaderView& headers)
{
    auto json = nlohmann::ordered_json::object();
    for (const Header& header : headers.toVector()) {
        auto& value = json[std::string(header.name)];
        if (!header.value) {
            value = nullptr;
        } else if (simdjson::validate_utf8(header.value->data(), header.value->size())) {
            value = *header.value;
        } else {
            std::string base64;
            appendBase64(*header.value, base64);
            value = {{"base64", base64}};
        }
    }
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int index)
{
    const Cursor& cursor = *reinterpret_cast<Cursor*>(base);
    const RowInfo& info = cursor.info;
    const auto record = [&] { return cursor.batch->record(cursor.row - cursor.blockFirst); };
    switch (index) {
    case Topic:
        setText(context, cursor.snapshot().topics()[info.topic]);
        break;
    case Partition:
        sqlite3_result_int64(context, info.partition);
        break;
    case Offset:
        sqlite3_result_int64(context, info.offset);
        break;
    case Time:
        if (info.timestamp != kNoTimestamp) {
            setText(context, formatUtc(info.timestamp));
        }
        break;
    case TimestampMs:
        if (info.timestamp != kNoTimestamp) {
            sqlite3_result_int64(context, toMs(info.timestamp));
        }
        break;
    case Key:
        setBytes(context, record().key);
        break;
    case Value:
        setBytes(context, record().value);
        break;
    case Headers:
        setText(context, headersJson(record().headers));
        break;
    default:
        break;
    }
    return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* id)
{
    *id = reinterpret_cast<Cursor*>(cursor)->row;
    return SQLITE_OK;
}

} // namespace

void registerRecords(sqlite3* database, CaptureSnapshotPtr snapshot)
{
    static const sqlite3_module module = [] {
        sqlite3_module m{};
        m.xConnect = connect; // no xCreate: the function is there without being created
        m.xBestIndex = bestIndex;
        m.xDisconnect = disconnect;
        m.xOpen = open;
        m.xClose = close;
        m.xFilter = filter;
        m.xNext = next;
        m.xEof = eof;
        m.xColumn = column;
        m.xRowid = rowid;
        return m;
    }();
    sqlite3_create_module_v2(database, "records", &module,
                             new CaptureSnapshotPtr(std::move(snapshot)),
                             [](void* kept) { delete static_cast<CaptureSnapshotPtr*>(kept); });
}

} // namespace hindcast

#include "model/query/sql_session.h"

#include "model/query/records_table.h"
#include "model/query/regexp_function.h"
#include "model/query/sql_lexer.h"

#include <atomic>
#include <cstring>
#include <fmt/core.h>
#include <sqlite3.h>

namespace hindcast {

namespace {

constexpr int kMaxTextBytes = 256 * 1024 * 1024;
constexpr int kOperationsPerLook = 20'000;

struct CloseDatabase
{
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement
{
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

int authorize(void*, int action, const char*, const char* second, const char*, const char*)
{
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return std::strcmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

SqlValue cell(sqlite3_stmt* statement, int column)
{
    SqlValue value;
    const auto size = [&] {
        return static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    };
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        value.kind = SqlValue::Kind::Integer;
        value.integer = sqlite3_column_int64(statement, column);
        break;
    case SQLITE_FLOAT:
        value.kind = SqlValue::Kind::Real;
        value.real = sqlite3_column_double(statement, column);
        break;
    case SQLITE_TEXT: {
        value.kind = SqlValue::Kind::Text;
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        value.bytes = {text, size()};
        break;
    }
    case SQLITE_BLOB: {
        value.kind = SqlValue::Kind::Blob;
        const auto* blob = static_cast<const char*>(sqlite3_column_blob(statement, column));
        value.bytes = {blob ? blob : "", size()};
        break;
    }
    default:
        break;
    }
    return value;
}

} // namespace

struct SqlSession::Private
{
    static int look(void* self) { return static_cast<Private*>(self)->cancelled ? 1 : 0; }

    std::unique_ptr<sqlite3, CloseDatabase> database;
    std::atomic<bool> cancelled{false};
};

Result<std::unique_ptr<SqlSession>> SqlSession::open(CaptureSnapshotPtr snapshot)
{
    auto made = std::make_unique<Private>();
    sqlite3* database = nullptr;
    const int result = sqlite3_open_v2(":memory:", &database,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                           SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_MEMORY,
                                       nullptr);
    made->database.reset(database);
    if (result != SQLITE_OK) {
        return fail(ErrorCode::Internal, "SQLite cannot be started; is there memory left?");
    }
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, kMaxTextBytes);
    registerRegexp(database);
    registerRecords(database, std::move(snapshot));
    // Tables declare their columns by a CREATE TABLE, which the authorizer would refuse: the first
    // mention of each comes before it.
    sqlite3_exec(database, "SELECT 1 FROM records, json_each('[]'), json_tree('[]') LIMIT 0",
                 nullptr, nullptr, nullptr);
    sqlite3_set_authorizer(database, authorize, nullptr);
    sqlite3_progress_handler(database, kOperationsPerLook, Private::look, made.get());
    return std::unique_ptr<SqlSession>(new SqlSession(std::move(made)));
}

SqlSession::SqlSession(std::unique_ptr<Private> p)
    : d(std::move(p))
{
}

SqlSession::~SqlSession() = default;

Result<void> SqlSession::query(std::string_view text, const Answer& answer, FilterMistake* mistake)
{
    const auto refuse = [&](std::size_t at, std::size_t length, std::string message) {
        if (mistake) {
            *mistake = {at, length, message};
        }
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("The query goes wrong at character {}: {}", at + 1, message));
    };
    sqlite3* const database = d->database.get();
    d->cancelled = false;
    sqlite3_stmt* prepared = nullptr;
    const char* tail = nullptr;
    const int result =
        sqlite3_prepare_v2(database, text.data(), static_cast<int>(text.size()), &prepared, &tail);
    const std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement(prepared);
    if (result == SQLITE_AUTH) {
        return refuse(0, text.size(), "A query only reads; write a SELECT over records('topic').");
    }
    if (result != SQLITE_OK) {
        const int offset = sqlite3_error_offset(database);
        return refuse(offset < 0 ? 0 : static_cast<std::size_t>(offset),
                      offset < 0 ? text.size() : 1, std::string(sqlite3_errmsg(database)) + ".");
    }
    if (!statement) {
        return refuse(0, text.size(),
                      "There is no statement; write a SELECT over records('topic').");
    }
    const auto used = static_cast<std::size_t>(tail - text.data());
    if (!cutSql(text.substr(used)).empty()) {
        return refuse(used, text.size() - used, "One statement at a time.");
    }
    const int count = sqlite3_column_count(prepared);
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        names.emplace_back(sqlite3_column_name(prepared, i));
    }
    if (answer.columns) {
        answer.columns(names);
    }
    std::vector<SqlValue> cells(names.size());
    for (;;) {
        const int step = sqlite3_step(prepared);
        if (step == SQLITE_DONE) {
            return {};
        }
        if (step == SQLITE_INTERRUPT) {
            return fail(ErrorCode::Cancelled, "The query was stopped.");
        }
        if (step != SQLITE_ROW) {
            const std::string_view words = sqlite3_errmsg(database);
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("The query failed: {}{}", words,
                                    words == "malformed JSON"
                                        ? "; a record is no JSON: add WHERE json_valid(value)."
                                        : ""));
        }
        for (int i = 0; i < count; ++i) {
            cells[static_cast<std::size_t>(i)] = cell(prepared, i);
        }
        if (answer.row && !answer.row(cells)) {
            return {};
        }
    }
}

void SqlSession::cancel()
{
    d->cancelled = true;
}

} // namespace hindcast

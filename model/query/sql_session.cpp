#include "model/query/sql_session.h"

#include "model/capture/database.h"
#include "model/query/records_table.h"
#include "model/query/regexp_function.h"
#include "model/query/sql_lexer.h"
#include "model/query/sql_names.h"
#include "model/query/sql_tables.h"
#include "model/query/sqlite_handles.h"

#include <cstring>
#include <filesystem>
#include <fmt/core.h>
#include <mutex>

namespace hindcast {

namespace {

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

// As a URI: every byte that could mean something else is written in hexadecimal.
std::string readOnlyUri(const std::string& path)
{
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(path).string()) {
        if ((isNameCharacter(c) && (c & 0x80) == 0) || c == '/') {
            uri += c;
        } else {
            uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
        }
    }
    return uri + "?mode=ro";
}

// Where the query names what SQLite complains of by its name alone: "no such table: orders"; else
// the whole.
std::pair<std::size_t, std::size_t> placeOfName(std::string_view text, std::string_view complaint)
{
    const std::size_t colon = complaint.find(": ");
    if (colon != std::string_view::npos) {
        for (const SqlToken& token : cutSql(text)) {
            if (isSqlWord(token, complaint.substr(colon + 2))) {
                return {token.at, token.text.size()};
            }
        }
    }
    return {0, text.size()};
}

bool isMainOrTemp(const std::string& name)
{
    return sqlite3_stricmp(name.c_str(), "main") == 0 || sqlite3_stricmp(name.c_str(), "temp") == 0;
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
    static int look(void* self)
    {
        return static_cast<Private*>(self)->stop.stop_requested() ? 1 : 0;
    }
    std::stop_token begin()
    {
        const std::lock_guard lock(mutex);
        stop = source.get_token();
        return stop;
    }
    void end()
    {
        const std::lock_guard lock(mutex);
        source = {};
    }
    std::string explained(const char* complaint) const
    {
        return tables ? tables->explained(complaint) : std::string(complaint);
    }

    std::unique_ptr<sqlite3, CloseDatabase> database;
    std::shared_ptr<SqlTables> tables; // may be null
    std::stop_token stop;              // of the query that runs
    std::mutex mutex;
    std::stop_source source; // guarded by mutex
};

Result<std::unique_ptr<SqlSession>> SqlSession::open(CaptureSnapshotPtr snapshot,
                                                     std::shared_ptr<SqlTables> tables)
{
    auto made = std::make_unique<Private>();
    made->tables = std::move(tables);
    startSqlite();
    sqlite3* database = nullptr;
    const int result =
        sqlite3_open_v2(":memory:", &database,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                            SQLITE_OPEN_MEMORY | SQLITE_OPEN_URI,
                        nullptr);
    made->database.reset(database);
    if (result != SQLITE_OK) {
        return fail(ErrorCode::Internal, "SQLite cannot be started; is there memory left?");
    }
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, kMaxTextBytes);
    // What stands in an attached file is not to be trusted: its views call only what is harmless.
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
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

Result<void> SqlSession::attach(const std::string& path, const std::string& name)
{
    sqlite3* const database = d->database.get();
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} cannot be attached as {}: {}.", path, name, why));
    };
    if (name.empty() || isMainOrTemp(name)) {
        return refuse("write another name, as stock in stock.order_lines");
    }
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        return refuse("there is no such file");
    }
    sqlite3_set_authorizer(database, nullptr, nullptr);
    const auto run = [&](const std::string& sql) {
        return sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    };
    const std::string quoted = quotedSqlName(name);
    Result<void> done;
    if (!run(fmt::format("ATTACH {} AS {}", quotedSqlText(readOnlyUri(path)), quoted))) {
        done = refuse(sqlite3_errmsg(database));
    } else if (!run(fmt::format("SELECT count(*) FROM {}.sqlite_schema", quoted))) {
        done = refuse(sqlite3_errmsg(database));
        run(fmt::format("DETACH {}", quoted));
    }
    sqlite3_set_authorizer(database, authorize, nullptr);
    return done;
}

Result<void> SqlSession::query(std::string_view text, const Answer& answer, FilterMistake* mistake)
{
    const std::stop_token stop = d->begin();
    // What is short would be over before SQLite looks.
    auto done = stop.stop_requested() ? fail(ErrorCode::Cancelled, "The query was stopped.")
                                      : run(text, answer, mistake, stop);
    d->end();
    if (d->tables) {
        d->tables->finished();
    }
    if (!done && stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "The query was stopped.");
    }
    return done;
}

Result<void> SqlSession::run(std::string_view text, const Answer& answer, FilterMistake* mistake,
                             const std::stop_token& stop)
{
    const auto refuse = [&](std::size_t at, std::size_t length, std::string message) {
        if (mistake) {
            *mistake = {at, length, message};
        }
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("The query goes wrong at character {}: {}", at + 1, message));
    };
    sqlite3* const database = d->database.get();
    SqlRewrite query(text);
    if (d->tables) {
        FilterMistake found;
        sqlite3_set_authorizer(database, nullptr, nullptr);
        const auto ready = d->tables->prepare(database, query, stop, found);
        sqlite3_set_authorizer(database, authorize, nullptr);
        if (!ready) {
            return found.message.empty() ? ready
                                         : refuse(found.offset, found.length, found.message);
        }
    }
    const std::string_view sql = query.sql();
    sqlite3_stmt* prepared = nullptr;
    const char* tail = nullptr;
    const int result =
        sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &prepared, &tail);
    const std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement(prepared);
    if (result == SQLITE_AUTH) {
        return refuse(0, text.size(), "A query only reads; write a SELECT over records('topic').");
    }
    if (result != SQLITE_OK) {
        const int offset = sqlite3_error_offset(database);
        const std::string complaint = sqlite3_errmsg(database);
        const auto [at, length] =
            offset < 0 ? placeOfName(text, complaint)
                       : std::pair(query.placeOf(static_cast<std::size_t>(offset)), std::size_t{1});
        return refuse(at, length, d->explained(complaint.c_str()) + ".");
    }
    if (!statement) {
        return refuse(0, text.size(),
                      "There is no statement; write a SELECT over records('topic').");
    }
    const std::size_t used = query.placeOf(static_cast<std::size_t>(tail - sql.data()));
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
        if (step != SQLITE_ROW) {
            const std::string words = d->explained(sqlite3_errmsg(database));
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
    const std::lock_guard lock(d->mutex);
    d->source.request_stop();
}

} // namespace hindcast

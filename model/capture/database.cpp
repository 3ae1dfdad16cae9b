#include "model/capture/database.h"

#include <cerrno>
#include <cstring>
#include <fmt/core.h>
#include <mutex>
#include <sqlite3.h>

namespace hindcast {

namespace {

// SQLite folds a file size limit into a general I/O error; the system's own code tells.
bool isNoSpace(int code, int systemError)
{
    return (code & 0xff) == SQLITE_FULL ||
           ((code & 0xff) == SQLITE_IOERR &&
            (systemError == ENOSPC || systemError == EDQUOT || systemError == EFBIG));
}

Error describe(int code, int systemError, const std::string& path, std::string_view doing,
               std::string detail)
{
    const auto say = [&](ErrorCode kind, std::string_view why) {
        return Error{kind, fmt::format("Failed {} {}: {}", doing, path, why), std::move(detail)};
    };
    if (isNoSpace(code, systemError)) {
        return say(ErrorCode::NoSpace, "there is no space left on its disk; what was written so "
                                       "far is kept, free some space and try again.");
    }
    switch (code & 0xff) {
    case SQLITE_NOTADB:
        return say(ErrorCode::Corrupt, "it is not a Hindcast capture.");
    case SQLITE_CORRUPT:
        return say(ErrorCode::Corrupt, "the file is damaged or cut off.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return say(ErrorCode::Denied, "another program has it locked; close it there first.");
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return say(ErrorCode::Denied, "it may not be written to; check its permissions.");
    case SQLITE_CANTOPEN:
        return say(systemError == EACCES ? ErrorCode::Denied : ErrorCode::NotFound,
                   systemError != 0 ? fmt::format("{}.", std::strerror(systemError))
                                    : std::string("it cannot be opened."));
    default:
        return say(ErrorCode::Internal, fmt::format("{}.", detail));
    }
}

} // namespace

Statement::Statement(sqlite3_stmt* statement)
    : m_statement(statement)
{
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

Statement& Statement::bind(int at, std::int64_t value)
{
    sqlite3_bind_int64(m_statement.get(), at, value);
    return *this;
}

Statement& Statement::bindReal(int at, double value)
{
    sqlite3_bind_double(m_statement.get(), at, value);
    return *this;
}

Statement& Statement::bindText(int at, std::string_view value)
{
    sqlite3_bind_text64(m_statement.get(), at, value.data(), value.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
    return *this;
}

Statement& Statement::bindBlob(int at, std::string_view value)
{
    sqlite3_bind_blob64(m_statement.get(), at, value.empty() ? "" : value.data(), value.size(),
                        SQLITE_STATIC);
    return *this;
}

int Statement::step()
{
    return sqlite3_step(m_statement.get());
}

void Statement::reset()
{
    sqlite3_reset(m_statement.get());
    sqlite3_clear_bindings(m_statement.get());
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement.get(), column);
}

std::string_view Statement::bytes(int column) const
{
    const void* const data = sqlite3_column_blob(m_statement.get(), column);
    const int size = sqlite3_column_bytes(m_statement.get(), column);
    return {static_cast<const char*>(data), data ? static_cast<std::size_t>(size) : 0};
}

void startSqlite()
{
    static std::once_flag once;
    std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

Database::Database(sqlite3* db, std::string path)
    : m_db(db)
    , m_path(std::move(path))
{
}

Database::~Database()
{
    sqlite3_close_v2(m_db);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Mode mode)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    flags |= mode == Mode::Create ? SQLITE_OPEN_CREATE : 0;
    startSqlite();
    sqlite3* db = nullptr;
    errno = 0;
    const int code = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
    if (code != SQLITE_OK) {
        const int systemError = db ? sqlite3_system_errno(db) : errno;
        sqlite3_close_v2(db);
        return tl::unexpected(describe(code, systemError, path, "opening", sqlite3_errstr(code)));
    }
    sqlite3_busy_timeout(db, 2000);
    return std::unique_ptr<Database>(new Database(db, path));
}

Error Database::error(std::string_view doing) const
{
    // SQLite forgets the system's code of a failed write; it still stands in this thread's errno.
    const int systemError = sqlite3_system_errno(m_db) != 0 ? sqlite3_system_errno(m_db) : errno;
    return describe(sqlite3_extended_errcode(m_db), systemError, m_path, doing,
                    sqlite3_errmsg(m_db));
}

Result<void> Database::exec(const std::string& sql)
{
    if (sqlite3_exec(m_db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return tl::unexpected(error("writing to"));
    }
    return {};
}

Result<Statement> Database::prepare(std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(m_db, sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
        return tl::unexpected(error("reading"));
    }
    return Statement(statement);
}

Result<std::int64_t> Database::integer(std::string_view sql)
{
    auto statement = prepare(sql);
    if (!statement) {
        return tl::unexpected(statement.error());
    }
    if (statement->step() != SQLITE_ROW) {
        return tl::unexpected(error("reading"));
    }
    return statement->integer(0);
}

Result<void> Database::run(Statement& statement)
{
    const int code = statement.step();
    if (code != SQLITE_DONE && code != SQLITE_ROW) {
        Error failure = error("writing to");
        statement.reset();
        return tl::unexpected(std::move(failure));
    }
    statement.reset();
    return {};
}

} // namespace hindcast

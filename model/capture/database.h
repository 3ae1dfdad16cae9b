#pragma once

#include "model/record/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace hindcast {

// To be called before a connection is opened, each time: SQLite then counts no memory, which would
// have all threads that evaluate texts wait for one lock.
void startSqlite();

// A prepared statement; reset() makes it ready for the next use. One thread at a time.
class Statement
{
public:
    Statement() = default;
    explicit Statement(sqlite3_stmt* statement);

    explicit operator bool() const { return static_cast<bool>(m_statement); }
    Statement& bind(int at, std::int64_t value);
    Statement& bindText(int at, std::string_view value); // valid until reset()
    Statement& bindReal(int at, double value);
    Statement& bindBlob(int at, std::string_view value); // valid until reset()
    int step(); // SQLite's code: SQLITE_ROW, SQLITE_DONE or an error
    void reset();
    std::int64_t integer(int column) const;
    std::string_view bytes(int column) const; // until the next step() or reset()

private:
    struct Finalize
    {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
};

// One SQLite connection; one thread at a time. Failures become sentences with the file's name.
class Database
{
public:
    enum class Mode { ReadOnly, ReadWrite, Create };

    static Result<std::unique_ptr<Database>> open(const std::string& path, Mode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Result<void> exec(const std::string& sql);
    Result<Statement> prepare(std::string_view sql);
    // A statement that gives one integer.
    Result<std::int64_t> integer(std::string_view sql);
    // Runs a statement that gives no rows, then resets it.
    Result<void> run(Statement& statement);

    // What went wrong last, as a value; `doing` says at what: "writing to".
    Error error(std::string_view doing) const;
    const std::string& path() const { return m_path; }

private:
    Database(sqlite3* db, std::string path);

    sqlite3* m_db;
    std::string m_path;
};

} // namespace hindcast

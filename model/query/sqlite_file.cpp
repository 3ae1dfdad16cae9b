#include "model/query/sqlite_file.h"

#include "model/capture/database.h"
#include "model/query/sql_names.h"

#include <filesystem>
#include <fmt/core.h>

namespace hindcast {

namespace {

Error thereAlready(const std::string& path)
{
    return {ErrorCode::InvalidArgument,
            fmt::format("{} is there already; choose another name.", path),
            {}};
}

void bind(Statement& statement, int at, const SqlValue& value)
{
    switch (value.kind) {
    case SqlValue::Kind::Null:
        break; // what is not bound is null
    case SqlValue::Kind::Integer:
        statement.bind(at, value.integer);
        break;
    case SqlValue::Kind::Real:
        statement.bindReal(at, value.real);
        break;
    case SqlValue::Kind::Text:
        statement.bindText(at, value.bytes.empty() ? "" : value.bytes);
        break;
    case SqlValue::Kind::Blob:
        statement.bindBlob(at, value.bytes);
        break;
    }
}

} // namespace

struct SqliteFile::Private
{
    std::string path;
    std::string unfinished;
    Existing existing = Existing::Keep;
    std::unique_ptr<Database> database;
    Statement insert;
};

SqliteFile::SqliteFile(std::unique_ptr<Private> p)
    : d(std::move(p))
{
}

SqliteFile::~SqliteFile()
{
    d->insert = {};
    if (d->database) {
        d->database.reset();
        std::error_code ignored;
        std::filesystem::remove(d->unfinished, ignored);
    }
}

Result<std::unique_ptr<SqliteFile>> SqliteFile::create(const std::string& path,
                                                       const std::string& table,
                                                       const std::vector<std::string>& columns,
                                                       Existing existing)
{
    std::error_code error;
    auto made = std::make_unique<Private>();
    made->path = path;
    made->unfinished = path + ".part";
    made->existing = existing;
    if (existing == Existing::Replace) {
        std::filesystem::remove(made->unfinished, error);
    } else if (std::filesystem::exists(path, error)) {
        return tl::unexpected(thereAlready(path));
    }
    if (std::filesystem::exists(made->unfinished, error)) {
        return tl::unexpected(thereAlready(made->unfinished));
    }
    auto database = Database::open(made->unfinished, Database::Mode::Create);
    if (!database) {
        return tl::unexpected<Error>(database.error());
    }
    made->database = std::move(*database);
    std::unique_ptr<SqliteFile> file(new SqliteFile(std::move(made)));

    std::string names;
    std::string places;
    for (const std::string& name : uniqueSqlNames(columns)) {
        names += (names.empty() ? "" : ", ") + quotedSqlName(name);
        places += places.empty() ? "?" : ", ?";
    }
    // The file is new and nobody reads it yet: what goes wrong takes it away whole.
    const std::string quoted = quotedSqlName(table);
    for (const std::string& sql : {std::string("PRAGMA journal_mode = OFF"), std::string("BEGIN"),
                                   fmt::format("CREATE TABLE {}({})", quoted, names),
                                   std::string("CREATE TABLE receipt(json TEXT)")}) {
        if (auto done = file->d->database->exec(sql); !done) {
            return tl::unexpected<Error>(done.error());
        }
    }
    auto insert =
        file->d->database->prepare(fmt::format("INSERT INTO {} VALUES ({})", quoted, places));
    if (!insert) {
        return tl::unexpected<Error>(insert.error());
    }
    file->d->insert = std::move(*insert);
    return file;
}

Result<void> SqliteFile::row(std::span<const SqlValue> cells)
{
    for (std::size_t i = 0; i < cells.size(); ++i) {
        bind(d->insert, static_cast<int>(i + 1), cells[i]);
    }
    return d->database->run(d->insert);
}

Result<void> SqliteFile::finish(std::string_view receiptJson)
{
    d->insert = {};
    {
        auto receipt = d->database->prepare("INSERT INTO receipt VALUES (?)");
        if (!receipt) {
            return tl::unexpected<Error>(receipt.error());
        }
        receipt->bindText(1, receiptJson);
        if (auto done = d->database->run(*receipt); !done) {
            return done;
        }
    }
    if (auto done = d->database->exec("COMMIT"); !done) {
        return done;
    }
    d->database.reset();
    std::error_code error;
    if (d->existing == Existing::Replace) {
        std::filesystem::rename(d->unfinished, d->path, error);
    } else {
        // Not over a file that came to be there meanwhile.
        std::filesystem::create_hard_link(d->unfinished, d->path, error);
    }
    if (error && !std::filesystem::exists(d->path)) {
        std::filesystem::rename(d->unfinished, d->path, error); // a disk without links
    } else if (!error) {
        std::filesystem::remove(d->unfinished, error);
    }
    if (error) {
        return fail(ErrorCode::Denied,
                    fmt::format("{} cannot be given its name: {}; the answer is in {}.", d->path,
                                error.message(), d->unfinished));
    }
    return {};
}

} // namespace hindcast

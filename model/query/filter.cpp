#include "model/query/filter.h"

#include "model/capture/database.h"
#include "model/query/batch_table.h"
#include "model/query/filter_determinism.h"
#include "model/query/regexp_function.h"
#include "model/query/sqlite_handles.h"

#include <cstring>
#include <fmt/core.h>

namespace hindcast {

namespace {

// Second to the expression's own checks: whatever SQL gets through reads nothing but the batch.
int authorizeFilter(void*, int action, const char* first, const char* second, const char*,
                    const char*)
{
    switch (action) {
    case SQLITE_SELECT:
        return SQLITE_OK;
    case SQLITE_READ:
        return std::strcmp(first, "batch") == 0 ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
        return std::strcmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

// findChance() tells where; this sees calls however they are written.
int authorizeForFold(void* none, int action, const char* first, const char* second,
                     const char* database, const char* trigger)
{
    const bool chance = action == SQLITE_FUNCTION && (std::strcmp(second, "random") == 0 ||
                                                      std::strcmp(second, "randomblob") == 0);
    return chance ? SQLITE_DENY : authorizeFilter(none, action, first, second, database, trigger);
}

Error errorOf(const FilterMistake& mistake)
{
    const std::string place = mistake.length > 0
                                  ? fmt::format("at character {}: ", mistake.offset + 1)
                                  : std::string("at its end: ");
    return {ErrorCode::InvalidArgument, "The filter goes wrong " + place + mistake.message, {}};
}

std::string sentence(std::string words)
{
    if (!words.empty() && words.back() != '.') {
        words += '.';
    }
    return words;
}

} // namespace

struct Filter::Private
{
    Private(FilterExpression e, bool forAFold)
        : forFold(forAFold)
        , expression(std::move(e))
        , table(expression.columns())
    {
    }

    tl::expected<void, FilterMistake> prepare();
    static int look(void* self)
    {
        return static_cast<Private*>(self)->stop.stop_requested() ? 1 : 0;
    }

    const bool forFold;
    FilterExpression expression;
    BatchTable table; // outlives the connection
    std::unique_ptr<sqlite3, CloseDatabase> database;
    std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement;
    std::stop_token stop;
    std::string problem;
};

tl::expected<void, FilterMistake> Filter::Private::prepare()
{
    startSqlite();
    sqlite3* opened = nullptr;
    const int result = sqlite3_open_v2(":memory:", &opened,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                           SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_MEMORY,
                                       forFold ? timelessSystem() : nullptr);
    database.reset(opened);
    if (result != SQLITE_OK) {
        return tl::unexpected<FilterMistake>(
            FilterMistake{0, expression.text().size(), "SQLite cannot be started."});
    }
    sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, kMaxTextBytes);
    registerRegexp(opened);
    table.registerAt(opened);
    // A table declares its columns by a CREATE TABLE, which the authorizer would refuse: the first
    // mention comes before it.
    sqlite3_exec(opened, "SELECT 1 FROM batch LIMIT 0", nullptr, nullptr, nullptr);
    sqlite3_set_authorizer(opened, forFold ? authorizeForFold : authorizeFilter, nullptr);
    sqlite3_progress_handler(opened, kOperationsPerLook, look, this);

    constexpr std::string_view kBefore = "SELECT rowid FROM batch WHERE (";
    const std::string sql = std::string(kBefore) + expression.sql() + ")";
    sqlite3_stmt* prepared = nullptr;
    const int error = sqlite3_prepare_v3(opened, sql.c_str(), static_cast<int>(sql.size()) + 1,
                                         SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    statement.reset(prepared);
    if (error != SQLITE_OK) {
        const int offset = sqlite3_error_offset(opened);
        return tl::unexpected<FilterMistake>(expression.placeOf(
            sentence(sqlite3_errmsg(opened)),
            offset < 0 ? -1 : offset - static_cast<std::ptrdiff_t>(kBefore.size())));
    }
    return {};
}

Result<Filter> Filter::compile(std::string_view expression, FilterMistake* mistake)
{
    return make(expression, false, mistake);
}

Result<Filter> Filter::compileForFold(std::string_view expression)
{
    return make(expression, true, nullptr);
}

Result<Filter> Filter::make(std::string_view expression, bool forFold, FilterMistake* mistake)
{
    const auto refuse = [&](FilterMistake wrong) {
        Error error = errorOf(wrong);
        if (mistake) {
            *mistake = std::move(wrong);
        }
        return tl::unexpected<Error>(std::move(error));
    };
    auto parsed = FilterExpression::parse(expression, currentTimestamp());
    if (!parsed) {
        return refuse(std::move(parsed.error()));
    }
    if (auto chance = forFold ? findChance(expression) : std::nullopt) {
        return refuse(std::move(*chance));
    }
    for (const auto& pattern : parsed->patterns()) {
        if (const auto wrong = checkPattern(pattern.pattern)) {
            return refuse({pattern.offset, pattern.length,
                           fmt::format("The pattern goes wrong at its character {}: {}.",
                                       wrong->offset + 1, wrong->message)});
        }
    }
    auto made = std::make_unique<Private>(std::move(*parsed), forFold);
    if (auto prepared = made->prepare(); !prepared) {
        return refuse(std::move(prepared.error()));
    }
    return Filter(std::move(made));
}

Filter::Filter(std::unique_ptr<Private> p)
    : d(std::move(p))
{
}

Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;
Filter::~Filter() = default;

Filter Filter::clone() const
{
    auto made = std::make_unique<Private>(d->expression, d->forFold);
    // The same text was prepared before; it fails only for want of memory, and then on its own
    // first use.
    static_cast<void>(made->prepare());
    return Filter(std::move(made));
}

const std::string& Filter::expression() const
{
    return d->expression.text();
}

const FilterExpression& Filter::parsed() const
{
    return d->expression;
}

void Filter::match(const RecordBatch& batch, std::vector<std::uint32_t>& out, std::stop_token stop,
                   std::vector<std::uint32_t>* undecodable)
{
    sqlite3_stmt* const statement = d->statement.get();
    d->stop = std::move(stop);
    d->table.setBatch(&batch);
    d->table.listUndecodable(undecodable);
    while (statement) {
        const int result = sqlite3_step(statement);
        if (result == SQLITE_ROW) {
            out.push_back(static_cast<std::uint32_t>(sqlite3_column_int64(statement, 0)));
            continue;
        }
        if (result == SQLITE_DONE || result == SQLITE_INTERRUPT || d->table.atEnd()) {
            break;
        }
        // A function failed on this record (json_extract() on a text): the others are still asked.
        if (d->problem.empty()) {
            d->problem = sentence(sqlite3_errmsg(d->database.get()));
        }
        sqlite3_reset(statement);
        d->table.skipCurrent();
    }
    sqlite3_reset(statement);
    d->table.setBatch(nullptr);
    d->table.listUndecodable(nullptr);
}

std::uint64_t Filter::undecodable() const
{
    return d->table.undecodable();
}

const std::string& Filter::problem() const
{
    return d->problem;
}

std::string underlined(std::string_view expression, const FilterMistake& mistake)
{
    // One column a character, not a byte; a line break would tear the two lines apart.
    std::string text;
    std::string carets;
    for (std::size_t i = 0; i < expression.size(); ++i) {
        const char c = expression[i];
        text += c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
        if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
            carets += i >= mistake.offset && i < mistake.offset + mistake.length ? '^' : ' ';
        }
    }
    carets.erase(carets.find_last_not_of(' ') + 1);
    if (mistake.length == 0) {
        std::size_t columns = 0;
        for (std::size_t i = 0; i < mistake.offset && i < expression.size(); ++i) {
            columns += (static_cast<unsigned char>(expression[i]) & 0xC0) != 0x80 ? 1 : 0;
        }
        carets = std::string(columns, ' ') + '^';
    }
    return text + '\n' + carets;
}

} // namespace hindcast

#include "widgets/sql/sql_question.h"

#include "model/query/sql_lexer.h"
#include "model/query/sql_text.h"
#include "model/query/sqlite_file.h"
#include "model/record/whole_file.h"
#include "model/replay/state_tables.h"
#include "widgets/shared/text.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace hindcast {

namespace {

constexpr std::size_t kMostBytes = std::size_t{128} << 20;

SqlCell kept(const SqlValue& value, CellTexts& texts)
{
    SqlCell cell;
    switch (value.kind) {
    case SqlValue::Kind::Null:
        break;
    case SqlValue::Kind::Integer:
        cell.kind = SqlCell::Kind::Integer;
        cell.integer = value.integer;
        break;
    case SqlValue::Kind::Real:
        cell.kind = SqlCell::Kind::Real;
        cell.real = value.real;
        break;
    case SqlValue::Kind::Text:
    case SqlValue::Kind::Blob:
        cell.kind = value.kind == SqlValue::Kind::Text ? SqlCell::Kind::Text : SqlCell::Kind::Blob;
        cell.size = static_cast<std::uint32_t>(value.bytes.size());
        cell.bytes = texts.keep(value.bytes);
        break;
    }
    return cell;
}

bool names(const std::string& text, std::string_view word)
{
    const auto tokens = cutSql(text);
    return std::any_of(tokens.begin(), tokens.end(), [&](const SqlToken& token) {
        return (token.kind == SqlToken::Kind::Word && token.text == word) ||
               (token.kind == SqlToken::Kind::String && token.text.size() == 3 &&
                token.text.substr(1, 1) == word);
    });
}

// Rows of an answer on their way into a file of text.
class TextFile
{
public:
    explicit TextFile(const std::string& path)
        : m_path(path)
        , m_json(path.ends_with(".jsonl"))
        , m_file(path)
    {
    }

    void columns(std::span<const std::string> names)
    {
        m_columns.assign(names.begin(), names.end());
        if (!m_json) {
            m_file.out() << sqlCsvHeader(names) << '\n';
        }
    }
    bool row(std::span<const SqlValue> cells)
    {
        m_file.out() << (m_json ? sqlJsonLine(m_columns, cells) : sqlCsvLine(cells)) << '\n';
        return static_cast<bool>(m_file.out());
    }
    Result<void> finish(const std::string& receipt)
    {
        if (auto finished = m_file.finish(); !finished) {
            return finished;
        }
        auto kept = WholeFile::write(m_path + ".receipt.json", receipt + '\n');
        if (!kept) {
            kept.error().message =
                "The rows are written, their receipt is not: " + kept.error().message;
        }
        return kept;
    }

private:
    const std::string m_path;
    const bool m_json;
    WholeFile m_file;
    std::vector<std::string> m_columns;
};

} // namespace

SqlValue SqlAnswer::value(std::size_t row, std::size_t column) const
{
    return sqlValueOf(cell(row, column));
}

StateCatalogPtr SqlQuestion::catalog(std::map<std::string, VersionLogPtr>* folds) const
{
    auto made = std::make_shared<StateCatalog>(
        "make one from a topic's menu: \"New projection from this topic\".");
    for (const SqlProjections::Item& item : projections) {
        const std::string name = text::toUtf8(item.name);
        made->add(name,
                  [item, name, folds,
                   order = order](const std::stop_token& stop) -> Result<VersionLogPtr> {
                      if (item.log) {
                          return item.log;
                      }
                      auto log = item.fold ? item.fold(order, stop)
                                           : VersionLog::fold(item.projection, order, stop);
                      if (log && folds != nullptr) {
                          folds->insert_or_assign(name, *log);
                      }
                      return log;
                  });
    }
    if (a) {
        made->setMoment("A", *a);
    }
    if (b) {
        made->setMoment("B", *b);
    }
    return made;
}

SqlGrounds::Judges SqlQuestion::judges() const
{
    SqlGrounds::Judges judges;
    for (const SqlProjections::Item& item : projections) {
        if (item.log && item.trust) {
            judges.emplace(item.log, item.trust);
        }
    }
    return judges;
}

SqlAnswerPtr SqlQuestion::ask(const std::stop_token& stop) const
{
    const auto start = std::chrono::steady_clock::now();
    auto answer = std::make_shared<SqlAnswer>();
    const StateCatalogPtr known = catalog(&answer->folds);
    const auto fails = [&](const Error& error) {
        answer->failed = true;
        answer->stopped = error.code == ErrorCode::Cancelled;
        answer->problem = error.message;
        return answer;
    };
    auto session = SqlSession::open(snapshot, std::make_shared<StateTables>(known));
    if (!session) {
        return fails(session.error());
    }
    const std::stop_callback cancel(stop, [&session] { (*session)->cancel(); });
    FilterMistake mistake;
    const auto done = (*session)->query(
        text,
        {[&](std::span<const std::string> names) {
             answer->columns.assign(names.begin(), names.end());
         },
         [&](std::span<const SqlValue> cells) {
             // One that came before the query had begun is seen here.
             if (stop.stop_requested()) {
                 return false;
             }
             if (answer->rows == kMostRows || answer->texts.bytes() > kMostBytes) {
                 answer->cut = true;
                 return false;
             }
             ++answer->rows;
             for (const SqlValue& value : cells) {
                 answer->cells.push_back(kept(value, answer->texts));
             }
             return true;
         }},
        &mistake);
    answer->took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - start);
    if (!done) {
        if (!mistake.message.empty()) {
            answer->mistake = mistake;
        }
        return fails(done.error());
    }
    if (stop.stop_requested()) {
        return fails({ErrorCode::Cancelled, "The query was stopped.", {}});
    }
    answer->grounds = SqlGrounds::of(*known, judges());
    return answer;
}

Result<std::string> SqlQuestion::write(const std::string& path, const std::stop_token& stop) const
{
    const StateCatalogPtr known = catalog(nullptr);
    auto session = SqlSession::open(snapshot, std::make_shared<StateTables>(known));
    if (!session) {
        return tl::unexpected<Error>(session.error());
    }
    const std::stop_callback cancel(stop, [&session] { (*session)->cancel(); });
    const bool sqlite = path.ends_with(".sqlite");
    std::unique_ptr<SqliteFile> database;
    std::unique_ptr<TextFile> file;
    Result<void> written;
    std::uint64_t rows = 0;
    const auto done = (*session)->query(
        text, {[&](std::span<const std::string> names) {
                   if (!sqlite) {
                       file = std::make_unique<TextFile>(path);
                       file->columns(names);
                       return;
                   }
                   auto made = SqliteFile::create(path, "answer", {names.begin(), names.end()},
                                                  SqliteFile::Existing::Replace);
                   if (made) {
                       database = std::move(*made);
                   } else {
                       written = tl::unexpected<Error>(made.error());
                   }
               },
               [&](std::span<const SqlValue> cells) {
                   ++rows;
                   if (file) {
                       return file->row(cells) && !stop.stop_requested();
                   }
                   if (database) {
                       written = database->row(cells);
                   }
                   return written.has_value() && !stop.stop_requested();
               }});
    if (!done) {
        return tl::unexpected<Error>(done.error());
    }
    if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "The export was stopped.");
    }
    if (written) {
        const SqlGrounds grounds = SqlGrounds::of(*known, judges());
        const std::string receipt = grounds.toJson(text, rows, snapshot->rowCount(), stop);
        written = database ? database->finish(receipt) : file->finish(receipt);
    }
    if (!written) {
        return tl::unexpected<Error>(written.error());
    }
    return fmt::format("{} {} written to {}, with {} receipt.", rows, rows == 1 ? "row" : "rows",
                       std::filesystem::path(path).filename().string(),
                       rows == 1 ? "its" : "their");
}

bool SqlQuestion::namesA() const
{
    return names(text, "A");
}

bool SqlQuestion::namesB() const
{
    return names(text, "B");
}

} // namespace hindcast

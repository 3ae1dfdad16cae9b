#include "model/replay/state_tables.h"

#include "model/query/sql_names.h"
#include "model/query/virtual_table.h"
#include "model/replay/changes_table.h"
#include "model/replay/history_table.h"
#include "model/replay/moment_finder.h"
#include "model/replay/state_table.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <sqlite3.h>

namespace hindcast {

namespace {

struct Function
{
    std::string_view name;
    std::size_t fewest; // moments
    std::size_t most;
    std::string_view form;
};

constexpr std::array<Function, 3> kTableFunctions{
    {{"state", 0, 1, "state('projection', moment)"},
     {"history", 0, 1, "history('projection', moment)"},
     {"changes", 1, 2, "changes('projection', moment, moment)"}}};

std::string withoutQuotes(std::string_view text)
{
    std::string result;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        result += text[i];
        if (text[i] == '\'') {
            ++i;
        }
    }
    return result;
}

bool isSymbol(const SqlToken& token, std::string_view text)
{
    return token.kind == SqlToken::Kind::Symbol && token.text == text;
}

// Words that go on with a query behind a table; every other is the table's alias.
bool goesOn(const SqlToken& token)
{
    constexpr std::array<std::string_view, 20> kWords{
        "where", "group", "order", "limit",  "having",    "window", "join",
        "left",  "right", "full",  "inner",  "cross",     "outer",  "natural",
        "on",    "using", "union", "except", "intersect", "offset"};
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view word) { return isSqlWord(token, word); });
}

} // namespace

// A call as it stands in the query's tokens.
struct StateTables::Call
{
    const Function* function = nullptr;
    SqlToken name;
    SqlToken projection;
    std::vector<std::span<const SqlToken>> moments;
    SqlToken close;
    bool hasAlias = false;
};

namespace {

// The place behind the bracket that closes the one at `open`; the end where none does.
std::size_t closing(std::span<const SqlToken> tokens, std::size_t open)
{
    std::size_t depth = 0;
    for (std::size_t i = open; i < tokens.size(); ++i) {
        depth += isSymbol(tokens[i], "(") ? 1 : 0;
        depth -= isSymbol(tokens[i], ")") ? 1 : 0;
        if (depth == 0) {
            return i;
        }
    }
    return tokens.size();
}

// What stands between commas, brackets aside.
std::vector<std::span<const SqlToken>> arguments(std::span<const SqlToken> tokens)
{
    std::vector<std::span<const SqlToken>> found;
    std::size_t from = 0;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        depth += isSymbol(tokens[i], "(") ? 1 : 0;
        depth -= isSymbol(tokens[i], ")") ? 1 : 0;
        if (depth == 0 && isSymbol(tokens[i], ",")) {
            found.push_back(tokens.subspan(from, i - from));
            from = i + 1;
        }
    }
    found.push_back(tokens.subspan(from));
    return found;
}

Error misplaced(FilterMistake& mistake, std::size_t at, std::size_t length, std::string message)
{
    mistake = {at, length, message};
    return {ErrorCode::InvalidArgument, std::move(message), {}};
}

} // namespace

Result<void> StateTables::prepare(sqlite3* database, SqlRewrite& query, const std::stop_token& stop,
                                  FilterMistake& mistake)
{
    m_catalog->begin(stop);
    m_named.clear();
    m_edits.clear();
    const std::vector<SqlToken> cut = cutSql(query.typed());
    const std::span<const SqlToken> tokens(cut);
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
        const auto* const function =
            std::find_if(kTableFunctions.begin(), kTableFunctions.end(),
                         [&](const Function& f) { return isSqlWord(tokens[i], f.name); });
        const bool called = function != kTableFunctions.end() && isSymbol(tokens[i + 1], "(") &&
                            tokens[i + 2].kind == SqlToken::Kind::String &&
                            (i == 0 || !isSymbol(tokens[i - 1], "."));
        const std::size_t end = called ? closing(tokens, i + 1) : tokens.size();
        if (end == tokens.size()) {
            continue; // what is no call, or never closed, SQLite has its words for
        }
        Call call{function, tokens[i], tokens[i + 2], {}, tokens[end], false};
        auto given = arguments(tokens.subspan(i + 2, end - i - 2));
        if (given.front().size() != 1) {
            continue;
        }
        call.moments.assign(given.begin() + 1, given.end());
        if (end + 1 < tokens.size()) {
            const SqlToken& behind = tokens[end + 1];
            call.hasAlias = behind.kind == SqlToken::Kind::QuotedName ||
                            behind.kind == SqlToken::Kind::String ||
                            (behind.kind == SqlToken::Kind::Word && !goesOn(behind));
        }
        if (auto prepared = prepareCall(database, call, mistake); !prepared) {
            return prepared;
        }
    }
    // A call may stand in another's moment.
    std::stable_sort(m_edits.begin(), m_edits.end(),
                     [](const Edit& a, const Edit& b) { return a.at < b.at; });
    for (const Edit& edit : m_edits) {
        query.replace(edit.at, edit.length, edit.text);
    }
    return {};
}

Result<void> StateTables::prepareCall(sqlite3* database, const Call& call, FilterMistake& mistake)
{
    const std::string projection = withoutQuotes(call.projection.text);
    const auto entry = m_catalog->open(projection);
    if (!entry) {
        if (entry.error().code == ErrorCode::NotFound) {
            return tl::unexpected(misplaced(mistake, call.projection.at,
                                            call.projection.text.size(), entry.error().message));
        }
        return tl::unexpected<Error>(entry.error());
    }
    if (call.moments.size() < call.function->fewest || call.moments.size() > call.function->most) {
        return tl::unexpected(misplaced(mistake, call.name.at, call.close.end() - call.name.at,
                                        fmt::format("Write {}.", call.function->form)));
    }
    const std::string function(call.function->name);
    if (auto made = registerTable(database, function, projection, *entry); !made) {
        return made;
    }
    const std::string table = fmt::format("{}({})", function, quotedSqlText(projection));
    m_named.push_back(table);
    // With the comma behind the projection.
    const std::size_t begin = call.name.at;
    const std::size_t end =
        call.moments.empty() ? call.projection.end() : call.moments.front().data()[-1].end();
    m_edits.push_back({begin, end - begin, quotedSqlName(table) + "("});
    for (const auto& moment : call.moments) {
        if (auto ready = prepareMoment(**entry, moment, mistake); !ready) {
            return ready;
        }
    }
    if (!call.hasAlias) {
        m_edits.push_back({call.close.end(), 0, " AS " + function});
    }
    return {};
}

Result<void> StateTables::prepareMoment(const StateCatalog::Entry& entry,
                                        std::span<const SqlToken> tokens, FilterMistake& mistake)
{
    if (tokens.size() != 1) {
        return {};
    }
    const SqlToken& token = tokens.front();
    std::string moment;
    if (token.kind == SqlToken::Kind::Word && m_catalog->hasMoment(token.text)) {
        moment = token.text;
        m_edits.push_back({token.at, token.text.size(), quotedSqlText(moment)});
    } else if (token.kind == SqlToken::Kind::String) {
        moment = withoutQuotes(token.text);
    } else if (token.text == "A" || token.text == "B") {
        return tl::unexpected(
            misplaced(mistake, token.at, 1,
                      fmt::format("Nothing is called {} here; write a time, a record as "
                                  "'orders-4@48211954', or 'end'.",
                                  token.text)));
    } else {
        return {};
    }
    // Found again from the catalog when the query runs.
    const auto found = m_catalog->at(entry, moment);
    if (!found) {
        return tl::unexpected(
            misplaced(mistake, token.at, token.text.size(), found.error().message));
    }
    return {};
}

Result<void> StateTables::registerTable(sqlite3* database, const std::string& function,
                                        const std::string& projection,
                                        const StateCatalog::EntryPtr& entry)
{
    const std::string name = fmt::format("{}({})", function, quotedSqlText(projection));
    if (m_tables.contains(name)) {
        return {};
    }
    const auto add = [&](auto table) {
        m_tables.emplace(name, table->columns().names());
        VirtualTable::registerAt(database, name, std::move(table));
    };
    if (function == "state") {
        add(std::make_shared<StateTable>(m_catalog, entry));
    } else if (function == "history") {
        add(std::make_shared<HistoryTable>(m_catalog, entry));
    } else {
        add(std::make_shared<ChangesTable>(m_catalog, entry));
    }
    // A table declares its columns when it is first mentioned, which a query may not.
    const std::string mention = fmt::format("SELECT 1 FROM {} LIMIT 0", quotedSqlName(name));
    if (sqlite3_exec(database, mention.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return fail(ErrorCode::Internal,
                    fmt::format("{} cannot be made a table: {}.", name, sqlite3_errmsg(database)));
    }
    return {};
}

std::string StateTables::explained(std::string complaint) const
{
    for (const Function& function : kTableFunctions) {
        if (complaint == fmt::format("no such table: {}", function.name) ||
            complaint == fmt::format("no such function: {}", function.name)) {
            const auto names = m_catalog->names();
            return fmt::format(
                "{}() is given a projection's name as a text: {}; {}", function.name, function.form,
                names.empty() ? "there is none" : fmt::format("known: {}", fmt::join(names, ", ")));
        }
    }
    if (complaint.starts_with("no such column") && !m_named.empty()) {
        for (const std::string& name : m_named) {
            complaint += fmt::format("; {} has {}", name, fmt::join(m_tables.at(name), ", "));
        }
    }
    return complaint;
}

bool StateTables::asksForCommit(std::string_view query)
{
    const auto tokens = cutSql(query);
    return std::any_of(tokens.begin(), tokens.end(), [](const SqlToken& token) {
        return token.kind == SqlToken::Kind::String && needsCommit(withoutQuotes(token.text));
    });
}

} // namespace hindcast

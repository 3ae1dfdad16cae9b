#include "model/query/filter_determinism.h"

#include "model/query/sql_lexer.h"

#include <algorithm>
#include <fmt/core.h>
#include <sqlite3.h>

namespace hindcast {

namespace {

constexpr Timestamp kSomeTime = timestampFromMs(1'795'183'392'418);

bool isOneOf(const SqlToken& token, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return isSqlWord(token, word); });
}

bool isNow(const SqlToken& token)
{
    return token.kind == SqlToken::Kind::String && token.text.size() == 5 &&
           isSqlWord({SqlToken::Kind::Word, 0, token.text.substr(1, 3)}, "now");
}

FilterMistake mistake(const SqlToken& token, std::string_view what)
{
    return {token.at, token.text.size(),
            fmt::format("{}, so the same records would not give the same state each time.", what)};
}

// A call of a function of dates that asks for the time that it is: "now", or no time at all.
bool asksTheClock(const std::vector<SqlToken>& tokens, std::size_t function)
{
    const bool formatFirst = isSqlWord(tokens[function], "strftime");
    std::size_t depth = 0;
    std::size_t arguments = 0;
    for (std::size_t i = function + 1; i < tokens.size(); ++i) {
        const SqlToken& token = tokens[i];
        if (token.text == ")" && --depth == 0) {
            break;
        }
        arguments += depth == 1 && (arguments == 0 || token.text == ",") ? 1 : 0;
        depth += token.text == "(" ? 1 : 0;
        if (isNow(token)) {
            return true;
        }
    }
    return arguments < (formatFirst ? 2 : 1);
}

} // namespace

std::optional<FilterMistake> findChance(std::string_view expression)
{
    const std::vector<SqlToken> tokens = cutSql(expression);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const SqlToken& token = tokens[i];
        if (token.kind != SqlToken::Kind::Word || (i > 0 && tokens[i - 1].text == ".")) {
            continue;
        }
        if (isOneOf(token, {"current_time", "current_date", "current_timestamp"})) {
            return mistake(token, "This is the machine's clock");
        }
        const bool call = i + 1 < tokens.size() && tokens[i + 1].text == "(";
        if (call && isOneOf(token, {"random", "randomblob"})) {
            return mistake(token, "This is chance");
        }
        if (call &&
            isOneOf(token, {"date", "time", "datetime", "julianday", "unixepoch", "strftime",
                            "timediff"}) &&
            asksTheClock(tokens, i)) {
            return mistake(token, "This asks the machine's clock");
        }
    }
    const auto then = FilterExpression::parse(expression, kSomeTime);
    const auto later = FilterExpression::parse(expression, kSomeTime + std::chrono::hours(1));
    if (then && later && then->sql() != later->sql()) {
        return FilterMistake{0, expression.size(),
                             "A time that is counted from now gives another state each time; "
                             "write one that stays, as '2026-11-20T14:03:12Z'."};
    }
    return std::nullopt;
}

const char* timelessSystem()
{
    static sqlite3_vfs system = [] {
        sqlite3_vfs made = *sqlite3_vfs_find(nullptr);
        made.zName = "hindcast-timeless";
        made.xCurrentTime = [](sqlite3_vfs*, double*) { return SQLITE_ERROR; };
        made.xCurrentTimeInt64 = [](sqlite3_vfs*, sqlite3_int64*) { return SQLITE_ERROR; };
        return made;
    }();
    static const int registered = sqlite3_vfs_register(&system, 0);
    return registered == SQLITE_OK ? system.zName : nullptr;
}

} // namespace hindcast

#include "model/query/sql_lexer.h"

#include <algorithm>
#include <array>
#include <string>

namespace hindcast {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Behind the closing quote; a quote inside stands twice. npos: it never closes.
std::size_t endOfQuoted(std::string_view text, std::size_t at)
{
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
        if (text[at] == quote) {
            if (at + 1 == text.size() || text[at + 1] != quote) {
                return at + 1;
            }
            ++at;
        }
    }
    return std::string_view::npos;
}

std::size_t endOfNumber(std::string_view text, std::size_t at)
{
    while (at < text.size()) {
        const bool exponentSign = (text[at] == '+' || text[at] == '-') &&
                                  lower(text[at - 1]) == 'e' && at + 1 < text.size() &&
                                  isDigit(text[at + 1]);
        if (!isNameCharacter(text[at]) && text[at] != '.' && !exponentSign) {
            break;
        }
        ++at;
    }
    return at;
}

std::size_t endOfName(std::string_view text, std::size_t at)
{
    while (at < text.size() && isNameCharacter(text[at])) {
        ++at;
    }
    return at;
}

constexpr std::array<std::string_view, 10> kLongSymbols{
    "->>", "<=", ">=", "<>", "!=", "==", "||", "<<", ">>", "->"};

} // namespace

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_' || c == '$' ||
           (c & 0x80) != 0;
}

bool isSqlWord(const SqlToken& token, std::string_view word)
{
    return token.kind == SqlToken::Kind::Word &&
           std::equal(token.text.begin(), token.text.end(), word.begin(), word.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::vector<SqlToken> cutSql(std::string_view text)
{
    using Kind = SqlToken::Kind;
    std::vector<SqlToken> tokens;
    std::size_t at = 0;
    const auto take = [&](Kind kind, std::size_t end) {
        if (end == std::string_view::npos) {
            kind = Kind::Broken;
            end = text.size();
        }
        tokens.push_back({kind, at, text.substr(at, end - at)});
        at = end;
    };
    while (at < text.size()) {
        const char c = text[at];
        const char next = at + 1 < text.size() ? text[at + 1] : '\0';
        if (isBlank(c)) {
            ++at;
        } else if (c == '-' && next == '-') {
            at = std::min(text.find('\n', at), text.size());
        } else if (c == '/' && next == '*') {
            const std::size_t end = text.find("*/", at + 2);
            if (end == std::string_view::npos) {
                take(Kind::Broken, end);
            } else {
                at = end + 2;
            }
        } else if (c == '\'') {
            take(Kind::String, endOfQuoted(text, at));
        } else if (c == '"' || c == '`') {
            take(Kind::QuotedName, endOfQuoted(text, at));
        } else if (lower(c) == 'x' && next == '\'') {
            const std::size_t end = text.find('\'', at + 2);
            take(Kind::Number, end == std::string_view::npos ? end : end + 1);
        } else if (isDigit(c) || (c == '.' && isDigit(next))) {
            take(Kind::Number, endOfNumber(text, at + 1));
        } else if (c == '?' || ((c == ':' || c == '@' || c == '$') && isNameCharacter(next))) {
            take(Kind::Parameter, endOfName(text, at + 1));
        } else if (isNameCharacter(c)) {
            take(Kind::Word, endOfName(text, at));
        } else {
            const auto* const symbol =
                std::find_if(kLongSymbols.begin(), kLongSymbols.end(),
                             [&](std::string_view s) { return text.substr(at).starts_with(s); });
            take(Kind::Symbol, at + (symbol == kLongSymbols.end() ? 1 : symbol->size()));
        }
    }
    return tokens;
}

} // namespace hindcast

#include "model/query/filter_expression.h"

#include "model/query/sql_lexer.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <fmt/format.h>
#include <initializer_list>

namespace hindcast {

namespace {

using Kind = SqlToken::Kind;

bool isAnyWord(const SqlToken& token, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return isSqlWord(token, word); });
}

bool isComparison(const SqlToken& token)
{
    return token.text == "=" || token.text == "==" || token.text == "<" || token.text == "<=" ||
           token.text == ">" || token.text == ">=" || token.text == "<>" || token.text == "!=" ||
           isSqlWord(token, "is");
}

std::string unquoted(std::string_view literal)
{
    std::string text;
    for (std::size_t i = 1; i + 1 < literal.size(); ++i) {
        text += literal[i];
        if (literal[i] == literal.front()) {
            ++i;
        }
    }
    return text;
}

std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row[b.size()];
}

} // namespace

// Walks the tokens once, writing SQL.
class FilterRewriter
{
public:
    FilterRewriter(std::string_view text, Timestamp now)
        : m_source(text)
        , m_tokens(cutSql(text))
        , m_now(now)
    {
        m_out.m_text = text;
    }

    tl::expected<FilterExpression, FilterMistake> run();

private:
    using Step = tl::expected<void, FilterMistake>;

    static tl::unexpected<FilterMistake> wrong(std::size_t at, std::size_t length,
                                               std::string message)
    {
        return tl::unexpected<FilterMistake>(FilterMistake{at, length, std::move(message)});
    }
    static tl::unexpected<FilterMistake> wrong(const SqlToken& token, std::string message)
    {
        return wrong(token.at, token.text.size(), std::move(message));
    }

    Step token(std::size_t& i);
    Step word(std::size_t& i);
    Step path(std::size_t& i, const std::string& root);
    Step unknown(std::size_t i);
    Step string(std::size_t i);
    void put(std::string_view sql, std::size_t at, std::size_t length);
    void putColumn(std::optional<FieldPath> path, std::size_t at, std::size_t end);
    bool isTime(std::size_t i) const
    {
        return i < m_tokens.size() && isSqlWord(m_tokens[i], "time") &&
               !(i + 1 < m_tokens.size() && m_tokens[i + 1].text == "(");
    }
    bool besideTime(std::size_t i) const;
    bool isPattern(std::size_t i) const;

    std::string_view m_source;
    std::vector<SqlToken> m_tokens;
    Timestamp m_now;
    std::vector<std::size_t> m_open; // tokens of the brackets that are open
    FilterExpression m_out;
};

const std::vector<std::string>& FilterExpression::knownNames()
{
    static const std::vector<std::string> names{"key",       "value",  "header",    "topic",
                                                "partition", "offset", "timestamp", "time"};
    return names;
}

tl::expected<FilterExpression, FilterMistake> FilterExpression::parse(std::string_view text,
                                                                      Timestamp now)
{
    return FilterRewriter(text, now).run();
}

tl::expected<FilterExpression, FilterMistake> FilterRewriter::run()
{
    if (m_tokens.empty()) {
        return wrong(0, m_source.size(),
                     "The filter is empty; write one as value.status = 'FAILED'.");
    }
    for (std::size_t i = 0; i < m_tokens.size();) {
        if (const auto step = token(i); !step) {
            return tl::unexpected<FilterMistake>(step.error());
        }
    }
    if (!m_open.empty()) {
        return wrong(m_tokens[m_open.back()], "This bracket is never closed.");
    }
    return std::move(m_out);
}

FilterRewriter::Step FilterRewriter::token(std::size_t& i)
{
    const SqlToken& t = m_tokens[i];
    switch (t.kind) {
    case Kind::Broken:
        return wrong(t, t.text.front() == '/'   ? "This comment never ends."
                        : t.text.front() == '"' ? "This name has no closing quote."
                                                : "This text has no closing quote.");
    case Kind::Parameter:
        return wrong(
            t, fmt::format("{} is a parameter, and a filter has none; write the value.", t.text));
    case Kind::QuotedName:
        return wrong(t, fmt::format("{} is in double quotes, which name a field; write text in "
                                    "single quotes: '{}'.",
                                    t.text, unquoted(t.text)));
    case Kind::Word:
        return word(i);
    case Kind::String: {
        const std::size_t at = i++;
        return string(at);
    }
    case Kind::Symbol:
        if (t.text == ";") {
            return wrong(t, "A filter is one expression; nothing may follow a semicolon.");
        }
        if (t.text == "(") {
            m_open.push_back(i);
        } else if (t.text == ")") {
            if (m_open.empty()) {
                return wrong(t, "This bracket closes none that is open.");
            }
            m_open.pop_back();
        }
        break;
    case Kind::Number:
        break;
    }
    put(t.text, t.at, t.text.size());
    ++i;
    return {};
}

FilterRewriter::Step FilterRewriter::word(std::size_t& i)
{
    const SqlToken& t = m_tokens[i];
    const bool call = i + 1 < m_tokens.size() && m_tokens[i + 1].text == "(";
    const SqlToken* const before = i > 0 ? &m_tokens[i - 1] : nullptr;
    if (isAnyWord(t, {"select", "with", "values", "exists", "raise", "over", "filter"})) {
        return wrong(t, fmt::format("A filter is an expression over one record; {} has no place "
                                    "in it.",
                                    t.text));
    }
    const bool keyword = isAnyWord(t, {"and",          "or",
                                       "not",          "in",
                                       "like",         "glob",
                                       "regexp",       "match",
                                       "between",      "is",
                                       "null",         "isnull",
                                       "notnull",      "case",
                                       "when",         "then",
                                       "else",         "end",
                                       "cast",         "as",
                                       "collate",      "escape",
                                       "true",         "false",
                                       "distinct",     "current_timestamp",
                                       "current_date", "current_time"}) ||
                         (before && isAnyWord(*before, {"as", "collate"})) ||
                         (before && isSqlWord(t, "from") && isSqlWord(*before, "distinct"));
    if (!keyword && !call) {
        for (const std::string& name : FilterExpression::knownNames()) {
            if (isSqlWord(t, name)) {
                return path(i, name);
            }
        }
        return unknown(i);
    }
    put(t.text, t.at, t.text.size());
    ++i;
    return {};
}

// From a root on, everything that hangs on it without a blank belongs to the path.
FilterRewriter::Step FilterRewriter::path(std::size_t& i, const std::string& root)
{
    const std::size_t start = m_tokens[i].at;
    std::size_t at = m_tokens[i].end();
    const auto rest = [&] { return at < m_source.size() ? m_source[at] : '\0'; };
    std::string normal = root;
    while (rest() == '.' || (rest() == '[' && root != "time")) {
        const std::size_t from = at;
        if (rest() == '[') {
            const std::size_t close = m_source.find(']', at);
            at = close == std::string_view::npos ? m_source.size() : close + 1;
            normal += m_source.substr(from, at - from);
            continue;
        }
        ++at;
        normal += '.';
        if (rest() == '"') {
            const std::size_t open = at;
            for (++at; at < m_source.size(); ++at) {
                if (m_source[at] == '"' && m_source.substr(at, 2) != "\"\"") {
                    ++at;
                    break;
                }
                at += m_source[at] == '"' ? 1 : 0;
            }
            normal += m_source.substr(open, at - open);
            continue;
        }
        const std::size_t name = at;
        while (isNameCharacter(rest()) || rest() == '@') {
            ++at;
        }
        if (at == name) {
            return wrong(start, at - start,
                         fmt::format("A name must follow the dot in {}; names with blanks or "
                                     "dashes are written in double quotes, as value.\"odd name\".",
                                     m_source.substr(start, at - start)));
        }
        normal += m_source.substr(name, at - name);
    }
    std::optional<FieldPath> parsed;
    if (root == "time") {
        if (at != m_tokens[i].end()) {
            return wrong(start, at - start, "time is a text, it has no fields.");
        }
    } else {
        auto result = FieldPath::parse(normal);
        if (!result) {
            return wrong(start, at - start, result.error().message);
        }
        parsed = std::move(*result);
    }
    putColumn(std::move(parsed), start, at);
    while (i < m_tokens.size() && m_tokens[i].at < at) {
        ++i;
    }
    return {};
}

FilterRewriter::Step FilterRewriter::unknown(std::size_t i)
{
    const SqlToken& t = m_tokens[i];
    const std::string known =
        fmt::format("known: {}", fmt::join(FilterExpression::knownNames(), ", "));
    if (i > 1 && m_tokens[i - 1].text == "-" && m_tokens[i - 1].end() == t.at &&
        m_tokens[i - 2].end() == m_tokens[i - 1].at && m_tokens[i - 2].kind == Kind::Word) {
        return wrong(t,
                     fmt::format("No such name `{}`; {}. A name with a dash is written in double "
                                 "quotes: \"{}-{}\".",
                                 t.text, known, m_tokens[i - 2].text, t.text));
    }
    const bool hasSteps =
        t.end() < m_source.size() && (m_source[t.end()] == '.' || m_source[t.end()] == '[');
    std::string lower(t.text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    for (const std::string& name : FilterExpression::knownNames()) {
        if (editDistance(lower, name) <= (name.size() > 4 ? 2u : 1u)) {
            return wrong(t, fmt::format("No such path root `{}`; {}. Did you mean {}?", t.text,
                                        known, name));
        }
    }
    return wrong(t, hasSteps
                        ? fmt::format("No such path root `{}`; {}.", t.text, known)
                        : fmt::format("No such name `{}`; {}. A field of a JSON value is written "
                                      "value.{}.",
                                      t.text, known, t.text));
}

// A text compared with `time` is a time, however it is written.
bool FilterRewriter::besideTime(std::size_t i) const
{
    const auto at = [this](std::size_t k) -> const SqlToken* {
        return k < m_tokens.size() ? &m_tokens[k] : nullptr;
    };
    if (at(i + 1) && isComparison(*at(i + 1)) && isTime(i + 2)) {
        return true;
    }
    if (i >= 2 && isComparison(m_tokens[i - 1]) && isTime(i - 2)) {
        return true;
    }
    if (i >= 3 && isSqlWord(m_tokens[i - 1], "not") && isSqlWord(m_tokens[i - 2], "is") &&
        isTime(i - 3)) {
        return true;
    }
    // time [not] between 'a' and 'b'
    const auto follows = [&](std::size_t k, std::string_view word) {
        if (k == 0 || !isSqlWord(m_tokens[k], word)) {
            return false;
        }
        const std::size_t subject = isSqlWord(m_tokens[k - 1], "not") ? k - 2 : k - 1;
        return subject < m_tokens.size() && isTime(subject);
    };
    if (i >= 1 && follows(i - 1, "between")) {
        return true;
    }
    if (i >= 3 && isSqlWord(m_tokens[i - 1], "and") && m_tokens[i - 2].kind == Kind::String &&
        follows(i - 3, "between")) {
        return true;
    }
    // time [not] in ('a', 'b')
    std::size_t open = i;
    while (open > 0 &&
           (m_tokens[open - 1].kind == Kind::String || m_tokens[open - 1].text == ",")) {
        --open;
    }
    return open >= 2 && m_tokens[open - 1].text == "(" && follows(open - 2, "in");
}

bool FilterRewriter::isPattern(std::size_t i) const
{
    const bool end = i + 1 == m_tokens.size() || m_tokens[i + 1].text != "||";
    const bool infix = i > 0 && isSqlWord(m_tokens[i - 1], "regexp");
    const bool call = i > 1 && m_tokens[i - 1].text == "(" && isSqlWord(m_tokens[i - 2], "regexp");
    return end && (infix || call);
}

FilterRewriter::Step FilterRewriter::string(std::size_t i)
{
    const SqlToken& t = m_tokens[i];
    if (isPattern(i)) {
        m_out.m_patterns.push_back({unquoted(t.text), t.at, t.text.size()});
    }
    if (!besideTime(i)) {
        put(t.text, t.at, t.text.size());
        return {};
    }
    const auto time = parseTimestamp(unquoted(t.text), m_now);
    if (!time) {
        return wrong(t, time.error().message);
    }
    put(fmt::format("'{}'", formatUtc(*time)), t.at, t.text.size());
    return {};
}

void FilterRewriter::put(std::string_view sql, std::size_t at, std::size_t length)
{
    if (!m_out.m_sql.empty()) {
        m_out.m_sql += ' ';
    }
    m_out.m_pieces.push_back({m_out.m_sql.size(), at, length});
    m_out.m_sql += sql;
}

void FilterRewriter::putColumn(std::optional<FieldPath> path, std::size_t at, std::size_t end)
{
    auto& columns = m_out.m_columns;
    const auto known = std::find_if(columns.begin(), columns.end(),
                                    [&](const auto& column) { return column.path == path; });
    const auto index = static_cast<std::size_t>(known - columns.begin());
    if (known == columns.end()) {
        columns.push_back({std::string(m_source.substr(at, end - at)), std::move(path)});
    }
    put(fmt::format("c{}", index), at, end - at);
}

FilterMistake FilterExpression::placeOf(const std::string& complaint,
                                        std::ptrdiff_t sqlOffset) const
{
    FilterMistake mistake{0, m_text.size(), complaint};
    // near "c0": the person never wrote that.
    const std::size_t name = mistake.message.find("\"c");
    if (name != std::string::npos) {
        std::size_t index = 0;
        const char* const from = mistake.message.data() + name + 2;
        const char* const end = mistake.message.data() + mistake.message.size();
        const auto [last, error] = std::from_chars(from, end, index);
        if (error == std::errc{} && last < end && *last == '"' && index < m_columns.size()) {
            mistake.message.replace(name + 1, static_cast<std::size_t>(last - from) + 1,
                                    m_columns[index].text);
        }
    }
    if (sqlOffset < 0) {
        return mistake;
    }
    const auto at = static_cast<std::size_t>(sqlOffset);
    if (at >= m_sql.size()) {
        mistake.offset = m_text.size();
        mistake.length = 0;
        mistake.message = "The expression breaks off here.";
        return mistake;
    }
    const auto next = std::upper_bound(m_pieces.begin(), m_pieces.end(), at,
                                       [](std::size_t a, const Piece& p) { return a < p.sqlAt; });
    if (next != m_pieces.begin()) {
        mistake.offset = std::prev(next)->at;
        mistake.length = std::prev(next)->length;
    }
    return mistake;
}

} // namespace hindcast

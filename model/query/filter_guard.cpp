#include "model/query/filter_guard.h"

#include "model/decode/json_payload.h"
#include "model/decode/json_text.h"
#include "model/query/sql_lexer.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <span>

namespace hindcast {

namespace {

using Tokens = std::span<const SqlToken>;

// What SQLite makes of a literal's last digits need not be what others make of them.
constexpr double kMargin = 1e-12;

// A number or a text that values are compared with; every number lies before every text.
struct Literal
{
    bool isText = false;
    double number = 0;
    std::string text;
};

// Both ends belong to it, and what is nearly at an end: a range is never too narrow.
class Range
{
public:
    Range(std::optional<Literal> from, std::optional<Literal> to)
    {
        const auto margin = [](double end) { return std::abs(end) * kMargin + 1e-300; };
        if (from && from->isText) {
            m_numbers = false;
            m_fromText = std::move(from->text);
        } else if (from) {
            m_least = from->number - margin(from->number);
        }
        if (to && to->isText) {
            m_toText = std::move(to->text);
        } else if (to) {
            m_texts = false;
            m_most = to->number + margin(to->number);
        }
    }

    // Written so that what cannot be compared lies inside.
    bool mayHold(double number) const
    {
        return m_numbers && !(number < m_least) && !(number > m_most);
    }
    bool mayHold(std::string_view text) const
    {
        return m_texts && !(m_fromText && text < *m_fromText) && !(m_toText && text > *m_toText);
    }
    // Some text that begins with this character.
    bool mayHoldTextFrom(char first) const
    {
        const auto byte = [](char c) { return static_cast<unsigned char>(c); };
        return m_texts &&
               !(m_fromText && !m_fromText->empty() && byte(m_fromText->front()) > byte(first)) &&
               !(m_toText && (m_toText->empty() || byte(m_toText->front()) < byte(first)));
    }

private:
    bool m_numbers = true; // some may lie in it
    double m_least = -std::numeric_limits<double>::infinity();
    double m_most = std::numeric_limits<double>::infinity();
    bool m_texts = true;
    std::optional<std::string> m_fromText;
    std::optional<std::string> m_toText;
};

// Calls look(at) for each place where `first` stands and `second` stands `distance` behind it,
// until it returns true. Sixteen places at a time.
template <typename Look>
bool anyPair(std::string_view bytes, char first, char second, std::size_t distance,
             const Look& look)
{
    static_assert(std::endian::native == std::endian::little);
    using Sixteen = unsigned char __attribute__((vector_size(16)));
    using Halves = std::uint64_t __attribute__((vector_size(16)));
    if (bytes.size() <= distance) {
        return false;
    }
    const std::size_t places = bytes.size() - distance;
    std::size_t at = 0;
    if (places >= sizeof(Sixteen)) {
        const Sixteen firsts = Sixteen{} + static_cast<unsigned char>(first);
        const Sixteen seconds = Sixteen{} + static_cast<unsigned char>(second);
        while (at < places) {
            // The last ones once more where they are not sixteen.
            at = std::min(at, places - sizeof(Sixteen));
            Sixteen here;
            Sixteen there;
            std::memcpy(&here, bytes.data() + at, sizeof here);
            std::memcpy(&there, bytes.data() + at + distance, sizeof there);
            const auto both = (here == firsts) & (there == seconds);
            const auto halves = reinterpret_cast<Halves>(both);
            at += sizeof(Sixteen);
            if ((halves[0] | halves[1]) == 0) {
                continue;
            }
            for (std::size_t half = 0; half < 2; ++half) {
                for (std::uint64_t found = halves[half]; found != 0;) {
                    const auto byte = static_cast<unsigned>(std::countr_zero(found)) / 8;
                    if (look(at - sizeof(Sixteen) + half * 8 + byte)) {
                        return true;
                    }
                    found &= ~(std::uint64_t{0xFF} << (byte * 8));
                }
            }
        }
        return false;
    }
    for (; at < places; ++at) {
        if (bytes[at] == first && bytes[at + distance] == second && look(at)) {
            return true;
        }
    }
    return false;
}

std::size_t behindBlanks(std::string_view text, std::size_t at)
{
    while (at < text.size() &&
           (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
        ++at;
    }
    return at;
}

// The number that `text` begins with; nullopt where it is none by JSON.
std::optional<double> numberAt(std::string_view text)
{
    constexpr std::size_t kExactDigits = 15;
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t end = 0;
    std::uint64_t whole = 0; // of no use behind kExactDigits
    for (; end < text.size() && isDigit(text[end]); ++end) {
        whole = whole * 10 + static_cast<std::uint64_t>(text[end] - '0');
    }
    const auto isPart = [&](char c) {
        return isDigit(c) || c == '.' || c == 'e' || c == 'E' || c == '-' || c == '+';
    };
    if (end > 0 && end <= kExactDigits && text.front() != '0' &&
        (end == text.size() || !isPart(text[end]))) {
        return static_cast<double>(whole);
    }
    while (end < text.size() && isPart(text[end])) {
        ++end;
    }
    const auto number = readJsonNumber(text.substr(0, end));
    return number ? std::optional(number->approximate) : std::nullopt;
}

bool isWord(const SqlToken& token, std::string_view word)
{
    return token.kind == SqlToken::Kind::Word && isSqlWord(token, word);
}

// The literal that these tokens are; nullopt where they are anything else.
std::optional<Literal> literalOf(Tokens tokens)
{
    double sign = 1;
    if (tokens.size() == 2 && (tokens[0].text == "-" || tokens[0].text == "+")) {
        sign = tokens[0].text == "-" ? -1 : 1;
        tokens = tokens.subspan(1);
        if (tokens[0].kind != SqlToken::Kind::Number) {
            return std::nullopt;
        }
    }
    if (tokens.size() != 1) {
        return std::nullopt;
    }
    const SqlToken& token = tokens.front();
    if (token.kind == SqlToken::Kind::String) {
        Literal literal{true, 0, {}};
        for (std::size_t i = 1; i + 1 < token.text.size(); ++i) {
            literal.text += token.text[i];
            i += token.text[i] == '\'' ? 1 : 0;
        }
        return literal;
    }
    const auto number =
        token.kind == SqlToken::Kind::Number ? readJsonNumber(token.text) : std::nullopt;
    return number ? std::optional(Literal{false, sign * number->approximate, {}}) : std::nullopt;
}

std::optional<Range> rangeOf(std::string_view op, const Literal& literal)
{
    if (op == "=" || op == "==") {
        return Range{literal, literal};
    }
    if (op == "<" || op == "<=") {
        return Range{std::nullopt, literal};
    }
    if (op == ">" || op == ">=") {
        return Range{literal, std::nullopt};
    }
    return std::nullopt;
}

std::string_view turned(std::string_view op)
{
    return op == "<" ? ">" : op == "<=" ? ">=" : op == ">" ? "<" : op == ">=" ? "<=" : op;
}

} // namespace

// A field whose value must lie in one of these ranges. The last step of its path is looked for,
// wherever it stands: more is let through than by the whole path, never less.
struct FilterGuard::Field
{
    std::string name; // in its quotes
    std::vector<Range> ranges;

    bool may(std::string_view value) const;
    bool mayStandBehind(std::string_view value, std::size_t at) const;
};

struct FilterGuard::Node
{
    enum class Kind { Field, All, Any };
    Kind kind = Kind::Field;
    Field field;
    std::vector<Node> parts;
};

bool FilterGuard::Field::may(std::string_view value) const
{
    // Of a name's bytes the first and the last; its quotes are everywhere.
    const std::size_t last = std::max<std::size_t>(name.size() - 2, 2);
    return anyPair(value, name[1], name[last], last - 1, [&](std::size_t place) {
        return place > 0 && value.compare(place - 1, name.size(), name) == 0 &&
               mayStandBehind(value, place - 1 + name.size());
    });
}

// `at`: behind something written as the name is.
bool FilterGuard::Field::mayStandBehind(std::string_view value, std::size_t at) const
{
    at = behindBlanks(value, at);
    if (at == value.size() || value[at] == ',' || value[at] == '}' || value[at] == ']') {
        return false; // a text, not a name
    }
    if (value[at] != ':') {
        return true;
    }
    at = behindBlanks(value, at + 1);
    const std::string_view rest = value.substr(at);
    const auto any = [this](auto held) {
        return std::any_of(ranges.begin(), ranges.end(),
                           [&](const Range& range) { return range.mayHold(held); });
    };
    switch (rest.empty() ? '\0' : rest.front()) {
    case '"': {
        const std::size_t end = rest.find('"', 1);
        return end == std::string_view::npos || any(rest.substr(1, end - 1));
    }
    case '{':
    case '[':
        return std::any_of(ranges.begin(), ranges.end(),
                           [&](const Range& range) { return range.mayHoldTextFrom(rest.front()); });
    case 't':
        return any(1.0);
    case 'f':
        return any(0.0);
    case 'n':
        return false;
    default:
        break;
    }
    const auto number = numberAt(rest);
    return !number || any(*number);
}

// Finds what the expression cannot be true without.
class FilterGuard::Reading
{
public:
    explicit Reading(const FilterExpression& expression)
        : m_expression(expression)
    {
    }

    // nullopt: anything may be true.
    std::optional<Node> read(Tokens tokens) const;

private:
    std::optional<Node> comparison(Tokens tokens) const;
    std::optional<Node> listed(Tokens tokens) const;
    // The bytes to look for; empty where the token is no field of the value.
    std::string nameOf(const SqlToken& token) const;
    static std::optional<Node> field(std::string name, std::vector<Range> ranges)
    {
        return Node{Node::Kind::Field, {std::move(name), std::move(ranges)}, {}};
    }

    const FilterExpression& m_expression;
};

std::string FilterGuard::Reading::nameOf(const SqlToken& token) const
{
    std::size_t column = 0;
    const std::string_view text = token.text;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), column);
    if (token.kind != SqlToken::Kind::Word || text.front() != 'c' || error != std::errc{} ||
        end != text.data() + text.size() || column >= m_expression.columns().size()) {
        return {};
    }
    const auto& path = m_expression.columns()[column].path;
    if (!path || path->root != FieldPath::Root::Value || path->steps.empty()) {
        return {};
    }
    const auto* const name = std::get_if<std::string>(&path->steps.back());
    return !name || name->empty() || JsonPayload::isOddName(*name) ? std::string()
                                                                   : '"' + *name + '"';
}

std::optional<FilterGuard::Node> FilterGuard::Reading::comparison(Tokens tokens) const
{
    if (tokens.size() < 3) {
        return std::nullopt;
    }
    if (std::string name = nameOf(tokens[0]); !name.empty()) {
        if (isWord(tokens[1], "in")) {
            return listed(tokens);
        }
        if (isWord(tokens[1], "between")) {
            const auto isAnd = [](const SqlToken& token) { return isWord(token, "and"); };
            const auto middle = std::find_if(tokens.begin() + 2, tokens.end(), isAnd);
            const auto at = static_cast<std::size_t>(middle - tokens.begin());
            if (middle == tokens.end()) {
                return std::nullopt;
            }
            auto from = literalOf(tokens.subspan(2, at - 2));
            auto to = literalOf(tokens.subspan(at + 1));
            return from && to ? field(std::move(name), {Range(std::move(from), std::move(to))})
                              : std::nullopt;
        }
        const auto literal = literalOf(tokens.subspan(2));
        const auto range = literal ? rangeOf(tokens[1].text, *literal) : std::nullopt;
        return range ? field(std::move(name), {*range}) : std::nullopt;
    }
    if (std::string name = nameOf(tokens.back()); !name.empty()) {
        const auto literal = literalOf(tokens.first(tokens.size() - 2));
        const auto range =
            literal ? rangeOf(turned(tokens[tokens.size() - 2].text), *literal) : std::nullopt;
        return range ? field(std::move(name), {*range}) : std::nullopt;
    }
    return std::nullopt;
}

// c0 in ('a', 'b', 3)
std::optional<FilterGuard::Node> FilterGuard::Reading::listed(Tokens tokens) const
{
    if (tokens.size() < 5 || tokens[2].text != "(" || tokens.back().text != ")") {
        return std::nullopt;
    }
    std::vector<Range> ranges;
    Tokens rest = tokens.subspan(3);
    while (!rest.empty()) {
        std::size_t end = 0;
        while (rest[end].text != "," && rest[end].text != ")") {
            ++end;
        }
        const auto literal = literalOf(rest.first(end));
        if (!literal || (rest[end].text == ")") != (end + 1 == rest.size())) {
            return std::nullopt;
        }
        ranges.emplace_back(literal, literal);
        rest = rest.subspan(end + 1);
    }
    return field(nameOf(tokens[0]), std::move(ranges));
}

std::optional<FilterGuard::Node> FilterGuard::Reading::read(Tokens tokens) const
{
    // Where the words stand that part this expression, outside all brackets.
    std::vector<std::size_t> ors;
    std::vector<std::size_t> ands;
    std::size_t depth = 0;
    bool whole = tokens.size() > 2 && tokens.front().text == "("; // in one pair of brackets
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].kind == SqlToken::Kind::Symbol && tokens[i].text == "(") {
            ++depth;
        } else if (tokens[i].kind == SqlToken::Kind::Symbol && tokens[i].text == ")") {
            --depth;
            whole = whole && (depth > 0 || i + 1 == tokens.size());
        } else if (depth > 0) {
            continue;
        } else if (isWord(tokens[i], "case")) {
            return std::nullopt;
        } else if (isWord(tokens[i], "between")) {
            // Its own AND: only where literals stand around it there is no doubt which one it is.
            std::size_t next = i + 1;
            next += next < tokens.size() && !literalOf(tokens.subspan(i + 1, 1)) ? 1 : 0;
            if (next + 1 >= tokens.size() || !literalOf(tokens.subspan(i + 1, next - i)) ||
                !isWord(tokens[next + 1], "and")) {
                return std::nullopt;
            }
            i = next + 1;
        } else if (isWord(tokens[i], "or")) {
            ors.push_back(i);
        } else if (isWord(tokens[i], "and")) {
            ands.push_back(i);
        }
    }
    if (whole) {
        return read(tokens.subspan(1, tokens.size() - 2));
    }
    if (ors.empty() && ands.empty()) {
        return comparison(tokens);
    }
    // All sides of an OR must be judged; of an AND one is enough.
    Node node{ors.empty() ? Node::Kind::All : Node::Kind::Any, {}, {}};
    std::vector<std::size_t>& cuts = ors.empty() ? ands : ors;
    cuts.push_back(tokens.size());
    std::size_t from = 0;
    for (const std::size_t cut : cuts) {
        auto part = read(tokens.subspan(from, cut - from));
        if (part) {
            node.parts.push_back(std::move(*part));
        } else if (node.kind == Node::Kind::Any) {
            return std::nullopt;
        }
        from = cut + 1;
    }
    return node.parts.empty() ? std::nullopt : std::optional(std::move(node));
}

FilterGuard::FilterGuard() = default;

FilterGuard::FilterGuard(const FilterExpression& expression)
{
    const std::vector<SqlToken> tokens = cutSql(expression.sql());
    if (auto root = Reading(expression).read(tokens)) {
        m_root = std::make_shared<const Node>(std::move(*root));
    }
}

bool FilterGuard::may(const Node& node, std::string_view value)
{
    const auto part = [value](const Node& one) { return may(one, value); };
    switch (node.kind) {
    case Node::Kind::All:
        return std::all_of(node.parts.begin(), node.parts.end(), part);
    case Node::Kind::Any:
        return std::any_of(node.parts.begin(), node.parts.end(), part);
    case Node::Kind::Field:
        break;
    }
    return node.field.may(value);
}

bool FilterGuard::mayMatch(std::string_view bytes) const
{
    // Behind an escape a name or a text may be written otherwise. What ends in the middle of a
    // value, and is judged by what comes next, is no JSON, so nothing is true of it.
    return !m_root || (!bytes.empty() && std::memchr(bytes.data(), '\\', bytes.size())) ||
           may(*m_root, bytes);
}

} // namespace hindcast

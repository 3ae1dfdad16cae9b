#include "widgets/state/toml_lexer.h"

#include "widgets/shared/palette.h"

#include <Qsci/qsciscintilla.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace hindcast {

namespace {

bool isBare(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '.' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

bool isNumber(std::string_view word)
{
    const char first = word.find_first_of("+-") == 0 && word.size() > 1 ? word[1] : word.front();
    return (first >= '0' && first <= '9') || word.ends_with("inf") || word.ends_with("nan");
}

// Cuts a text as TOML 1.0 does, and forgivingly: it is looked at while it is being typed.
class TomlCutter
{
public:
    explicit TomlCutter(std::string_view text)
        : m_text(text)
    {
    }

    // The next piece, which is never empty; the text must not be at its end.
    TomlLexer::Style next();
    bool atEnd() const { return m_at >= m_text.size(); }
    std::size_t at() const { return m_at; }

private:
    char here() const { return m_text[m_at]; }
    void toEndOfLine() { m_at = std::min(m_text.find('\n', m_at), m_text.size()); }
    void quoted();
    void tableHead();
    TomlLexer::Style sign();

    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_keyNext = true;    // what stands here is a name
    std::vector<char> m_open; // brackets of arrays and inline tables
};

TomlLexer::Style TomlCutter::next()
{
    const char c = here();
    if (c == '#') {
        toEndOfLine();
        return TomlLexer::Comment;
    }
    if (c == '"' || c == '\'') {
        quoted();
        return m_keyNext ? TomlLexer::Key : TomlLexer::String;
    }
    if (c == '[' && m_keyNext && m_open.empty()) {
        tableHead();
        return TomlLexer::Table;
    }
    if (!isBare(c)) {
        return sign();
    }
    const std::size_t from = m_at;
    while (!atEnd() && isBare(here())) {
        ++m_at;
    }
    const std::string_view word = m_text.substr(from, m_at - from);
    return m_keyNext                           ? TomlLexer::Key
           : word == "true" || word == "false" ? TomlLexer::Boolean
           : isNumber(word)                    ? TomlLexer::Number
                                               : TomlLexer::Plain;
}

TomlLexer::Style TomlCutter::sign()
{
    const char c = here();
    ++m_at;
    if (c == '[' || c == '{') {
        m_open.push_back(c);
        m_keyNext = c == '{';
    } else if (c == ']' || c == '}') {
        if (!m_open.empty()) {
            m_open.pop_back();
        }
        m_keyNext = false;
    } else if (c == ',') {
        m_keyNext = !m_open.empty() && m_open.back() == '{';
    } else if (c == '=') {
        m_keyNext = false;
    } else if (c == '\n' && m_open.empty()) {
        m_keyNext = true;
    }
    return TomlLexer::Plain;
}

void TomlCutter::tableHead()
{
    while (!atEnd() && here() != '\n' && here() != '#') {
        const char c = here();
        if (c == '"' || c == '\'') {
            quoted();
            continue;
        }
        ++m_at;
        if (c == ']' && (atEnd() || here() != ']')) {
            return;
        }
    }
}

void TomlCutter::quoted()
{
    const char quote = here();
    const std::string_view rest = m_text.substr(m_at);
    const bool lines = rest.size() >= 3 && rest[1] == quote && rest[2] == quote;
    m_at += lines ? 3 : 1;
    std::size_t run = 0; // of quotes just before here
    while (!atEnd()) {
        const char c = here();
        if (c == '\n' && !lines) {
            return; // still being typed
        }
        // Two quotes more than the three that end it belong to it.
        if (run >= 3 && (c != quote || run == 5)) {
            return;
        }
        run = c == quote ? run + 1 : 0;
        m_at += c == '\\' && quote == '"' && m_at + 1 < m_text.size() &&
                        (lines || m_text[m_at + 1] != '\n')
                    ? 2
                    : 1;
        if (run > 0 && !lines) {
            return;
        }
    }
}

} // namespace

TomlLexer::TomlLexer(QObject* parent)
    : QsciLexerCustom(parent)
{
    restyle();
}

TomlLexer::~TomlLexer() = default;

QString TomlLexer::description(int style) const
{
    switch (style) {
    case Plain:
        return QStringLiteral("Plain");
    case Comment:
        return QStringLiteral("Comment");
    case Table:
        return QStringLiteral("Table");
    case Key:
        return QStringLiteral("Key");
    case String:
        return QStringLiteral("Text");
    case Number:
        return QStringLiteral("Number");
    case Boolean:
        return QStringLiteral("Boolean");
    default:
        return {}; // no such style
    }
}

// What a line is depends on all before it, and a definition is small.
void TomlLexer::styleText(int, int)
{
    const QByteArray bytes = editor()->text().toUtf8();
    TomlCutter cutter({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    startStyling(0);
    while (!cutter.atEnd()) {
        const std::size_t from = cutter.at();
        const Style style = cutter.next();
        setStyling(static_cast<int>(cutter.at() - from), style);
    }
}

void TomlLexer::restyle()
{
    // Scintilla takes point sizes only.
    const QFont font = theme::fixedFont();
    const QColor paper = theme::color(theme::Role::Base);
    const QColor ink = theme::color(theme::Role::Text);
    setDefaultFont(font);
    setFont(font);
    setDefaultPaper(paper);
    setPaper(paper);
    setDefaultColor(ink);
    setColor(ink);
    setColor(theme::color(theme::Role::Dim), Comment);
    setColor(theme::color(theme::Role::Accent), Table);
    setColor(theme::color(theme::Role::Accent), Key);
    setColor(theme::color(theme::Role::Ok), String);
    setColor(theme::color(theme::Role::Warning), Number);
    setColor(theme::color(theme::Role::Warning), Boolean);
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    setFont(bold, Table);
}

} // namespace hindcast

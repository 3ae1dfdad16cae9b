#include "widgets/sql/sql_editor.h"

#include "model/query/sql_lexer.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <Qsci/qscilexersql.h>

#include <QKeyEvent>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kMistake = 8; // the indicator of what is wrong
constexpr std::size_t kFewest = 2;
constexpr qsizetype kMostOffered = 300;

// Inside the quotes of a call's first argument, the call's name; else empty.
std::string quotedIn(std::string_view before)
{
    const auto tokens = cutSql(before);
    if (tokens.size() < 3 || tokens.back().kind != SqlToken::Kind::Broken ||
        !tokens.back().text.starts_with('\'') || tokens[tokens.size() - 2].text != "(") {
        return {};
    }
    const SqlToken& name = tokens[tokens.size() - 3];
    for (const char* known : {"records", "state", "history", "changes"}) {
        if (isSqlWord(name, known)) {
            return known;
        }
    }
    return {};
}

// Where the word, or the quoted name, begins that ends with the text.
std::size_t beginOfWord(const std::string& before)
{
    if (!quotedIn(before).empty()) {
        return before.rfind('\'') + 1;
    }
    std::size_t from = before.size();
    while (from > 0 && isNameCharacter(before[from - 1]) && before[from - 1] != '$') {
        --from;
    }
    return from;
}

} // namespace

SqlEditor::SqlEditor(QWidget* parent)
    : QsciScintilla(parent)
    , m_lexer(new QsciLexerSQL(this))
{
    setObjectName(QStringLiteral("sql"));
    setUtf8(true);
    setFrameShape(QFrame::NoFrame);
    setTabWidth(4);
    setIndentationsUseTabs(false);
    setAutoIndent(true);
    setWrapMode(QsciScintilla::WrapWord);
    setMarginType(0, QsciScintilla::NumberMargin);
    setMarginWidth(0, QStringLiteral("000"));
    setMarginWidth(1, 0);
    SendScintilla(SCI_SETEXTRAASCENT, 2UL);
    SendScintilla(SCI_SETEXTRADESCENT, 1UL);
    SendScintilla(SCI_SETMARGINLEFT, 0UL, 6L);
    setBraceMatching(QsciScintilla::SloppyBraceMatch);
    setLexer(m_lexer);
    setFolding(QsciScintilla::NoFoldStyle);
    indicatorDefine(QsciScintilla::SquiggleIndicator, kMistake);
    SendScintilla(SCI_AUTOCSETIGNORECASE, 1UL);
    SendScintilla(SCI_AUTOCSETORDER, 1UL); // it sorts
    SendScintilla(SCI_AUTOCSETSEPARATOR, static_cast<unsigned long>('\n'));
    // Ctrl+Enter runs, and is no new line; Ctrl+D and Ctrl+L are the window's.
    for (const int key : {static_cast<int>(SCK_RETURN), static_cast<int>('D'),
                          static_cast<int>('L'), static_cast<int>('T')}) {
        SendScintilla(SCI_CLEARCMDKEY, static_cast<unsigned long>(key | (SCMOD_CTRL << 16)));
    }
    connect(this, &QsciScintilla::textChanged, this, &SqlEditor::clearMistake);
    connect(this, &QsciScintillaBase::SCN_CHARADDED, this, [this](int) { offer(false); });
    restyle();
}

SqlEditor::~SqlEditor() = default;

void SqlEditor::setNames(const Names& names)
{
    m_names = names;
    m_names.words.removeDuplicates();
}

std::string SqlEditor::textBeforeCaret() const
{
    const auto at = static_cast<std::size_t>(SendScintilla(SCI_GETCURRENTPOS));
    return text::toUtf8(text()).substr(0, at);
}

QStringList SqlEditor::offered(bool all) const
{
    const std::string before = textBeforeCaret();
    const std::string call = quotedIn(before);
    const auto tokens = cutSql(before);
    if (call.empty() && !tokens.empty() && tokens.back().kind == SqlToken::Kind::Broken) {
        return {}; // a text, or a comment
    }
    const std::size_t from = beginOfWord(before);
    const QString begun = text::fromUtf8(std::string_view(before).substr(from));
    const bool afterDot = call.empty() && from > 0 && before[from - 1] == '.';
    if (!all && call.empty() && !afterDot && before.size() - from < kFewest) {
        return {};
    }
    const QStringList& known = call.empty()        ? m_names.words
                               : call == "records" ? m_names.topics
                                                   : m_names.projections;
    QStringList found;
    for (const QString& name : known) {
        if (name.startsWith(begun, Qt::CaseInsensitive) && name != begun &&
            !name.contains(QLatin1Char('\n')) && found.size() < kMostOffered) {
            found << name;
        }
    }
    return found;
}

void SqlEditor::offer(bool all)
{
    const QStringList names = offered(all);
    if (names.isEmpty()) {
        SendScintilla(SCI_AUTOCCANCEL);
        return;
    }
    const std::string before = textBeforeCaret();
    SendScintilla(SCI_AUTOCSHOW, static_cast<unsigned long>(before.size() - beginOfWord(before)),
                  names.join(QLatin1Char('\n')).toUtf8().constData());
}

void SqlEditor::keyPressEvent(QKeyEvent* event)
{
    const bool control = (event->modifiers() & Qt::ControlModifier) != 0;
    if (control && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        SendScintilla(SCI_AUTOCCANCEL);
        emit runRequested();
        return;
    }
    if (control && event->key() == Qt::Key_Space) {
        offer(true);
        return;
    }
    if (event->key() == Qt::Key_Escape && SendScintilla(SCI_AUTOCACTIVE) == 0) {
        emit stopRequested();
        return;
    }
    QsciScintilla::keyPressEvent(event);
}

void SqlEditor::showMistake(std::size_t at, std::size_t length)
{
    const std::string typed = text::toUtf8(text());
    if (length <= 1) {
        for (const SqlToken& token : cutSql(typed)) {
            if (token.at <= at && at < token.end()) {
                at = token.at;
                length = token.text.size();
            }
        }
    }
    // Nothing follows: what comes before it is underlined.
    if (at >= typed.size() && !typed.empty()) {
        at = typed.size() - 1;
    }
    clearMistake();
    SendScintilla(SCI_SETINDICATORCURRENT, static_cast<unsigned long>(kMistake));
    SendScintilla(SCI_INDICATORFILLRANGE, static_cast<unsigned long>(at),
                  static_cast<long>(std::max<std::size_t>(length, 1)));
    m_mistake = true;
}

void SqlEditor::clearMistake()
{
    SendScintilla(SCI_SETINDICATORCURRENT, static_cast<unsigned long>(kMistake));
    SendScintilla(SCI_INDICATORCLEARRANGE, 0UL, SendScintilla(SCI_GETLENGTH));
    m_mistake = false;
}

void SqlEditor::restyle()
{
    // Scintilla takes point sizes only.
    const QFont font = theme::fixedFont();
    const QColor paper = theme::color(theme::Role::Base);
    const QColor ink = theme::color(theme::Role::Text);
    m_lexer->setDefaultFont(font);
    m_lexer->setFont(font);
    m_lexer->setDefaultPaper(paper);
    m_lexer->setPaper(paper);
    m_lexer->setDefaultColor(ink);
    m_lexer->setColor(ink);
    for (const int comment : {QsciLexerSQL::Comment, QsciLexerSQL::CommentLine,
                              QsciLexerSQL::CommentDoc, QsciLexerSQL::CommentLineHash}) {
        m_lexer->setColor(theme::color(theme::Role::Dim), comment);
    }
    m_lexer->setColor(theme::color(theme::Role::Accent), QsciLexerSQL::Keyword);
    m_lexer->setColor(theme::color(theme::Role::Ok), QsciLexerSQL::SingleQuotedString);
    m_lexer->setColor(theme::color(theme::Role::Warning), QsciLexerSQL::Number);
    setPaper(paper);
    setColor(ink);
    setCaretForegroundColor(ink);
    setSelectionBackgroundColor(theme::color(theme::Role::AccentTint));
    setSelectionForegroundColor(ink);
    setMatchedBraceBackgroundColor(theme::color(theme::Role::AccentTint));
    setMatchedBraceForegroundColor(ink);
    setUnmatchedBraceBackgroundColor(paper);
    setUnmatchedBraceForegroundColor(theme::color(theme::Role::Error));
    setMarginsFont(font);
    setMarginsBackgroundColor(theme::color(theme::Role::Side));
    setMarginsForegroundColor(theme::color(theme::Role::Dim));
    setIndicatorForegroundColor(theme::color(theme::Role::Error), kMistake);
}

} // namespace hindcast

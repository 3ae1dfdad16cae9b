#include "widgets/state/projection_editor.h"

#include "model/replay/projection.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/state/toml_lexer.h"

#include <Qsci/qsciscintilla.h>

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

namespace hindcast {

namespace {

constexpr int kMistake = 8; // the marker and the indicator of a line that is refused

} // namespace

ProjectionEditor::ProjectionEditor(QWidget* parent)
    : QWidget(parent)
    , m_edit(new QsciScintilla(this))
    , m_lexer(new TomlLexer(m_edit))
    , m_words(new QLabel(this))
    , m_apply(new QPushButton(tr("Apply"), this))
    , m_discard(new QPushButton(tr("Discard changes"), this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_edit, 1);
    auto* bar = new QWidget(this);
    auto* buttons = new QHBoxLayout(bar);
    buttons->setContentsMargins(10, 4, 10, 4);
    buttons->setSpacing(8);
    m_words->setObjectName(QStringLiteral("words"));
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    auto* close = new QPushButton(tr("Close"), bar);
    m_apply->setObjectName(QStringLiteral("apply"));
    m_apply->setProperty("primary", true);
    m_apply->setToolTip(tr("Save and fold again (Ctrl+Return)"));
    m_discard->setObjectName(QStringLiteral("discard"));
    m_discard->setToolTip(tr("Back to the definition as it is saved; Ctrl+Z brings the changes "
                             "again"));
    close->setObjectName(QStringLiteral("close"));
    close->setToolTip(tr("Changes that are not applied are kept"));
    buttons->addWidget(m_words, 1);
    buttons->addWidget(m_discard);
    buttons->addWidget(close);
    buttons->addWidget(m_apply);
    layout->addWidget(bar);

    m_edit->setObjectName(QStringLiteral("toml"));
    m_edit->setUtf8(true);
    m_edit->setFrameShape(QFrame::NoFrame);
    m_edit->setTabWidth(4);
    m_edit->setIndentationsUseTabs(false);
    m_edit->setMarginType(0, QsciScintilla::NumberMargin);
    m_edit->setMarginWidth(0, QStringLiteral("000"));
    m_edit->setMarginWidth(1, 0);
    // As wide as the lines are, not two thousand pixels.
    m_edit->SendScintilla(QsciScintilla::SCI_SETSCROLLWIDTH, 1UL);
    m_edit->SendScintilla(QsciScintilla::SCI_SETSCROLLWIDTHTRACKING, 1UL);
    m_edit->setLexer(m_lexer);
    m_edit->markerDefine(QsciScintilla::Background, kMistake);
    setFocusProxy(m_edit);

    connect(m_edit, &QsciScintilla::textChanged, this, &ProjectionEditor::check);
    connect(m_apply, &QPushButton::clicked, this, &ProjectionEditor::apply);
    connect(m_discard, &QPushButton::clicked, this, &ProjectionEditor::discard);
    connect(close, &QPushButton::clicked, this, &ProjectionEditor::closed);
    auto* shortcut = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, &ProjectionEditor::apply);
    restyle();
}

ProjectionEditor::~ProjectionEditor() = default;

void ProjectionEditor::setText(const QString& text)
{
    const bool keep = changed();
    m_saved = text;
    if (!keep && text != m_edit->text()) {
        m_edit->setText(text);
        m_saved = m_edit->text(); // which is all that can be shown of it
    }
    check();
}

void ProjectionEditor::setDraft(const QString& text)
{
    if (text != m_edit->text()) {
        replace(text);
        m_edit->setCursorPosition(0, 0);
    }
}

void ProjectionEditor::discard()
{
    replace(m_saved);
    m_edit->setFocus();
}

// One step that can be undone.
void ProjectionEditor::replace(const QString& text)
{
    m_edit->beginUndoAction();
    m_edit->selectAll();
    m_edit->replaceSelectedText(text);
    m_edit->endUndoAction();
}

QString ProjectionEditor::text() const
{
    return m_edit->text();
}

// A definition is small: it is parsed as it is typed.
void ProjectionEditor::check()
{
    m_showsSaved = false;
    m_discard->setVisible(changed());
    const QByteArray bytes = m_edit->text().toUtf8();
    int line = 0;
    const auto parsed =
        Projection::parse({bytes.constData(), static_cast<std::size_t>(bytes.size())}, "projection",
                          &line, m_folder.toStdString());
    m_apply->setEnabled(parsed.has_value());
    if (parsed) {
        m_edit->markerDeleteAll(kMistake);
        m_words->setText(tr("%1 from %2")
                             .arg(text::fromUtf8(parsed->name),
                                  text::count(parsed->topics().size(), tr("topic"), tr("topics"))));
        restyle();
        emit edited(std::make_shared<const Projection>(*parsed));
    } else {
        showProblem(line, text::fromUtf8(parsed.error().message));
    }
}

void ProjectionEditor::apply()
{
    if (m_apply->isEnabled()) {
        emit applied(m_edit->text());
    }
}

void ProjectionEditor::showProblem(int line, const QString& words)
{
    m_edit->markerDeleteAll(kMistake);
    if (line > 0) {
        m_edit->markerAdd(line - 1, kMistake);
    }
    // "projection:3: ..." reads better as "Line 3: ...".
    const QString prefix = QStringLiteral("projection:%1: ").arg(line);
    m_words->setText(words.startsWith(prefix)
                         ? tr("Line %1: %2").arg(line).arg(words.mid(prefix.size()))
                         : words);
    theme::setTextColor(m_words, theme::Role::Error);
}

void ProjectionEditor::showSaved(const QString& words)
{
    m_showsSaved = true;
    m_words->setText(words);
    restyle();
}

void ProjectionEditor::showPreview(const QString& words)
{
    if (m_apply->isEnabled()) {
        m_words->setText(words);
    }
}

void ProjectionEditor::restyle()
{
    const QFont font = theme::fixedFont();
    const QColor paper = theme::color(theme::Role::Base);
    const QColor ink = theme::color(theme::Role::Text);
    m_lexer->restyle();
    m_edit->setPaper(paper);
    m_edit->setColor(ink);
    m_edit->setCaretForegroundColor(ink);
    m_edit->setSelectionBackgroundColor(theme::color(theme::Role::AccentTint));
    m_edit->setSelectionForegroundColor(ink);
    m_edit->setMarginsFont(font);
    m_edit->setMarginsBackgroundColor(theme::color(theme::Role::Side));
    m_edit->setMarginsForegroundColor(theme::color(theme::Role::Dim));
    m_edit->setMarkerBackgroundColor(theme::color(theme::Role::Changed), kMistake);
    theme::setTextColor(m_words, m_apply->isEnabled() ? theme::Role::Dim : theme::Role::Error);
}

} // namespace hindcast

#include "widgets/records/filter_edit.h"

#include "model/query/filter.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QTextCharFormat>

namespace hindcast {

namespace {

constexpr int kCheckAfter = 250; // ms without a key

bool partOfName(QChar c)
{
    return c.isLetterOrNumber() || c == QLatin1Char('_') || c == QLatin1Char('.') ||
           c == QLatin1Char('[') || c == QLatin1Char(']');
}

} // namespace

FilterEdit::FilterEdit(QWidget* parent)
    : QLineEdit(parent)
    , m_completer(new QCompleter(&m_names, this))
{
    setObjectName(QStringLiteral("filter"));
    setPlaceholderText(QStringLiteral("Filter, as value.status = 'FAILED' and value.amount > 500"));
    setClearButtonEnabled(true);
    setAccessibleName(QStringLiteral("Filter"));
    m_completer->setWidget(this);
    m_completer->setCompletionMode(QCompleter::PopupCompletion);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setModelSorting(QCompleter::UnsortedModel);
    m_completer->setMaxVisibleItems(12);
    setPaths({});
    restyle();
    m_checkSoon.setSingleShot(true);
    m_checkSoon.setInterval(kCheckAfter);
    connect(&m_checkSoon, &QTimer::timeout, this, &FilterEdit::check);
    connect(this, &QLineEdit::textChanged, this, &FilterEdit::edited);
    connect(this, &QLineEdit::textEdited, this, &FilterEdit::complete);
    connect(m_completer, qOverload<const QString&>(&QCompleter::activated), this,
            &FilterEdit::insertCompletion);
}

FilterEdit::~FilterEdit() = default;

void FilterEdit::restyle()
{
    setFont(theme::fixedFont());
    m_completer->popup()->setFont(theme::fixedFont());
    underline();
}

void FilterEdit::setPaths(const QStringList& paths)
{
    QStringList names = paths;
    for (const std::string& name : FilterExpression::knownNames()) {
        const QString known = text::fromUtf8(name);
        if (!names.contains(known)) {
            names.append(known);
        }
    }
    m_names.setStringList(names);
}

void FilterEdit::addCondition(const QString& condition)
{
    const QString before = text().trimmed();
    if (before.isEmpty()) {
        setText(condition);
        return;
    }
    const bool loose = before.contains(QStringLiteral(" or "), Qt::CaseInsensitive);
    setText((loose ? QLatin1Char('(') + before + QLatin1Char(')') : before) +
            QStringLiteral(" and ") + condition);
}

void FilterEdit::edited()
{
    setMistake(std::nullopt);
    m_checkSoon.start();
}

void FilterEdit::check()
{
    const std::string expression = text::toUtf8(text().trimmed());
    if (expression.empty()) {
        m_checker.cancel();
        return;
    }
    // Blanks in front would shift the place.
    const std::string whole = text::toUtf8(text());
    m_checker.ask(
        [whole](const std::stop_token&) {
            FilterMistake mistake;
            const auto filter = Filter::compile(whole, &mistake);
            return filter ? std::optional<FilterMistake>() : std::optional<FilterMistake>(mistake);
        },
        [this](const std::optional<FilterMistake>& mistake) { setMistake(mistake); });
}

void FilterEdit::setMistake(const std::optional<FilterMistake>& mistake)
{
    if (!mistake && !m_mistake) {
        return;
    }
    m_mistake = mistake;
    m_sentence = mistake ? text::plain(mistake->message) : QString();
    underline();
    emit mistakeChanged();
}

void FilterEdit::underline()
{
    // A line edit knows no formats of its own, but draws those of an input method.
    QList<QInputMethodEvent::Attribute> attributes;
    if (m_mistake) {
        const QByteArray utf8 = text().toUtf8();
        const auto chars = [&utf8](std::size_t bytes) {
            return static_cast<int>(
                QString::fromUtf8(utf8.left(static_cast<qsizetype>(bytes))).size());
        };
        int from = chars(m_mistake->offset);
        int to = chars(m_mistake->offset + m_mistake->length);
        if (from >= to) { // at the end: the last character stands for what is missing
            to = std::max(to, 1);
            from = to - 1;
        }
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(theme::color(theme::Role::Error));
        format.setForeground(theme::color(theme::Role::Error));
        attributes.append(
            {QInputMethodEvent::TextFormat, from - cursorPosition(), to - from, format});
    }
    QInputMethodEvent event(QString(), attributes);
    QLineEdit::inputMethodEvent(&event);
}

int FilterEdit::wordStart() const
{
    const QString all = text();
    int at = cursorPosition();
    while (at > 0 && partOfName(all[at - 1])) {
        --at;
    }
    return at;
}

void FilterEdit::complete()
{
    const QString word = text().mid(wordStart(), cursorPosition() - wordStart());
    if (word.isEmpty() || word[0].isDigit() ||
        text().left(wordStart()).count(QLatin1Char('\'')) % 2 == 1) { // inside a text
        m_completer->popup()->hide();
        return;
    }
    m_completer->setCompletionPrefix(word);
    if (m_completer->completionCount() == 0 ||
        (m_completer->completionCount() == 1 && m_completer->currentCompletion() == word)) {
        m_completer->popup()->hide();
        return;
    }
    QRect under = cursorRect();
    under.setWidth(280);
    m_completer->complete(under);
}

void FilterEdit::insertCompletion(const QString& name)
{
    const int from = wordStart();
    setSelection(from, cursorPosition() - from);
    insert(name);
}

void FilterEdit::keyPressEvent(QKeyEvent* event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && !m_completer->popup()->isVisible()) {
        m_checkSoon.stop();
        emit submitted();
        event->accept();
        return;
    }
    if (event->key() == Qt::Key_Escape && !text().isEmpty() && !m_completer->popup()->isVisible()) {
        clear();
        emit submitted();
        event->accept();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace hindcast

#include "widgets/records/receipt_line.h"

#include "widgets/shared/palette.h"

#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QPushButton>

namespace hindcast {

namespace {

QPushButton* link(const QString& name)
{
    auto* const button = new QPushButton;
    button->setObjectName(name);
    button->setFlat(true);
    button->setCursor(Qt::PointingHandCursor);
    button->setFocusPolicy(Qt::TabFocus);
    button->setVisible(false);
    return button;
}

} // namespace

ReceiptLine::ReceiptLine(QWidget* parent)
    : QWidget(parent)
    , m_word(new QLabel)
    , m_text(new QLabel)
    , m_undecodable(link(QStringLiteral("showUndecodable")))
    , m_action(link(QStringLiteral("receiptAction")))
{
    setFixedHeight(8 * theme::kStep);
    auto* const layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 1, 10, 0);
    layout->setSpacing(2 * theme::kStep);
    for (QLabel* const label : {m_word, m_text}) {
        label->setTextFormat(Qt::PlainText);
    }
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_text->installEventFilter(this);
    layout->addWidget(m_word);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_undecodable);
    layout->addWidget(m_action);
    connect(m_action, &QPushButton::clicked, this, &ReceiptLine::actionTriggered);
    connect(m_undecodable, &QPushButton::clicked, this, &ReceiptLine::undecodableTriggered);
    restyle();
}

ReceiptLine::~ReceiptLine() = default;

void ReceiptLine::setText(Verdict verdict, const QString& word, const QString& figures)
{
    const bool other = verdict != m_verdict;
    m_verdict = verdict;
    m_figures = figures;
    const char16_t* sign = u"";
    switch (verdict) {
    case Verdict::Plain:
    case Verdict::Running:
        break;
    case Verdict::Complete:
        sign = u"\u2714 ";
        break;
    case Verdict::Partial:
        sign = u"\u25c6 ";
        break;
    case Verdict::Failed:
        sign = u"\u25b2 ";
        break;
    }
    m_word->setText(word.isEmpty() ? QString() : QString(QString::fromUtf16(sign) + word));
    m_word->setVisible(!word.isEmpty());
    if (other) {
        restyle();
    }
    elide();
}

void ReceiptLine::setAction(const QString& text)
{
    m_action->setText(text);
    m_action->setVisible(!text.isEmpty());
}

void ReceiptLine::setShowUndecodable(const QString& text)
{
    m_undecodable->setText(text);
    m_undecodable->setVisible(!text.isEmpty());
}

QString ReceiptLine::text() const
{
    return m_word->text() + QLatin1Char(' ') + m_figures;
}

void ReceiptLine::restyle()
{
    const auto paint = [](QWidget* widget, theme::Role role) {
        // By sheet: a palette set while the label is hidden is forgotten when it is polished.
        widget->setStyleSheet(
            QStringLiteral("QLabel { color: %1; }").arg(theme::color(role).name()));
    };
    paint(m_text, theme::Role::Dim);
    switch (m_verdict) {
    case Verdict::Plain:
    case Verdict::Running:
        paint(m_word, theme::Role::Accent);
        break;
    case Verdict::Complete:
        paint(m_word, theme::Role::Ok);
        break;
    case Verdict::Partial:
        paint(m_word, theme::Role::Warning);
        break;
    case Verdict::Failed:
        paint(m_word, theme::Role::Error);
        break;
    }
    const QString style = QStringLiteral("QPushButton { border: none; background: transparent; "
                                         "color: %1; padding: 0 2px; }")
                              .arg(theme::color(theme::Role::Accent).name());
    m_action->setStyleSheet(style);
    m_undecodable->setStyleSheet(style);
}

void ReceiptLine::elide()
{
    const QString shown = fontMetrics().elidedText(m_figures, Qt::ElideRight, m_text->width());
    m_text->setText(shown);
    m_text->setToolTip(shown == m_figures
                           ? QString()
                           : QStringLiteral("<p>%1</p>").arg(m_figures.toHtmlEscaped()));
}

bool ReceiptLine::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_text && event->type() == QEvent::Resize) {
        elide();
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace hindcast

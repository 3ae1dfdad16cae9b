#include "widgets/sql/sql_examples_page.h"

#include "widgets/shared/palette.h"

#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace hindcast {

namespace {

QLabel* label(const QString& text, QWidget* parent)
{
    auto* made = new QLabel(parent);
    made->setTextFormat(Qt::PlainText);
    made->setText(text);
    return made;
}

} // namespace

SqlExampleCard::SqlExampleCard(SqlExample example, QWidget* parent)
    : QFrame(parent)
    , m_example(std::move(example))
{
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(m_example.title);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(12, 8, 12, 8);
    all->setSpacing(4);
    auto* title = label(m_example.title, this);
    title->setWordWrap(true);
    auto* query = label(m_example.query, this);
    query->setFont(theme::fixedFont());
    query->setWordWrap(true);
    theme::setTextColor(query, theme::Role::Dim);
    all->addWidget(title);
    all->addWidget(query);
}

SqlExampleCard::~SqlExampleCard() = default;

void SqlExampleCard::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) {
        emit chosen(m_example.query);
    }
}

void SqlExampleCard::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter ||
        event->key() == Qt::Key_Space) {
        emit chosen(m_example.query);
        return;
    }
    QFrame::keyPressEvent(event);
}

void SqlExampleCard::focusInEvent(QFocusEvent* event)
{
    QFrame::focusInEvent(event);
    update();
}

void SqlExampleCard::focusOutEvent(QFocusEvent* event)
{
    QFrame::focusOutEvent(event);
    update();
}

void SqlExampleCard::enterEvent(QEnterEvent* event)
{
    QFrame::enterEvent(event);
    m_hovered = true;
    update();
}

void SqlExampleCard::leaveEvent(QEvent* event)
{
    QFrame::leaveEvent(event);
    m_hovered = false;
    update();
}

void SqlExampleCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::color(m_hovered || hasFocus() ? theme::Role::Accent : theme::Role::Line));
    painter.setBrush(theme::color(m_hovered ? theme::Role::Head : theme::Role::Base));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme::kCorner,
                            theme::kCorner);
}

SqlExamplesPage::SqlExamplesPage(QWidget* parent)
    : QScrollArea(parent)
    , m_lead(label(tr("Ask the records and the states of this capture"), this))
    , m_tables(
          label(tr("records('topic') has a row for each record, state('projection', A) one for "
                   "each key at A, history('projection') one for each version, "
                   "changes('projection', A, B) one for each cell that differs. Begin with "
                   "one of these, or write your own and press Ctrl+Enter."),
                this))
    , m_cards(new QVBoxLayout)
{
    auto* page = new QWidget(this);
    page->setAutoFillBackground(true);
    page->setBackgroundRole(QPalette::Base);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidgetResizable(true);
    setWidget(page);
    m_lead->setObjectName(QStringLiteral("lead"));
    m_tables->setWordWrap(true);
    m_cards->setSpacing(8);
    auto* all = new QVBoxLayout(page);
    all->setContentsMargins(24, 20, 24, 16);
    all->setSpacing(8);
    all->addWidget(m_lead);
    all->addWidget(m_tables);
    all->addSpacing(4);
    all->addLayout(m_cards);
    all->addStretch(1);
    restyle();
}

SqlExamplesPage::~SqlExamplesPage() = default;

void SqlExamplesPage::setExamples(const std::vector<SqlExample>& examples)
{
    if (examples == m_examples) {
        return;
    }
    m_examples = examples;
    while (QLayoutItem* item = m_cards->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const SqlExample& example : m_examples) {
        auto* card = new SqlExampleCard(example, widget());
        connect(card, &SqlExampleCard::chosen, this, &SqlExamplesPage::chosen);
        m_cards->addWidget(card);
    }
}

void SqlExamplesPage::restyle()
{
    QFont font = theme::textFont();
    font.setPointSizeF(font.pointSizeF() * 1.15);
    font.setWeight(QFont::DemiBold);
    m_lead->setFont(font);
    theme::setTextColor(m_tables, theme::Role::Dim);
    // The cards take their colours when they are made.
    const auto examples = m_examples;
    m_examples.clear();
    setExamples(examples);
}

} // namespace hindcast

#include "widgets/state/provenance_list.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/state/history_delegate.h"

#include <QLabel>
#include <QListView>
#include <QVBoxLayout>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kMostRecords = 6; // in sight at once

} // namespace

ProvenanceList::ProvenanceList(QWidget* parent)
    : QWidget(parent)
    , m_values(new HistoryModel(this))
    , m_caption(new QLabel(this))
    , m_value(new QLabel(this))
    , m_setBy(new QLabel(this))
    , m_list(new QListView(this))
{
    m_caption->setObjectName(QStringLiteral("provenanceCaption"));
    m_caption->setTextFormat(Qt::PlainText);
    m_value->setObjectName(QStringLiteral("provenanceValue"));
    m_value->setTextFormat(Qt::PlainText);
    m_value->setWordWrap(true);
    m_value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_setBy->setObjectName(QStringLiteral("provenanceSetBy"));
    m_setBy->setTextFormat(Qt::RichText); // a link; what is in it is escaped
    m_setBy->setWordWrap(true);
    m_setBy->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_list->setObjectName(QStringLiteral("provenance"));
    m_list->setModel(m_values);
    m_list->setItemDelegate(new HistoryDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->setSelectionMode(QAbstractItemView::NoSelection);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->viewport()->setAutoFillBackground(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    // Margins of the layout: a label that is squeezed while this is hidden loses its own with the
    // next style.
    auto* words = new QVBoxLayout;
    words->setContentsMargins(12, 8, 12, 4);
    words->setSpacing(2);
    words->addWidget(m_caption);
    words->addSpacing(2);
    words->addWidget(m_value);
    words->addWidget(m_setBy);
    layout->addLayout(words);
    layout->addWidget(m_list);
    auto* below = new QFrame(this);
    below->setFixedHeight(1);
    below->setAutoFillBackground(true);
    below->setBackgroundRole(QPalette::Mid);
    layout->addWidget(below);
    connect(m_list, &QListView::clicked, this,
            [this](const QModelIndex& at) { emit momentRequested(entryAt(at.row()).rank); });
    connect(m_list, &QListView::doubleClicked, this,
            [this](const QModelIndex& at) { emit recordRequested(entryAt(at.row()).place); });
    connect(m_setBy, &QLabel::linkActivated, this, [this] {
        if (m_values->current() >= 0) {
            emit recordRequested(entryAt(m_values->current()).place);
        }
    });
    restyle();
    hide();
}

ProvenanceList::~ProvenanceList() = default;

const HistoryEntry& ProvenanceList::entryAt(int row) const
{
    return (*m_values->steps())[static_cast<std::size_t>(row)].entry;
}

void ProvenanceList::setRow(const HistoryModel::Steps& steps,
                            const std::optional<ProjectionColumn>& column)
{
    m_column = column;
    m_values->setSteps(steps && column ? HistoryModel::valuesOf(steps, *column) : nullptr);
    show();
}

void ProvenanceList::setPrefix(Rank prefixOfA)
{
    m_values->setPrefix(prefixOfA);
    show();
}

void ProvenanceList::show()
{
    const int rows = m_values->rowCount();
    setVisible(m_column.has_value() && m_values->steps() != nullptr);
    if (!m_column) {
        return;
    }
    const QString name = text::plain(m_column->name);
    m_caption->setText(tr("PROVENANCE OF %1").arg(name));
    const int current = m_values->current();
    m_list->setFixedHeight(rows == 0 ? 0 : std::min(rows, kMostRecords) * theme::kRowHeight + 8);
    if (current < 0) {
        m_value->setText(rows == 0 ? tr("No record of this row ever set it.")
                                   : tr("It is not set at A yet: that comes later."));
        m_setBy->hide();
        return;
    }
    const HistoryEntry& entry = entryAt(current);
    m_value->setText((*m_values->steps())[static_cast<std::size_t>(current)].title);
    m_setBy->setText(
        tr("set by %1 at %2, %3")
            .arg(text::place(entry.place).toHtmlEscaped(), text::time(entry.time).toHtmlEscaped(),
                 QStringLiteral("<a href='record' style='text-decoration:none; color:%1'>%2</a>")
                     .arg(theme::color(theme::Role::Accent).name(), tr("open record"))));
    m_setBy->setToolTip(text::full(entry.time));
    m_setBy->show();
    m_list->scrollTo(m_values->index(current), QAbstractItemView::EnsureVisible);
}

void ProvenanceList::restyle()
{
    QFont caption = theme::textFont();
    caption.setPointSizeF(caption.pointSizeF() * 0.86);
    caption.setWeight(QFont::DemiBold);
    m_caption->setFont(caption);
    m_value->setFont(theme::fixedFont());
    theme::setTextColor(m_caption, theme::Role::Dim);
    theme::setTextColor(m_setBy, theme::Role::Dim);
    m_list->setStyleSheet(QStringLiteral("QListView { background: transparent; }"));
    m_values->restyle();
    show();
}

} // namespace hindcast

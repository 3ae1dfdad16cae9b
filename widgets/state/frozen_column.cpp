#include "widgets/state/frozen_column.h"

#include "widgets/shared/palette.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyleOptionHeader>
#include <QTableView>
#include <QToolTip>

#include <algorithm>

namespace hindcast {

FrozenColumn::FrozenColumn(QTableView* table)
    : QWidget(table)
    , m_table(table)
{
    setObjectName(QStringLiteral("frozenColumn"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    hide();
    const auto changed = [this] { update(); };
    connect(table->verticalScrollBar(), &QScrollBar::valueChanged, this, changed);
    connect(table->horizontalScrollBar(), &QScrollBar::valueChanged, this, &FrozenColumn::arrange);
    connect(table->horizontalHeader(), &QHeaderView::sectionResized, this, &FrozenColumn::arrange);
    connect(table->horizontalHeader(), &QHeaderView::sectionMoved, this, &FrozenColumn::arrange);
    QAbstractItemModel* const model = table->model();
    connect(model, &QAbstractItemModel::dataChanged, this, changed);
    connect(model, &QAbstractItemModel::headerDataChanged, this, changed);
    connect(model, &QAbstractItemModel::rowsInserted, this, changed);
    connect(model, &QAbstractItemModel::rowsRemoved, this, changed);
    connect(model, &QAbstractItemModel::modelReset, this, &FrozenColumn::arrange);
    connect(table->selectionModel(), &QItemSelectionModel::selectionChanged, this, changed);
    table->viewport()->installEventFilter(this);
}

FrozenColumn::~FrozenColumn() = default;

int FrozenColumn::headerHeight() const
{
    return m_table->horizontalHeader()->height();
}

void FrozenColumn::arrange()
{
    const QHeaderView* const header = m_table->horizontalHeader();
    const QRect seen = m_table->viewport()->geometry();
    const bool away = header->count() > 1 && header->sectionViewportPosition(0) < 0;
    if (away) {
        const int width = std::min(header->sectionSize(0), seen.width() / 2);
        setGeometry(seen.left(), seen.top() - headerHeight(), width,
                    headerHeight() + seen.height());
        raise();
        update();
    }
    setVisible(away);
}

void FrozenColumn::uncover(const QModelIndex& cell)
{
    const int hidden = width() - m_table->visualRect(cell).left();
    if (isVisible() && cell.column() > 0 && hidden > 0) {
        QScrollBar* const bar = m_table->horizontalScrollBar();
        bar->setValue(bar->value() - hidden);
    }
}

QModelIndex FrozenColumn::cellAt(int y) const
{
    const int row = y < headerHeight() ? -1 : m_table->rowAt(y - headerHeight());
    return row < 0 ? QModelIndex() : m_table->model()->index(row, 0);
}

void FrozenColumn::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme::color(theme::Role::Base));
    const QAbstractItemModel* const model = m_table->model();
    QHeaderView* const header = m_table->horizontalHeader();
    QStyleOptionHeader head;
    head.initFrom(header);
    head.state |= QStyle::State_Horizontal;
    head.rect = QRect(0, 0, width(), headerHeight());
    head.section = 0;
    head.position = QStyleOptionHeader::Beginning;
    head.textAlignment = Qt::AlignVCenter | Qt::AlignLeft;
    head.text =
        fontMetrics().elidedText(model->headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(),
                                 Qt::ElideRight, width() - 16);
    header->style()->drawControl(QStyle::CE_Header, &head, &painter, header);

    QStyleOptionViewItem option;
    option.initFrom(m_table);
    option.widget = m_table;
    for (int row = m_table->rowAt(0); row >= 0 && row < model->rowCount(); ++row) {
        const int y = headerHeight() + m_table->rowViewportPosition(row);
        if (y >= height()) {
            break;
        }
        const QModelIndex index = model->index(row, 0);
        option.rect = QRect(0, y, width(), m_table->rowHeight(row));
        option.state.setFlag(QStyle::State_Selected, m_table->selectionModel()->isSelected(index));
        m_table->itemDelegate()->paint(&painter, option, index);
    }
    painter.setPen(theme::color(theme::Role::Line));
    painter.drawLine(rect().topRight(), rect().bottomRight());
}

void FrozenColumn::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) {
        return;
    }
    m_table->setFocus(Qt::MouseFocusReason);
    if (const QModelIndex cell = cellAt(event->position().toPoint().y()); cell.isValid()) {
        const int across = m_table->horizontalScrollBar()->value();
        m_table->selectionModel()->setCurrentIndex(cell, QItemSelectionModel::ClearAndSelect |
                                                             QItemSelectionModel::Rows);
        m_table->horizontalScrollBar()->setValue(across);
    } else if (event->position().y() < headerHeight()) {
        emit m_table->horizontalHeader()->sectionClicked(0);
    }
}

void FrozenColumn::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (const QModelIndex cell = cellAt(event->position().toPoint().y()); cell.isValid()) {
        emit m_table->activated(cell);
    }
}

void FrozenColumn::contextMenuEvent(QContextMenuEvent* event)
{
    if (const QModelIndex cell = cellAt(event->pos().y()); cell.isValid()) {
        emit menuRequested(cell, event->globalPos());
    }
}

bool FrozenColumn::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* const help = static_cast<QHelpEvent*>(event);
        const bool ofHeader = help->pos().y() < headerHeight();
        const QVariant tip = ofHeader
                                 ? m_table->model()->headerData(0, Qt::Horizontal, Qt::ToolTipRole)
                                 : cellAt(help->pos().y()).data(Qt::ToolTipRole);
        QToolTip::showText(help->globalPos(), tip.toString(), this);
        return true;
    }
    return QWidget::event(event);
}

bool FrozenColumn::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::Move) {
        arrange();
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace hindcast

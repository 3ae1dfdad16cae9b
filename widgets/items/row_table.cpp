#include "widgets/items/row_table.h"

#include "widgets/shared/eliding_header.h"
#include "widgets/shared/palette.h"

#include <QHeaderView>
#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <limits>

namespace hindcast {

namespace {

constexpr int kRow = theme::kRowHeight;

// Rows far out of sight lie where an int still reaches.
int pixels(qint64 rows)
{
    constexpr qint64 kFar = std::numeric_limits<int>::max() - 4096;
    return static_cast<int>(std::clamp(rows * kRow, -kFar, kFar));
}

} // namespace

RowTable::RowTable(QWidget* parent)
    : QAbstractItemView(parent)
    , m_header(new ElidingHeader(this))
{
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerItem);
    setHorizontalScrollMode(ScrollPerPixel);
    m_header->setStretchLastSection(true);
    m_header->setHighlightSections(false);
    const auto laidOut = [this] {
        updateGeometries();
        viewport()->update();
    };
    connect(m_header, &QHeaderView::sectionResized, this, laidOut);
    connect(m_header, &QHeaderView::sectionCountChanged, this, laidOut);
    connect(m_header, &QHeaderView::geometriesChanged, this, laidOut);
    connect(m_header, &QHeaderView::sectionHandleDoubleClicked, this,
            [this](int column) { setColumnWidth(column, sizeHintForColumn(column)); });
}

RowTable::~RowTable() = default;

void RowTable::setModel(QAbstractItemModel* model)
{
    if (this->model()) {
        disconnect(this->model(), &QAbstractItemModel::rowsRemoved, this, nullptr);
    }
    m_header->setModel(model);
    QAbstractItemView::setModel(model);
    if (model) {
        connect(model, &QAbstractItemModel::rowsRemoved, this, [this] {
            updateGeometries();
            viewport()->update();
        });
    }
}

int RowTable::columnWidth(int column) const
{
    return m_header->sectionSize(column);
}

void RowTable::setColumnWidth(int column, int width)
{
    m_header->resizeSection(column, width);
}

bool RowTable::isColumnHidden(int column) const
{
    return m_header->isSectionHidden(column);
}

void RowTable::setColumnHidden(int column, bool hidden)
{
    m_header->setSectionHidden(column, hidden);
}

int RowTable::rowTotal() const
{
    return model() ? model()->rowCount(rootIndex()) : 0;
}

int RowTable::topRow() const
{
    return verticalScrollBar()->value();
}

int RowTable::rowsInSight() const
{
    return std::max(1, viewport()->height() / kRow);
}

std::pair<int, int> RowTable::rowsShown() const
{
    const int count = rowTotal();
    if (count == 0) {
        return {0, -1};
    }
    const int first = std::min(topRow(), count - 1);
    return {first, std::min(count - 1, first + viewport()->height() / kRow)};
}

int RowTable::rowAt(int y) const
{
    const qint64 row = qint64{topRow()} + y / kRow;
    return y >= 0 && row < rowTotal() ? static_cast<int>(row) : -1;
}

int RowTable::rowViewportPosition(int row) const
{
    return pixels(qint64{row} - topRow());
}

int RowTable::clampedRow(qint64 y) const
{
    const qint64 rows = y >= 0 ? y / kRow : -((-y + kRow - 1) / kRow);
    return static_cast<int>(std::clamp<qint64>(topRow() + rows, 0, rowTotal() - 1));
}

QRect RowTable::visualRect(const QModelIndex& index) const
{
    if (!index.isValid() || isIndexHidden(index)) {
        return {};
    }
    return {m_header->sectionViewportPosition(index.column()), rowViewportPosition(index.row()),
            m_header->sectionSize(index.column()), kRow};
}

QModelIndex RowTable::indexAt(const QPoint& point) const
{
    const int row = rowAt(point.y());
    const int column = m_header->logicalIndexAt(point.x());
    return row < 0 || column < 0 ? QModelIndex() : model()->index(row, column, rootIndex());
}

// Rows only: a click on a cell that is cut off must not push the row sideways.
void RowTable::scrollTo(const QModelIndex& index, ScrollHint hint)
{
    if (!index.isValid()) {
        return;
    }
    const int row = index.row();
    const int top = topRow();
    const int fit = rowsInSight();
    const bool inSight = row >= top && row < top + fit;
    int next = top;
    switch (hint) {
    case EnsureVisible:
        next = inSight ? top : row < top ? row : row - fit + 1;
        break;
    case PositionAtTop:
        next = row;
        break;
    case PositionAtBottom:
        next = row - fit + 1;
        break;
    case PositionAtCenter:
        next = row - fit / 2;
        break;
    }
    if (next != top) {
        updateGeometries(); // rows may have come since the bar was told how many there are
        verticalScrollBar()->setValue(next);
    }
}

void RowTable::doItemsLayout()
{
    QAbstractItemView::doItemsLayout();
    updateGeometries();
}

void RowTable::reset()
{
    QAbstractItemView::reset();
    updateGeometries();
}

void RowTable::dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                           const QList<int>& roles)
{
    const auto [first, last] = rowsShown();
    const int from = std::max(topLeft.row(), first);
    const int to = std::min(bottomRight.row(), last);
    if (from <= to) {
        QAbstractItemView::dataChanged(topLeft.siblingAtRow(from), bottomRight.siblingAtRow(to),
                                       roles);
    }
}

QModelIndex RowTable::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    const int count = rowTotal();
    if (count == 0) {
        return {};
    }
    const QModelIndex now = currentIndex();
    if (action == MoveLeft || action == MoveRight) {
        QScrollBar* const bar = horizontalScrollBar();
        bar->setValue(bar->value() + (action == MoveLeft ? -1 : 1) * bar->singleStep());
        return now;
    }
    const int column = now.isValid() ? now.column() : std::max(0, m_header->logicalIndex(0));
    qint64 row = now.isValid() ? now.row() : topRow();
    switch (action) {
    case MoveUp:
    case MovePrevious:
        row = now.isValid() ? row - 1 : row;
        break;
    case MoveDown:
    case MoveNext:
        row = now.isValid() ? row + 1 : row;
        break;
    case MovePageUp:
        row -= rowsInSight();
        break;
    case MovePageDown:
        row += rowsInSight();
        break;
    case MoveHome:
        row = 0;
        break;
    case MoveEnd:
        row = count - 1;
        break;
    case MoveLeft:
    case MoveRight:
        break;
    }
    return model()->index(static_cast<int>(std::clamp<qint64>(row, 0, count - 1)), column,
                          rootIndex());
}

int RowTable::horizontalOffset() const
{
    return m_header->offset();
}

int RowTable::verticalOffset() const
{
    return pixels(topRow());
}

bool RowTable::isIndexHidden(const QModelIndex& index) const
{
    return m_header->isSectionHidden(index.column());
}

void RowTable::setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags command)
{
    if (rowTotal() == 0 || !selectionModel()) {
        return;
    }
    const auto [top, bottom] = std::minmax(rect.top(), rect.bottom());
    const int last = model()->columnCount(rootIndex()) - 1;
    const QItemSelection rows(model()->index(clampedRow(top), 0, rootIndex()),
                              model()->index(clampedRow(bottom), last, rootIndex()));
    selectionModel()->select(rows, command);
}

QRegion RowTable::visualRegionForSelection(const QItemSelection& selection) const
{
    QRegion region;
    const auto [first, last] = rowsShown();
    for (const QItemSelectionRange& range : selection) {
        const int from = std::max(range.top(), first);
        const int to = std::min(range.bottom(), last);
        if (from <= to) {
            region +=
                QRect(0, rowViewportPosition(from), viewport()->width(), (to - from + 1) * kRow);
        }
    }
    return region;
}

int RowTable::sizeHintForRow(int) const
{
    return kRow;
}

// As wide as what is in sight; every row would be asked otherwise.
int RowTable::sizeHintForColumn(int column) const
{
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    int width = m_header->sectionSizeHint(column);
    const auto [first, last] = rowsShown();
    for (int row = first; row <= last; ++row) {
        const QModelIndex index = model()->index(row, column, rootIndex());
        width = std::max(width, itemDelegateForIndex(index)->sizeHint(option, index).width());
    }
    return width;
}

void RowTable::updateGeometries()
{
    if (m_laying) {
        return; // the header answers being placed with a signal
    }
    m_laying = true;
    const int head = m_header->isHidden()
                         ? 0
                         : std::max(m_header->minimumHeight(), m_header->sizeHint().height());
    setViewportMargins(0, head, 0, 0);
    const QRect space = viewport()->geometry();
    m_header->setGeometry(space.left(), space.top() - head, space.width(), head);

    QScrollBar* const across = horizontalScrollBar();
    across->setRange(0, std::max(0, m_header->length() - space.width()));
    across->setPageStep(space.width());
    across->setSingleStep(std::max(space.width() / 8, kRow));
    QScrollBar* const down = verticalScrollBar();
    down->setRange(0, std::max(0, rowTotal() - rowsInSight()));
    down->setPageStep(rowsInSight());
    down->setSingleStep(1);
    m_laying = false;
    QAbstractItemView::updateGeometries();
}

void RowTable::rowsInserted(const QModelIndex& parent, int start, int end)
{
    QAbstractItemView::rowsInserted(parent, start, end);
    updateGeometries();
    if (start <= rowsShown().second) {
        viewport()->update();
    }
}

void RowTable::scrollContentsBy(int dx, int dy)
{
    if (dx != 0) {
        m_header->setOffset(horizontalScrollBar()->value());
    }
    QAbstractItemView::scrollContentsBy(dx, dy); // paints all of it
}

void RowTable::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    const QRect dirty = event->region().boundingRect();
    const int first = rowAt(std::max(dirty.top(), 0));
    if (first < 0) {
        return;
    }
    const int last = clampedRow(dirty.bottom());
    const QModelIndex current = currentIndex();
    const QItemSelectionModel* const selected = selectionModel();
    for (int row = first; row <= last; ++row) {
        const bool chosen = selected && selected->isSelected(model()->index(row, 0, rootIndex()));
        for (int visual = 0; visual < m_header->count(); ++visual) {
            const int column = m_header->logicalIndex(visual);
            const QModelIndex index = model()->index(row, column, rootIndex());
            option.rect = visualRect(index);
            if (option.rect.isEmpty() || !option.rect.intersects(dirty)) {
                continue;
            }
            option.state.setFlag(QStyle::State_Selected, chosen);
            option.state.setFlag(QStyle::State_HasFocus, hasFocus() && index == current);
            itemDelegateForIndex(index)->paint(&painter, option, index);
        }
    }
}

} // namespace hindcast

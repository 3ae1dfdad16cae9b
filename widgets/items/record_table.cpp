#include "widgets/items/record_table.h"

#include "widgets/items/record_delegate.h"
#include "widgets/items/record_table_model.h"
#include "widgets/shared/palette.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kNarrowest = 44;
constexpr int kWidest = 220;
constexpr int kLine = 2; // px

} // namespace

RecordTable::RecordTable(RecordTableModel* model, QWidget* parent)
    : QTableView(parent)
    , m_model(model)
    , m_delegate(new RecordDelegate(this))
{
    setObjectName(QStringLiteral("records"));
    setModel(model);
    setItemDelegate(m_delegate);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setFrameShape(NoFrame);
    setVerticalScrollMode(ScrollPerItem);
    setHorizontalScrollMode(ScrollPerPixel);
    setContextMenuPolicy(Qt::CustomContextMenu);
    // One height for all, or five million rows are measured one by one.
    verticalHeader()->setVisible(false);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(theme::kRowHeight);
    verticalHeader()->setDefaultSectionSize(theme::kRowHeight);
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumSectionSize(kNarrowest);
    horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, [this](int section) {
        if (!m_fitting) {
            m_setByHand.insert(section);
        }
    });
    connect(model, &QAbstractItemModel::columnsInserted, this, [this] {
        // The new columns belong to the rows that are selected.
        selectionModel()->select(selectionModel()->selection(),
                                 QItemSelectionModel::Select | QItemSelectionModel::Rows);
        m_setByHand.clear();
        m_fitted = false;
        fitColumns();
    });
    connect(model, &QAbstractItemModel::columnsRemoved, this, [this] {
        m_setByHand.clear();
        m_fitted = false;
        fitColumns();
    });
    connect(model, &QAbstractItemModel::dataChanged, this, [this] {
        if (!m_fitted) {
            fitColumns();
        }
    });
    connect(this, &QTableView::doubleClicked, this,
            [this](const QModelIndex& index) { emit activatedRow(index.row()); });
}

RecordTable::~RecordTable() = default;

void RecordTable::restyle()
{
    m_delegate->restyle();
    m_fitted = false;
    fitColumns();
    viewport()->update();
}

std::pair<int, int> RecordTable::rowsShown() const
{
    const int count = m_model->rowCount();
    if (count == 0) {
        return {0, -1};
    }
    const int first = topRow();
    return {first, std::min(count - 1, first + viewport()->height() / theme::kRowHeight)};
}

int RecordTable::rowsInSight() const
{
    return std::max(1, viewport()->height() / theme::kRowHeight);
}

int RecordTable::topRow() const
{
    return std::max(0, rowAt(0));
}

void RecordTable::setTopRow(int row)
{
    // The range of the scroll bar follows new rows with a delay of its own.
    executeDelayedItemsLayout();
    updateGeometries();
    verticalScrollBar()->setValue(row);
}

bool RecordTable::atEnd() const
{
    return verticalScrollBar()->value() >= verticalScrollBar()->maximum();
}

void RecordTable::setPlayheads(std::optional<int> a, std::optional<int> b)
{
    if (a != m_a || b != m_b) {
        m_a = a;
        m_b = b;
        m_delegate->setGreyedFrom(m_greysAfterA ? m_a : std::nullopt);
        viewport()->update();
    }
}

void RecordTable::setGreysAfterA(bool greys)
{
    m_greysAfterA = greys;
    m_delegate->setGreyedFrom(greys ? m_a : std::nullopt);
    viewport()->update();
}

std::optional<int> RecordTable::playheadY(int before) const
{
    const int count = m_model->rowCount();
    if (count == 0) {
        return std::nullopt;
    }
    const int y = before < count ? rowViewportPosition(before)
                                 : rowViewportPosition(count - 1) + theme::kRowHeight;
    return y >= 0 && y <= viewport()->height() ? std::optional<int>(y) : std::nullopt;
}

void RecordTable::keepPlayheadInSight()
{
    const int count = m_model->rowCount();
    if (!m_a || count == 0) {
        return;
    }
    const auto [first, last] = rowsShown();
    const int rows = rowsInSight();
    // The row before the line is what A stands on; it should be seen with the line.
    if (*m_a > first && *m_a <= first + rows) {
        return;
    }
    if (*m_a == 0 && first == 0) {
        return;
    }
    setTopRow(std::clamp(*m_a - rows * 2 / 3, 0, count - 1));
}

void RecordTable::drawPlayhead(int before, const QColor& color)
{
    const auto y = playheadY(before);
    if (!y) {
        return;
    }
    QPainter painter(viewport());
    const int top = std::clamp(*y - kLine / 2, 0, viewport()->height() - kLine);
    painter.fillRect(0, top, viewport()->width(), kLine, color);
}

void RecordTable::paintEvent(QPaintEvent* event)
{
    const auto [first, last] = rowsShown();
    m_model->setWindow(first, last);
    QTableView::paintEvent(event);
    if (m_b) {
        drawPlayhead(*m_b, theme::color(theme::Role::Dim));
    }
    if (m_a) {
        drawPlayhead(*m_a, theme::color(theme::Role::Accent));
    }
}

void RecordTable::scrollContentsBy(int dx, int dy)
{
    QTableView::scrollContentsBy(dx, dy);
    if (dy != 0) {
        viewport()->update(); // a line lies across rows, and a scroll would copy half of it
        emit scrolled();
    }
}

void RecordTable::keyPressEvent(QKeyEvent* event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) &&
        currentIndex().isValid()) {
        emit activatedRow(currentIndex().row());
        event->accept();
        return;
    }
    QTableView::keyPressEvent(event);
}

void RecordTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

void RecordTable::fitColumns()
{
    const auto [first, last] = rowsShown();
    if (last < first) {
        return;
    }
    m_fitting = true;
    bool loading = false;
    for (int column = 0; column + 1 < m_model->columnCount(); ++column) {
        const QFontMetrics head(horizontalHeader()->font());
        const QString title = m_model->headerData(column, Qt::Horizontal).toString();
        QFont bold = horizontalHeader()->font();
        bold.setWeight(QFont::DemiBold);
        int width = QFontMetrics(bold).horizontalAdvance(title) + 4 * theme::kStep + 4;
        for (int row = first; row <= last; ++row) {
            loading = loading || m_model->textAt(row) == nullptr;
            width = std::max(width, m_delegate->widthOf(m_model->index(row, column)));
        }
        width = std::clamp(width, kNarrowest, kWidest);
        // Growing only: a column that breathes while rows pass by cannot be read.
        if (!isColumnHidden(column) && !m_setByHand.contains(column) &&
            (!m_fitted || width > columnWidth(column))) {
            setColumnWidth(column, width);
        }
    }
    m_fitted = !loading;
    m_fitting = false;
}

} // namespace hindcast

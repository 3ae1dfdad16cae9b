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
constexpr int kValueNarrowest = 80; // others give way before it
constexpr int kLine = 2;            // px

} // namespace

RecordTable::RecordTable(RecordTableModel* model, QWidget* parent)
    : RowTable(parent)
    , m_model(model)
    , m_delegate(new RecordDelegate(this))
{
    setObjectName(QStringLiteral("records"));
    setModel(model);
    setItemDelegate(m_delegate);
    setFrameShape(NoFrame);
    setContextMenuPolicy(Qt::CustomContextMenu);
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
        m_wanted.clear();
        m_fitted = false;
        fitColumns();
    });
    connect(model, &QAbstractItemModel::columnsRemoved, this, [this] {
        m_setByHand.clear();
        m_wanted.clear();
        m_fitted = false;
        fitColumns();
    });
    connect(model, &QAbstractItemModel::dataChanged, this, [this] {
        if (!m_fitted) {
            fitColumns();
        }
    });
    connect(this, &QAbstractItemView::doubleClicked, this,
            [this](const QModelIndex& index) { emit activatedRow(index.row()); });
}

RecordTable::~RecordTable() = default;

void RecordTable::restyle()
{
    m_delegate->restyle();
    m_wanted.clear();
    m_fitted = false;
    fitColumns();
    viewport()->update();
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
    RowTable::paintEvent(event);
    if (m_b) {
        drawPlayhead(*m_b, theme::color(theme::Role::Dim));
    }
    if (m_a) {
        drawPlayhead(*m_a, theme::color(theme::Role::Accent));
    }
}

void RecordTable::scrollContentsBy(int dx, int dy)
{
    RowTable::scrollContentsBy(dx, dy);
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
    RowTable::keyPressEvent(event);
}

void RecordTable::resizeEvent(QResizeEvent* event)
{
    RowTable::resizeEvent(event);
    fitColumns();
}

void RecordTable::measureColumns()
{
    m_wanted.resize(static_cast<std::size_t>(m_model->columnCount()), 0);
    QFont bold = horizontalHeader()->font();
    bold.setWeight(QFont::DemiBold);
    const QFontMetrics head(bold);
    const auto [first, last] = rowsShown();
    bool loading = false;
    for (int column = 0; column + 1 < m_model->columnCount(); ++column) {
        const QString title = m_model->headerData(column, Qt::Horizontal).toString();
        int width = head.horizontalAdvance(title) + 4 * theme::kStep + 4;
        for (int row = first; row <= last; ++row) {
            loading = loading || m_model->textAt(row) == nullptr;
            width = std::max(width, m_delegate->widthOf(m_model->index(row, column)));
        }
        // Growing only: a column that breathes while rows pass by cannot be read.
        int& wanted = m_wanted[static_cast<std::size_t>(column)];
        wanted = std::max(wanted, std::clamp(width, kNarrowest, kWidest));
    }
    m_fitted = !loading;
}

// Times and offsets cut short would say something else.
bool RecordTable::mayShrink(int column) const
{
    const auto what = m_model->columns()[static_cast<std::size_t>(column)].what;
    return what == RecordColumn::What::Topic || what == RecordColumn::What::Key ||
           what == RecordColumn::What::Field;
}

void RecordTable::layOutColumns()
{
    const int columns = std::min(static_cast<int>(m_wanted.size()), m_model->columnCount()) - 1;
    int room = viewport()->width() - kValueNarrowest;
    std::vector<int> shrinking; // widths
    for (int column = 0; column < columns; ++column) {
        const int wanted = m_wanted[static_cast<std::size_t>(column)];
        if (isColumnHidden(column)) {
            continue;
        }
        if (m_setByHand.contains(column) || !mayShrink(column)) {
            room -= m_setByHand.contains(column) ? columnWidth(column) : wanted;
        } else {
            shrinking.push_back(wanted);
        }
    }
    // The widest give way first, down to one width that all of them have room for.
    std::sort(shrinking.begin(), shrinking.end());
    int cap = kWidest;
    for (std::size_t i = 0; i < shrinking.size(); ++i) {
        const int share = room / static_cast<int>(shrinking.size() - i);
        if (shrinking[i] > share) {
            cap = std::max(share, kNarrowest);
            break;
        }
        room -= shrinking[i];
    }
    m_fitting = true;
    for (int column = 0; column < columns; ++column) {
        if (!isColumnHidden(column) && !m_setByHand.contains(column)) {
            const int wanted = m_wanted[static_cast<std::size_t>(column)];
            setColumnWidth(column, mayShrink(column) ? std::min(wanted, cap) : wanted);
        }
    }
    m_fitting = false;
}

void RecordTable::fitColumns()
{
    const auto [first, last] = rowsShown();
    if (last < first) {
        return;
    }
    if (!m_fitted || m_wanted.empty()) {
        measureColumns();
    }
    layOutColumns();
}

} // namespace hindcast

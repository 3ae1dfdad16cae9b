// How StateView's rows are sorted, and what is added up below them.
#include "widgets/shared/palette.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_totals.h"
#include "widgets/state/state_view.h"

#include <QAction>
#include <QHeaderView>
#include <QTableView>
#include <QToolButton>

namespace hindcast {

void StateView::makeSorting()
{
    QHeaderView* const header = m_table->horizontalHeader();
    header->setSectionsClickable(true);
    connect(header, &QHeaderView::sectionClicked, this, &StateView::sortClicked);
    auto* totals = new QAction(this);
    totals->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_T));
    totals->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(totals, &QAction::triggered, this, [this] { setTotals(!m_totals->isOn()); });
    addAction(totals);
    connect(m_totalsButton, &QToolButton::toggled, this, &StateView::setTotals);
    connect(m_totals, &StateTotals::toggled, m_totalsButton, &QToolButton::setChecked);
}

void StateView::sortClicked(int column)
{
    // Rows stand in the order of their keys by themselves, so that one has two ways only.
    const bool same = column == m_sortColumn;
    const bool falling = column == 0 ? !same : same;
    if (same && (column == 0 || m_sort.falling)) {
        sortBy(-1, false);
    } else {
        sortBy(column, falling);
    }
}

void StateView::sortBy(int column, bool falling)
{
    const int values = m_model->valueColumns();
    RowSort sort;
    sort.falling = falling;
    if (column > 0 && column <= values) {
        sort.by = RowSort::By::Field;
        sort.field = (*m_model->frame()->columns)[static_cast<std::size_t>(column - 1)].path;
    } else if (column > values) {
        sort.by = column == values + 1 ? RowSort::By::Changed : RowSort::By::Versions;
    }
    const bool none = column < 0 || column >= m_model->columnCount() || sort == RowSort{};
    sort = none ? RowSort{} : sort;
    m_scrollToTop = m_scrollToTop || m_sort != sort; // else no answer comes that would do it
    m_sort = sort;
    m_sortColumn = none ? -1 : column;
    m_fitted = false; // other rows will be in sight
    m_model->setSorted(m_sortColumn, falling);
    wantWhole();
}

// Where the columns are others: the arrow stands at the one that the rows are sorted by.
void StateView::showSorted()
{
    const int values = m_model->valueColumns();
    int column = -1;
    if (m_sort.by == RowSort::By::Field) {
        for (int c = 0; c < values; ++c) {
            const ProjectionColumn& own = (*m_model->frame()->columns)[static_cast<std::size_t>(c)];
            column = own.path == m_sort.field ? c + 1 : column;
        }
    } else if (m_sort != RowSort{}) {
        column = m_sort.by == RowSort::By::Key       ? 0
                 : m_sort.by == RowSort::By::Changed ? values + 1
                                                     : values + 2;
    }
    if (column != m_sortColumn) {
        m_sortColumn = column;
        m_model->setSorted(column, m_sort.falling);
    }
}

void StateView::setTotals(bool on)
{
    m_totals->setOn(on);
}

std::vector<std::size_t> StateView::columnsToTotal() const
{
    return m_totals->isOn() ? m_model->numericColumns() : std::vector<std::size_t>();
}

} // namespace hindcast

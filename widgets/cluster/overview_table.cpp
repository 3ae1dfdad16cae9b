#include "widgets/cluster/overview_table.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/row_delegate.h"

#include <QFrame>
#include <QHeaderView>
#include <QTableView>

#include <algorithm>

namespace hindcast::overview_table {

QTableView* make(QAbstractItemModel* model, QWidget* parent)
{
    auto* table = new QTableView(parent);
    table->setModel(model);
    table->setItemDelegate(new RowDelegate(table));
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setContextMenuPolicy(Qt::CustomContextMenu);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setShowGrid(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setMinimumSectionSize(theme::kRowHeight);
    table->verticalHeader()->setDefaultSectionSize(theme::kRowHeight + 1);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setMinimumSectionSize(40);
    return table;
}

void setWidths(QTableView& table, std::initializer_list<int> widths)
{
    int column = 0;
    for (const int width : widths) {
        table.setColumnWidth(column++, width);
    }
    table.horizontalHeader()->setSectionResizeMode(table.model()->columnCount() - 1,
                                                   QHeaderView::Stretch);
}

void sortBy(QTableView& table, int column, Qt::SortOrder order)
{
    // First, so that switching it on sorts once and by this.
    table.horizontalHeader()->setSortIndicator(column, order);
    table.setSortingEnabled(true);
}

std::vector<int> selectedRows(const QTableView& table)
{
    std::vector<int> rows;
    for (const QModelIndex& index : table.selectionModel()->selectedRows()) {
        rows.push_back(index.row());
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

QString selectionAsTsv(const QTableView& table)
{
    QString lines;
    for (const int row : selectedRows(table)) {
        QStringList cells;
        for (int column = 0; column < table.model()->columnCount(); ++column) {
            cells.append(table.model()->index(row, column).data().toString());
        }
        lines += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return lines;
}

} // namespace hindcast::overview_table

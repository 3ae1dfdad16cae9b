#pragma once

#include <QString>

#include <initializer_list>
#include <vector>

class QAbstractItemModel;
class QFrame;
class QTableView;
class QWidget;

namespace hindcast {

// How the tables of the cluster's overview pages look and behave. GUI thread.
namespace overview_table {

QTableView* make(QAbstractItemModel* model, QWidget* parent);
// In px at scale 1, of each column but the last, which takes what is left.
void setWidths(QTableView& table, std::initializer_list<int> widths);
// And then by what a click on a header says; models answer Qt::InitialSortOrderRole.
void sortBy(QTableView& table, int column, Qt::SortOrder order);

std::vector<int> selectedRows(const QTableView& table); // ascending
QString selectionAsTsv(const QTableView& table);

} // namespace overview_table
} // namespace hindcast

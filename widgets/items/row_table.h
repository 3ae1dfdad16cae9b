#pragma once

#include <QAbstractItemView>

#include <utility>

class QHeaderView;

namespace hindcast {

// A table whose rows are all of one height, theme::kRowHeight: it costs what is in sight, however
// many rows the model has. QTableView keeps a header section for each row and walks all of them
// with every insertion, a tenth of a second with five million. Whole rows are selected; the
// vertical scroll bar counts rows. GUI thread.
class RowTable : public QAbstractItemView
{
    Q_OBJECT

public:
    explicit RowTable(QWidget* parent = nullptr);
    ~RowTable() override;

    QHeaderView* horizontalHeader() const { return m_header; }
    int columnWidth(int column) const;
    void setColumnWidth(int column, int width);
    bool isColumnHidden(int column) const;
    void setColumnHidden(int column, bool hidden);

    int topRow() const;
    int rowsInSight() const;               // that fit whole; at least 1
    std::pair<int, int> rowsShown() const; // first and last; last < first: none
    int rowAt(int y) const;                // -1: below the last
    int rowViewportPosition(int row) const;

    void setModel(QAbstractItemModel* model) override;
    QRect visualRect(const QModelIndex& index) const override;
    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
    QModelIndex indexAt(const QPoint& point) const override;
    void doItemsLayout() override;
    void reset() override;
    // The base unites the rectangles of every cell that changed, in sight or not.
    void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                     const QList<int>& roles = {}) override;
    // Would ask the model for the text of every row.
    void keyboardSearch(const QString&) override {}

protected:
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    int horizontalOffset() const override;
    int verticalOffset() const override;
    bool isIndexHidden(const QModelIndex& index) const override;
    void setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags command) override;
    QRegion visualRegionForSelection(const QItemSelection& selection) const override;
    int sizeHintForRow(int row) const override;
    int sizeHintForColumn(int column) const override;
    void updateGeometries() override;
    void rowsInserted(const QModelIndex& parent, int start, int end) override;
    void scrollContentsBy(int dx, int dy) override;
    void paintEvent(QPaintEvent* event) override;

private:
    int rowTotal() const;
    int clampedRow(qint64 y) const; // of the viewport, or beyond it

    QHeaderView* const m_header;
    bool m_laying = false;
};

} // namespace hindcast

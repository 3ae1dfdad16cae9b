#pragma once

#include <QWidget>

class QModelIndex;
class QTableView;

namespace hindcast {

// The first column of a table while it is scrolled out of sight, painted over the left edge: rows
// that cannot be told apart say nothing. A press chooses the row. GUI thread; a child of its table.
class FrozenColumn final : public QWidget
{
    Q_OBJECT

public:
    explicit FrozenColumn(QTableView* table);
    ~FrozenColumn() override;

    // Scrolls a cell out from below it.
    void uncover(const QModelIndex& cell);

signals:
    void menuRequested(const QModelIndex& cell, const QPoint& at);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void arrange();
    int headerHeight() const;
    QModelIndex cellAt(int y) const;

    QTableView* const m_table;
};

} // namespace hindcast

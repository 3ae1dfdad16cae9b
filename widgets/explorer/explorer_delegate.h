#pragma once

#include <QStyledItemDelegate>

namespace hindcast {

// Paints a line of the explorer: colour square or verdict shape, name, note, and at the right end a
// sparkline or a figure. The side figure keeps its room; the name is elided.
class ExplorerDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit ExplorerDelegate(QObject* parent = nullptr);
    ~ExplorerDelegate() override;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace hindcast

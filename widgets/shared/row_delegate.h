#pragma once

#include <QStyledItemDelegate>

namespace hindcast {

// Table rows as the window draws them: a hairline under each, a verdict's colour kept in the
// selected row, the whole text in the tip where a cell cuts it off; a model that answers SwatchRole
// with a colour has it at the cell's left edge. GUI thread.
class RowDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    enum Role { SwatchRole = Qt::UserRole + 100 }; // QColor

    explicit RowDelegate(QObject* parent = nullptr);
    ~RowDelegate() override;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    // The whole of a text that is cut off, above the column's own tip.
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

} // namespace hindcast

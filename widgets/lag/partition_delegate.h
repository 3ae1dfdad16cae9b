#pragma once

#include <QStyledItemDelegate>

namespace hindcast {

// Rows with a hairline under each, and before a partition's name the colour that it has in the
// plot. GUI thread.
class PartitionDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit PartitionDelegate(QObject* parent = nullptr);
    ~PartitionDelegate() override;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    // The whole of a text that is cut off, above the column's own tip.
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

} // namespace hindcast

#pragma once

#include <QStyledItemDelegate>

namespace hindcast {

// A step of a history: time, a dot (filled with the accent where A stands), what the row was, what
// changed; steps behind A are pale. GUI thread.
class HistoryDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit HistoryDelegate(QObject* parent = nullptr);
    ~HistoryDelegate() override;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace hindcast

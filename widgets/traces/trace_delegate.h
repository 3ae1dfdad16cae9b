#pragma once

#include <QStyledItemDelegate>

namespace hindcast {

// Paints the cells of the trace list that are more than text: services with their colours, and a
// duration with a bar of its share of the longest. GUI thread.
class TraceDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit TraceDelegate(QObject* parent = nullptr);
    ~TraceDelegate() override;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    static void paintServices(QPainter& painter, const QStyleOptionViewItem& option,
                              const QStringList& services);
};

} // namespace hindcast

#pragma once

#include <QStyledItemDelegate>

namespace hindcast {

// Paints a cell of a state: the new value behind the old one struck through where A and B differ,
// on the tint of a changed cell; a plus or minus sign at the key of a row that only one of the two
// has. GUI thread.
class StateCellDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit StateCellDelegate(QObject* parent = nullptr);
    ~StateCellDelegate() override;

    // The last answer to another question is still shown: everything is paler.
    void setStale(bool stale) { m_stale = stale; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    bool m_stale = false;
};

} // namespace hindcast

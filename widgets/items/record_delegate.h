#pragma once

#include <QAbstractItemDelegate>
#include <QFont>

#include <optional>

namespace hindcast {

// Paints a cell of the record list: plain text, elided, in the colours of the theme; a shape before
// a value that is not what it looks like, the topic's colour before its name. GUI thread.
class RecordDelegate final : public QAbstractItemDelegate
{
    Q_OBJECT

public:
    explicit RecordDelegate(QObject* parent = nullptr);
    ~RecordDelegate() override;

    void restyle();
    // Rows from this one on are greyed; nullopt: none.
    void setGreyedFrom(std::optional<int> row) { m_greyedFrom = row; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    // What the cell needs to be read whole.
    int widthOf(const QModelIndex& index) const;

private:
    std::optional<int> m_greyedFrom;
    QFont m_textFont;
    QFont m_fixedFont;
};

} // namespace hindcast

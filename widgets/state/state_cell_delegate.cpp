#include "widgets/state/state_cell_delegate.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/state/state_table_model.h"

#include <QAbstractItemView>
#include <QFontMetricsF>
#include <QPainter>

namespace hindcast {

namespace {

constexpr int kCellPadding = 8;
constexpr int kSign = 8;

using Change = StateTableModel::Change;

// Plus: only at B. Minus: only at A.
void drawSign(QPainter* painter, const QRectF& box, bool plus, const QColor& color)
{
    QPen pen(color, 1.6);
    pen.setCapStyle(Qt::RoundCap);
    painter->setPen(pen);
    const QPointF c = box.center();
    painter->drawLine(QPointF(box.left(), c.y()), QPointF(box.right(), c.y()));
    if (plus) {
        painter->drawLine(QPointF(c.x(), box.top()), QPointF(c.x(), box.bottom()));
    }
}

} // namespace

StateCellDelegate::StateCellDelegate(QObject* parent)
    : QStyledItemDelegate(parent)
{
}

StateCellDelegate::~StateCellDelegate() = default;

QSize StateCellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const bool fixed = index.data(StateTableModel::NumericRole).toBool();
    const QFontMetricsF metrics(fixed ? theme::fixedFont() : theme::textFont());
    const QString old = text::oneLine(index.data(StateTableModel::OldTextRole).toString());
    double width = metrics.horizontalAdvance(text::oneLine(index.data().toString()));
    if (!old.isEmpty()) {
        width += metrics.horizontalAdvance(old + QLatin1Char(' '));
    }
    return {static_cast<int>(width) + 2 * kCellPadding + 2, theme::kRowHeight};
}

void StateCellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    const auto change = static_cast<Change>(index.data(StateTableModel::ChangeRole).toInt());
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    const QRect rect = option.rect;
    painter->save();
    painter->setClipRect(rect);
    QColor background = theme::color(theme::Role::Base);
    if (change == Change::Changed) {
        background = theme::color(theme::Role::Changed);
    } else if (selected) {
        background = theme::color(theme::Role::AccentTint);
    }
    painter->fillRect(rect, background);
    painter->setPen(theme::color(theme::Role::Line));
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    // The cell whose origin the inspector shows.
    const auto* const view = qobject_cast<const QAbstractItemView*>(option.widget);
    if (selected && index.column() > 0 && view && view->currentIndex() == index) {
        painter->setPen(theme::color(theme::Role::Accent));
        painter->drawRect(rect.adjusted(0, 0, -1, -2));
    }
    if (m_stale) {
        painter->setOpacity(0.55);
    }

    const bool gone = change == Change::Removed;
    const bool dim = index.data(StateTableModel::DimRole).toBool() || gone;
    const bool fixed = index.data(StateTableModel::NumericRole).toBool();
    const QFont font = fixed ? theme::fixedFont() : theme::textFont();
    const QFontMetricsF metrics(font);
    QRectF area = QRectF(rect).adjusted(kCellPadding, 0, -kCellPadding, -1);
    painter->setRenderHint(QPainter::Antialiasing);
    if (index.column() == 0 && (change == Change::Added || gone)) {
        const QRectF sign(area.left(), area.center().y() - kSign / 2.0, kSign, kSign);
        drawSign(painter, sign, !gone, theme::color(gone ? theme::Role::Error : theme::Role::Ok));
        area.setLeft(sign.right() + 5);
    }
    painter->setFont(font);
    const QColor textColor = theme::color(dim ? theme::Role::Dim : theme::Role::Text);
    const QString now = text::oneLine(index.data().toString());
    const QVariant oldData = index.data(StateTableModel::OldTextRole);
    const bool right =
        (index.data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight) == Qt::AlignRight;
    if (oldData.isValid()) {
        QFont struck = font;
        struck.setStrikeOut(true);
        const QString old = text::oneLine(oldData.toString());
        const double space = metrics.horizontalAdvance(QLatin1Char(' '));
        const double nowWidth = std::min(metrics.horizontalAdvance(now), area.width());
        const double oldRoom = std::max(area.width() - nowWidth - space, 0.0);
        const QString oldShown = metrics.elidedText(old, Qt::ElideRight, oldRoom);
        const double oldWidth = metrics.horizontalAdvance(oldShown);
        const double gap = oldShown.isEmpty() ? 0 : space;
        double x = right ? area.right() - nowWidth - gap - oldWidth : area.left();
        painter->setFont(struck);
        painter->setPen(theme::color(theme::Role::Dim));
        painter->drawText(QRectF(x, area.top(), oldWidth + 1, area.height()),
                          Qt::AlignVCenter | Qt::TextSingleLine, oldShown);
        x += oldWidth + gap;
        painter->setFont(font);
        painter->setPen(textColor);
        painter->drawText(QRectF(x, area.top(), area.right() - x + 1, area.height()),
                          Qt::AlignVCenter | Qt::TextSingleLine,
                          metrics.elidedText(now, Qt::ElideRight, area.right() - x + 1));
    } else {
        if (gone && index.column() > 0) {
            QFont struck = font;
            struck.setStrikeOut(true);
            painter->setFont(struck);
        }
        painter->setPen(textColor);
        painter->drawText(area,
                          static_cast<int>(Qt::AlignVCenter | Qt::TextSingleLine |
                                           (right ? Qt::AlignRight : Qt::AlignLeft)),
                          metrics.elidedText(now, Qt::ElideRight, area.width()));
    }
    painter->restore();
}

} // namespace hindcast

#include "widgets/shared/row_delegate.h"

#include "widgets/shared/palette.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace hindcast {

namespace {

constexpr int kPad = 6; // beside a cell's text, px, with the style's own 2
constexpr int kSwatch = 3;

} // namespace

RowDelegate::RowDelegate(QObject* parent)
    : QStyledItemDelegate(parent)
{
}

RowDelegate::~RowDelegate() = default;

void RowDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->state &= ~QStyle::State_HasFocus; // the whole row is marked already
    option->decorationSize = QSize(12, 12);
    // A verdict keeps its colour in the selected row.
    const QVariant foreground = index.data(Qt::ForegroundRole);
    if (foreground.isValid()) {
        option->palette.setBrush(QPalette::HighlightedText, foreground.value<QColor>());
    }
}

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const
{
    // The row's ground first, over the whole cell; the text then keeps clear of its edges.
    if (option.state & QStyle::State_Selected) {
        painter->fillRect(option.rect, theme::color(theme::Role::AccentTint));
    }
    QStyleOptionViewItem inner = option;
    inner.rect.adjust(kPad, 0, -kPad, -1);
    QStyledItemDelegate::paint(painter, inner, index);
    const QVariant swatch = index.data(SwatchRole);
    if (swatch.isValid()) {
        painter->fillRect(
            QRect(option.rect.left(), option.rect.top() + 4, kSwatch, option.rect.height() - 9),
            swatch.value<QColor>());
    }
    QColor line = theme::color(theme::Role::Line);
    line.setAlphaF(0.6F);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      line);
}

bool RowDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view,
                            const QStyleOptionViewItem& option, const QModelIndex& index)
{
    if (event->type() != QEvent::ToolTip || !index.isValid()) {
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    }
    const QString text = index.data(Qt::DisplayRole).toString();
    QString tip = index.data(Qt::ToolTipRole).toString();
    QStyleOptionViewItem filled = option;
    initStyleOption(&filled, index);
    const int icon = filled.icon.isNull() ? 0 : filled.decorationSize.width() + 4;
    const bool cut =
        filled.fontMetrics.horizontalAdvance(text) + icon + 2 * kPad + 4 > option.rect.width();
    if (cut && !tip.startsWith(text)) {
        tip = tip.isEmpty() ? text : text + QLatin1Char('\n') + tip;
    }
    // Names come from a cluster: escaped, so that the tip never reads them as markup.
    QToolTip::showText(event->globalPos(),
                       tip.isEmpty() ? QString()
                                     : QStringLiteral("<p style='white-space:pre'>") +
                                           tip.toHtmlEscaped() + QStringLiteral("</p>"),
                       view, option.rect);
    return true;
}

} // namespace hindcast

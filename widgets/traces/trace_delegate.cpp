#include "widgets/traces/trace_delegate.h"

#include "widgets/shared/palette.h"
#include "widgets/traces/trace_table_model.h"

#include <QApplication>
#include <QPainter>

namespace hindcast {

namespace {

constexpr int kRowMargin = 8;
constexpr int kSquare = 8;

} // namespace

TraceDelegate::TraceDelegate(QObject* parent)
    : QStyledItemDelegate(parent)
{
}

TraceDelegate::~TraceDelegate() = default;

void TraceDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString words = cell.text;
    cell.text.clear();
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, option.widget);
    if (index.column() == TraceTableModel::ServicesColumn) {
        paintServices(*painter, option, index.data(TraceTableModel::ServicesRole).toStringList());
        return;
    }
    // Text begins where the head's does.
    const QRect room = option.rect.adjusted(kRowMargin, 0, -kRowMargin, 0);
    painter->save();
    painter->setFont(cell.font);
    const auto color = index.data(Qt::ForegroundRole).value<QColor>();
    painter->setPen(color.isValid() ? color : theme::color(theme::Role::Text));
    painter->drawText(room, static_cast<int>(cell.displayAlignment),
                      QFontMetrics(cell.font).elidedText(words, Qt::ElideRight, room.width()));
    if (index.column() == TraceTableModel::DurationColumn) {
        const double width =
            std::max(1.0, room.width() * index.data(TraceTableModel::ShareRole).toDouble());
        painter->fillRect(QRectF(room.right() - width + 1, room.bottom() - 2, width, 2),
                          theme::color(theme::Role::Queue));
    }
    painter->restore();
}

void TraceDelegate::paintServices(QPainter& painter, const QStyleOptionViewItem& option,
                                  const QStringList& services)
{
    painter.save();
    painter.setClipRect(option.rect);
    painter.setFont(option.font);
    const QFontMetrics metrics(option.font);
    int x = option.rect.left() + kRowMargin;
    const int right = option.rect.right() - kRowMargin;
    int wanted = 0;
    for (const QString& service : services) {
        wanted += kSquare + 5 + metrics.horizontalAdvance(service) + 12;
    }
    // Too many names: their colours, and how many.
    const bool named = services.size() == 1 || wanted - 12 <= right - x;
    for (const QString& service : services) {
        if (x + kSquare > right) {
            break;
        }
        const QRectF square(x, option.rect.center().y() - kSquare / 2.0 + 1, kSquare, kSquare);
        painter.setRenderHint(QPainter::Antialiasing, true);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::serviceColor(service));
        painter.drawRoundedRect(square, 2, 2);
        painter.setRenderHint(QPainter::Antialiasing, false);
        x += kSquare + (named ? 5 : 4);
        if (named) {
            painter.setPen(theme::color(theme::Role::Text));
            painter.drawText(QRect(x, option.rect.top(), right - x, option.rect.height()),
                             Qt::AlignVCenter,
                             metrics.elidedText(service, Qt::ElideRight, right - x));
            x += metrics.horizontalAdvance(service) + 12;
        }
    }
    if (!named && x < right) {
        painter.setPen(theme::color(theme::Role::Dim));
        const QRect room(x + 4, option.rect.top(), right - x - 4, option.rect.height());
        const QString count = QStringLiteral("%1 services").arg(services.size());
        const bool fits = metrics.horizontalAdvance(count) <= room.width();
        painter.drawText(room, Qt::AlignVCenter, fits ? count : QString::number(services.size()));
    }
    painter.restore();
}

} // namespace hindcast

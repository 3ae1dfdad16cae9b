#include "widgets/explorer/explorer_delegate.h"

#include "widgets/explorer/explorer_model.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/verdict_sign.h"

#include <QPainter>

namespace hindcast {

namespace {

constexpr int kMargin = 12;
constexpr int kIndent = 18;
constexpr int kSparkWidth = 46;
constexpr int kSparkHeight = 13;

void paintSection(QPainter* painter, const QRect& rect, const QModelIndex& index)
{
    QFont font = theme::textFont();
    font.setPointSizeF(11 * 0.75);
    font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(theme::color(theme::Role::Dim));
    const QRect line = rect.adjusted(kMargin, 5, -kMargin, 0);
    painter->drawText(line, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter),
                      index.data().toString());
    painter->drawText(line, static_cast<int>(Qt::AlignRight | Qt::AlignVCenter),
                      index.data(ExplorerModel::SideTextRole).toString());
}

void paintRates(QPainter* painter, const QRectF& rect, const QVariantList& rates)
{
    QColor color = theme::color(theme::Role::Dim);
    color.setAlphaF(0.6F);
    const double step = rect.width() / static_cast<double>(rates.size());
    for (int i = 0; i < rates.size(); ++i) {
        const double share = rates[i].toDouble();
        if (share > 0) {
            const double high = std::max(share * rect.height(), 1.0);
            painter->fillRect(QRectF(rect.left() + i * step, rect.bottom() - high, step - 1, high),
                              color);
        }
    }
}

} // namespace

ExplorerDelegate::ExplorerDelegate(QObject* parent)
    : QStyledItemDelegate(parent)
{
}

ExplorerDelegate::~ExplorerDelegate() = default;

void ExplorerDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    painter->save();
    const QRect rect = option.rect;
    if (!index.parent().isValid()) {
        paintSection(painter, rect, index);
        painter->restore();
        return;
    }
    if ((option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) != 0) {
        QColor tint = theme::color(theme::Role::AccentTint);
        if ((option.state & QStyle::State_Selected) == 0) {
            tint.setAlphaF(0.5F);
        }
        painter->fillRect(rect, tint);
    }
    int left = rect.left() + kIndent;
    int right = rect.right() - kMargin + 1;
    const auto sign = static_cast<Severity>(index.data(ExplorerModel::SignRole).toInt());
    const bool isGroup = index.parent().row() == ExplorerModel::Groups;
    if (index.data(ExplorerModel::SquareRole).toBool()) {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme::seriesColor(index.data().toString()));
        painter->drawRoundedRect(QRectF(left, rect.center().y() - 3.5, 8, 8), 2, 2);
        left += 15;
    } else if (isGroup) {
        verdict_sign::paint(*painter, QRectF(left - 1, rect.center().y() - 5, 11, 11), sign);
        left += 18;
    }
    if (index.parent().row() == ExplorerModel::Projections && sign == Severity::Error) {
        right -= 11;
        verdict_sign::paint(*painter, QRectF(right, rect.center().y() - 5, 11, 11), sign);
        right -= 6;
    }
    const QVariantList rates = index.data(ExplorerModel::RateRole).toList();
    if (!rates.isEmpty()) {
        right -= kSparkWidth;
        paintRates(painter,
                   QRectF(right, rect.center().y() - kSparkHeight / 2.0, kSparkWidth, kSparkHeight),
                   rates);
        right -= 6;
    }
    const QString side = index.data(ExplorerModel::SideTextRole).toString();
    if (!side.isEmpty()) {
        painter->setFont(theme::fixedFont());
        painter->setPen(verdict_sign::color(sign));
        painter->drawText(QRect(left, rect.top(), right - left, rect.height()),
                          static_cast<int>(Qt::AlignRight | Qt::AlignVCenter), side);
        right -= QFontMetrics(theme::fixedFont()).horizontalAdvance(side) + 8;
    }
    painter->setFont(theme::textFont());
    const bool dim = index.data(ExplorerModel::DimRole).toBool();
    painter->setPen(theme::color(dim ? theme::Role::Dim : theme::Role::Text));
    const QFontMetrics metrics(painter->font());
    const QString note = index.data(ExplorerModel::NoteRole).toString();
    const QString name = note.isEmpty() ? index.data().toString()
                                        : index.data().toString() + QLatin1Char(' ') + note;
    painter->drawText(QRect(left, rect.top(), right - left, rect.height()),
                      static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter),
                      metrics.elidedText(name, Qt::ElideRight, right - left));
    painter->restore();
}

QSize ExplorerDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    return {180, index.parent().isValid() ? theme::kRowHeight : theme::kRowHeight + 3};
}

} // namespace hindcast

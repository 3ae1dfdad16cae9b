#include "widgets/state/history_delegate.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/state/history_model.h"

#include <QFontMetricsF>
#include <QPainter>

namespace hindcast {

namespace {

constexpr int kPadding = 12;
constexpr int kDot = 8;
constexpr int kTitleWidth = 76;

} // namespace

HistoryDelegate::HistoryDelegate(QObject* parent)
    : QStyledItemDelegate(parent)
{
}

HistoryDelegate::~HistoryDelegate() = default;

QSize HistoryDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {240, theme::kRowHeight};
}

void HistoryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    const auto phase =
        static_cast<HistoryModel::Phase>(index.data(HistoryModel::PhaseRole).toInt());
    const bool after = phase == HistoryModel::After;
    const bool here = phase == HistoryModel::AtA;
    painter->save();
    painter->setClipRect(option.rect);
    painter->setRenderHint(QPainter::Antialiasing);
    if ((option.state & QStyle::State_MouseOver) != 0) {
        painter->fillRect(option.rect, theme::color(theme::Role::AccentTint));
    }
    painter->setOpacity(after ? 0.5 : 1.0);
    QRectF area = QRectF(option.rect).adjusted(kPadding, 0, -kPadding, 0);
    const QFontMetricsF fixed(theme::fixedFont());
    const double timeWidth = fixed.horizontalAdvance(QStringLiteral("00:00:00"));

    painter->setFont(theme::fixedFont());
    painter->setPen(theme::color(theme::Role::Dim));
    painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft,
                      index.data(HistoryModel::TimeRole).toString());
    area.setLeft(area.left() + timeWidth + 9);

    painter->setPen(Qt::NoPen);
    painter->setBrush(theme::color(here ? theme::Role::Accent : theme::Role::Queue));
    const QRectF dot(area.left(), area.center().y() - kDot / 2.0, kDot, kDot);
    if (index.data(HistoryModel::DeletedRole).toBool()) {
        // A ring: nothing is there from here on.
        painter->setPen(QPen(painter->brush().color(), 1.5));
        painter->setBrush(Qt::NoBrush);
        painter->drawEllipse(dot.adjusted(1, 1, -1, -1));
    } else {
        painter->drawEllipse(dot);
    }
    area.setLeft(dot.right() + 9);

    const QFont titleFont = theme::textFont();
    const QFontMetricsF titleMetrics(titleFont);
    const QString title = text::oneLine(index.data(HistoryModel::TitleRole).toString());
    const double wanted = titleMetrics.horizontalAdvance(title) + 9;
    const double titleWidth = std::min(std::max<double>(wanted, kTitleWidth), area.width() * 0.6);
    painter->setFont(titleFont);
    painter->setPen(theme::color(theme::Role::Text));
    painter->drawText(QRectF(area.left(), area.top(), titleWidth - 6, area.height()),
                      Qt::AlignVCenter | Qt::AlignLeft,
                      titleMetrics.elidedText(title, Qt::ElideRight, titleWidth - 6));
    area.setLeft(area.left() + titleWidth);
    painter->setPen(theme::color(theme::Role::Dim));
    // Of a place the end tells it from the others.
    const bool place = index.data(HistoryModel::PlaceRole).toBool();
    painter->drawText(
        area, Qt::AlignVCenter | Qt::AlignLeft,
        titleMetrics.elidedText(text::oneLine(index.data(HistoryModel::WhatRole).toString()),
                                place ? Qt::ElideLeft : Qt::ElideRight, area.width()));
    painter->restore();
}

} // namespace hindcast

#include "widgets/items/record_delegate.h"

#include "widgets/items/record_table_model.h"
#include "widgets/shared/palette.h"

#include <QPainter>

namespace hindcast {

namespace {

constexpr int kPadding = 2 * theme::kStep;
constexpr int kSquare = 8; // px; a topic's colour
const QString kMark = QStringLiteral("\u25c6");

bool hasSquare(const QModelIndex& index)
{
    return index.data(RecordTableModel::WhatRole).toInt() ==
           static_cast<int>(RecordColumn::What::Topic);
}

bool hasMark(const QModelIndex& index)
{
    return index.data(RecordTableModel::WhatRole).toInt() ==
               static_cast<int>(RecordColumn::What::Value) &&
           !index.data(RecordTableModel::ProblemRole).toString().isEmpty();
}

} // namespace

RecordDelegate::RecordDelegate(QObject* parent)
    : QAbstractItemDelegate(parent)
{
    restyle();
}

RecordDelegate::~RecordDelegate() = default;

void RecordDelegate::restyle()
{
    m_textFont = theme::textFont();
    m_fixedFont = theme::fixedFont();
}

void RecordDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const
{
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    painter->fillRect(option.rect,
                      theme::color(selected ? theme::Role::AccentTint : theme::Role::Base));
    // A filled rectangle: a translucent line is blended pixel by pixel, on other threads, and waits
    // for them at each row.
    QColor line = theme::color(theme::Role::Line);
    line.setAlphaF(0.45F);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      line);

    QRect space = option.rect.adjusted(kPadding, 0, -kPadding, -1);
    if (hasSquare(index)) {
        const QString topic = index.data(RecordTableModel::TopicRole).toString();
        const QRect square(space.left(), space.center().y() - kSquare / 2 + 1, kSquare, kSquare);
        painter->fillRect(square, theme::seriesColor(topic));
        space.setLeft(square.right() + kPadding);
    }
    painter->setFont(index.data(RecordTableModel::FixedFontRole).toBool() ? m_fixedFont
                                                                          : m_textFont);
    if (hasMark(index)) {
        painter->setPen(theme::color(theme::Role::Warning));
        painter->drawText(space, Qt::AlignLeft | Qt::AlignVCenter, kMark);
        space.setLeft(space.left() + painter->fontMetrics().horizontalAdvance(kMark) + kPadding);
    }
    const bool greyed = m_greyedFrom && index.row() >= *m_greyedFrom;
    const bool dim = greyed || index.data(RecordTableModel::DimRole).toBool();
    QColor ink = theme::color(dim ? theme::Role::Dim : theme::Role::Text);
    if (greyed) {
        ink.setAlphaF(0.6F);
    }
    painter->setPen(ink);
    // Eliding costs with the length of the text, and previews are longer than any column.
    const QFontMetrics metrics = painter->fontMetrics();
    const int fits = space.width() / std::max(metrics.averageCharWidth() / 2, 1) + 4;
    const QString text = index.data().toString();
    const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
    painter->drawText(space, static_cast<int>(alignment) | Qt::TextSingleLine,
                      metrics.elidedText(text.left(fits), Qt::ElideRight, space.width()));
}

QSize RecordDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    return {widthOf(index), theme::kRowHeight};
}

int RecordDelegate::widthOf(const QModelIndex& index) const
{
    const QFontMetrics metrics(index.data(RecordTableModel::FixedFontRole).toBool() ? m_fixedFont
                                                                                    : m_textFont);
    int width = metrics.horizontalAdvance(index.data().toString().left(200)) + 2 * kPadding + 2;
    if (hasSquare(index)) {
        width += kSquare + kPadding;
    }
    return width;
}

} // namespace hindcast

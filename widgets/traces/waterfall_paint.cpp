#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/traces/trace_text.h"
#include "widgets/traces/waterfall.h"

#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace hindcast {

namespace {

using theme::Role;

constexpr double kGap = 5; // px between a bar and its text
constexpr double kTickDistance = 96;

QFont labelFont()
{
    QFont font = theme::textFont();
    font.setPointSizeF(11.5 * 0.75);
    return font;
}

QFont smallFont()
{
    QFont font = theme::textFont();
    font.setPointSizeF(10.5 * 0.75);
    return font;
}

// Slanted strokes: time in which nothing happened to the event.
void hatch(QPainter& painter, const QRectF& rect, const QColor& color)
{
    constexpr double kStep = 6;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setClipRect(rect, Qt::IntersectClip);
    painter.setPen(QPen(color, 2.2));
    const double phase = std::fmod(rect.left(), kStep); // strokes stay put while the bar grows
    for (double x = rect.left() - phase - rect.height(); x < rect.right(); x += kStep) {
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()));
    }
    painter.restore();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(color, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
}

void drawClock(QPainter& painter, const QPointF& centre, const QColor& color)
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(color, 1.1));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(centre, 4.6, 4.6);
    painter.drawLine(centre, centre + QPointF(0, -3));
    painter.drawLine(centre, centre + QPointF(2.4, 0));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void drawFoldMark(QPainter& painter, const QPointF& centre, bool folded, const QColor& color)
{
    const QPolygonF down{{-3.2, -1.8}, {3.2, -1.8}, {0, 2.4}};
    const QPolygonF right{{-1.8, -3.2}, {2.4, 0}, {-1.8, 3.2}};
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon((folded ? right : down).translated(centre));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void drawErrorMark(QPainter& painter, const QPointF& centre)
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::color(Role::Error));
    painter.drawPolygon(QPolygonF{{0, -4.6}, {5, 4}, {-5, 4}}.translated(centre));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void drawDiamond(QPainter& painter, const QPointF& centre, double radius, const QColor& fill)
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(theme::color(Role::Base), 1.2));
    painter.setBrush(fill);
    painter.drawPolygon(
        QPolygonF{{0, -radius}, {radius, 0}, {0, radius}, {-radius, 0}}.translated(centre));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace

void Waterfall::paintEvent(QPaintEvent*)
{
    refreshGeometry();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme::color(Role::Base));
    if (!story()) {
        return;
    }
    paintBackground(painter);
    painter.save();
    painter.setClipRect(
        QRectF(0, kAxisHeight, viewport()->width(), viewport()->height() - kAxisHeight));
    for (const WaterfallLayout::Bar& bar : m_bars) {
        paintRow(painter, bar);
    }
    if (m_showPath) {
        paintPath(painter);
    }
    painter.restore();
    paintAxis(painter);
    paintPlayheads(painter);
}

void Waterfall::paintBackground(QPainter& painter)
{
    const double top = kAxisHeight - verticalScrollBar()->value();
    for (const WaterfallLayout::Bar& bar : m_bars) {
        const bool selected = bar.row == m_selected;
        if (!selected && bar.row != m_hovered) {
            continue;
        }
        const QRectF line(0, top + bar.y, viewport()->width(), WaterfallLayout::kRowHeight);
        painter.fillRect(line, theme::color(selected ? Role::AccentTint : Role::Alternate));
    }
    painter.setPen(theme::color(Role::Line));
    for (const auto& tick : m_scale.ticks(story()->startNs, kTickDistance)) {
        const double x = std::round(tick.x);
        painter.drawLine(QPointF(x, kAxisHeight - 4), QPointF(x, viewport()->height()));
    }
}

void Waterfall::paintAxis(QPainter& painter)
{
    painter.fillRect(QRectF(0, 0, viewport()->width(), kAxisHeight - 4), theme::color(Role::Base));
    painter.setFont(smallFont());
    painter.setPen(theme::color(Role::Dim));
    const QFontMetricsF metrics(painter.font());
    for (const auto& tick : m_scale.ticks(story()->startNs, kTickDistance)) {
        double x = tick.x + 3;
        const double width = metrics.horizontalAdvance(tick.label);
        if (x + width > viewport()->width()) {
            x = tick.x - 3 - width; // the last one stands before its line
        }
        const bool underFlag = m_a != kNoTimestamp && std::abs(m_scale.x(toMs(m_a) * 1'000'000) -
                                                               (x + width / 2)) < width / 2 + 12;
        if (!underFlag) {
            painter.drawText(QPointF(x, 14), tick.label);
        }
    }
    QString start = text::time(trace_text::timestampOf(story()->startNs));
    if (m_zoomed) {
        start = QStringLiteral("%1 of %2 \u00b7 %3")
                    .arg(spanDuration(m_scale.lengthNs()),
                         spanDuration(story()->endNs - story()->startNs), start);
    }
    const QString left =
        QFontMetrics(painter.font())
            .elidedText(start, Qt::ElideRight, static_cast<int>(m_scale.left) - 16);
    painter.drawText(QPointF(8, 14), left);
}

void Waterfall::paintRow(QPainter& painter, const WaterfallLayout::Bar& bar)
{
    const double top = kAxisHeight - verticalScrollBar()->value();
    paintLabel(painter, bar, top + bar.y);
    const QColor dim = theme::color(Role::Dim);
    const StoryRow& row = story()->rows[bar.row];
    if (bar.outside != 0) {
        // Which way to go to see it.
        painter.setFont(smallFont());
        painter.setPen(row.kind == StoryRow::Kind::Span
                           ? theme::serviceColor(trace_text::serviceOf(*story(), row))
                           : dim);
        const bool left = bar.outside < 0;
        const QRectF cell(left ? m_scale.left + 2 : m_scale.left + m_scale.width - 14, top + bar.y,
                          12, WaterfallLayout::kRowHeight);
        painter.drawText(cell, Qt::AlignCenter,
                         left ? QStringLiteral("\u2039") : QStringLiteral("\u203a"));
        return;
    }
    const QRectF rect = bar.rect.translated(0, top);
    paintBar(painter, bar, rect);
    paintBeside(painter, bar, rect);
}

void Waterfall::paintLabel(QPainter& painter, const WaterfallLayout::Bar& bar, double y)
{
    const StoryRow& row = story()->rows[bar.row];
    const bool quiet = row.kind != StoryRow::Kind::Span;
    const QColor color = theme::color(quiet ? Role::Dim : Role::Text);
    const double middle = y + WaterfallLayout::kRowHeight / 2 - 1;
    // However deep, a piece of the label stays to be read.
    double x = std::min(bar.labelX, m_scale.left * 0.72);
    if (bar.parent) {
        drawFoldMark(painter, {x - 8, middle}, bar.folded, theme::color(Role::Dim));
    }
    if (std::binary_search(m_matches.begin(), m_matches.end(), bar.row)) {
        painter.fillRect(
            QRectF(x - 2, y + 3, m_scale.left - x - 4, WaterfallLayout::kRowHeight - 7),
            theme::color(Role::Changed));
    }
    if (row.kind == StoryRow::Kind::Wait) {
        drawClock(painter, {x + 5, middle}, color);
        x += 14;
    } else if (row.kind == StoryRow::Kind::Record) {
        drawDiamond(painter, {x + 5, middle}, 4.5, color);
        x += 14;
    }
    QFont font = labelFont();
    font.setItalic(row.kind == StoryRow::Kind::Missing);
    painter.setFont(font);
    painter.setPen(color);
    const int room = static_cast<int>(m_scale.left - x - 8);
    const QString label =
        QFontMetrics(font).elidedText(trace_text::rowLabel(*story(), row), Qt::ElideRight, room);
    painter.drawText(QRectF(x, y, room, WaterfallLayout::kRowHeight - 2),
                     Qt::AlignVCenter | Qt::AlignLeft, label);
}

void Waterfall::paintBar(QPainter& painter, const WaterfallLayout::Bar& bar, const QRectF& rect)
{
    const StoryRow& row = story()->rows[bar.row];
    switch (row.kind) {
    case StoryRow::Kind::Span: {
        const QColor color = theme::serviceColor(trace_text::serviceOf(*story(), row));
        painter.setRenderHint(QPainter::Antialiasing, true);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(rect, 2, 2);
        painter.setRenderHint(QPainter::Antialiasing, false);
        if (story()->set->span(row.span).error) {
            // The colour is the service's; that it failed is a frame and a shape.
            painter.setPen(QPen(theme::color(Role::Error), 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.setRenderHint(QPainter::Antialiasing, true);
            painter.drawRoundedRect(rect.adjusted(-1.5, -1.5, 1.5, 1.5), 3, 3);
            painter.setRenderHint(QPainter::Antialiasing, false);
        }
        if (m_showRecords && row.record != kNoRecord &&
            writesMessages(story()->set->span(row.span))) {
            const double x = m_scale.x(story()->set->timeNs(row.record));
            if (x >= m_scale.left && x <= m_scale.left + m_scale.width) {
                drawDiamond(painter, {x, rect.center().y()}, 5, theme::color(Role::Text));
            }
        }
        return;
    }
    case StoryRow::Kind::Wait:
        if (row.skewNs > 0) {
            painter.setPen(QPen(theme::color(Role::Warning), 1, Qt::DashLine));
            painter.drawLine(QPointF(rect.left(), rect.top()), QPointF(rect.left(), rect.bottom()));
        } else {
            hatch(painter, rect, theme::color(Role::Queue));
        }
        return;
    case StoryRow::Kind::Record:
        drawDiamond(painter, {rect.left(), rect.center().y()}, 5.5, theme::color(Role::Text));
        return;
    case StoryRow::Kind::Missing:
        painter.setPen(QPen(theme::color(Role::Dim), 1, Qt::DotLine));
        painter.drawLine(QPointF(rect.left(), rect.top()), QPointF(rect.left(), rect.bottom()));
        return;
    }
}

void Waterfall::paintBeside(QPainter& painter, const WaterfallLayout::Bar& bar, const QRectF& rect)
{
    const StoryRow& row = story()->rows[bar.row];
    const bool failed = row.kind == StoryRow::Kind::Span && story()->set->span(row.span).error;
    QString words = trace_text::rowDuration(row);
    if (m_showRecords && row.record != kNoRecord && row.kind == StoryRow::Kind::Span) {
        words += QStringLiteral(" \u00b7 ") + trace_text::recordLabel(*story()->set, row.record);
    }
    if (failed) {
        const QString why =
            trace_text::fromSet(*story()->set, story()->set->span(row.span).statusText)
                .simplified();
        words +=
            why.isEmpty() ? QStringLiteral(" \u00b7 failed") : QStringLiteral(" \u00b7 ") + why;
    }
    if (words.isEmpty() && !failed) {
        return;
    }
    painter.setFont(smallFont());
    const QFontMetrics metrics(painter.font());
    const double mark = failed ? 14 : 0;
    const double wanted = metrics.horizontalAdvance(words) + mark;
    const double roomRight = viewport()->width() - 6 - rect.right() - kGap;
    const double roomLeft = rect.left() - m_scale.left - kGap - 4;
    QRectF cell(rect.right() + kGap, rect.top() - 4, roomRight, rect.height() + 8);
    QColor color =
        theme::color(failed ? Role::Error : (row.skewNs > 0 ? Role::Warning : Role::Dim));
    // Beside it on the right, else on the left, else on the bar itself.
    if (wanted > roomRight) {
        if (roomLeft >= std::min(wanted, 60.0) && roomLeft > roomRight) {
            const double width = std::min(wanted, roomLeft);
            cell = QRectF(rect.left() - kGap - width, rect.top() - 4, width, rect.height() + 8);
        } else if (rect.width() > 60 && rect.width() > roomRight &&
                   row.kind == StoryRow::Kind::Span) {
            cell = QRectF(rect.left() + kGap, rect.top() - 4, rect.width() - 2 * kGap,
                          rect.height() + 8);
            color = Qt::white;
        } else if (roomRight < 24) {
            return;
        }
    }
    if (failed) {
        drawErrorMark(painter, {cell.left() + 5, cell.center().y()});
    }
    painter.setPen(color);
    cell.setLeft(cell.left() + mark);
    painter.drawText(
        cell, Qt::AlignVCenter | Qt::AlignLeft,
        metrics.elidedText(words, Qt::ElideRight, static_cast<int>(std::ceil(cell.width()))));
}

void Waterfall::paintPath(QPainter& painter)
{
    const double top = kAxisHeight - verticalScrollBar()->value();
    const QColor color = theme::color(Role::Error);
    for (const WaterfallLayout::Underline& line : m_underlines) {
        painter.fillRect(QRectF(line.fromX, top + line.y, line.toX - line.fromX, 2), color);
    }
}

void Waterfall::paintPlayheads(QPainter& painter)
{
    if (m_b) {
        paintPlayhead(painter, *m_b, QStringLiteral("B"), theme::color(Role::Dim));
    }
    if (m_a != kNoTimestamp) {
        paintPlayhead(painter, m_a, QStringLiteral("A"), theme::color(Role::Accent));
    }
}

void Waterfall::paintPlayhead(QPainter& painter, Timestamp t, const QString& name,
                              const QColor& color)
{
    const double x = std::round(m_scale.x(toMs(t) * 1'000'000));
    if (x < m_scale.left || x > m_scale.left + m_scale.width) {
        return;
    }
    painter.fillRect(QRectF(x - 0.75, 4, 1.5, viewport()->height() - 4), color);
    const QRectF flag(x - 8, 2, 16, 14);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(flag, 2, 2);
    painter.setRenderHint(QPainter::Antialiasing, false);
    QFont font = smallFont();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(theme::color(Role::Base));
    painter.drawText(flag, Qt::AlignCenter, name);
}

} // namespace hindcast

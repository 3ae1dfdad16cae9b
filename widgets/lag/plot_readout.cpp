#include "widgets/lag/plot_readout.h"

#include "widgets/shared/palette.h"

#include <QFontMetrics>
#include <QPainter>

namespace hindcast {

namespace {

constexpr int kMargin = 8;
constexpr int kSquare = 8;
constexpr int kGap = 6;

QFont small(QFont font)
{
    font.setPointSizeF(font.pointSizeF() * 0.9);
    return font;
}

} // namespace

PlotReadout::PlotReadout(QWidget* parent)
    : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

PlotReadout::~PlotReadout() = default;

void PlotReadout::setLines(QString title, std::vector<Line> lines)
{
    m_title = std::move(title);
    m_lines = std::move(lines);
    resize(sizeHint());
    update();
}

int PlotReadout::rowHeight() const
{
    return QFontMetrics(small(theme::textFont())).height() + 2;
}

QSize PlotReadout::sizeHint() const
{
    const QFontMetrics text(small(theme::textFont()));
    const QFontMetrics fixed(small(theme::fixedFont()));
    int width = fixed.horizontalAdvance(m_title);
    for (const Line& line : m_lines) {
        width = std::max(width, kSquare + kGap + text.horizontalAdvance(line.name) + 2 * kGap +
                                    fixed.horizontalAdvance(line.value));
    }
    return {width + 2 * kMargin,
            rowHeight() * (static_cast<int>(m_lines.size()) + 1) + 2 * kMargin - kGap};
}

void PlotReadout::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::color(theme::Role::Line));
    painter.setBrush(theme::color(theme::Role::Base));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme::kCorner,
                            theme::kCorner);
    QRect row(kMargin, kMargin - kGap / 2, width() - 2 * kMargin, rowHeight());
    painter.setPen(theme::color(theme::Role::Dim));
    painter.setFont(small(theme::fixedFont()));
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, m_title);
    for (const Line& line : m_lines) {
        row.translate(0, rowHeight());
        if (line.color.isValid()) {
            painter.fillRect(
                QRect(row.left(), row.center().y() - kSquare / 2 + 1, kSquare, kSquare),
                line.color);
        }
        painter.setPen(theme::color(theme::Role::Text));
        painter.setFont(small(theme::textFont()));
        painter.drawText(row.adjusted(kSquare + kGap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         line.name);
        painter.setFont(small(theme::fixedFont()));
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, line.value);
    }
}

} // namespace hindcast

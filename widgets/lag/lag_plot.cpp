#include "widgets/lag/lag_plot.h"

#include "model/lag/lag_text.h"
#include "widgets/lag/lag_tickers.h"
#include "widgets/lag/plot_readout.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <limits>

namespace hindcast {

namespace {

// From the top of the axes to their bottom, whatever the values are.
QCPItemStraightLine* addVertical(QCustomPlot* plot)
{
    auto* line = new QCPItemStraightLine(plot);
    for (QCPItemPosition* point : {line->point1, line->point2}) {
        point->setTypeY(QCPItemPosition::ptAxisRectRatio);
    }
    line->setLayer(QStringLiteral("overlay"));
    line->setSelectable(false);
    line->setVisible(false);
    return line;
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kReadoutLines = 8;

// QCustomPlot counts time in seconds.
double toKey(Timestamp t)
{
    return static_cast<double>(toMs(t)) / 1000;
}

QFont axisFont()
{
    QFont font = theme::textFont();
    font.setPointSizeF(font.pointSizeF() * 10.5 / 12.5);
    return font;
}

QString valueText(LagQuantity quantity, double value)
{
    if (std::isnan(value)) {
        return QStringLiteral("\u2013");
    }
    switch (quantity) {
    case LagQuantity::Records:
        return text::number(static_cast<qint64>(value));
    case LagQuantity::Seconds:
        return text::duration(std::chrono::milliseconds{std::llround(value * 1000)});
    case LagQuantity::Rates:
        return QString::fromStdString(formatRate(value)) + QStringLiteral("/s");
    }
    return {};
}

} // namespace

LagPlot::LagPlot(QWidget* parent)
    : QCustomPlot(parent)
    , m_readout(new PlotReadout(this))
{
    connect(this, &QCustomPlot::afterReplot, this, [this] { m_painted = true; });
    setMouseTracking(true);
    setAccessibleName(tr("Lag over time"));
    setNoAntialiasingOnDrag(false);
    setInteractions(QCP::iNone);
    setCursor(Qt::CrossCursor);
    axisRect()->setAutoMargins(QCP::msNone);
    axisRect()->setMargins(QMargins(58, 14, 14, 26));
    xAxis->setTicker(QSharedPointer<ClockTicker>::create());
    xAxis->ticker()->setTickCount(8);
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->setBasePen(Qt::NoPen);
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->grid()->setSubGridVisible(false);
    }
    xAxis->grid()->setVisible(false);
    xAxis->setTickLabelPadding(4);
    yAxis->setTickLabelPadding(8);
    // Lines that move with the mouse or with A are a layer of their own: the areas are not drawn
    // again.
    m_commitMarker = addMarker(0);
    m_momentMarker = addMarker(16); // under the other one's label
    m_hoverLine = addVertical(this);
    restyle();
}

LagPlot::~LagPlot() = default;

LagPlot::Marker LagPlot::addMarker(int labelTop)
{
    Marker marker;
    marker.line = addVertical(this);
    marker.label = new QCPItemText(this);
    marker.label->setLayer(QStringLiteral("overlay"));
    marker.label->setSelectable(false);
    marker.label->setVisible(false);
    marker.label->position->setTypeX(QCPItemPosition::ptPlotCoords);
    marker.label->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    marker.label->position->setCoords(0, 0);
    marker.label->setPadding(QMargins(5, labelTop, 5, 0));
    return marker;
}

void LagPlot::restyle()
{
    using theme::Role;
    setBackground(QBrush(theme::color(Role::Base)));
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->setTickLabelColor(theme::color(Role::Dim));
        axis->setTickLabelFont(axisFont());
        axis->grid()->setPen(QPen(theme::color(Role::Line), 1));
        axis->grid()->setZeroLinePen(QPen(theme::color(Role::Line), 1));
    }
    const auto style = [](const Marker& marker, const QPen& pen) {
        marker.line->setPen(pen);
        marker.label->setColor(pen.color());
        marker.label->setFont(axisFont());
    };
    QPen commit(theme::color(Role::Error), 1, Qt::CustomDashLine);
    commit.setDashPattern({3, 3});
    style(m_commitMarker, commit);
    style(m_momentMarker, QPen(theme::color(Role::Accent), 1.5));
    m_hoverLine->setPen(QPen(theme::color(Role::Dim), 1, Qt::DotLine));
    m_styled = true;
    fillGraphs();
    placeMarkers();
    replot(QCustomPlot::rpQueuedReplot);
}

QColor LagPlot::colorOf(const LagSeries& series, std::size_t line)
{
    return theme::seriesColorAt(series.lines[line].colour);
}

void LagPlot::setSeries(LagSeries series)
{
    m_series = std::move(series);
    fillGraphs();
    endHover();
    replot(QCustomPlot::rpQueuedReplot);
}

void LagPlot::fillGraphs()
{
    clearGraphs();
    const bool stacked = m_series.quantity == LagQuantity::Records;
    const auto n = static_cast<qsizetype>(m_series.times.size());
    QVector<double> keys(n);
    for (qsizetype i = 0; i < n; ++i) {
        keys[i] = toKey(m_series.times[static_cast<std::size_t>(i)]);
    }
    QVector<double> below(n, 0.0);
    QCPGraph* previous = nullptr;
    for (std::size_t k = 0; k < m_series.lines.size(); ++k) {
        const std::vector<double>& own = m_series.lines[k].values;
        QVector<double> values(n);
        for (qsizetype i = 0; i < n; ++i) {
            const auto at = static_cast<std::size_t>(i);
            values[i] = own[at];
            if (stacked) {
                // A partition that is not known adds nothing; where none is, the area breaks.
                const bool any =
                    std::any_of(m_series.lines.begin(), m_series.lines.end(),
                                [at](const LagLine& l) { return !std::isnan(l.values[at]); });
                values[i] = any ? below[i] + (std::isnan(own[at]) ? 0 : own[at]) : kNan;
                below[i] = any ? values[i] : 0;
            }
        }
        QCPGraph* graph = addGraph();
        graph->setData(keys, values, true);
        graph->setSelectable(QCP::stNone);
        QColor color = colorOf(m_series, k);
        if (stacked) {
            color.setAlphaF(0.75F);
            graph->setPen(Qt::NoPen);
            graph->setBrush(color);
            if (previous != nullptr) {
                graph->setChannelFillGraph(previous);
            }
        } else {
            graph->setPen(QPen(color, 1.5));
            // A single sample between two breaks is still a sample.
            graph->setScatterStyle(n < 3 ? QCPScatterStyle(QCPScatterStyle::ssDisc, 5)
                                         : QCPScatterStyle());
        }
        previous = graph;
    }
    scaleValues();
}

void LagPlot::scaleValues()
{
    double top = 0;
    const bool stacked = m_series.quantity == LagQuantity::Records;
    for (std::size_t i = 0; i < m_series.times.size(); ++i) {
        if (m_series.times[i] < m_range.from || m_series.times[i] > m_range.to) {
            continue;
        }
        double sum = 0;
        for (const LagLine& line : m_series.lines) {
            const double value = std::isnan(line.values[i]) ? 0 : line.values[i];
            sum = stacked ? sum + value : std::max(sum, value);
        }
        top = std::max(top, sum);
    }
    switch (m_series.quantity) {
    case LagQuantity::Seconds:
        yAxis->setTicker(QSharedPointer<DurationTicker>::create());
        top = std::max(top, 1.0);
        break;
    case LagQuantity::Records:
    case LagQuantity::Rates:
        yAxis->setTicker(QSharedPointer<CountTicker>::create());
        top = std::max(top, 4.0);
        break;
    }
    yAxis->ticker()->setTickCount(4);
    yAxis->setRange(0, top * 1.06);
}

void LagPlot::setRange(TimeRange range)
{
    if (range == m_range || range.to <= range.from) {
        return;
    }
    m_range = range;
    xAxis->setRange(toKey(range.from), toKey(range.to));
    scaleValues();
    placeMarkers();
    replot(QCustomPlot::rpQueuedReplot);
}

void LagPlot::place(const Marker& marker, std::optional<Timestamp> t, const QString& label)
{
    const bool visible = t && m_range.contains(*t);
    marker.line->setVisible(visible);
    marker.label->setVisible(visible);
    if (!visible) {
        return;
    }
    const double key = toKey(*t);
    marker.line->point1->setCoords(key, 0);
    marker.line->point2->setCoords(key, 1);
    marker.label->setText(label);
    const int width = QFontMetrics(marker.label->font()).horizontalAdvance(label) + 12;
    const bool fits = xAxis->coordToPixel(key) + width < axisRect()->right();
    marker.label->setPositionAlignment((fits ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignTop);
    marker.label->position->setCoords(key, 0);
}

void LagPlot::placeMarkers()
{
    place(m_momentMarker, m_moment, QStringLiteral("A"));
    place(m_commitMarker, m_lastCommit, m_lastCommitLabel);
}

void LagPlot::setMoment(std::optional<Timestamp> a)
{
    if (a == m_moment) {
        return;
    }
    m_moment = a;
    placeMarkers();
    replotOverlay();
}

void LagPlot::setLastCommit(std::optional<Timestamp> t, const QString& label)
{
    if (t == m_lastCommit && label == m_lastCommitLabel) {
        return;
    }
    m_lastCommit = t;
    m_lastCommitLabel = label;
    placeMarkers();
    replotOverlay();
}

int LagPlot::plotWidth() const
{
    return axisRect()->width();
}

double LagPlot::pixelOf(Timestamp t) const
{
    return xAxis->coordToPixel(toKey(t));
}

Timestamp LagPlot::timeAt(double pixel) const
{
    const double key =
        std::clamp(xAxis->pixelToCoord(pixel), toKey(m_range.from), toKey(m_range.to));
    return timestampFromMs(std::llround(key * 1000));
}

QStringList LagPlot::readout() const
{
    QStringList lines;
    if (!m_readout->isHidden()) {
        lines.append(m_readout->title());
        for (const PlotReadout::Line& line : m_readout->lines()) {
            lines.append(line.name + QLatin1Char(' ') + line.value);
        }
    }
    return lines;
}

void LagPlot::hover(const QPointF& position)
{
    if (m_series.times.empty() || !axisRect()->rect().contains(position.toPoint())) {
        endHover();
        return;
    }
    // What held at that time: the sample at or before it.
    const Timestamp t = timeAt(position.x());
    auto after = std::upper_bound(m_series.times.begin(), m_series.times.end(), t);
    const auto i = static_cast<std::size_t>(
        after == m_series.times.begin() ? 0 : after - m_series.times.begin() - 1);
    std::vector<PlotReadout::Line> lines;
    double total = 0;
    for (std::size_t k = m_series.lines.size(); k-- > 0;) {
        const LagLine& line = m_series.lines[k];
        lines.push_back({colorOf(m_series, k), text::plain(line.name),
                         valueText(m_series.quantity, line.values[i])});
        total += std::isnan(line.values[i]) ? 0 : line.values[i];
        if (lines.size() == kReadoutLines) {
            break;
        }
    }
    if (m_series.quantity == LagQuantity::Records && lines.size() > 1) {
        lines.push_back({{}, tr("all"), valueText(m_series.quantity, total)});
    }
    m_readout->setLines(text::time(m_series.times[i]), std::move(lines));
    const int gap = 3 * theme::kStep;
    const int left = static_cast<int>(position.x()) + gap;
    const bool fits = left + m_readout->width() < width();
    m_readout->move(fits ? left
                         : std::max(0, static_cast<int>(position.x()) - gap - m_readout->width()),
                    axisRect()->top() + 6 * theme::kStep);
    m_readout->show();
    m_hoverLine->point1->setCoords(toKey(m_series.times[i]), 0);
    m_hoverLine->point2->setCoords(toKey(m_series.times[i]), 1);
    m_hoverLine->setVisible(true);
    replotOverlay();
}

// A layer has nothing to be painted on before the whole plot was painted once, with all its layers.
void LagPlot::replotOverlay()
{
    if (m_painted) {
        layer(QStringLiteral("overlay"))->replot();
    }
}

void LagPlot::endHover()
{
    m_readout->hide();
    if (m_hoverLine->visible()) {
        m_hoverLine->setVisible(false);
        replotOverlay();
    }
}

void LagPlot::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && m_range.to > m_range.from) {
        m_dragging = true;
        emit momentPicked(timeAt(event->position().x()));
    }
}

void LagPlot::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragging) {
        endHover();
        emit momentPicked(timeAt(event->position().x()));
        return;
    }
    hover(event->position());
}

void LagPlot::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        m_dragging = false;
    }
}

void LagPlot::wheelEvent(QWheelEvent* event)
{
    const double steps = event->angleDelta().y() / 120.0;
    if (steps == 0 || m_range.to <= m_range.from) {
        event->ignore();
        return;
    }
    // Around the mouse: what is under it stays there.
    const double factor = std::pow(0.8, steps);
    const Timestamp middle = timeAt(event->position().x());
    const auto scaled = [factor](std::chrono::milliseconds d) {
        return std::chrono::milliseconds{std::llround(static_cast<double>(d.count()) * factor)};
    };
    const TimeRange range{middle - scaled(middle - m_range.from),
                          middle + scaled(m_range.to - middle)};
    if (range.to - range.from >= std::chrono::milliseconds{20}) {
        emit rangePicked(range);
    }
    event->accept();
}

void LagPlot::leaveEvent(QEvent* event)
{
    endHover();
    QCustomPlot::leaveEvent(event);
}

void LagPlot::resizeEvent(QResizeEvent* event)
{
    QCustomPlot::resizeEvent(event);
    if (m_styled) {
        placeMarkers();
        emit widthChanged();
    }
}

} // namespace hindcast

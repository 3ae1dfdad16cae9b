#include "widgets/timestrip/time_strip_canvas.h"

#include "widgets/shared/moment_control.h"
#include "widgets/shared/text.h"

#include <QDateTime>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hindcast {

namespace {

constexpr int kColumnWidth = 5; // px, of which one is gap
constexpr int kBandHeight = 5;
constexpr int kEdgeHeight = 4; // of a band's marked start, above it
constexpr int kEdgeWidth = 2;
constexpr int kAxisHeight = 15;
constexpr int kLateHeight = 2; // of the mark under a column with late records
constexpr int kLateWidth = 2;
constexpr std::uint64_t kManyOf = 10; // one in so many is many
constexpr int kFlagWidth = 16;
constexpr int kFlagHeight = 14;

QFont axisFont()
{
    QFont font = theme::textFont();
    font.setPointSizeF(10.5 * 0.75);
    return font;
}

QString pattern(std::int64_t stepMs)
{
    if (stepMs < 1000) {
        return QStringLiteral("HH:mm:ss.zzz");
    }
    if (stepMs < 60'000) {
        return QStringLiteral("HH:mm:ss");
    }
    return stepMs < 86'400'000 ? QStringLiteral("HH:mm") : QStringLiteral("yyyy-MM-dd");
}

} // namespace

TimeStripCanvas::TimeStripCanvas(MomentControl* moments, QWidget* parent)
    : QWidget(parent)
    , m_moments(moments)
{
    setObjectName(QStringLiteral("timeStripCanvas"));
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(QStringLiteral("Time strip"));
    const auto repaint = [this] { update(); };
    connect(m_moments, &MomentControl::aChanged, this, repaint);
    connect(m_moments, &MomentControl::bChanged, this, repaint);
    connect(m_moments, &MomentControl::zoomChanged, this, [this] { count(); });
    connect(m_moments, &MomentControl::orderChanged, this, [this] { count(); });
    count();
}

TimeStripCanvas::~TimeStripCanvas() = default;

QSize TimeStripCanvas::sizeHint() const
{
    return {600, 62};
}

QSize TimeStripCanvas::minimumSizeHint() const
{
    return {200, 62};
}

void TimeStripCanvas::setBands(std::vector<TimeBand> bands)
{
    if (m_bands != bands) {
        m_bands = std::move(bands);
        update();
    }
}

TimeAxis TimeStripCanvas::axis() const
{
    return TimeAxis::of(m_moments->zoom(), 0, width());
}

// One count at a time: while records stream in, orders arrive faster than they can be counted.
void TimeStripCanvas::count()
{
    update();
    if (m_counter.busy()) {
        m_countAgain = true;
        return;
    }
    m_countAgain = false;
    const TimeOrderPtr order = m_moments->order();
    const TimeRange zoom = m_moments->zoom();
    const auto columns = static_cast<std::size_t>(std::max(width() / kColumnWidth, 1));
    if (!order || order->size() == 0) {
        m_density.reset();
        return;
    }
    m_counter.ask(
        [order, zoom, columns](const std::stop_token& stop) {
            return densityOf(*order, zoom, columns, stop);
        },
        [this](DensityPtr density) {
            m_density = std::move(density);
            update();
            emit densityChanged();
            if (m_countAgain) {
                count();
            }
        });
}

int TimeStripCanvas::bandTop() const
{
    return height() - kAxisHeight - kBandHeight;
}

int TimeStripCanvas::baseline() const
{
    return bandTop() - 4;
}

void TimeStripCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const TimeOrderPtr& order = m_moments->order();
    if (!order || order->size() == 0) {
        painter.setPen(theme::color(theme::Role::Dim));
        painter.drawText(rect(), Qt::AlignCenter,
                         QStringLiteral("The density of events over time appears here as soon as "
                                        "records are read"));
        return;
    }
    const TimeAxis axis = this->axis();
    paintDensity(painter, axis);
    paintBands(painter, axis);
    paintAxis(painter, axis);

    const double a = axis.xOf(m_moments->a().time);
    const std::optional<double> b = xOfB();
    const auto tint = [&](double from, double to) {
        QColor color = theme::color(theme::Role::Accent);
        color.setAlphaF(0.10F);
        painter.fillRect(QRectF(std::min(from, to), 4, std::abs(to - from), bandTop() + 1), color);
    };
    if (m_drag == Drag::Range) {
        tint(m_pressedAt, m_draggedTo);
    } else if (b) {
        tint(a, *b);
    }
    if (b) {
        paintHead(painter, *b, QStringLiteral("B"), theme::color(theme::Role::Dim));
    }
    paintHead(painter, a, QStringLiteral("A"), theme::color(theme::Role::Accent));
}

void TimeStripCanvas::paintDensity(QPainter& painter, const TimeAxis& axis) const
{
    if (!m_density || m_density->highest == 0) {
        return;
    }
    const int room = baseline() - 2;
    // It may still be the one of the last zoom: drawn where its own range lies now.
    const TimeAxis own =
        TimeAxis::of(m_density->range, 0, static_cast<double>(m_density->columns()));
    std::vector<QColor> colors;
    for (const std::string& topic : m_density->topics) {
        QColor color = theme::seriesColor(text::fromUtf8(topic));
        color.setAlphaF(0.78F);
        colors.push_back(color);
    }
    for (std::size_t column = 0; column < m_density->columns(); ++column) {
        const double left = axis.xOf(own.msAt(static_cast<double>(column)));
        const double right = axis.xOf(own.msAt(static_cast<double>(column + 1)));
        if (right < 0 || left > width()) {
            continue;
        }
        const double thick = std::max(right - left - 1, 1.0);
        double y = baseline();
        for (std::size_t topic = 0; topic < colors.size(); ++topic) {
            const std::uint32_t n = m_density->counts[column][topic];
            if (n > 0) {
                const double high =
                    std::max(static_cast<double>(n) * room / m_density->highest, 0.7);
                painter.fillRect(QRectF(left, y - high, thick, high), colors[topic]);
                y -= high;
            }
        }
        if (m_density->late[column] > 0) {
            // Some late records are everyday; where they are many the mark stands out.
            const auto all = std::accumulate(m_density->counts[column].begin(),
                                             m_density->counts[column].end(), std::uint64_t{0});
            QColor color = theme::color(theme::Role::Warning);
            color.setAlphaF(m_density->late[column] * kManyOf >= all ? 1.0F : 0.4F);
            painter.fillRect(
                QRectF(left + (thick - kLateWidth) / 2, baseline() + 1, kLateWidth, kLateHeight),
                color);
        }
    }
}

void TimeStripCanvas::paintBands(QPainter& painter, const TimeAxis& axis) const
{
    painter.fillRect(QRectF(0, bandTop(), width(), kBandHeight),
                     theme::color(m_bands.empty() ? theme::Role::Line : theme::Role::Queue));
    for (const TimeBand& band : m_bands) {
        const double left = std::max(axis.xOf(band.range.from), 0.0);
        const double right = std::min(axis.xOf(band.range.to), static_cast<double>(width()));
        if (right > left) {
            painter.fillRect(QRectF(left, bandTop(), right - left, kBandHeight),
                             theme::color(band.role));
        }
    }
    for (const TimeBand& band : m_bands) {
        const double left = std::round(axis.xOf(band.range.from));
        if (band.begins && left >= 0 && left < width()) {
            painter.fillRect(
                QRectF(left, bandTop() - kEdgeHeight, kEdgeWidth, kEdgeHeight + kBandHeight),
                theme::color(band.role));
        }
    }
}

void TimeStripCanvas::paintAxis(QPainter& painter, const TimeAxis& axis) const
{
    painter.setFont(axisFont());
    painter.setPen(theme::color(theme::Role::Dim));
    const QTimeZone zone = text::timeZone();
    const auto at = [&zone](std::int64_t ms) { return QDateTime::fromMSecsSinceEpoch(ms, zone); };
    const auto middle = static_cast<std::int64_t>((axis.from + axis.to) / 2);
    const std::int64_t offset = std::int64_t{at(middle).offsetFromUtc()} * 1000;
    const QFontMetrics metrics(painter.font());
    // A wider label may need a longer step, whose label may be shorter again: two looks are enough.
    TimeTicks ticks = timeTicks(axis, 90, offset);
    const int needed = metrics.horizontalAdvance(at(middle).toString(pattern(ticks.stepMs))) + 24;
    ticks = timeTicks(axis, std::max(needed, 60), offset);
    for (const std::int64_t ms : ticks.atMs) {
        const QString label = at(ms).toString(pattern(ticks.stepMs));
        const double x = axis.xOf(static_cast<double>(ms));
        painter.fillRect(QRectF(std::round(x), bandTop() + kBandHeight, 1, 3),
                         theme::color(theme::Role::Queue));
        if (x + 2 + metrics.horizontalAdvance(label) <= width()) {
            painter.drawText(QPointF(x + 3, height() - 3), label);
        }
    }
}

QRectF TimeStripCanvas::flagAt(double x) const
{
    // The flag stays in sight at the edges; its line shows the exact place.
    const double left = std::clamp(x - kFlagWidth / 2.0, 0.0, std::max(width() - 16.0, 0.0));
    return {left, 0, kFlagWidth, kFlagHeight};
}

void TimeStripCanvas::paintHead(QPainter& painter, double x, const QString& name,
                                const QColor& color) const
{
    if (x < -1 || x > width() + 1) {
        return; // outside the zoom
    }
    const double line = std::clamp(x - 1, 0.0, width() - 2.0);
    painter.fillRect(QRectF(line, 2, 2, bandTop() + kBandHeight), color);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(flagAt(x), 2, 2);
    QFont font = axisFont();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(theme::color(theme::Role::Base));
    painter.drawText(flagAt(x), Qt::AlignCenter, name);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

std::optional<double> TimeStripCanvas::xOfB() const
{
    return m_moments->b() ? std::optional<double>(axis().xOf(m_moments->b()->time)) : std::nullopt;
}

void TimeStripCanvas::mousePressEvent(QMouseEvent* event)
{
    if (!m_moments->order() || m_moments->order()->size() == 0) {
        return;
    }
    const double x = event->position().x();
    m_pressedAt = m_draggedTo = x;
    if (event->button() == Qt::MiddleButton) {
        m_drag = Drag::Pan;
        return;
    }
    if (event->button() != Qt::LeftButton) {
        return;
    }
    const std::optional<double> b = xOfB();
    if ((event->modifiers() & Qt::AltModifier) != 0) {
        m_drag = Drag::Range;
    } else if ((event->modifiers() & Qt::ShiftModifier) != 0 ||
               (b && flagAt(*b).contains(event->position()) &&
                !flagAt(axis().xOf(m_moments->a().time)).contains(event->position()))) {
        m_drag = Drag::B;
    } else {
        m_drag = Drag::A;
        m_beforePress = m_moments->a();
        m_wasLive = m_moments->live();
    }
    dragTo(x);
}

void TimeStripCanvas::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drag != Drag::None) {
        if (std::abs(event->position().x() - m_pressedAt) > 3) {
            m_beforePress.reset(); // a drag, no half of a double click
        }
        dragTo(event->position().x());
        return;
    }
    const std::optional<double> b = xOfB();
    const bool onFlag = flagAt(axis().xOf(m_moments->a().time)).contains(event->position()) ||
                        (b && flagAt(*b).contains(event->position()));
    setCursor(onFlag ? Qt::SizeHorCursor : Qt::ArrowCursor);
}

void TimeStripCanvas::dragTo(double x)
{
    const TimeAxis axis = this->axis();
    const Moment at{axis.timeAt(std::clamp(x, 0.0, axis.width)), std::nullopt};
    switch (m_drag) {
    case Drag::None:
        break;
    case Drag::A:
        m_moments->setA(at);
        break;
    case Drag::B:
        m_moments->setB(at);
        break;
    case Drag::Range:
        m_draggedTo = std::clamp(x, 0.0, axis.width);
        update();
        break;
    case Drag::Pan:
        m_moments->setZoom(axis.panned(x - m_draggedTo, m_moments->range()).range());
        m_draggedTo = x;
        break;
    }
}

void TimeStripCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    const Drag ended = m_drag;
    m_drag = Drag::None;
    if (ended == Drag::Range && std::abs(m_draggedTo - m_pressedAt) >= 3) {
        const auto [left, right] = std::minmax(m_pressedAt, m_draggedTo);
        emit rangeSelected({axis().timeAt(left), axis().timeAt(right)});
    }
    update();
    QWidget::mouseReleaseEvent(event);
}

void TimeStripCanvas::mouseDoubleClickEvent(QMouseEvent*)
{
    m_drag = Drag::None;
    if (m_beforePress) {
        m_moments->setA(*m_beforePress);
        m_moments->setLive(m_wasLive);
        m_beforePress.reset();
    }
    m_moments->resetZoom();
}

void TimeStripCanvas::wheelEvent(QWheelEvent* event)
{
    const QPoint turned = event->angleDelta();
    const TimeAxis axis = this->axis();
    if (std::abs(turned.x()) > std::abs(turned.y()) ||
        (event->modifiers() & Qt::ShiftModifier) != 0) {
        const int by = turned.x() != 0 ? turned.x() : turned.y();
        m_moments->setZoom(axis.panned(by / 2.0, m_moments->range()).range());
    } else {
        const double factor = std::pow(0.8, turned.y() / 120.0);
        m_moments->setZoom(
            axis.zoomedAround(event->position().x(), factor, m_moments->range()).range());
    }
    event->accept();
}

void TimeStripCanvas::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    count();
}

QString TimeStripCanvas::describe(double x) const
{
    const Timestamp at = axis().timeAt(x);
    QStringList lines{text::full(at)};
    for (const TimeBand& band : m_bands) {
        if (band.range.contains(at) && !band.reason.isEmpty()) {
            lines << band.reason;
        }
    }
    if (m_density && m_density->columns() > 0) {
        const TimeAxis own =
            TimeAxis::of(m_density->range, 0, static_cast<double>(m_density->columns()));
        const double column = std::floor(own.xOf(at));
        if (column >= 0 && column < static_cast<double>(m_density->columns())) {
            const auto& counts = m_density->counts[static_cast<std::size_t>(column)];
            for (std::size_t topic = 0; topic < counts.size(); ++topic) {
                if (counts[topic] > 0) {
                    lines << text::plain(m_density->topics[topic]) + QLatin1Char(' ') +
                                 text::number(static_cast<qint64>(counts[topic]));
                }
            }
            if (const quint64 late = m_density->late[static_cast<std::size_t>(column)]) {
                lines << text::count(late, QStringLiteral("late record"),
                                     QStringLiteral("late records")) +
                             QStringLiteral(": stamped earlier than where the clock puts them");
            }
        }
    }
    return text::tip(lines.join(QLatin1Char('\n')));
}

bool TimeStripCanvas::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && m_moments->order()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), describe(help->pos().x()), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace hindcast

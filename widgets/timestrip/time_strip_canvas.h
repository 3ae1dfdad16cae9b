#pragma once

#include "widgets/shared/async.h"
#include "widgets/shared/palette.h"
#include "widgets/timestrip/density.h"
#include "widgets/timestrip/time_axis.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace hindcast {

class MomentControl;

// A stretch of time with something to say about it, drawn under the density.
struct TimeBand
{
    TimeRange range;
    theme::Role role = theme::Role::Ok;
    QString reason;
    bool begins = false; // what it says holds from its start on: that is marked

    friend bool operator==(const TimeBand&, const TimeBand&) = default;
};

// The painted part of the time strip: density, band, axis and the two playheads.
//
// Left drag moves A, Shift-drag or B's flag moves B, Alt-drag marks a range to read, the wheel
// zooms around the mouse, a double click shows everything again. GUI thread; counts on the pool.
class TimeStripCanvas final : public QWidget
{
    Q_OBJECT

public:
    explicit TimeStripCanvas(MomentControl* moments, QWidget* parent = nullptr);
    ~TimeStripCanvas() override;

    void setBands(std::vector<TimeBand> bands);
    const std::vector<TimeBand>& bands() const { return m_bands; }
    TimeAxis axis() const; // as painted now
    const DensityPtr& density() const { return m_density; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void rangeSelected(const hindcast::TimeRange& range);
    void densityChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    enum class Drag { None, A, B, Range, Pan };

    void count();
    int baseline() const;
    int bandTop() const;
    void paintDensity(QPainter& painter, const TimeAxis& axis) const;
    void paintBands(QPainter& painter, const TimeAxis& axis) const;
    void paintAxis(QPainter& painter, const TimeAxis& axis) const;
    void paintHead(QPainter& painter, double x, const QString& name, const QColor& color) const;
    QRectF flagAt(double x) const;
    std::optional<double> xOfB() const;
    void dragTo(double x);
    QString describe(double x) const;

    MomentControl* const m_moments;
    std::vector<TimeBand> m_bands;
    DensityPtr m_density;
    Asker m_counter;
    bool m_countAgain = false;
    Drag m_drag = Drag::None;
    double m_pressedAt = 0;
    double m_draggedTo = 0;
    std::optional<Moment> m_beforePress; // a double click was no wish to move A
    bool m_wasLive = false;
};

} // namespace hindcast

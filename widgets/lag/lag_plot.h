#pragma once

#include "model/lag/lag_series.h"
#include "model/record/moment.h"
#include "widgets/lag/custom_plot.h"

#include <optional>

namespace hindcast {

class PlotReadout;

// A group's lag over time: records as stacked areas, seconds and rates as lines; the playhead A,
// which a click or a drag in the plot moves; the last commit of a stuck partition; and the values
// under the mouse. Moving A repaints the lines on top alone. GUI thread.
class LagPlot final : public QCustomPlot
{
    Q_OBJECT

public:
    explicit LagPlot(QWidget* parent = nullptr);
    ~LagPlot() override;

    void setSeries(LagSeries series);
    const LagSeries& series() const { return m_series; }
    void setRange(TimeRange range);
    TimeRange range() const { return m_range; }
    void setMoment(std::optional<Timestamp> a);
    void setLastCommit(std::optional<Timestamp> t, const QString& label);
    void restyle();

    int plotWidth() const; // px inside the axes
    // For tests and for the accessible text: where a time is drawn, and the readout's lines.
    double pixelOf(Timestamp t) const;
    QStringList readout() const;
    std::optional<Timestamp> lastCommit() const { return m_lastCommit; }

    QSize sizeHint() const override { return {720, 262}; }
    QSize minimumSizeHint() const override { return {240, 120}; }

signals:
    void momentPicked(hindcast::Timestamp t);
    void rangePicked(hindcast::TimeRange range);
    void widthChanged();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Marker
    {
        QCPItemStraightLine* line = nullptr;
        QCPItemText* label = nullptr;
    };
    Marker addMarker(int labelTop);
    void place(const Marker& marker, std::optional<Timestamp> t, const QString& label);
    void placeMarkers();
    void fillGraphs();
    void scaleValues();
    Timestamp timeAt(double pixel) const;
    void hover(const QPointF& position);
    void endHover();
    void replotOverlay();
    static QColor colorOf(const LagSeries& series, std::size_t line);

    LagSeries m_series;
    TimeRange m_range;
    std::optional<Timestamp> m_moment;
    std::optional<Timestamp> m_lastCommit;
    QString m_lastCommitLabel;
    Marker m_momentMarker;
    Marker m_commitMarker;
    QCPItemStraightLine* m_hoverLine;
    PlotReadout* m_readout;
    bool m_dragging = false;
    bool m_styled = false;
    bool m_painted = false; // once at least
};

} // namespace hindcast

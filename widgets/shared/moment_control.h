#pragma once

#include "model/capture/time_order.h"
#include "model/record/moment.h"

#include <QObject>

#include <optional>

namespace hindcast {

// The one clock of the window: playhead A (where we are), B (what we compare with), the range there
// is and the part of it that is zoomed to. Views listen to it and ask it; they never talk to each
// other. GUI thread.
class MomentControl final : public QObject
{
    Q_OBJECT

public:
    explicit MomentControl(QObject* parent = nullptr);
    ~MomentControl() override;

    // The order that moments are resolved in; null before a capture is there. Live keeps A at its
    // end. By another clock A and B keep their time; which records that holds may differ.
    void setOrder(TimeOrderPtr order);
    const TimeOrderPtr& order() const { return m_order; }

    const Moment& a() const { return m_a; }
    const std::optional<Moment>& b() const { return m_b; }
    // How many records (in time order) are up to A and up to B; 0 without an order.
    Rank rankA() const { return m_rankA; }
    std::optional<Rank> rankB() const { return m_rankB; }

    void setA(const Moment& moment); // leaves live
    void setB(const std::optional<Moment>& moment);
    void setRankA(Rank prefix); // A to the moment of that prefix
    void setRankB(Rank prefix);
    void stepA(int events); // previous (-1), next (+1)
    void stepB(int events);

    bool live() const { return m_live; }
    void setLive(bool live); // pins A to the newest record

    TimeRange range() const { return m_range; } // of all records
    TimeRange zoom() const { return m_zoom; }   // inside range()
    void setZoom(TimeRange zoom);
    void resetZoom();

signals:
    // At most one a change; views that work hard collect them into frames themselves.
    void orderChanged();
    void aChanged();
    void bChanged();
    void liveChanged(bool live);
    void rangeChanged();
    void zoomChanged();

private:
    void resolve();

    TimeOrderPtr m_order;
    Moment m_a;
    std::optional<Moment> m_b;
    Rank m_rankA = 0;
    std::optional<Rank> m_rankB;
    TimeRange m_range;
    TimeRange m_zoom;
    bool m_zoomed = false;
    bool m_live = true;
};

} // namespace hindcast

#include "widgets/shared/moment_control.h"

#include <algorithm>

namespace hindcast {

MomentControl::MomentControl(QObject* parent)
    : QObject(parent)
{
}

MomentControl::~MomentControl() = default;

void MomentControl::resolve()
{
    m_rankA = m_order ? m_order->prefix(m_a) : 0;
    m_rankB = m_b && m_order ? std::optional<Rank>(m_order->prefix(*m_b)) : std::nullopt;
}

void MomentControl::setOrder(TimeOrderPtr order)
{
    const bool otherClock = order && m_order && order->clock() != m_order->clock() &&
                            order->snapshot()->generation() == m_order->snapshot()->generation();
    m_order = std::move(order);
    const TimeRange range = m_order ? m_order->range() : TimeRange{};
    const bool rangeMoved = range != m_range;
    m_range = range;
    const TimeRange zoomBefore = m_zoom;
    if (m_zoomed && m_order) {
        m_zoom = {std::max(m_zoom.from, range.from), std::min(m_zoom.to, range.to)};
        m_zoomed = m_zoom.from < m_zoom.to; // one that has nothing of the new range is none
    }
    if (!m_zoomed) {
        m_zoom = range;
    }
    const Moment before = m_a;
    const std::optional<Moment> beforeB = m_b;
    const std::optional<Rank> rankBeforeB = m_rankB;
    if (otherClock) {
        m_a.last.reset();
        if (m_b) {
            m_b->last.reset();
        }
    }
    if (m_live && m_order) {
        m_a = m_order->momentOf(m_order->size());
    }
    const Rank rankBefore = m_rankA;
    resolve();
    emit orderChanged();
    if (rangeMoved) {
        emit rangeChanged();
    }
    if (m_zoom != zoomBefore) {
        emit zoomChanged();
    }
    // Late records change what a prefix holds even where A itself stays.
    if (!(before == m_a) || rankBefore != m_rankA) {
        emit aChanged();
    }
    if (otherClock && (beforeB != m_b || rankBeforeB != m_rankB)) {
        emit bChanged();
    }
}

void MomentControl::setA(const Moment& moment)
{
    setLive(false);
    if (moment == m_a) {
        return;
    }
    m_a = moment;
    resolve();
    emit aChanged();
}

void MomentControl::setB(const std::optional<Moment>& moment)
{
    if (moment == m_b) {
        return;
    }
    m_b = moment;
    resolve();
    emit bChanged();
}

void MomentControl::setRankA(Rank prefix)
{
    if (m_order) {
        setA(m_order->momentOf(std::min(prefix, m_order->size())));
    }
}

void MomentControl::setRankB(Rank prefix)
{
    if (m_order) {
        setB(m_order->momentOf(std::min(prefix, m_order->size())));
    }
}

void MomentControl::stepA(int events)
{
    const auto target = static_cast<std::int64_t>(m_rankA) + events;
    setRankA(static_cast<Rank>(std::max<std::int64_t>(target, 0)));
}

void MomentControl::stepB(int events)
{
    const auto target = static_cast<std::int64_t>(m_rankB.value_or(m_rankA)) + events;
    setRankB(static_cast<Rank>(std::max<std::int64_t>(target, 0)));
}

void MomentControl::setLive(bool live)
{
    if (live == m_live) {
        return;
    }
    m_live = live;
    emit liveChanged(live);
    if (live && m_order) {
        m_a = m_order->momentOf(m_order->size());
        resolve();
        emit aChanged();
    }
}

void MomentControl::setZoom(TimeRange zoom)
{
    zoom.from = std::max(zoom.from, m_range.from);
    zoom.to = std::min(zoom.to, m_range.to);
    if (zoom.to <= zoom.from || zoom == m_zoom) {
        return;
    }
    m_zoom = zoom;
    m_zoomed = m_zoom != m_range;
    emit zoomChanged();
}

void MomentControl::resetZoom()
{
    m_zoomed = false;
    if (m_zoom != m_range) {
        m_zoom = m_range;
        emit zoomChanged();
    }
}

} // namespace hindcast

#include "widgets/timestrip/playback.h"

#include "widgets/shared/moment_control.h"

#include <algorithm>
#include <cmath>

namespace hindcast {

Playback::Playback(MomentControl* moments, QObject* parent)
    : QObject(parent)
    , m_moments(moments)
{
    m_timer.setInterval(33);
    connect(&m_timer, &QTimer::timeout, this,
            [this] { advance(std::chrono::milliseconds(m_clock.restart())); });
    // Who moves A by hand while it plays goes on from there.
    connect(m_moments, &MomentControl::aChanged, this, [this] {
        if (!m_moving) {
            m_at = static_cast<double>(toMs(m_moments->a().time));
        }
    });
}

Playback::~Playback() = default;

void Playback::setSpeed(double speed)
{
    m_speed = std::max(speed, 0.01);
    emit changed();
}

void Playback::start()
{
    const TimeOrderPtr& order = m_moments->order();
    if (!order || order->size() == 0 || running()) {
        return;
    }
    if (m_moments->rankA() >= order->size()) {
        m_moments->setRankA(0); // at the end there is nothing left to play
    }
    m_moments->setLive(false);
    m_at = static_cast<double>(toMs(m_moments->a().time));
    m_clock.start();
    m_timer.start();
    emit changed();
}

void Playback::stop()
{
    if (running()) {
        m_timer.stop();
        emit changed();
    }
}

void Playback::advance(std::chrono::milliseconds elapsed)
{
    const TimeOrderPtr& order = m_moments->order();
    if (!order || order->size() == 0) {
        stop();
        return;
    }
    m_at += static_cast<double>(elapsed.count()) * m_speed;
    const auto idle = static_cast<double>(kIdle.count());
    const Rank next = m_moments->rankA();
    if (next < order->size()) {
        const auto event = static_cast<double>(toMs(order->timeAt(next)));
        if (event - m_at > idle) {
            m_at = event;
        }
    }
    const auto end = static_cast<double>(toMs(order->range().to));
    m_moving = true;
    m_moments->setA(Moment{
        timestampFromMs(static_cast<std::int64_t>(std::floor(std::min(m_at, end)))), std::nullopt});
    m_moving = false;
    if (m_at >= end) {
        stop();
    }
}

} // namespace hindcast

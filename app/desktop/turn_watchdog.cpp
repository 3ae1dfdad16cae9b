#include "app/desktop/turn_watchdog.h"

#include <QAbstractEventDispatcher>
#include <QMetaEnum>

#include <spdlog/spdlog.h>

#include <ctime>

namespace hindcast {

namespace {

// Of this thread. On a busy machine a turn lasts longer than it works.
std::chrono::microseconds processorTime()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::microseconds(now.tv_nsec / 1000);
}

} // namespace

TurnWatchdog::TurnWatchdog(QObject* parent)
    : QObject(parent)
{
    // Said once a turn by every dispatcher: work is measured between two of them, and waiting is
    // not work.
    if (auto* dispatcher = QAbstractEventDispatcher::instance()) {
        connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this,
                &TurnWatchdog::finishTurn);
    }
}

TurnWatchdog::~TurnWatchdog() = default;

void TurnWatchdog::begin()
{
    m_workedBefore = processorTime();
    m_clock.start();
}

void TurnWatchdog::end(const char* receiver, QEvent::Type event)
{
    const std::chrono::microseconds took(m_clock.nsecsElapsed() / 1000);
    m_turn.took += took;
    m_turn.worked += processorTime() - m_workedBefore;
    if (took > m_turn.longest) {
        m_turn.longest = took;
        m_turn.receiver = receiver;
        m_turn.event = event;
    }
}

void TurnWatchdog::finishTurn()
{
    if (m_turn.took > kTooLong) {
        ++m_tooLong;
        const char* name = QMetaEnum::fromType<QEvent::Type>().valueToKey(m_turn.event);
        spdlog::warn(
            "A turn of the event loop took {} ms, {} ms of the processor; {} ms in {} ({})",
            m_turn.took.count() / 1000, m_turn.worked.count() / 1000, m_turn.longest.count() / 1000,
            m_turn.receiver, name ? name : std::to_string(m_turn.event).c_str());
    }
    if (m_turn.took > m_worst.took) {
        m_worst = m_turn;
    }
    m_turn = {};
}

void TurnWatchdog::reset()
{
    m_turn = {};
    m_worst = {};
    m_tooLong = 0;
}

} // namespace hindcast

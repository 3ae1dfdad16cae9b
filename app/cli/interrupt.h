#pragma once

#include <stop_token>
#include <thread>

namespace hindcast {

// Turns Ctrl+C (and SIGTERM) into a stop request, so that a capture ends cleanly; the second one
// ends the program at once. To be made before any other thread, so that all inherit its signal
// mask.
class Interrupt
{
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return m_stop.get_token(); }
    // What a command calls that has enough (--limit).
    std::stop_source& source() { return m_stop; }

private:
    std::stop_source m_stop;
    std::jthread m_waiter;
};

} // namespace hindcast

#include "app/cli/interrupt.h"

#include <csignal>
#include <ctime>
#include <unistd.h>

namespace hindcast {

namespace {

constexpr int kKilledByInterrupt = 128 + SIGINT; // a shell's own number for it

sigset_t waitedFor()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

Interrupt::Interrupt()
{
    const sigset_t set = waitedFor();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // Written to a pipe that nobody reads any more: an error of the write, not a death.
    std::signal(SIGPIPE, SIG_IGN);
    m_waiter = std::jthread([this, set](const std::stop_token& end) {
        const timespec often{0, 100'000'000};
        while (!end.stop_requested()) {
            if (sigtimedwait(&set, nullptr, &often) > 0 && !m_stop.request_stop()) {
                _exit(kKilledByInterrupt);
            }
        }
    });
}

Interrupt::~Interrupt()
{
    m_waiter.request_stop();
}

} // namespace hindcast

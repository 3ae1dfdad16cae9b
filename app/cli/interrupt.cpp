#include "app/cli/interrupt.h"

#include <chrono>
#include <csignal>
#include <ctime>
#include <optional>
#include <unistd.h>

namespace hindcast {

namespace {

constexpr int kKilledByInterrupt = 128 + SIGINT; // a shell's own number for it
constexpr std::chrono::seconds kOneKeystroke{1};

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
        std::optional<std::chrono::steady_clock::time_point> first;
        while (!end.stop_requested()) {
            if (sigtimedwait(&set, nullptr, &often) <= 0) {
                continue;
            }
            const auto now = std::chrono::steady_clock::now();
            m_stop.request_stop();
            first = first.value_or(now);
            // One Ctrl+C may arrive twice: from the terminal, and from a wrapper that passes it on.
            if (now - *first > kOneKeystroke) {
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

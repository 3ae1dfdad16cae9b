#pragma once

#include <algorithm>
#include <chrono>

namespace hindcast::kafka {

// A point in time up to which a chain of questions must have its answers.
class Deadline
{
public:
    using Clock = std::chrono::steady_clock;

    explicit Deadline(std::chrono::milliseconds from)
        : m_end(Clock::now() + from)
    {
    }

    std::chrono::milliseconds left() const
    {
        return std::max(std::chrono::milliseconds{0},
                        std::chrono::ceil<std::chrono::milliseconds>(m_end - Clock::now()));
    }
    // For librdkafka's time-outs. Never 0: that would mean "do not wait" and lose the cause.
    int leftMs() const { return std::max(1, static_cast<int>(left().count())); }
    bool passed() const { return Clock::now() >= m_end; }

private:
    Clock::time_point m_end;
};

} // namespace hindcast::kafka

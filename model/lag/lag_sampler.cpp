#include "model/lag/lag_sampler.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace hindcast {

namespace {

using std::chrono::milliseconds;

void sleepFor(milliseconds duration, const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, duration, [] { return false; });
}

} // namespace

LagSampler::LagSampler(ClusterView& cluster, Options options, Sink sink)
    : m_cluster(cluster)
    , m_options(std::move(options))
    , m_sink(std::move(sink))
{
}

milliseconds LagSampler::pause(milliseconds interval, milliseconds took)
{
    return std::max(interval - took, 3 * took);
}

milliseconds LagSampler::pauseAfterFailure(milliseconds interval, std::size_t failures)
{
    constexpr milliseconds kLongest{60'000};
    milliseconds wait = interval;
    for (std::size_t i = 1; i < failures && wait < kLongest; ++i) {
        wait *= 2;
    }
    return std::clamp(wait, interval, std::max(interval, kLongest));
}

void LagSampler::run(const std::stop_token& stop)
{
    using Clock = std::chrono::steady_clock;
    std::size_t failures = 0;
    while (!stop.stop_requested()) {
        const auto start = Clock::now();
        auto answer = m_cluster.sample(m_options.groups, m_options.recordTimes, m_options.deadline);
        if (stop.stop_requested()) {
            return;
        }
        const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
        milliseconds next{0};
        if (answer) {
            failures = 0;
            next = pause(m_options.interval, took);
            for (GroupSample& sample : *answer) {
                m_sink.sample(std::make_shared<const GroupSample>(std::move(sample)));
            }
            if (m_sink.round) {
                m_sink.round(answer->size(), next);
            }
        } else {
            ++failures;
            next = pauseAfterFailure(m_options.interval, failures);
            if (m_sink.problem) {
                m_sink.problem(answer.error(), next);
            }
        }
        sleepFor(next, stop);
    }
}

} // namespace hindcast

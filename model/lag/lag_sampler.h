#pragma once

#include "model/record/cluster_view.h"

#include <functional>
#include <stop_token>

namespace hindcast {

// Takes samples of consumer groups at an interval, on the thread that calls run(). One sample at a
// time: a cluster that answers slowly is asked less often, so that at most a quarter of the time is
// spent asking it; one that does not answer is asked again, less and less often up to once a
// minute.
class LagSampler
{
public:
    struct Options
    {
        std::chrono::milliseconds interval{5'000};
        std::chrono::milliseconds deadline{10'000}; // of one sample of all groups
        std::vector<std::string> groups;            // empty: all
        bool recordTimes = true;                    // of partitions that lag
    };

    struct Sink
    {
        std::function<void(GroupSamplePtr)> sample; // each group, then `round`
        // All groups of one round are in; `next` is how long until the next round.
        std::function<void(std::size_t groups, std::chrono::milliseconds next)> round;
        // A round failed; the sampler goes on.
        std::function<void(const Error&, std::chrono::milliseconds next)> problem;
    };

    LagSampler(ClusterView& cluster, Options options, Sink sink);

    // Returns when asked to stop, at the latest when the question under way has its answer.
    void run(const std::stop_token& stop);

    // How long from the end of a round that took `took` to the start of the next.
    static std::chrono::milliseconds pause(std::chrono::milliseconds interval,
                                           std::chrono::milliseconds took);
    // The same after the n-th failure in a row (n from 1).
    static std::chrono::milliseconds pauseAfterFailure(std::chrono::milliseconds interval,
                                                       std::size_t failures);

private:
    ClusterView& m_cluster;
    const Options m_options;
    const Sink m_sink;
};

} // namespace hindcast

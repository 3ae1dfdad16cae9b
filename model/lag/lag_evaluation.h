#pragma once

#include "model/lag/group_lag.h"
#include "model/lag/lag_history.h"

namespace hindcast {

// The limits between verdicts.
struct LagRules
{
    // Burrow keeps ten commits a partition.
    std::size_t commitWindow = 10;
    // Rates come from this many samples; fewer where they are far apart.
    std::size_t rateSamples = 4;
    // The trend comes from this many.
    std::size_t slopeSamples = 20;
    // Behind by more in each sample of the last while: lagging. A consumer that commits every five
    // seconds, Kafka's default, is behind by up to that much whenever it is looked at.
    std::chrono::milliseconds behind{5'000};
    // With a single sample there is no "each", so it takes more.
    std::chrono::milliseconds behindAtOnce{10'000};
    // Records that wait this long without a commit: stopped, or three times as long as this
    // partition's slowest recent commit took, whichever is longer.
    std::chrono::milliseconds stoppedAfter{10'000};
    // The same where no commit has been seen yet, so that its rhythm is not known.
    std::chrono::milliseconds stoppedUnseen{30'000};
    // So few offsets on a topic where nothing arrives may be transaction markers, which nobody ever
    // reads.
    std::int64_t markers = 2;
};

// What a group was at time t, from the samples up to t alone.
//
// Burrow's rules in Burrow's order, extended: members, rebalances, a missing commit or leader and
// an offset past the end are states of their own; a quiet partition is not stopped; how long a
// partition may be silent follows from its own rhythm.
GroupLag evaluateLag(const LagHistory& history, const std::string& group, Timestamp t,
                     const LagRules& rules = {});

// Seconds behind in one point, from it and the points before it.
TimeLag timeLagOf(const PartitionTrack& track, std::size_t point);

} // namespace hindcast

#pragma once

#include "app/cli/input.h"
#include "model/lag/lag_history.h"

namespace hindcast {

struct SampleOptions
{
    std::size_t rounds = 1; // of samples taken from a cluster
    std::chrono::milliseconds interval{5'000};
    std::vector<std::string> groups; // empty: all
    bool recordTimes = true;
};

// The samples of groups that a capture holds, or some taken from a cluster now.
struct LagSource
{
    LagHistoryPtr history;
    std::vector<std::string> problems; // what is missing
    bool cancelled = false;

    static Result<LagSource> open(const InputOptions& input, const SampleOptions& sampling,
                                  Program& program);
};

} // namespace hindcast

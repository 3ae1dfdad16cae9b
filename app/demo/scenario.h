#pragma once

#include "app/demo/story.h"

namespace hindcast::demo {

struct ScenarioOptions
{
    std::uint64_t seed = 1;
    std::int64_t records = 200'000; // about so many, spans included
    // When the fifteen minutes start: 2026-11-20 13:55:00 UTC.
    std::int64_t startMs = 1'795'182'900'000;
};

// The whole story, made from a seed: the same on every machine. Shop events in the order in which
// they reach their logs.
Story makeScenario(const ScenarioOptions& options);

} // namespace hindcast::demo

#pragma once

#include "app/demo/live_client.h"
#include "app/demo/scenario.h"

#include <chrono>
#include <stop_token>

namespace hindcast::demo {

struct LiveOptions
{
    ScenarioOptions scenario; // its start is set by incidentIn
    Properties properties;
    // When the malformed payment comes, from the start. What the story tells before the start is
    // written at once, with its times in the past: there is something to look at from the first
    // second on.
    std::chrono::seconds incidentIn{60};
    std::chrono::seconds longest{0}; // 0: until it is stopped
};

// Plays the story against a real cluster, in real time, with real consumers in real groups; after
// its end the groups stay until it is stopped. Blocks.
Result<void> playLive(const LiveOptions& options, const std::stop_token& stop);

} // namespace hindcast::demo

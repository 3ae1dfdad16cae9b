#pragma once

#include "connectors/kafka/connection_config.h"

#include <chrono>
#include <string>
#include <vector>

namespace hindcast {

// One step on the way to a cluster, as the Test button shows it.
struct ConnectionStep
{
    enum class State {
        Passed,
        Failed,
        NotReached, // a step before it failed
        NotNeeded,  // this security.protocol does without
    };

    std::string name; // "Name", "Port", "TLS", "Login", "Cluster"
    State state = State::NotReached;
    std::string sentence; // what was found, or what failed and what to do
    std::string detail;   // the technical text behind it
    std::chrono::milliseconds took{0};
};

// Tries a connection step by step, so that the one that fails is named: the brokers' names, their
// ports, TLS, login, and the first question to the cluster. Blocks up to the deadline: not on the
// GUI thread. Always all five steps, in this order.
std::vector<ConnectionStep> testConnection(const ConnectionConfig& config,
                                           std::chrono::milliseconds deadline);

// True if every step passed or was not needed.
bool passed(const std::vector<ConnectionStep>& steps);

} // namespace hindcast

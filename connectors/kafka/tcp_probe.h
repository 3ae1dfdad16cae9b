#pragma once

#include "connectors/kafka/deadline.h"
#include "model/record/result.h"

#include <string>
#include <vector>

namespace hindcast::kafka {

struct HostPort
{
    std::string host;
    std::string port; // 9092 where none is named

    std::string toString() const { return host + ":" + port; }
};

// Reads bootstrap.servers: "a:9092,PLAINTEXT://b,[::1]:9093".
std::vector<HostPort> parseServers(const std::string& servers);

// Does the name have an address? Waits no longer than the deadline, whatever the resolver does.
Result<void> probeName(const HostPort& server, const Deadline& deadline);

// Does somebody take a connection there? Closes it at once.
Result<void> probePort(const HostPort& server, const Deadline& deadline);

} // namespace hindcast::kafka

#pragma once

#include <map>
#include <string>

namespace hindcast {

// How to reach a cluster, in librdkafka's own property names: bootstrap.servers, security.protocol,
// sasl.*, ssl.* and whatever else a profile sets. What would let a reader join, commit or create
// (group.id, enable.auto.commit, allow.auto.create.topics, ...) is set by us whatever stands here;
// plugin.library.paths is refused, as it would run code out of a profile.
struct ConnectionConfig
{
    std::map<std::string, std::string> properties;
};

} // namespace hindcast

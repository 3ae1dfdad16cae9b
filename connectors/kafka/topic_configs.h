#pragma once

#include "connectors/kafka/client.h"
#include "connectors/kafka/deadline.h"

#include <map>
#include <string>

namespace hindcast::kafka {

// A topic's settings as they hold, defaults included; secrets are empty.
Result<std::map<std::string, std::string>>
queryTopicConfigs(const Client& client, const std::string& topic, const Deadline& deadline);

} // namespace hindcast::kafka

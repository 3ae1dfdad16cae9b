#pragma once

#include "connectors/kafka/rd_handles.h"
#include "model/record/result.h"

#include <map>
#include <memory>
#include <string>

namespace hindcast::demo {

// librdkafka properties: bootstrap.servers and whatever -X added.
using Properties = std::map<std::string, std::string>;

using ConfPtr = hindcast::kafka::ConfHandle;

// A configuration with these properties, and `more` over them.
Result<ConfPtr> makeConf(const Properties& properties, const Properties& more);

Error kafkaError(const std::string& what, rd_kafka_resp_err_t code);

} // namespace hindcast::demo

#include "connectors/kafka/topic_configs.h"

#include "connectors/kafka/admin_call.h"

#include <array>
#include <span>

namespace hindcast::kafka {

Result<std::map<std::string, std::string>>
queryTopicConfigs(const Client& client, const std::string& topic, const Deadline& deadline)
{
    const std::string what = "The settings of the topic \"" + topic + "\" could not be read";
    const QueueHandle queue(rd_kafka_queue_new(client.handle()));
    const auto options = adminOptions(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, deadline);
    const ConfigResourceHandle resource(
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    std::array<rd_kafka_ConfigResource_t*, 1> resources{resource.get()};
    rd_kafka_DescribeConfigs(client.handle(), resources.data(), resources.size(), options.get(),
                             queue.get());
    const auto event = awaitAnswer(client, queue.get(), what, deadline);
    if (!event) {
        return tl::unexpected(event.error());
    }
    std::size_t count = 0;
    const auto* answers = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event->get()), &count);
    std::map<std::string, std::string> configs;
    for (const auto* answer : std::span(answers, count)) {
        if (const auto code = rd_kafka_ConfigResource_error(answer);
            code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            const char* text = rd_kafka_ConfigResource_error_string(answer);
            return tl::unexpected(client.error(what, code, text != nullptr ? text : ""));
        }
        std::size_t entryCount = 0;
        const auto* entries = rd_kafka_ConfigResource_configs(answer, &entryCount);
        for (const auto* entry : std::span(entries, entryCount)) {
            const char* value = rd_kafka_ConfigEntry_value(entry);
            configs[rd_kafka_ConfigEntry_name(entry)] = value != nullptr ? value : "";
        }
    }
    return configs;
}

} // namespace hindcast::kafka

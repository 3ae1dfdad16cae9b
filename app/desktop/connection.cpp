#include "app/desktop/connection.h"

#include "connectors/kafka/connection_test.h"
#include "connectors/kafka/kafka_connection.h"

namespace hindcast {

Result<std::shared_ptr<const Connection>> makeConnection(const ConnectionProfile& profile)
{
    auto kafka =
        KafkaConnection::connect(ConnectionConfig{profile.properties()}, std::chrono::seconds(10));
    if (!kafka) {
        return tl::unexpected(kafka.error());
    }
    auto connection = std::make_shared<Connection>();
    connection->profile = profile;
    connection->source = (*kafka)->source();
    connection->cluster = (*kafka)->cluster();
    return std::shared_ptr<const Connection>(std::move(connection));
}

std::vector<ConnectStep> tryConnection(const ConnectionProfile& profile,
                                       const std::stop_token& stop)
{
    std::vector<ConnectStep> shown;
    if (stop.stop_requested()) {
        return shown;
    }
    for (const ConnectionStep& step :
         testConnection(ConnectionConfig{profile.properties()}, std::chrono::seconds(15))) {
        // What this protocol does without is no news; what was not reached follows from the
        // failure.
        if (step.state == ConnectionStep::State::Passed ||
            step.state == ConnectionStep::State::Failed) {
            shown.push_back({QString::fromStdString(step.name),
                             step.state == ConnectionStep::State::Passed,
                             QString::fromStdString(step.sentence)});
        }
    }
    return shown;
}

} // namespace hindcast

#include "connectors/kafka/kafka_connection.h"

#include "connectors/kafka/cluster_queries.h"
#include "connectors/kafka/kafka_cluster.h"
#include "connectors/kafka/kafka_source.h"

namespace hindcast {

KafkaConnection::~KafkaConnection() = default;

Result<std::unique_ptr<KafkaConnection>> KafkaConnection::connect(const ConnectionConfig& config,
                                                                  std::chrono::milliseconds allowed)
{
    const kafka::Deadline deadline(allowed);
    auto query =
        kafka::Client::create(config, kafka::ClientRole::Query, Isolation::ReadUncommitted);
    if (!query) {
        return tl::unexpected(query.error());
    }
    auto pool = std::make_shared<kafka::ClientPool>(config);
    std::unique_ptr<KafkaConnection> connection(new KafkaConnection);
    {
        // One reader opens its connections meanwhile, so that the first page finds them open.
        auto reader = pool->lend(kafka::ClientRole::Read, Isolation::ReadCommitted);
        if (!reader) {
            return tl::unexpected(reader.error());
        }
        for (const kafka::Client* client :
             std::initializer_list<const kafka::Client*>{query->get(), &**reader}) {
            auto state = kafka::queryFirstMetadata(*client, deadline);
            if (!state) {
                return tl::unexpected(state.error());
            }
            connection->m_brokers = std::move(state->brokers);
        }
    }
    if (char* id = rd_kafka_clusterid((*query)->handle(), deadline.leftMs())) {
        connection->m_clusterId = id;
        rd_kafka_mem_free((*query)->handle(), id);
    }
    const std::shared_ptr<kafka::Client> shared = std::move(*query);
    connection->m_source = std::make_shared<KafkaSource>(pool, shared);
    connection->m_cluster = std::make_shared<KafkaCluster>(pool, shared);
    return connection;
}

std::string kafkaLibraryVersion()
{
    return std::string("librdkafka ") + rd_kafka_version_str();
}

std::vector<std::string> kafkaLibraryGaps()
{
    std::vector<std::string> gaps;
    const auto version = rd_kafka_version();
    if (version < 0x020601ff) {
        gaps.emplace_back("Logins by SCRAM fail on Kafka 4 even with the right password.");
    }
    if (version < 0x020a00ff) {
        gaps.emplace_back("Members of groups of the new consumer protocol (KIP-848) are not "
                          "visible; their offsets are.");
    }
    if (version < 0x020200ff) {
        gaps.emplace_back("Large reads need more memory, up to half a gigabyte.");
    }
    return gaps;
}

} // namespace hindcast

#pragma once

#include "connectors/kafka/client_pool.h"
#include "model/record/cluster_view.h"

#include <memory>

namespace hindcast {

// Looks at one Kafka cluster and changes nothing. Thread-safe: all questions go through one client,
// whose calls librdkafka runs side by side; record times are read with clients of the pool.
//
// What the cluster does not tell: a topic's size in bytes (librdkafka has no call for it), topics
// and groups that this user may not see (brokers leave them out silently).
class KafkaCluster final : public ClusterView
{
public:
    KafkaCluster(std::shared_ptr<kafka::ClientPool> pool, std::shared_ptr<kafka::Client> query);
    ~KafkaCluster() override;

    Result<ClusterState> topics(Deadline deadline) override;
    Result<TopicState> topic(const std::string& name, Deadline deadline) override;
    Result<std::vector<GroupSample>> groups(Deadline deadline) override;
    Result<std::vector<GroupSample>> sample(const std::vector<std::string>& groupNames,
                                            bool recordTimes, Deadline deadline) override;

private:
    const std::shared_ptr<kafka::ClientPool> m_pool;
    const std::shared_ptr<kafka::Client> m_query;
};

} // namespace hindcast

#pragma once

#include "connectors/kafka/connection_config.h"
#include "model/record/cluster_view.h"
#include "model/record/record_source.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace hindcast {

// An open connection to one Kafka cluster: the two ports, with clients behind them whose network
// connections stay open. Thread-safe; the ports live on their own and may outlive it.
class KafkaConnection
{
public:
    // Connects and asks for the brokers. Blocks up to the deadline: not on the GUI thread.
    static Result<std::unique_ptr<KafkaConnection>> connect(const ConnectionConfig& config,
                                                            std::chrono::milliseconds deadline);
    ~KafkaConnection();
    KafkaConnection(const KafkaConnection&) = delete;
    KafkaConnection& operator=(const KafkaConnection&) = delete;

    std::shared_ptr<RecordSource> source() const { return m_source; }
    std::shared_ptr<ClusterView> cluster() const { return m_cluster; }
    const std::string& clusterId() const { return m_clusterId; }
    const std::vector<std::string>& brokers() const { return m_brokers; } // "1@host:port"

private:
    KafkaConnection() = default;

    std::shared_ptr<RecordSource> m_source;
    std::shared_ptr<ClusterView> m_cluster;
    std::string m_clusterId;
    std::vector<std::string> m_brokers;
};

// The library the connector was built with: "librdkafka 2.14.2".
std::string kafkaLibraryVersion();
// What a person misses with it, one sentence each; empty for 2.10 and newer.
std::vector<std::string> kafkaLibraryGaps();

} // namespace hindcast

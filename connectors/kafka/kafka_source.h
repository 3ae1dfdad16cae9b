#pragma once

#include "connectors/kafka/client_pool.h"
#include "connectors/kafka/read_plan.h"
#include "model/record/record_source.h"

#include <memory>

namespace hindcast {

// Reads ranges and tails from one Kafka cluster. Any number of reads may run at once, each on its
// caller's thread with one or two consumer threads behind it; their clients come from a pool whose
// connections stay open. Owns nothing of the cluster: joins no group, commits and creates nothing.
//
// LastN hands over the newest N records of all its partitions together, over whatever holes (see
// newest_read.h).
class KafkaSource final : public RecordSource
{
public:
    // `query` answers what is not bound to an isolation level; shared with the cluster view.
    KafkaSource(std::shared_ptr<kafka::ClientPool> pool, std::shared_ptr<kafka::Client> query);
    ~KafkaSource() override;

    Result<Receipt> read(const ReadRequest& request, RecordSink& sink,
                         std::stop_token stop) override;
    Result<Receipt> plan(const ReadRequest& request) override;

private:
    const std::shared_ptr<kafka::ClientPool> m_pool;
    const std::shared_ptr<kafka::Client> m_query;
};

} // namespace hindcast

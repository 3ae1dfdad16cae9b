#pragma once

#include "connectors/kafka/client.h"
#include "connectors/kafka/deadline.h"
#include "model/record/cluster_state.h"

#include <vector>

namespace hindcast::kafka {

// One offset asked for; `offset` and `problem` are the answer.
struct OffsetQuestion
{
    static constexpr std::int64_t kEnd = -1; // librdkafka's own words
    static constexpr std::int64_t kBegin = -2;

    TopicPartition place;
    std::int64_t ask = kEnd;  // kEnd, kBegin, or a timestamp in ms: the first record not older
    std::int64_t offset = -1; // -1: no such record (or see problem)
    std::string problem;
};

// Brokers, topics, partitions and leaders; no watermarks. `topics` empty: all.
Result<ClusterState> queryMetadata(const Client& client, const std::vector<std::string>& topics,
                                   const Deadline& deadline);

// The first question on a new connection: as above, all topics, but does not wait for the deadline
// where a login was refused or nobody listens.
Result<ClusterState> queryFirstMetadata(const Client& client, const Deadline& deadline);

// Fills the questions' answers, in chunks: one call over 10,000 partitions takes ten times as long
// as forty over 250. Each partition stands there once, and none without a leader (the library would
// wait for one). An Error only where the cluster does not answer at all.
Result<void> queryOffsets(const Client& client, std::vector<OffsetQuestion>& questions,
                          const Deadline& deadline);

} // namespace hindcast::kafka

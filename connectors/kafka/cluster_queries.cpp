#include "connectors/kafka/cluster_queries.h"

#include <algorithm>
#include <span>

namespace hindcast::kafka {

namespace {

constexpr std::size_t kChunk = 250;
// From that many topics on, one question about all of them is cheaper than one for each.
constexpr std::size_t kTopicsAskedSingly = 8;

TopicState topicFrom(const rd_kafka_metadata_topic& topic)
{
    TopicState state;
    state.name = topic.topic;
    state.internal = state.name.starts_with("__");
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        state.problem = partitionProblem(topic.err, {});
    }
    for (const auto& partition :
         std::span(topic.partitions, static_cast<std::size_t>(topic.partition_cnt))) {
        PartitionState part;
        part.partition = partition.id;
        part.leader = partition.leader;
        part.replicas.assign(partition.replicas, partition.replicas + partition.replica_cnt);
        part.inSync.assign(partition.isrs, partition.isrs + partition.isr_cnt);
        if (part.leader < 0) {
            part.problem = partitionProblem(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, {});
        } else if (partition.err != RD_KAFKA_RESP_ERR_NO_ERROR &&
                   partition.err != RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE) {
            part.problem = partitionProblem(partition.err, {});
        }
        state.partitions.push_back(std::move(part));
    }
    std::sort(state.partitions.begin(), state.partitions.end(),
              [](const auto& a, const auto& b) { return a.partition < b.partition; });
    return state;
}

Result<void> addMetadata(const Client& client, rd_kafka_topic_t* only, const Deadline& deadline,
                         ClusterState& state)
{
    const rd_kafka_metadata_t* raw = nullptr;
    const auto code =
        rd_kafka_metadata(client.handle(), only == nullptr ? 1 : 0, only, &raw, deadline.leftMs());
    const MetadataHandle metadata(raw);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return tl::unexpected(client.error("The cluster could not be asked for its topics", code));
    }
    state.brokers.clear();
    for (const auto& broker :
         std::span(metadata->brokers, static_cast<std::size_t>(metadata->broker_cnt))) {
        state.brokers.push_back(std::to_string(broker.id) + "@" + broker.host + ":" +
                                std::to_string(broker.port));
    }
    for (const auto& topic :
         std::span(metadata->topics, static_cast<std::size_t>(metadata->topic_cnt))) {
        state.topics.push_back(topicFrom(topic));
    }
    return {};
}

} // namespace

Result<ClusterState> queryMetadata(const Client& client, const std::vector<std::string>& topics,
                                   const Deadline& deadline)
{
    ClusterState state;
    state.time = currentTimestamp();
    const bool all = topics.empty() || topics.size() > kTopicsAskedSingly;
    if (all) {
        if (auto done = addMetadata(client, nullptr, deadline, state); !done) {
            return tl::unexpected(done.error());
        }
        if (!topics.empty()) {
            std::erase_if(state.topics, [&](const TopicState& topic) {
                return std::find(topics.begin(), topics.end(), topic.name) == topics.end();
            });
        }
    } else {
        for (const auto& name : topics) {
            const TopicHandle topic(rd_kafka_topic_new(client.handle(), name.c_str(), nullptr));
            if (!topic) {
                return fail(ErrorCode::InvalidArgument,
                            "The name \"" + name + "\" cannot be a topic's name.");
            }
            if (auto done = addMetadata(client, topic.get(), deadline, state); !done) {
                return tl::unexpected(done.error());
            }
        }
    }
    std::sort(state.topics.begin(), state.topics.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return state;
}

Result<void> queryOffsets(const Client& client, std::vector<OffsetQuestion>& questions,
                          const Deadline& deadline)
{
    for (std::size_t first = 0; first < questions.size(); first += kChunk) {
        const auto chunk =
            std::span(questions).subspan(first, std::min(kChunk, questions.size() - first));
        const PartitionListHandle list(
            rd_kafka_topic_partition_list_new(static_cast<int>(chunk.size())));
        for (const auto& question : chunk) {
            rd_kafka_topic_partition_list_add(list.get(), question.place.topic.c_str(),
                                              question.place.partition)
                ->offset = question.ask;
        }
        const auto code =
            rd_kafka_offsets_for_times(client.handle(), list.get(), deadline.leftMs());
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__PARTIAL) {
            return tl::unexpected(
                client.error("The partitions' offsets could not be asked for", code));
        }
        for (std::size_t i = 0; i < chunk.size(); ++i) {
            // In the order asked for as far as is known; the library does not promise it.
            const auto* found = &list->elems[i];
            if (found->partition != chunk[i].place.partition ||
                chunk[i].place.topic != found->topic) {
                found = rd_kafka_topic_partition_list_find(list.get(), chunk[i].place.topic.c_str(),
                                                           chunk[i].place.partition);
            }
            if (found == nullptr) {
                chunk[i].problem = "the cluster did not answer for it";
                continue;
            }
            const auto& answer = *found;
            if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
                chunk[i].problem = partitionProblem(answer.err, {});
            } else {
                chunk[i].offset = answer.offset;
            }
        }
    }
    return {};
}

} // namespace hindcast::kafka

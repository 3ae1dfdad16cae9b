#include "connectors/kafka/cluster_queries.h"

#include <algorithm>
#include <span>
#include <thread>

namespace hindcast::kafka {

namespace {

constexpr std::size_t kChunk = 250;
// From that many topics on, one question about all of them is cheaper than one for each.
constexpr std::size_t kTopicsAskedSingly = 8;
constexpr auto kAskAgainAfter = std::chrono::milliseconds{100};

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

// A leader that has just moved or come back: the library learns of it by asking again.
bool passesSoon(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
           code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH ||
           code == RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE;
}

// Asks once. Gives the first code that passes soon, or none.
Result<rd_kafka_resp_err_t> askOffsets(const Client& client, std::span<OffsetQuestion> questions,
                                       const Deadline& deadline)
{
    const PartitionListHandle list(
        rd_kafka_topic_partition_list_new(static_cast<int>(questions.size())));
    for (const auto& question : questions) {
        rd_kafka_topic_partition_list_add(list.get(), question.place.topic.c_str(),
                                          question.place.partition)
            ->offset = question.ask;
    }
    const auto code = rd_kafka_offsets_for_times(client.handle(), list.get(), deadline.leftMs());
    if (passesSoon(code)) {
        return code;
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__PARTIAL) {
        return tl::unexpected(client.error("The partitions' offsets could not be asked for", code));
    }
    auto soon = RD_KAFKA_RESP_ERR_NO_ERROR;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        auto& question = questions[i];
        // In the order asked for as far as is known; the library does not promise it.
        const auto* answer = &list->elems[i];
        if (answer->partition != question.place.partition ||
            question.place.topic != answer->topic) {
            answer = rd_kafka_topic_partition_list_find(list.get(), question.place.topic.c_str(),
                                                        question.place.partition);
        }
        question.problem.clear();
        question.offset = -1;
        if (answer == nullptr) {
            question.problem = "the cluster did not answer for it";
        } else if (answer->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            question.problem = partitionProblem(answer->err, {});
            soon = passesSoon(answer->err) ? answer->err : soon;
        } else {
            question.offset = answer->offset;
        }
    }
    return soon;
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

Result<ClusterState> queryFirstMetadata(const Client& client, const Deadline& deadline)
{
    // The call itself tells nothing until its time is over; so it is asked in growing slices.
    const Deadline enoughOfRefusals(std::chrono::seconds{1});
    for (auto slice = std::chrono::milliseconds{250};; slice *= 2) {
        auto state = queryMetadata(client, {}, Deadline(std::min(slice, deadline.left())));
        if (state || deadline.passed() || client.errors().refused() ||
            (client.errors().allDown() && enoughOfRefusals.passed())) {
            return state;
        }
    }
}

Result<void> queryOffsets(const Client& client, std::vector<OffsetQuestion>& questions,
                          const Deadline& deadline)
{
    for (std::size_t first = 0; first < questions.size(); first += kChunk) {
        const auto chunk =
            std::span(questions).subspan(first, std::min(kChunk, questions.size() - first));
        for (;;) {
            const auto asked = askOffsets(client, chunk, deadline);
            if (!asked) {
                return tl::unexpected(asked.error());
            }
            if (*asked == RD_KAFKA_RESP_ERR_NO_ERROR) {
                break;
            }
            if (deadline.left() < kAskAgainAfter * 2) {
                for (auto& question : chunk) {
                    if (question.offset < 0 && question.problem.empty()) {
                        question.problem = partitionProblem(*asked, {});
                    }
                }
                break;
            }
            std::this_thread::sleep_for(kAskAgainAfter);
            // Brings the leaders up to date.
            if (const auto state = queryMetadata(client, {}, deadline); !state) {
                return tl::unexpected(state.error());
            }
        }
    }
    return {};
}

} // namespace hindcast::kafka

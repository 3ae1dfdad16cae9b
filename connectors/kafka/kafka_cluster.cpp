#include "connectors/kafka/kafka_cluster.h"

#include "connectors/kafka/group_sampler.h"
#include "connectors/kafka/record_times.h"
#include "connectors/kafka/topic_configs.h"
#include "connectors/kafka/watermarks.h"

#include <algorithm>
#include <cstdlib>

namespace hindcast {

KafkaCluster::KafkaCluster(std::shared_ptr<kafka::ClientPool> pool,
                           std::shared_ptr<kafka::Client> query)
    : m_pool(std::move(pool))
    , m_query(std::move(query))
{
}

KafkaCluster::~KafkaCluster() = default;

Result<ClusterState> KafkaCluster::topics(Deadline allowed)
{
    const kafka::Deadline deadline(allowed);
    auto state = kafka::queryMetadata(*m_query, {}, deadline);
    if (!state) {
        return state;
    }
    if (char* id = rd_kafka_clusterid(m_query->handle(), deadline.leftMs())) {
        state->clusterId = id;
        rd_kafka_mem_free(m_query->handle(), id);
    }
    if (auto done = kafka::fillWatermarks(*m_query, state->topics, deadline); !done) {
        // Names and leaders are worth having without the offsets.
        state->problem = done.error().message;
    }
    return state;
}

Result<TopicState> KafkaCluster::topic(const std::string& name, Deadline allowed)
{
    const kafka::Deadline deadline(allowed);
    auto state = kafka::queryMetadata(*m_query, {name}, deadline);
    if (!state) {
        return tl::unexpected(state.error());
    }
    if (state->topics.empty() ||
        (!state->topics.front().problem.empty() && state->topics.front().partitions.empty())) {
        return fail(ErrorCode::NotFound,
                    "The cluster has no topic \"" + name + "\", or hides it from this user.",
                    state->topics.empty() ? "" : state->topics.front().problem);
    }
    if (auto done = kafka::fillWatermarks(*m_query, state->topics, deadline); !done) {
        state->topics.front().problem = done.error().message;
    }
    auto& topic = state->topics.front();
    if (auto configs = kafka::queryTopicConfigs(*m_query, name, deadline)) {
        topic.configs = std::move(*configs);
    } else {
        topic.problem += (topic.problem.empty() ? "" : " ") + configs.error().message;
    }
    return std::move(topic);
}

Result<std::vector<GroupSample>> KafkaCluster::groups(Deadline allowed)
{
    return kafka::listGroups(*m_query, kafka::Deadline(allowed));
}

Result<std::vector<GroupSample>> KafkaCluster::sample(const std::vector<std::string>& groupNames,
                                                      bool recordTimes, Deadline allowed)
{
    const kafka::Deadline deadline(allowed);
    auto listed = kafka::listGroups(*m_query, deadline);
    if (!listed) {
        return listed;
    }
    auto samples = std::move(*listed);
    if (!groupNames.empty()) {
        std::erase_if(samples, [&](const GroupSample& sample) {
            return std::find(groupNames.begin(), groupNames.end(), sample.group) ==
                   groupNames.end();
        });
        for (const auto& name : groupNames) {
            if (std::none_of(samples.begin(), samples.end(),
                             [&](const auto& sample) { return sample.group == name; })) {
                GroupSample missing;
                missing.time = currentTimestamp();
                missing.group = name;
                missing.membersVisible = false;
                missing.problem =
                    "The cluster has no group \"" + name + "\", or hides it from this user.";
                samples.push_back(std::move(missing));
            }
        }
    }
    // Not those that are missing: to ask for their offsets would make the broker look for them.
    auto known = std::partition(samples.begin(), samples.end(),
                                [](const auto& sample) { return sample.problem.empty(); });
    std::vector<GroupSample> asked(std::make_move_iterator(samples.begin()),
                                   std::make_move_iterator(known));
    samples.erase(samples.begin(), known);
    if (!asked.empty()) {
        kafka::describeGroups(*m_query, asked, deadline);
        if (auto done = kafka::sampleOffsets(*m_query, *m_pool, asked, deadline); !done) {
            return tl::unexpected(done.error());
        }
        if (recordTimes) {
            kafka::fillRecordTimes(*m_pool, asked, deadline);
        }
    }
    std::move(asked.begin(), asked.end(), std::back_inserter(samples));
    std::sort(samples.begin(), samples.end(),
              [](const auto& a, const auto& b) { return a.group < b.group; });
    return samples;
}

} // namespace hindcast

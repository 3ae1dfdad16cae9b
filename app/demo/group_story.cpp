#include "app/demo/group_story.h"

#include <algorithm>
#include <fmt/core.h>

namespace hindcast::demo {

namespace {

// How long after it was appended a group has committed a record: its usual delay, more or less by
// partition and moment.
std::int64_t delayOf(const GroupShape& group, std::int32_t partition, std::int64_t ms)
{
    const std::int64_t wave = (ms / 5000 * 7919 + partition * 104'729) % 1000;
    return group.delayMs * (600 + wave) / 1000;
}

} // namespace

const std::vector<GroupShape>& groupShapes()
{
    static const std::vector<GroupShape> kGroups = {
        {"billing",
         "classic",
         {Topic::Payments},
         300,
         {"billing-0ab2c1", "billing-1ab2e7", "billing-7f9d04"},
         true},
        {"fraud-check",
         "consumer",
         {Topic::Payments},
         280,
         {"fraud-check-51c0", "fraud-check-8e12"}},
        {"nightly-export", "classic", {Topic::Orders}, -1, {}},
        {"search-index",
         "classic",
         {Topic::Orders, Topic::Stock},
         8'400,
         {"search-index-a1", "search-index-b7"}},
        {"shipping",
         "classic",
         {Topic::Orders},
         90,
         {"shipping-31f0", "shipping-9c44", "shipping-d2a8"}},
    };
    return kGroups;
}

GroupSample sampleAt(const GroupShape& group, const Story& story, const LogLayout& layout,
                     std::int64_t ms)
{
    const Event& malformed = story.events[static_cast<std::size_t>(story.malformedPayment)];
    GroupSample sample;
    sample.time = timestampFromMs(ms);
    sample.group = group.name;
    sample.protocol = group.protocol;
    sample.state = group.members.empty() ? "Empty" : "Stable";
    for (std::size_t i = 0; i < group.members.size(); ++i) {
        GroupMember member;
        member.memberId = group.members[i];
        member.clientId = group.name;
        member.host = fmt::format("/10.4.{}.{}", i + 1, 17 + i);
        sample.members.push_back(std::move(member));
    }
    std::size_t turn = 0;
    for (const Topic topic : group.topics) {
        for (std::int32_t p = 0; p < shapeOf(topic).partitions; ++p) {
            const LogLayout::Log& log = layout.logs().at({topic, p});
            GroupPartitionSample part;
            part.place = {shapeOf(topic).name, p};
            part.logStart = log.start;
            part.logEnd = log.endAt(ms + 3); // end offsets are asked for second
            part.committed = group.delayMs < 0 ? log.start : log.endAt(ms - delayOf(group, p, ms));
            if (group.needsWholeJson && topic == malformed.topic && p == malformed.partition) {
                part.committed = std::min(part.committed, layout.offsetOf(story.malformedPayment));
            }
            if (part.committed < part.logEnd) {
                part.committedRecordTime = timestampFromMs(
                    log.entries[static_cast<std::size_t>(part.committed - log.start)].timestampMs);
            }
            if (!sample.members.empty()) {
                GroupMember& member = sample.members[turn++ % sample.members.size()];
                member.assigned.push_back(part.place);
                part.memberId = member.memberId;
            }
            sample.partitions.push_back(std::move(part));
        }
    }
    return sample;
}

ClusterState clusterAtEnd(const Story& story, const LogLayout& layout,
                          std::vector<GroupSamplePtr> groups)
{
    ClusterState cluster;
    cluster.time = timestampFromMs(story.endMs);
    cluster.clusterId = "shop-prod-7Qx2mB";
    for (int broker = 1; broker <= 3; ++broker) {
        cluster.brokers.push_back(fmt::format("{}@kafka-{}.shop.example:9092", broker, broker));
    }
    for (const TopicShape& shape : kTopics) {
        TopicState topic;
        topic.name = shape.name;
        topic.configs = {{"cleanup.policy", shape.compacted ? "compact" : "delete"},
                         {"min.insync.replicas", "2"},
                         {"retention.ms", "604800000"},
                         {"compression.type", "producer"}};
        for (std::int32_t p = 0; p < shape.partitions; ++p) {
            const LogLayout::Log& log = layout.logs().at({shape.topic, p});
            PartitionState part;
            part.partition = p;
            for (std::int32_t i = 0; i < 3; ++i) {
                part.replicas.push_back(1 + (p + i) % 3);
            }
            part.leader = part.replicas.front();
            part.inSync = part.replicas;
            part.logStart = log.start;
            part.logEnd = log.end();
            topic.partitions.push_back(std::move(part));
        }
        cluster.topics.push_back(std::move(topic));
    }
    std::sort(cluster.topics.begin(), cluster.topics.end(),
              [](const TopicState& a, const TopicState& b) { return a.name < b.name; });
    cluster.groups = std::move(groups);
    return cluster;
}

} // namespace hindcast::demo

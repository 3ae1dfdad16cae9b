#include "connectors/kafka/group_sampler.h"

#include "connectors/kafka/admin_call.h"
#include "connectors/kafka/cluster_queries.h"
#include "connectors/kafka/group_offsets.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace hindcast::kafka {

namespace {

// Groups in one describe call: the library asks for each by itself, in parallel.
constexpr std::size_t kDescribedAtOnce = 100;

std::string protocolOf([[maybe_unused]] const rd_kafka_ConsumerGroupListing_t* listing)
{
#if RD_KAFKA_VERSION >= 0x020a00ff
    switch (rd_kafka_ConsumerGroupListing_type(listing)) {
    case RD_KAFKA_CONSUMER_GROUP_TYPE_CONSUMER:
        return "consumer";
    case RD_KAFKA_CONSUMER_GROUP_TYPE_CLASSIC:
        return "classic";
    default:
        return {};
    }
#else
    return {};
#endif
}

std::string textOrEmpty(const char* text)
{
    return text != nullptr ? text : "";
}

void addMembers(const rd_kafka_ConsumerGroupDescription_t* description, GroupSample& sample)
{
    const auto count = rd_kafka_ConsumerGroupDescription_member_count(description);
    for (std::size_t i = 0; i < count; ++i) {
        const auto* from = rd_kafka_ConsumerGroupDescription_member(description, i);
        GroupMember member;
        member.memberId = textOrEmpty(rd_kafka_MemberDescription_consumer_id(from));
        member.clientId = textOrEmpty(rd_kafka_MemberDescription_client_id(from));
        member.host = textOrEmpty(rd_kafka_MemberDescription_host(from));
        member.instanceId = textOrEmpty(rd_kafka_MemberDescription_group_instance_id(from));
        if (const auto* assignment = rd_kafka_MemberDescription_assignment(from)) {
            if (const auto* list = rd_kafka_MemberAssignment_partitions(assignment)) {
                for (const auto& part :
                     std::span(list->elems, static_cast<std::size_t>(list->cnt))) {
                    member.assigned.push_back({part.topic, part.partition});
                }
            }
        }
        std::sort(member.assigned.begin(), member.assigned.end());
        sample.members.push_back(std::move(member));
    }
}

void takeDescription(const Client& client, const rd_kafka_ConsumerGroupDescription_t* description,
                     GroupSample& sample)
{
    if (const auto* error = rd_kafka_ConsumerGroupDescription_error(description)) {
        sample.membersVisible = false;
        sample.problem =
            client
                .error("The members of the group \"" + sample.group + "\" could not be read",
                       rd_kafka_error_code(error), rd_kafka_error_string(error))
                .message;
        return;
    }
    const std::string state =
        rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(description));
    addMembers(description, sample);
    // A group of the new protocol looks dead through the old call, without an error; the list
    // knows better.
    if (state == "Dead" && sample.state != "Dead" && sample.members.empty()) {
        sample.membersVisible = false;
        if (sample.state != "Empty") {
            sample.problem = std::string("Its members are not visible to librdkafka ") +
                             rd_kafka_version_str() +
                             ": it is of the new consumer protocol, which 2.10 and newer can see.";
        }
        return;
    }
    sample.state = state;
}

} // namespace

Result<std::vector<GroupSample>> listGroups(const Client& client, const Deadline& deadline)
{
    const std::string what = "The groups could not be listed";
    const QueueHandle queue(rd_kafka_queue_new(client.handle()));
    const auto options = adminOptions(client, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, deadline);
    const auto asked = currentTimestamp();
    rd_kafka_ListConsumerGroups(client.handle(), options.get(), queue.get());
    const auto event = awaitAnswer(client, queue.get(), what, deadline);
    if (!event) {
        return tl::unexpected(event.error());
    }
    const auto* result = rd_kafka_event_ListConsumerGroups_result(event->get());
    std::size_t count = 0;
    const auto* listings = rd_kafka_ListConsumerGroups_result_valid(result, &count);
    std::vector<GroupSample> samples;
    for (const auto* listing : std::span(listings, count)) {
        GroupSample sample;
        sample.time = asked;
        sample.group = rd_kafka_ConsumerGroupListing_group_id(listing);
        sample.state =
            rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupListing_state(listing));
        sample.protocol = protocolOf(listing);
        sample.membersVisible = false;
        samples.push_back(std::move(sample));
    }
    std::size_t errorCount = 0;
    const auto* errors = rd_kafka_ListConsumerGroups_result_errors(result, &errorCount);
    if (samples.empty() && errorCount > 0) {
        return tl::unexpected(
            client.error(what, rd_kafka_error_code(errors[0]), rd_kafka_error_string(errors[0])));
    }
    std::sort(samples.begin(), samples.end(),
              [](const auto& a, const auto& b) { return a.group < b.group; });
    return samples;
}

void describeGroups(const Client& client, std::vector<GroupSample>& samples,
                    const Deadline& deadline)
{
    const std::string what = "The group's members could not be read";
    std::map<std::string, GroupSample*> byName;
    std::vector<const char*> names;
    for (auto& sample : samples) {
        byName[sample.group] = &sample;
        names.push_back(sample.group.c_str());
    }
    const QueueHandle queue(rd_kafka_queue_new(client.handle()));
    std::size_t calls = 0;
    for (std::size_t first = 0; first < names.size(); first += kDescribedAtOnce, ++calls) {
        const auto options =
            adminOptions(client, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, deadline);
        rd_kafka_DescribeConsumerGroups(client.handle(), names.data() + first,
                                        std::min(kDescribedAtOnce, names.size() - first),
                                        options.get(), queue.get());
    }
    std::set<std::string> told;
    std::string failure = what + ": the answer did not come in time.";
    for (; calls > 0; --calls) {
        const auto event = awaitAnswer(client, queue.get(), what, deadline);
        if (!event) {
            failure = event.error().message;
            if (deadline.passed()) {
                break;
            }
            continue;
        }
        const auto* result = rd_kafka_event_DescribeConsumerGroups_result(event->get());
        std::size_t count = 0;
        const auto* groups = rd_kafka_DescribeConsumerGroups_result_groups(result, &count);
        for (const auto* group : std::span(groups, count)) {
            const std::string name = rd_kafka_ConsumerGroupDescription_group_id(group);
            if (const auto it = byName.find(name); it != byName.end()) {
                it->second->membersVisible = true;
                takeDescription(client, group, *it->second);
                told.insert(name);
            }
        }
    }
    for (auto& sample : samples) {
        if (!told.contains(sample.group)) {
            sample.membersVisible = false;
            sample.problem = failure;
        }
    }
}

Result<void> sampleOffsets(const Client& client, ClientPool& pool,
                           std::vector<GroupSample>& samples, const Deadline& deadline)
{
    std::vector<std::string> names;
    names.reserve(samples.size());
    for (const auto& sample : samples) {
        names.push_back(sample.group);
    }
    const auto asked = currentTimestamp();
    auto committed = queryGroupOffsets(pool, names, deadline);
    if (!committed) {
        return tl::unexpected(committed.error());
    }
    std::set<TopicPartition> places;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        auto& sample = samples[i];
        sample.time = asked;
        std::map<TopicPartition, GroupPartitionSample> parts;
        for (const auto& [place, offset] : (*committed)[i].committed) {
            parts[place].committed = offset;
        }
        for (const auto& member : sample.members) {
            for (const auto& place : member.assigned) {
                parts[place].memberId = member.memberId;
            }
        }
        for (auto& [place, part] : parts) {
            part.place = place;
            places.insert(place);
            sample.partitions.push_back(std::move(part));
        }
        if (!(*committed)[i].problem.empty()) {
            sample.problem += (sample.problem.empty() ? "" : " ") + (*committed)[i].problem;
        }
    }

    // Partitions that have gone, or have no leader, would hold up the question about the others.
    auto state = queryMetadata(client, {}, deadline);
    if (!state) {
        return tl::unexpected(state.error());
    }
    std::vector<OffsetQuestion> questions;
    for (const auto& topic : state->topics) {
        for (const auto& part : topic.partitions) {
            if (part.leader >= 0 && places.contains({topic.name, part.partition})) {
                questions.push_back({{topic.name, part.partition}, OffsetQuestion::kBegin, -1, {}});
            }
        }
    }
    if (auto done = queryOffsets(client, questions, deadline); !done) {
        return done;
    }
    std::map<TopicPartition, std::pair<std::int64_t, std::int64_t>> ends;
    for (auto& question : questions) {
        ends[question.place].first = question.offset;
        question.ask = OffsetQuestion::kEnd;
        question.offset = -1;
    }
    if (auto done = queryOffsets(client, questions, deadline); !done) {
        return done;
    }
    for (const auto& question : questions) {
        ends[question.place].second = question.offset;
    }
    for (auto& sample : samples) {
        for (auto& part : sample.partitions) {
            if (const auto it = ends.find(part.place); it != ends.end()) {
                part.logStart = it->second.first;
                part.logEnd = it->second.second;
            }
        }
    }
    return {};
}

} // namespace hindcast::kafka

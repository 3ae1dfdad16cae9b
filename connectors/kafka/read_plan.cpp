#include "connectors/kafka/read_plan.h"

#include "connectors/kafka/cluster_queries.h"
#include "connectors/kafka/group_offsets.h"
#include "connectors/kafka/group_sampler.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace hindcast::kafka {

namespace {

using Offsets = std::map<TopicPartition, std::int64_t>;

// What the cluster said about the partitions of one read.
struct Facts
{
    Offsets begin;
    Offsets end;                            // high watermark
    Offsets readableEnd;                    // as the isolation level sees it
    std::map<std::int64_t, Offsets> atTime; // by milliseconds; absent: none that late
    std::map<std::string, GroupOffsets> groups;
};

struct Wish
{
    std::size_t part; // index into the plan
    const TopicRead* read;
};

std::string range(std::int64_t from, std::int64_t to)
{
    return from + 1 == to ? "offset " + std::to_string(from)
                          : "offsets " + std::to_string(from) + " to " + std::to_string(to - 1);
}

// Lists the partitions to read; those that cannot be get their problem here.
Result<std::vector<Wish>> listParts(const ReadRequest& request, const ClusterState& state,
                                    ReadPlan& plan)
{
    std::vector<Wish> wishes;
    std::set<TopicPartition> seen;
    const auto add = [&](const TopicRead& read, std::int32_t partition,
                         const std::string& problem) {
        ReadPlan::Part part;
        part.receipt.place = {read.topic, partition};
        part.receipt.problem = problem;
        part.readable = problem.empty();
        if (!seen.insert(part.receipt.place).second) {
            return false;
        }
        plan.parts.push_back(std::move(part));
        wishes.push_back({plan.parts.size() - 1, &read});
        return true;
    };
    for (const auto& read : request.topics) {
        const auto topic = std::find_if(state.topics.begin(), state.topics.end(),
                                        [&](const auto& t) { return t.name == read.topic; });
        if (topic == state.topics.end() || !topic->problem.empty()) {
            const bool absent = topic == state.topics.end() ||
                                topic->problem.starts_with("the cluster does not have it");
            plan.problems.push_back(
                "The topic \"" + read.topic + "\" was not read: " +
                (absent ? "the cluster has no such topic, or hides it from this user"
                        : topic->problem) +
                ".");
            continue;
        }
        for (const auto& partition : topic->partitions) {
            if ((read.partitions.empty() || read.partitions.contains(partition.partition)) &&
                !add(read, partition.partition, partition.problem)) {
                return fail(ErrorCode::InvalidArgument,
                            "The partition " +
                                TopicPartition{read.topic, partition.partition}.toString() +
                                " is asked for twice in one read: name it once.");
            }
        }
        for (const auto partition : read.partitions) {
            if (std::none_of(topic->partitions.begin(), topic->partitions.end(),
                             [&](const auto& p) { return p.partition == partition; })) {
                add(read, partition, "the topic has no such partition");
            }
        }
    }
    return wishes;
}

// Asks one thing about all readable partitions in `places`.
Result<Offsets> ask(const Client& client, ReadPlan& plan, const std::vector<Wish>& wishes,
                    std::int64_t what, const Deadline& deadline)
{
    std::vector<OffsetQuestion> questions;
    std::vector<std::size_t> parts;
    for (const auto& wish : wishes) {
        if (plan.parts[wish.part].readable) {
            questions.push_back({plan.parts[wish.part].receipt.place, what, -1, {}});
            parts.push_back(wish.part);
        }
    }
    if (auto done = queryOffsets(client, questions, deadline); !done) {
        return tl::unexpected(done.error());
    }
    Offsets offsets;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        if (!questions[i].problem.empty()) {
            plan.parts[parts[i]].receipt.problem = questions[i].problem;
            plan.parts[parts[i]].readable = false;
        } else if (questions[i].offset >= 0) {
            offsets[questions[i].place] = questions[i].offset;
        }
    }
    return offsets;
}

Result<void> askTimes(const Client& query, ReadPlan& plan, const std::vector<Wish>& wishes,
                      const Deadline& deadline, Facts& facts)
{
    std::map<std::int64_t, std::vector<Wish>> byTime;
    for (const auto& wish : wishes) {
        std::set<std::int64_t> times;
        for (const auto* position : {&wish.read->from, &wish.read->to}) {
            if (const auto* time = std::get_if<AtTime>(position)) {
                times.insert(std::max<std::int64_t>(0, toMs(time->time)));
            }
        }
        for (const auto time : times) {
            byTime[time].push_back(wish);
        }
    }
    for (const auto& [time, asking] : byTime) {
        auto answer = ask(query, plan, asking, time, deadline);
        if (!answer) {
            return tl::unexpected(answer.error());
        }
        facts.atTime[time] = std::move(*answer);
    }
    return {};
}

Result<void> askGroups(const Client& query, ClientPool& pool, const ReadRequest& request,
                       const Deadline& deadline, Facts& facts)
{
    std::set<std::string> names;
    for (const auto& read : request.topics) {
        for (const auto* position : {&read.from, &read.to}) {
            if (const auto* group = std::get_if<AtGroup>(position)) {
                names.insert(group->group);
            }
        }
    }
    if (names.empty()) {
        return {};
    }
    const auto listed = listGroups(query, deadline);
    if (!listed) {
        return tl::unexpected(listed.error());
    }
    std::vector<std::string> known;
    for (const auto& name : names) {
        facts.groups[name].group = name;
        if (std::any_of(listed->begin(), listed->end(),
                        [&](const auto& group) { return group.group == name; })) {
            known.push_back(name);
        }
    }
    if (known.empty()) {
        return {};
    }
    auto answers = queryGroupOffsets(pool, known, deadline);
    if (!answers) {
        return tl::unexpected(answers.error());
    }
    for (auto& answer : *answers) {
        facts.groups[answer.group] = std::move(answer);
    }
    return {};
}

std::int64_t find(const Offsets& offsets, const TopicPartition& place, std::int64_t otherwise)
{
    const auto it = offsets.find(place);
    return it == offsets.end() ? otherwise : it->second;
}

// A position as an offset, before it is fitted into the log.
std::int64_t resolve(const ReadPosition& position, const PartitionReceipt& receipt,
                     std::int64_t readableEnd, const Facts& facts)
{
    const auto& place = receipt.place;
    if (std::holds_alternative<AtBeginning>(position)) {
        return receipt.logStart;
    }
    if (const auto* offset = std::get_if<AtOffset>(&position)) {
        return std::max<std::int64_t>(0, offset->offset);
    }
    if (const auto* time = std::get_if<AtTime>(&position)) {
        const auto it = facts.atTime.find(std::max<std::int64_t>(0, toMs(time->time)));
        return it == facts.atTime.end() ? readableEnd : find(it->second, place, readableEnd);
    }
    if (const auto* last = std::get_if<LastN>(&position)) {
        return last->records > 0 ? receipt.logStart : readableEnd;
    }
    if (const auto* group = std::get_if<AtGroup>(&position)) {
        const auto it = facts.groups.find(group->group);
        return it == facts.groups.end() ? receipt.logStart
                                        : find(it->second.committed, place, receipt.logStart);
    }
    return readableEnd;
}

void fit(ReadPlan::Part& part, const TopicRead& read, const ReadRequest& request,
         const Facts& facts)
{
    auto& receipt = part.receipt;
    receipt.logStart = find(facts.begin, receipt.place, 0);
    receipt.logEnd = find(facts.end, receipt.place, receipt.logStart);
    const auto readableEnd = find(facts.readableEnd, receipt.place, receipt.logEnd);

    receipt.from = resolve(read.from, receipt, readableEnd, facts);
    auto to = request.follow ? readableEnd : resolve(read.to, receipt, readableEnd, facts);
    std::vector<std::string> problems;
    if (receipt.from > readableEnd) {
        problems.push_back("the log ends at offset " + std::to_string(readableEnd) +
                           ", before the start asked for (" + std::to_string(receipt.from) + ")");
        receipt.from = readableEnd;
    }
    if (to > readableEnd) {
        if (readableEnd < receipt.logEnd) {
            problems.push_back("an open transaction hides what stands from offset " +
                               std::to_string(readableEnd) +
                               " on: read uncommitted records to see it");
        }
        to = readableEnd;
    }
    to = std::max(to, receipt.from);
    part.start = std::max(receipt.from, receipt.logStart);
    if (part.start > receipt.from && to > receipt.from) {
        problems.push_back(range(receipt.from, std::min(part.start, to)) +
                           " had been deleted before the read (retention, or on request)");
    }
    part.start = std::min(part.start, std::max(to, receipt.logStart));
    receipt.next = part.start;
    part.end = to;
    if (const auto* last = std::get_if<LastN>(&read.from)) {
        part.newest = std::max<std::int64_t>(0, last->records);
    }
    receipt.to = request.follow ? -1 : to;
    for (const auto& problem : problems) {
        receipt.problem += (receipt.problem.empty() ? "" : "; ") + problem;
    }
}

} // namespace

std::int64_t ReadPlan::offsetsPlanned() const
{
    return std::accumulate(
        parts.begin(), parts.end(), std::int64_t{0}, [](std::int64_t sum, const Part& part) {
            return part.readable ? sum + std::max<std::int64_t>(0, part.end - part.start) : sum;
        });
}

bool ReadPlan::asksForNewest() const
{
    return std::any_of(parts.begin(), parts.end(),
                       [](const Part& part) { return part.readable && part.newest > 0; });
}

Result<ReadPlan> planRead(const Client& reader, const Client& query, ClientPool& pool,
                          const ReadRequest& request)
{
    const Deadline deadline(request.deadline);
    std::vector<std::string> names;
    for (const auto& read : request.topics) {
        if (!request.follow && std::holds_alternative<LastN>(read.to)) {
            return fail(ErrorCode::InvalidArgument,
                        "A read cannot end at \"the last N\": name an offset, a time or the end.");
        }
        names.push_back(read.topic);
    }
    if (names.empty()) {
        return fail(ErrorCode::InvalidArgument, "The read names no topic: choose at least one.");
    }
    auto state = queryMetadata(reader, names, deadline);
    if (!state) {
        return tl::unexpected(state.error());
    }
    ReadPlan plan;
    auto wishes = listParts(request, *state, plan);
    if (!wishes) {
        return tl::unexpected(wishes.error());
    }
    if (plan.parts.empty()) {
        return fail(ErrorCode::NotFound, plan.problems.empty() ? "The topics hold no partition."
                                                               : plan.problems.front());
    }

    Facts facts;
    if (auto done = askGroups(query, pool, request, deadline, facts); !done) {
        return tl::unexpected(done.error());
    }
    auto begin = ask(query, plan, *wishes, OffsetQuestion::kBegin, deadline);
    if (!begin) {
        return tl::unexpected(begin.error());
    }
    facts.begin = std::move(*begin);
    // The isolation level's end first: the high watermark, asked for later, is never below it.
    auto readable = ask(reader, plan, *wishes, OffsetQuestion::kEnd, deadline);
    if (!readable) {
        return tl::unexpected(readable.error());
    }
    facts.readableEnd = std::move(*readable);
    if (request.isolation == Isolation::ReadCommitted) {
        auto end = ask(query, plan, *wishes, OffsetQuestion::kEnd, deadline);
        if (!end) {
            return tl::unexpected(end.error());
        }
        facts.end = std::move(*end);
    } else {
        facts.end = facts.readableEnd;
    }
    if (auto done = askTimes(query, plan, *wishes, deadline, facts); !done) {
        return tl::unexpected(done.error());
    }
    for (const auto& [name, group] : facts.groups) {
        if (!group.problem.empty()) {
            plan.problems.push_back(group.problem);
        } else if (group.committed.empty()) {
            plan.problems.push_back("The group \"" + name +
                                    "\" has no committed offset: the read began at the beginning.");
        }
    }
    for (const auto& wish : *wishes) {
        if (plan.parts[wish.part].readable) {
            fit(plan.parts[wish.part], *wish.read, request, facts);
        }
    }
    return plan;
}

} // namespace hindcast::kafka

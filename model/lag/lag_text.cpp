#include "model/lag/lag_text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace hindcast {

namespace {

using std::chrono::milliseconds;

std::string count(std::int64_t n, const char* one, const char* many)
{
    return fmt::format("{} {}", formatCount(n), n == 1 ? one : many);
}

std::string records(std::int64_t n)
{
    return count(n, "record", "records");
}

std::size_t countOf(const GroupLag& group, Verdict verdict)
{
    return static_cast<std::size_t>(
        std::count_if(group.partitions.begin(), group.partitions.end(),
                      [verdict](const PartitionLag& p) { return p.verdict == verdict; }));
}

// "The other 5 partitions keep up", or what else they do; empty where there are no others.
std::string others(const GroupLag& group, Verdict verdict)
{
    std::size_t rest = 0;
    std::size_t troubled = 0;
    for (const PartitionLag& p : group.partitions) {
        if (p.verdict != verdict && p.verdict != Verdict::NotAssigned &&
            p.verdict != Verdict::NoCommit) {
            ++rest;
            troubled += severityOf(p.verdict) >= Severity::Warning ? 1 : 0;
        }
    }
    if (rest == 0) {
        return {};
    }
    if (troubled == 0) {
        return rest == 1 ? "The other partition keeps up"
                         : fmt::format("The other {} partitions keep up", rest);
    }
    return fmt::format("Of the other {}, {} {} too",
                       count(static_cast<std::int64_t>(rest), "partition", "partitions"), troubled,
                       troubled == 1 ? "needs a look" : "need a look");
}

std::string memberClause(const GroupLag& group, const PartitionLag& worst)
{
    if (!group.sample->membersVisible) {
        return "whether its member is alive cannot be seen with this client library";
    }
    if (group.selfAssigned) {
        return "the group has no members, it assigns its partitions itself";
    }
    return worst.memberId.empty() || worst.memberHeld ? "nobody is assigned to it"
                                                      : "its member is alive";
}

std::string since(const PartitionLag& p, const TimeFormat& time)
{
    return p.commitSeen ? fmt::format("since {}", time(p.lastCommit))
                        : fmt::format("since {} at least", time(p.lastCommit));
}

LagText stopped(const GroupLag& group, const PartitionLag& worst, const TimeFormat& time)
{
    LagText text;
    const std::size_t n = countOf(group, Verdict::Stopped);
    const std::string place = worst.place().toString();
    if (n == group.partitions.size() && n > 1) {
        text.headline = fmt::format("{} has stopped", group.group);
    } else if (n > 1) {
        text.headline = fmt::format("{} has stopped on {} of {} partitions", group.group, n,
                                    group.partitions.size());
    } else {
        text.headline = fmt::format("{} has stopped on {}", group.group, place);
    }
    const double in = worst.in.value_or(0);
    text.detail = fmt::format("Nothing committed {}{} while {}; {}. ",
                              n > 1 ? fmt::format("on {} ", place) : "", since(worst, time),
                              in > 0 ? fmt::format("{} records/s arrive", formatRate(in))
                                     : fmt::format("{} {}", records(worst.split.available),
                                                   worst.split.available == 1 ? "waits" : "wait"),
                              memberClause(group, worst));
    const std::string rest = others(group, Verdict::Stopped);
    if (n == group.partitions.size() && n > 1) {
        text.detail += "No partition moves: look at the consumer itself first, then at the record "
                       "it is stuck on.";
    } else {
        text.detail += rest.empty() ? "Look at the record it is stuck on."
                                    : rest + ": look at the record it is stuck on.";
    }
    return text;
}

// Which of "slow" and "stuck" it is, only a commit tells, or its absence for long enough.
std::string trend(const GroupLag& group, const PartitionLag& worst)
{
    if (group.firstLook) {
        return "Whether it moves, a first look cannot tell.";
    }
    if (!worst.commitSeen && worst.waitingSince != kNoTimestamp) {
        return fmt::format("In the {} it was watched nothing was committed{}: slow or stuck, the "
                           "next samples will tell.",
                           formatDuration(group.sample->time - worst.lastCommit),
                           group.partitions.size() > 1 ? " there" : "");
    }
    const std::string rates = fmt::format("It reads {} records/s while {} arrive",
                                          formatRate(group.out), formatRate(group.in));
    switch (worst.catchUp.kind) {
    case CatchUp::Kind::In:
        return fmt::format("{}: it catches up in about {}.", rates,
                           formatDuration(worst.catchUp.in));
    case CatchUp::Kind::Never:
        return fmt::format("{}: {}.", rates,
                           worst.lagSlope > 0.5 ? "it falls further behind"
                                                : "it does not come nearer");
    case CatchUp::Kind::CaughtUp:
    case CatchUp::Kind::Unknown:
        break;
    }
    return rates + ".";
}

LagText lagging(const GroupLag& group, const PartitionLag& worst)
{
    LagText text;
    text.headline = worst.behind.known() ? fmt::format("{} is {}{} behind", group.group,
                                                       worst.behind.atLeast() ? "at least " : "",
                                                       formatDuration(worst.behind.lag))
                                         : fmt::format("{} falls behind", group.group);
    text.detail = fmt::format(
        "{} {}{}. {}", records(group.available), group.available == 1 ? "waits" : "wait",
        group.partitions.size() > 1
            ? fmt::format(", {} of them on {}", formatCount(worst.split.available),
                          worst.place().toString())
            : "",
        trend(group, worst));
    return text;
}

LagText hot(const GroupLag& group, const PartitionLag& worst)
{
    LagText text;
    text.headline = fmt::format("{} lags on {} alone", group.group, worst.place().toString());
    double others = 0;
    std::size_t n = 0;
    for (const PartitionLag& p : group.partitions) {
        if (&p != &worst && p.place().topic == worst.place().topic) {
            others += p.in.value_or(0);
            ++n;
        }
    }
    const double mean = n > 0 ? others / static_cast<double>(n) : 0;
    const double in = worst.in.value_or(0);
    text.detail = fmt::format(
        "{} of the {} that wait are there; {} records/s arrive on it, {} on each of the other "
        "partitions on average: look at {}. {}",
        formatCount(worst.split.available), records(group.available), formatRate(in),
        formatRate(mean), in > 2 * mean ? "the keys that go there" : "the member that reads it",
        trend(group, worst));
    return text;
}

std::string waiting(const GroupLag& group)
{
    if (group.available == 0) {
        return "Nothing waits for it.";
    }
    return fmt::format(
        "{} {}{}.", records(group.available), group.available == 1 ? "waits" : "wait",
        group.behind.known() && group.behind.lag > milliseconds{0}
            ? fmt::format(", the oldest since {}{}", group.behind.atLeast() ? "at least " : "",
                          formatDuration(group.behind.lag))
            : "");
}

LagText empty(const GroupLag& group, const TimeFormat& time)
{
    LagText text;
    text.headline = fmt::format("{} has no members", group.group);
    text.detail = fmt::format("{} {}",
                              group.stateSeenChange
                                  ? fmt::format("The last one left by {}.", time(group.stateSince))
                                  : fmt::format("None since {} at least.", time(group.stateSince)),
                              waiting(group));
    return text;
}

LagText ok(const GroupLag& group)
{
    LagText text;
    text.headline = fmt::format("{} keeps up", group.group);
    std::string behind;
    if (group.behind.known() && group.behind.lag > milliseconds{0}) {
        behind = fmt::format(", {} behind at most", formatDuration(group.behind.lag));
    }
    text.detail = (group.available == 0 ? "Everything is read up to the end of the log"
                                        : fmt::format("{} {}", records(group.available),
                                                      group.available == 1 ? "waits" : "wait")) +
                  behind +
                  (group.firstLook ? "."
                                   : fmt::format("; it reads {} records/s while {} arrive.",
                                                 formatRate(group.out), formatRate(group.in)));
    return text;
}

LagText unknown(const GroupLag& group)
{
    return {fmt::format("Whether {} keeps up is not known yet", group.group),
            fmt::format("{} {}, and how old they are is not known: a first look cannot tell "
                        "whether it reads them.",
                        records(group.available), group.available == 1 ? "waits" : "wait")};
}

LagText ofPartition(const GroupLag& group, const PartitionLag& worst, const TimeFormat& time)
{
    const std::string place = worst.place().toString();
    switch (group.verdict) {
    case Verdict::NoLeader:
        return {fmt::format("{} has no leader", place),
                fmt::format("Its log end is not known, so {}'s lag there is not known either: look "
                            "at the brokers first.",
                            group.group)};
    case Verdict::Missed:
        return {
            fmt::format("{} has lost {} on {}", group.group, records(worst.split.missed), place),
            fmt::format("Retention deleted them before they were read: it stands at {}, the "
                        "log now begins at {}. {}",
                        formatCount(worst.sample.committed), formatCount(worst.sample.logStart),
                        waiting(group))};
    case Verdict::Ahead:
        return {fmt::format("{} stands past the end of {}", group.group, place),
                fmt::format("It committed {}, and the log ends at {}: the topic was recreated or "
                            "truncated. What is written there below {} may never be read.",
                            formatCount(worst.sample.committed), formatCount(worst.sample.logEnd),
                            formatCount(worst.sample.committed))};
    case Verdict::Rewound:
        return {fmt::format("{} has gone back on {}", group.group, place),
                fmt::format("Its committed offset fell from {} at {} and is {} now: it reads {} "
                            "again. {}",
                            formatCount(worst.rewoundFrom.value_or(0)), time(worst.rewoundAt),
                            formatCount(worst.sample.committed),
                            records(worst.rewoundFrom.value_or(0) - worst.sample.committed),
                            trend(group, worst))};
    default:
        return lagging(group, worst);
    }
}

} // namespace

LagText describeLag(const GroupLag& group, const TimeFormat& time)
{
    if (!group.known()) {
        return {fmt::format("Nothing is known of {} at this time", group.group),
                "Its first sample is later."};
    }
    const PartitionLag* worst = group.worst ? &group.partitions[*group.worst] : nullptr;
    LagText text;
    switch (group.verdict) {
    case Verdict::Stopped:
        text = stopped(group, *worst, time);
        break;
    case Verdict::HotPartition:
        text = hot(group, *worst);
        break;
    case Verdict::Empty:
        text = empty(group, time);
        break;
    case Verdict::Rebalancing:
        text = {
            fmt::format("{} is rebalancing", group.group),
            fmt::format("{} since {}: its partitions are handed out anew, and until then nobody "
                        "reads them. {}",
                        group.sample->state, time(group.stateSince), waiting(group))};
        break;
    case Verdict::NoCommit:
        text = {fmt::format("{} has committed nothing", group.group),
                "So its lag is not known: where it starts follows from its auto.offset.reset."};
        break;
    case Verdict::NotAssigned:
        text = {fmt::format("{} reads none of these topics any more", group.group),
                "It committed offsets on them once, and no member is assigned to them now."};
        break;
    case Verdict::MembersHidden:
        text = {fmt::format("The members of {} cannot be seen", group.group),
                "It uses the new consumer protocol, which this client library cannot describe, and "
                "it has no committed offsets."};
        break;
    case Verdict::Unknown:
        text = unknown(group);
        break;
    case Verdict::Ok:
        text = ok(group);
        break;
    default:
        text = ofPartition(group, *worst, time);
        break;
    }
    if (group.missed > 0 && group.verdict != Verdict::Missed) {
        text.detail += fmt::format(" {} {} deleted before it read them.", records(group.missed),
                                   group.missed == 1 ? "was" : "were");
    }
    if (!group.sample->membersVisible && group.verdict != Verdict::MembersHidden &&
        group.verdict != Verdict::Stopped) {
        text.detail += " Its members cannot be seen with this client library.";
    }
    return text;
}

std::string formatCount(std::int64_t n)
{
    std::string digits = std::to_string(n < 0 ? -n : n);
    for (std::size_t at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, ",");
    }
    return n < 0 ? "-" + digits : digits;
}

std::string formatRate(double recordsPerSecond)
{
    if (recordsPerSecond <= 0) {
        return "0";
    }
    if (recordsPerSecond < 0.05) {
        return "< 0.1";
    }
    if (recordsPerSecond < 9.95) {
        return fmt::format("{:.1f}", recordsPerSecond);
    }
    return formatCount(std::llround(recordsPerSecond));
}

std::string formatCatchUp(const CatchUp& catchUp)
{
    switch (catchUp.kind) {
    case CatchUp::Kind::CaughtUp:
        return "caught up";
    case CatchUp::Kind::In:
        return "in " + formatDuration(catchUp.in);
    case CatchUp::Kind::Never:
        return "never at this rate";
    case CatchUp::Kind::Unknown:
        break;
    }
    return "\u2013";
}

std::string formatTimeLag(const TimeLag& lag)
{
    if (!lag.known()) {
        return "\u2013";
    }
    if (lag.lag < milliseconds{100}) {
        return lag.lag <= milliseconds{0} ? "0s" : "< 0.1s";
    }
    return (lag.atLeast() ? "> " : "") + formatDuration(lag.lag);
}

} // namespace hindcast

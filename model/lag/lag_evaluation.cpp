#include "model/lag/lag_evaluation.h"

#include "model/lag/burrow.h"
#include "model/lag/lag_math.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

namespace hindcast {

namespace {

using std::chrono::milliseconds;

bool isRebalancing(std::string_view state)
{
    constexpr std::array<std::string_view, 4> kStates{"PreparingRebalance", "CompletingRebalance",
                                                      "Assigning", "Reconciling"};
    return std::find(kStates.begin(), kStates.end(), state) != kStates.end();
}

// Everything about one group at one time that the steps below share.
struct Look
{
    const GroupTrack& track;
    const GroupSample& sample;
    std::size_t sampleIndex;
    const LagRules& rules;
    bool rebalancing = false;
    bool noMembers = false;
    std::set<std::string> assignedTopics; // empty: who reads what is not known
};

// The points of one partition up to the sample looked at.
struct Series
{
    const PartitionTrack& track;
    std::size_t last;

    const LagPoint& point() const { return track.points[last]; }
};

void fillRates(const Series& series, const LagRules& rules, PartitionLag& lag)
{
    const LagPoint& now = series.point();
    constexpr milliseconds kLongest{60'000};
    std::vector<lag_math::Point> ends;
    std::vector<lag_math::Point> commits;
    bool committed = now.committed >= 0;
    for (std::size_t back = 0; back < rules.rateSamples && back <= series.last; ++back) {
        const LagPoint& p = series.track.points[series.last - back];
        // Samples far apart: two are enough, so that the rate is of lately.
        if (back > 1 && now.time - p.time > kLongest) {
            break;
        }
        if (series.last - back >= now.endBreak && p.logEnd >= 0) {
            ends.push_back({p.time, static_cast<double>(p.logEnd)});
        }
        // Where the group went back, a mean over both sides would say nothing.
        committed = committed && p.committed >= 0 &&
                    (commits.empty() || static_cast<double>(p.committed) <= commits.back().value);
        if (committed) {
            commits.push_back({p.time, static_cast<double>(p.committed)});
        }
    }
    std::reverse(ends.begin(), ends.end());
    std::reverse(commits.begin(), commits.end());
    lag.in = lag_math::rate(ends);
    lag.out = lag_math::rate(commits);
}

void fillSlope(const Series& series, const LagRules& rules, PartitionLag& lag)
{
    std::vector<lag_math::Point> points;
    std::int64_t committed = series.point().committed;
    for (std::size_t back = 0; back < rules.slopeSamples && back <= series.last; ++back) {
        const LagPoint& p = series.track.points[series.last - back];
        if (p.committed < 0 || p.committed > committed ||
            series.last - back < series.point().endBreak) {
            break;
        }
        committed = p.committed;
        points.push_back({p.time, static_cast<double>(p.split().available)});
    }
    std::reverse(points.begin(), points.end());
    lag.lagSlope = lag_math::slope(points).value_or(0);
    if (points.size() < 3) {
        return;
    }
    if (const auto in = lag_math::timeToCatchUp(lag.split.available, lag.lagSlope)) {
        lag.catchUp = {CatchUp::Kind::In, *in};
    } else {
        lag.catchUp.kind =
            lag.split.available < 100 ? CatchUp::Kind::Unknown : CatchUp::Kind::Never;
    }
}

struct Commits
{
    burrow::Status status = burrow::Status::Ok;
    bool lagGrew = false; // from the first commit of the window to the last
};

Commits judgeCommits(const Series& series, const LagRules& rules, const PartitionLag& lag)
{
    const LagPoint& now = series.point();
    std::vector<burrow::Commit> commits;
    const std::size_t first =
        now.commits > rules.commitWindow ? now.commits - rules.commitWindow : 0;
    // A single commit has no rhythm; Burrow calls it stopped at once.
    if (now.commits - first < 3) {
        return {};
    }
    for (std::size_t i = first; i < now.commits; ++i) {
        const CommitChange& change = series.track.changes[i];
        commits.push_back(
            {change.offset, toMs(change.time),
             change.available < 0 ? std::nullopt : std::optional<std::int64_t>(change.available)});
    }
    std::vector<std::int64_t> ends;
    for (std::size_t back = 0; back < rules.commitWindow && back <= series.last; ++back) {
        ends.push_back(series.track.points[series.last - back].logEnd);
    }
    return {burrow::evaluate(commits, ends, lag.split.available, toMs(now.time)),
            commits.front().lag && commits.back().lag &&
                *commits.back().lag > *commits.front().lag};
}

// A few offsets that nobody can read, and nothing arrives: markers of transactions.
bool onlyMarkersLeft(const Series& series, const LagRules& rules, const PartitionLag& lag)
{
    return lag.in.value_or(0) <= 0 && lag.split.available <= rules.markers &&
           series.point().committedRecordTime == kNoTimestamp;
}

// The newest step back that has not been made good; Burrow's rule, with two commits enough.
void findRewind(const Series& series, const LagRules& rules, PartitionLag& lag)
{
    const LagPoint& now = series.point();
    const std::size_t first =
        now.commits > rules.commitWindow ? now.commits - rules.commitWindow : 0;
    for (std::size_t i = first; i < now.commits; ++i) {
        const CommitChange& change = series.track.changes[i];
        if (change.offset >= 0 && change.offset < change.previous &&
            now.committed < change.previous) {
            lag.rewoundFrom = change.previous;
            lag.rewoundAt = change.time;
            return;
        }
    }
}

bool hasStopped(const Series& series, const LagRules& rules)
{
    const LagPoint& now = series.point();
    if (now.waitingSince == kNoTimestamp) {
        return false;
    }
    milliseconds limit = rules.stoppedUnseen;
    if (now.commits > 0) {
        milliseconds slowest{0};
        const std::size_t first =
            now.commits > rules.commitWindow ? now.commits - rules.commitWindow : 0;
        for (std::size_t i = first; i < now.commits; ++i) {
            slowest = std::max(slowest, series.track.changes[i].waited);
        }
        limit = std::max(rules.stoppedAfter, 3 * slowest);
    }
    return now.time - now.waitingSince >= limit;
}

// One look tells how far behind a partition is, never whether it moves: neither "stopped" nor "hot"
// can be said, nor that it keeps up where the time is not known.
Verdict judgeFirstLook(const LagRules& rules, const PartitionLag& lag)
{
    if (lag.split.missed > 0) {
        return Verdict::Missed;
    }
    if (!lag.behind.known()) {
        return Verdict::Unknown;
    }
    return lag.behind.lag > rules.behindAtOnce ? Verdict::Lagging : Verdict::Ok;
}

bool isBehindThroughout(const Series& series, const LagRules& rules)
{
    // Back to the last commit at least: a consumer that commits once a minute is behind by up to
    // that much, and is not if the commit brought it to the end.
    constexpr std::size_t kFarthest = 500;
    const LagPoint& now = series.point();
    for (std::size_t back = 0; back <= series.last && back < kFarthest; ++back) {
        const bool sinceCommit =
            now.commits > 0 && series.track.points[series.last - back].time >= now.lastCommit;
        if (back >= rules.rateSamples && !sinceCommit) {
            break;
        }
        const TimeLag then = timeLagOf(series.track, series.last - back);
        if (!then.known() || then.lag <= rules.behind) {
            return false;
        }
    }
    return true;
}

Verdict judge(const Look& look, const Series& series, PartitionLag& lag)
{
    const LagPoint& now = series.point();
    if (lag.split.state == LagSplit::State::NoCommit) {
        return Verdict::NoCommit;
    }
    if (!look.noMembers && !look.rebalancing && !look.assignedTopics.empty() &&
        !look.assignedTopics.contains(lag.place().topic)) {
        return Verdict::NotAssigned;
    }
    if (lag.split.state == LagSplit::State::NoLeader) {
        return Verdict::NoLeader;
    }
    if (lag.split.ahead > 0) {
        return now.aheadPolls >= 2 ? Verdict::Ahead : Verdict::Ok;
    }
    if (look.noMembers) {
        return Verdict::Empty;
    }
    if (lag.split.available == 0) {
        return lag.split.missed > 0 ? Verdict::Missed : Verdict::Ok;
    }
    if (onlyMarkersLeft(series, look.rules, lag)) {
        lag.behind = {};
        return lag.split.missed > 0 ? Verdict::Missed : Verdict::Ok;
    }
    if (series.last == 0) {
        return judgeFirstLook(look.rules, lag);
    }
    const Commits commits = judgeCommits(series, look.rules, lag);
    const bool stopped = hasStopped(series, look.rules) || commits.status == burrow::Status::Stop ||
                         commits.status == burrow::Status::Stall;
    if (stopped) {
        return look.rebalancing ? Verdict::Rebalancing : Verdict::Stopped;
    }
    findRewind(series, look.rules, lag);
    if (lag.rewoundFrom) {
        return Verdict::Rewound;
    }
    if (lag.split.missed > 0) {
        return Verdict::Missed;
    }
    if (isBehindThroughout(series, look.rules)) {
        return Verdict::Lagging;
    }
    // A lag that never falls counts where it grows, and by more than one look at a busy topic can
    // tell; markers alone keep it flat for ever.
    const bool falling = commits.status == burrow::Status::Warn && commits.lagGrew &&
                         (!lag.behind.known() || lag.behind.lag > milliseconds{2'000});
    return falling ? Verdict::Lagging : Verdict::Ok;
}

void fillMember(const Look& look, const GroupPartitionSample& partition, PartitionLag& lag)
{
    const auto find = [&](const GroupSample& in, const GroupPartitionSample& at) -> std::string {
        if (!at.memberId.empty()) {
            return at.memberId;
        }
        for (const GroupMember& member : in.members) {
            if (std::find(member.assigned.begin(), member.assigned.end(), at.place) !=
                member.assigned.end()) {
                return member.memberId;
            }
        }
        return {};
    };
    const GroupSample* in = &look.sample;
    lag.memberId = find(look.sample, partition);
    // During a rebalance members vanish and come back: the last one is still the best answer.
    constexpr std::size_t kLookBack = 60;
    for (std::size_t back = 1;
         lag.memberId.empty() && look.rebalancing && back <= kLookBack && back <= look.sampleIndex;
         ++back) {
        in = look.track.samples[look.sampleIndex - back].get();
        for (const GroupPartitionSample& before : in->partitions) {
            if (before.place == partition.place) {
                lag.memberId = find(*in, before);
            }
        }
        lag.memberHeld = !lag.memberId.empty();
    }
    for (const GroupMember& member : in->members) {
        if (member.memberId == lag.memberId) {
            lag.clientId = member.clientId;
            lag.host = member.host;
        }
    }
}

PartitionLag evaluatePartition(const Look& look, const GroupPartitionSample& sample)
{
    PartitionLag lag;
    lag.sample = sample;
    lag.split = LagSplit::of(sample);
    fillMember(look, sample, lag);
    const PartitionTrack* track = look.track.find(sample.place);
    const std::size_t n = track ? track->upTo(look.sample.time) : 0;
    if (n == 0) {
        return lag;
    }
    const Series series{*track, n - 1};
    lag.lastCommit = series.point().lastCommit;
    lag.commitSeen = series.point().commits > 0;
    lag.waitingSince = series.point().waitingSince;
    lag.behind = timeLagOf(*track, n - 1);
    fillRates(series, look.rules, lag);
    fillSlope(series, look.rules, lag);
    lag.verdict = judge(look, series, lag);
    if (lag.verdict == Verdict::Stopped || (lag.verdict == Verdict::Empty && lag.split.available)) {
        lag.catchUp.kind = CatchUp::Kind::Never;
    } else if (lag.split.known() && (lag.verdict == Verdict::Ok || lag.split.available == 0)) {
        lag.catchUp.kind = CatchUp::Kind::CaughtUp;
    } else if (!lag.split.known()) {
        lag.catchUp.kind = CatchUp::Kind::Unknown;
    }
    return lag;
}

void findHotPartition(GroupLag& group)
{
    for (std::size_t i = 0; i < group.partitions.size();) {
        const std::string& topic = group.partitions[i].place().topic;
        std::vector<double> lags;
        std::size_t end = i;
        for (; end < group.partitions.size() && group.partitions[end].place().topic == topic;
             ++end) {
            lags.push_back(static_cast<double>(group.partitions[end].split.available));
        }
        if (const auto hot = lag_math::standsOut(lags)) {
            PartitionLag& lag = group.partitions[i + *hot];
            lag.standsOut = lag.split.available >= 100;
            const bool alone =
                std::none_of(group.partitions.begin(), group.partitions.end(),
                             [&lag](const PartitionLag& other) {
                                 return &other != &lag && other.verdict == Verdict::Lagging;
                             });
            // "Hot" says that its consumer reads and cannot keep up: without a commit seen, it may
            // just as well be stuck.
            if (lag.standsOut && alone && lag.commitSeen && lag.verdict == Verdict::Lagging) {
                lag.verdict = Verdict::HotPartition;
            }
        }
        i = end;
    }
}

void sumUp(GroupLag& group)
{
    for (const PartitionLag& lag : group.partitions) {
        if (!lag.split.known() || lag.verdict == Verdict::NotAssigned) {
            continue;
        }
        group.available += lag.split.available;
        group.missed += lag.split.missed;
        group.in += lag.in.value_or(0);
        group.out += lag.out.value_or(0);
        if (lag.behind.known() && (!group.behind.known() || lag.behind.lag > group.behind.lag)) {
            group.behind = lag.behind;
        }
    }
}

void judgeGroup(const Look& look, GroupLag& group)
{
    const auto worse = [](const PartitionLag& a, const PartitionLag& b) {
        return a.verdict != b.verdict ? a.verdict < b.verdict
                                      : a.split.available < b.split.available;
    };
    const auto worst = std::max_element(group.partitions.begin(), group.partitions.end(), worse);
    const auto all = [&group](Verdict verdict) {
        return std::all_of(group.partitions.begin(), group.partitions.end(),
                           [verdict](const PartitionLag& p) { return p.verdict == verdict; });
    };
    if (worst != group.partitions.end() && severityOf(worst->verdict) >= Severity::Warning) {
        group.verdict = worst->verdict;
        group.worst = static_cast<std::size_t>(worst - group.partitions.begin());
    } else if (look.rebalancing) {
        group.verdict = Verdict::Rebalancing;
    } else if (look.noMembers) {
        group.verdict = Verdict::Empty;
    } else if (group.partitions.empty() && !look.sample.membersVisible) {
        group.verdict = Verdict::MembersHidden;
    } else if (all(Verdict::NoCommit)) {
        group.verdict = Verdict::NoCommit;
    } else if (all(Verdict::NotAssigned)) {
        group.verdict = Verdict::NotAssigned;
    } else if (std::any_of(group.partitions.begin(), group.partitions.end(),
                           [](const PartitionLag& p) { return p.verdict == Verdict::Unknown; })) {
        group.verdict = Verdict::Unknown;
    } else {
        group.verdict = Verdict::Ok;
    }
    group.severity = severityOf(group.verdict);
    // Nightly jobs are empty all day; a group whose members have gone while it was watched is not.
    if (group.verdict == Verdict::Empty && group.stateSeenChange && group.available > 0) {
        group.severity = Severity::Warning;
    }
}

// A group without members that still commits assigns its partitions itself (Flink, Spark, kcat):
// it is judged like any other.
bool commitsWithoutMembers(const GroupTrack& track, const GroupSample& sample)
{
    static constexpr milliseconds kLately{60'000};
    return std::any_of(track.partitions.begin(), track.partitions.end(),
                       [&sample](const PartitionTrack& p) {
                           const std::size_t n = p.upTo(sample.time);
                           if (n < 2 || p.points[n - 1].commits == 0) {
                               return false;
                           }
                           const CommitChange& change = p.changes[p.points[n - 1].commits - 1];
                           return sample.time - change.time <= kLately;
                       });
}

} // namespace

GroupLag evaluateLag(const LagHistory& history, const std::string& group, Timestamp t,
                     const LagRules& rules)
{
    GroupLag result;
    result.group = group;
    const GroupTrackPtr track = history.track(group);
    const std::size_t n = track ? track->upTo(t) : 0;
    if (n == 0) {
        return result;
    }
    result.sample = track->samples[n - 1];
    result.stateSince = track->stateSince[n - 1];
    result.firstLook = n == 1;
    result.stateSeenChange = result.stateSince > track->samples.front()->time;

    Look look{*track, *result.sample, n - 1, rules, isRebalancing(result.sample->state), false, {}};
    if (result.sample->membersVisible && result.sample->members.empty() && !look.rebalancing) {
        // The last commits of members that have just left are not its own.
        const bool justLeft = result.stateSeenChange &&
                              result.sample->time - result.stateSince <= milliseconds{60'000};
        result.selfAssigned = !justLeft && commitsWithoutMembers(*track, *result.sample);
        look.noMembers = !result.selfAssigned;
    }
    for (const GroupMember& member : result.sample->members) {
        for (const TopicPartition& place : member.assigned) {
            look.assignedTopics.insert(place.topic);
        }
    }
    for (const GroupPartitionSample& partition : result.sample->partitions) {
        if (!partition.memberId.empty()) {
            look.assignedTopics.insert(partition.place.topic);
        }
        result.partitions.push_back(evaluatePartition(look, partition));
    }
    std::sort(result.partitions.begin(), result.partitions.end(),
              [](const PartitionLag& a, const PartitionLag& b) { return a.place() < b.place(); });
    findHotPartition(result);
    sumUp(result);
    judgeGroup(look, result);
    return result;
}

} // namespace hindcast

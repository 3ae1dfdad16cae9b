#include "model/lag/burrow.h"

#include <algorithm>

namespace hindcast::burrow {

namespace {

bool stopped(std::span<const Commit> commits, std::int64_t nowMs)
{
    const std::int64_t first = commits.front().timeMs;
    const std::int64_t last = commits.back().timeMs;
    return nowMs - last > last - first;
}

bool recentLagZero(std::span<const Commit> commits, std::span<const std::int64_t> recentEnds)
{
    const std::int64_t last = commits.back().offset;
    return std::any_of(recentEnds.begin(), recentEnds.end(),
                       [last](std::int64_t end) { return end <= last; });
}

// Went back, and did not return to where it had been.
bool rewound(std::span<const Commit> commits)
{
    for (std::size_t i = 1; i < commits.size(); ++i) {
        if (commits[i].offset < commits[i - 1].offset) {
            const std::int64_t before = commits[i - 1].offset;
            const auto rest = commits.subspan(i);
            return std::none_of(rest.begin(), rest.end(),
                                [before](const Commit& c) { return c.offset >= before; });
        }
    }
    return false;
}

bool stalled(std::span<const Commit> commits)
{
    return std::all_of(commits.begin(), commits.end(),
                       [&commits](const Commit& c) { return c.offset == commits.front().offset; });
}

bool lagNeverFalls(std::span<const Commit> commits)
{
    std::optional<std::int64_t> last;
    for (const Commit& commit : commits) {
        if (commit.lag) {
            if (last && *commit.lag < *last) {
                return false;
            }
            last = commit.lag;
        }
    }
    return true;
}

} // namespace

Status evaluate(std::span<const Commit> commits, std::span<const std::int64_t> recentEnds,
                std::int64_t currentLag, std::int64_t nowMs, std::int64_t allowedLag)
{
    if (commits.empty() || currentLag <= allowedLag) {
        return Status::Ok;
    }
    // Before the look for a lag of zero: the commits may be old (Burrow's #290). A topic with
    // little traffic is given time (#303).
    if (stopped(commits, nowMs) && !recentLagZero(commits, recentEnds)) {
        return Status::Stop;
    }
    if (rewound(commits)) {
        return Status::Rewind;
    }
    const bool caughtUpOnce =
        std::any_of(commits.begin(), commits.end(),
                    [allowedLag](const Commit& c) { return c.lag && *c.lag <= allowedLag; });
    if (!caughtUpOnce) {
        if (stalled(commits)) {
            return Status::Stall;
        }
        if (lagNeverFalls(commits)) {
            return Status::Warn;
        }
    }
    return Status::Ok;
}

} // namespace hindcast::burrow

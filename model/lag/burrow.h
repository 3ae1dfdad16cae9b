#pragma once

#include <cstdint>
#include <optional>
#include <span>

// The rules by which Burrow (linkedin/Burrow, core/internal/evaluator/caching.go) judges the
// commits of one partition, in its order. Kept pure, so that its own vectors can be run against it;
// what Hindcast adds stands in lag_evaluation.h.
namespace hindcast::burrow {

enum class Status : std::uint8_t { Ok, Warn, Stop, Stall, Rewind };

struct Commit
{
    std::int64_t offset = 0;
    std::int64_t timeMs = 0;
    std::optional<std::int64_t> lag; // when it was committed; nullopt: not known
};

// `commits` oldest first; `recentEnds` the log ends polled lately, in any order. Lags up to
// `allowedLag` count as none. No commits: Ok.
Status evaluate(std::span<const Commit> commits, std::span<const std::int64_t> recentEnds,
                std::int64_t currentLag, std::int64_t nowMs, std::int64_t allowedLag = 0);

} // namespace hindcast::burrow

#pragma once

#include "model/replay/version_log.h"

#include <string>
#include <vector>

namespace hindcast {

// How far a rebuilt state can be believed.
enum class Trust : std::uint8_t {
    Exact,      // every record that could count is there
    BestEffort, // built from what there is; something before or inside is missing
    Unknown,    // nothing was read that could tell
};

std::string_view trustWord(Trust trust); // "Exact", "Best effort", "Unknown"

// One partition's share in a state, and why.
struct PartitionTrust
{
    TopicPartition place;
    Trust trust = Trust::Exact;
    std::string reason; // a clause without the partition's name; empty: exact
};

// How far the state at a prefix can be believed, from what the capture knows of its topics:
// offsets held, ranges read, log starts, and filters that were on while reading. What cannot be
// told from that is never called exact.
struct TrustReport
{
    Trust overall = Trust::Unknown;
    std::vector<PartitionTrust> partitions; // of the projection's topics, in order
    std::uint64_t skipped = 0;              // records up to here that could not be folded

    std::size_t exact() const;
    const PartitionTrust* worst() const; // null: all exact
    // "Exact on 6 partitions", "Exact on 5 of 6 partitions; payments-2: records before offset 1,204
    // were removed".
    std::string sentence() const;
};

// The trust of a stretch of moments, for the time strip.
struct TrustSpan
{
    TimeRange times;
    Trust trust = Trust::Unknown;
    std::string reason; // of the worst partition
};

// Judges the moments of one log. Made once (it looks at every record of the topics), then cheap;
// immutable and safe in any thread.
class TrustJudge
{
public:
    explicit TrustJudge(VersionLogPtr log);
    ~TrustJudge();
    TrustJudge(const TrustJudge&) = delete;
    TrustJudge& operator=(const TrustJudge&) = delete;

    TrustReport at(Rank prefix) const;
    // The trust of every moment, as pieces of time that follow each other.
    std::vector<TrustSpan> band() const;

private:
    struct Held;
    PartitionTrust judge(const Held& held, Rank prefix) const;

    const VersionLogPtr m_log;
    std::vector<Held> m_held;
    std::vector<std::string> m_filters;
    bool m_lastWins = true;
};

} // namespace hindcast

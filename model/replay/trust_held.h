#pragma once

#include "model/replay/trust_judge.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hindcast {

// What the receipts of a capture say of its topics.
struct ReadBefore
{
    std::map<TopicPartition, std::pair<std::int64_t, std::int64_t>> logs; // start and end
    std::set<std::string> filters;

    static ReadBefore of(const CaptureSnapshot& snapshot);
};

// What is known of one partition. What a hole held came after the record before it and not later
// than the one behind it, so from the former on it may be missing. By the clock `commit` ranks need
// not rise with offsets: there a hole counts from the first record on that is near it or behind it.
struct TrustJudge::Held
{
    // Offsets [from, to) without a record, which may be missing behind the record at `rank`.
    struct Hole
    {
        std::int64_t from = 0;
        std::int64_t to = 0;
        Rank rank = 0;
        std::uint64_t before = 0; // offsets in this hole and those before it
    };

    TopicPartition place;
    bool any = false;
    std::int64_t first = 0; // offsets of the first and last record
    std::int64_t last = 0;
    Rank firstRank = 0;
    Rank lastRank = 0;
    std::vector<Hole> holes;
    std::size_t unread = 0; // the first hole that no read went over; holes.size(): none
    std::vector<OffsetRange> covered;
    std::int64_t logStart = -1; // -1: not known
    std::int64_t logEnd = -1;

    void take(const HeldOffsets::Runs& runs, const TimeOrder& order);
    void findUnread();
    std::int64_t readTo() const;
    bool readAll() const { return logEnd >= 0 && readTo() >= logEnd; }
    // A record that no read went over may stand between these ranks. What was read over held none
    // but what the cleaner takes, for a later record of the same key, and transaction markers.
    bool mayMiss(Rank from, Rank to) const;
    std::vector<Hole>::const_iterator firstHoleBehind(std::int64_t offset) const;
};

} // namespace hindcast

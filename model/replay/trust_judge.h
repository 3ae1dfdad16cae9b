#pragma once

#include "model/replay/held_offsets.h"
#include "model/replay/table_doubts.h"
#include "model/replay/table_snapshots.h"
#include "model/replay/trust.h"
#include "model/replay/version_log.h"

#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace hindcast {

class TrustJudge;
using TrustJudgePtr = std::shared_ptr<const TrustJudge>;

// Judges the moments of one order over some topics. Made off the GUI thread (it looks at every
// record's offset once; an older judge of the same capture spares what it has seen), then cheap;
// immutable and safe in any thread.
class TrustJudge
{
public:
    // Of a projection's states; what the fold left out counts.
    explicit TrustJudge(const VersionLogPtr& log, const TrustJudge* older = nullptr);
    // Of the records themselves: whether those of these topics are all there. Null when stopped.
    static TrustJudgePtr ofRecords(const TimeOrderPtr& order, std::vector<std::string> topics,
                                   const std::stop_token& stop = {},
                                   const TrustJudge* older = nullptr);
    ~TrustJudge();
    TrustJudge(const TrustJudge&) = delete;
    TrustJudge& operator=(const TrustJudge&) = delete;

    TrustReport at(Rank prefix) const;
    // Of one row of the projection's state (the log is the one that the judge was made of). Where
    // the newest record of a key is all that counts, a row is exact though its partition is not, as
    // long as no offset is missing between its record and the moment, or its record is the newest
    // of the whole log. The place is that of its record, or the one that the reason is about.
    PartitionTrust ofKey(const VersionLog& log, KeyNo key, Rank prefix) const;
    // The trust of every moment, as pieces of time that follow each other; neighbours differ.
    std::vector<TrustSpan> band() const;
    const TimeOrderPtr& order() const { return m_order; }

private:
    struct Held;
    struct Sweep;
    // What is not in a state of the records that are there.
    struct LeftOut
    {
        std::uint64_t skipped = 0;
        bool orMore = false;
        std::uint64_t unknownValues = 0;
        std::string untold;

        std::string words() const;
        bool operator==(const LeftOut&) const = default;
    };
    TrustJudge();
    void look(std::vector<std::string> topics, const std::shared_ptr<const HeldOffsets>& offsets);
    PartitionTrust judge(const Held& held, Rank prefix) const;
    PartitionTrust judgeOffsets(const Held& held, Rank prefix) const;
    // Listed ones with ranks in [from, prefix); all there are up to the end.
    std::uint64_t skippedBetween(Rank from, Rank prefix) const;
    bool isListed(Rank prefix) const; // all that was skipped before it
    LeftOut leftOut(Rank prefix) const;
    void countSkipped(TrustReport& report, Rank from, Rank prefix) const;

    // What the log does not tell of a table, though it be all there.
    void findDoubts(const Projection& projection);
    // `row`: the record that wrote the row that is asked for; nullopt: the table is.
    const TableDoubt* doubtOf(const std::string& topic, Rank prefix, std::optional<Rank> row) const;
    const TableDoubt* doubtBefore(Rank prefix) const; // that is over
    void addDoubts(TrustReport& report, Rank prefix, std::optional<Rank> row) const;
    TrustReport at(Rank prefix, std::optional<Rank> row) const;

    // The snapshots of a table (trust_since.cpp).
    void findSnapshots(const Projection& projection);
    bool holdsSince(const Held& held, const TableSnapshot& snapshot, bool endsKnown,
                    Rank prefix) const;
    const TableSnapshot* settledBy(Rank prefix) const;
    LeftOut leftOutSince(const TableSnapshot& snapshot, Rank prefix) const;
    void settle(TrustReport& report, const TableSnapshot& snapshot,
                const std::string& before) const;

    // The band (trust_band.cpp).
    std::vector<std::pair<Rank, std::size_t>> cuts() const;
    std::set<Rank> changes() const;
    TrustSpan spanFrom(Rank prefix) const;

    TimeOrderPtr m_order;
    std::shared_ptr<const HeldOffsets> m_offsets;
    std::vector<Held> m_held;
    std::vector<std::string> m_filters;
    std::vector<TableSnapshot> m_snapshots; // of the one table that is judged, in order
    std::map<std::string, std::vector<TableDoubt>> m_doubts; // by topic; "": of all
    FoldReport m_fold;                                       // empty of records
    bool m_truncates = false;   // a record without a key may change every row
    bool m_lastWins = false;    // of the newest record of a key nothing else counts
    bool m_byRecordKey = false; // all records of a row have its key, in one topic
};

} // namespace hindcast

#pragma once

#include "model/capture/time_order.h"
#include "model/record/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// A moment as a text that can be pasted back, and that every copy of the capture resolves to the
// same records:
//
//   hindcast:moment?clock=log&time=2026-11-20T14:03:12.418Z&offsets=orders-0@12,orders-1@7
//   hindcast:moment?clock=commit&time=...&after=pg.app.orders-0@99
//
// `offsets` is the moment, where the clock makes it an offset vector (log, robust) or it is one by
// itself; else `after` is: everything up to that record in the order of the clock. Where several
// prefixes have the same offsets, those of some topics, `time` says which one was meant, and
// `after` where records of that time follow. A value.
struct MomentLink
{
    static constexpr std::string_view kBegin = "hindcast:moment?";

    Clock clock;
    Timestamp time = kNoTimestamp;
    std::optional<OffsetVector> offsets;
    std::optional<RecordPlace> after; // neither: all of `time`, or none before the first record

    // Of the first `prefix` records, with the partitions of `topics` only (empty: of all).
    static MomentLink of(const TimeOrder& order, Rank prefix,
                         const std::vector<std::string>& topics = {});
    static Result<MomentLink> parse(std::string_view text);
    std::string toString() const;
    // The moment as a prefix of an order by the same clock; nullopt: it is none, as offsets that a
    // group has committed mostly are, or its record is not there.
    std::optional<Rank> prefixIn(const TimeOrder& order) const;

    friend bool operator==(const MomentLink&, const MomentLink&) = default;
};

// "orders-0@12,orders-1@7": per partition the first offset that is not in.
Result<OffsetVector> parseOffsets(std::string_view text);
std::string offsetsText(const OffsetVector& offsets);

} // namespace hindcast

#pragma once

#include "model/record/cluster_state.h"
#include "model/replay/moment_finder.h"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// A moment as a person asks for it before there is an order to find it in: besides what
// findMoment() takes, a link to a moment ("hindcast:moment?..."), an offset vector
// ("offsets:orders-0@12,orders-1@7") and what a consumer group has committed ("group:billing").
struct AskedMoment
{
    std::string text;   // empty: the end
    std::string clock;  // as Clock::parse() takes it; empty: the moment's own, or the projection's
    std::string seenBy; // a group: by what it had committed at the time that `text` says
    std::vector<GroupSamplePtr> groups; // in order of time; where groups are looked up

    // The consumer group that has to be known; empty: none.
    std::string group() const;
};

// An order with the moment in it as one of its prefixes.
struct MomentInOrder
{
    TimeOrderPtr order;
    FoundMoment found;
};

// Whether the moment may be a prefix of no order but one made for it: a link, offsets, a group.
bool bringsItsOrder(std::string_view text);

// `alsoNeedsCommit`: another moment of the same question is a log position or a transaction.
// Blocks its caller, which is a worker thread.
Result<MomentInOrder> resolveMoment(const Projection& projection,
                                    const CaptureSnapshotPtr& snapshot, const AskedMoment& asked,
                                    bool alsoNeedsCommit, const std::stop_token& stop);

// A second moment in the order of the first. Fails where it is none of that order's prefixes.
Result<FoundMoment> findAnother(const MomentInOrder& first, const Projection& projection,
                                const AskedMoment& asked, const std::stop_token& stop);

} // namespace hindcast

#pragma once

#include "model/capture/clock.h"
#include "model/capture/disorder.h"
#include "model/capture/time_order.h"
#include "model/replay/projection.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// `commit` where a topic holds change data whose transactions are told, `robust`
// where a stray timestamp distorts `log`, else none. `changeTopics`: as topicsOfChanges() gives
// them.
std::optional<ClockProposal> proposeClock(const DisorderReport& disorder,
                                          const std::vector<std::string>& changeTopics);

// Which of the topics hold changes of a database that say which transaction they belong to, and
// where in its log that stands or by their own order, by some records of each one's oldest and
// newest block. For a worker thread; a block that cannot be read
// tells nothing.
std::vector<std::string> topicsOfChanges(const CaptureSnapshot& snapshot,
                                         const std::vector<std::string>& topics,
                                         const std::stop_token& stop = {});

// Whether every source of the projection is change data.
bool readsChanges(const Projection& projection);

// How many of the projection's records stand at their timestamp, as the field that the order goes
// by tells no time; 0 by another clock.
std::uint64_t recordsWithoutField(const TimeOrder& order, const Projection& projection);

// What is to be said of the order that a projection was folded in, a sentence each: how another
// clock than `log` orders, records that lack its field, and the clock that would fit better. For a
// worker thread.
std::vector<std::string> clockNotes(const TimeOrder& order, const Projection& projection,
                                    const std::stop_token& stop = {});

} // namespace hindcast

#pragma once

#include "model/record/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hindcast {

// The rule that gives each record of a capture its place in time, and with it one total order.
struct Clock
{
    enum class Kind : std::uint8_t {
        Log,       // the running maximum of the timestamps in a partition: Kafka's own
        Robust,    // the rising curve nearest to the timestamps: a stray one moves nothing
        EventTime, // the timestamps, or a field, as they are: late events are sorted in
        Commit,    // the transactions that change data tells, as the database committed them
    };
    Kind kind = Kind::Log;
    // EventTime: where the time stands, as "value.created_at"; empty: it is the record's timestamp.
    std::string field;

    // "log", "robust", "event-time", "event-time:value.created_at", "commit".
    static Result<Clock> parse(std::string_view text);
    std::string toString() const;

    friend bool operator==(const Clock&, const Clock&) = default;
};

// A clock that fits a capture better than `log`, and why.
struct ClockProposal
{
    Clock clock;
    std::string reason; // a sentence; of `robust` it names the stray record

    friend bool operator==(const ClockProposal&, const ClockProposal&) = default;
};

} // namespace hindcast

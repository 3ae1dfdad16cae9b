#pragma once

#include "model/capture/time_order.h"
#include "model/record/result.h"
#include "model/replay/projection.h"

#include <stop_token>
#include <string>

namespace hindcast {

// A moment as it was asked for, found in an order.
struct FoundMoment
{
    Rank prefix = 0;
    std::string note;     // what the answer must say of it; empty: nothing
    bool complete = true; // false: the capture ends before it
};

// A time, a record (topic-partition@offset, which is after it, or before:topic-partition@offset),
// the end (or nothing), and by the clock `commit` a position of a database's log (lsn:N,
// lsn:SOURCE:N, binlog:FILE:POS, binlog:SOURCE:FILE:POS) or a transaction (tx:ID, gtid:SERVER:N);
// each with so many events behind it or before it ("end -5", "-5" from the end, "orders-0@12 +3
// events").
Result<FoundMoment> findMoment(const TimeOrder& order, const std::string& text);
// "at 2026-11-20T14:00:03.000Z (orders-0@4)", by the clock `commit` with the log's position.
std::string momentText(const TimeOrder& order, Rank prefix);

// The order that the clock asks for. Without one: `commit` where every source of the projection is
// change data whose transactions are told, or where a moment needs it, else `log`.
Result<TimeOrderPtr> orderFor(const Projection& projection, const CaptureSnapshotPtr& snapshot,
                              const std::string& clock, bool needsCommit,
                              const std::stop_token& stop);
bool needsCommit(const std::string& moment);

} // namespace hindcast

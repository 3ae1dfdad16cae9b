#pragma once

#include "model/capture/row_order.h"

#include <vector>

namespace hindcast {

// The order of a capture that holds a few records of another one: the order which they have there,
// with their effective times there, so that a fold of them goes as that of all. Immutable; safe in
// any thread.
class ListedOrder final : public RowOrder
{
public:
    // `rows`: all of the snapshot, once each; `times`: theirs, which never fall.
    static TimeOrderPtr build(CaptureSnapshotPtr snapshot, Clock clock, std::vector<Row> rows,
                              std::vector<Timestamp> times);

    Clock clock() const override { return m_clock; }
    const CaptureSnapshotPtr& snapshot() const override { return m_snapshot; }
    Timestamp timeAt(Rank rank) const override { return m_times[rank]; }

private:
    ListedOrder() = default;

    CaptureSnapshotPtr m_snapshot;
    Clock m_clock;
    std::vector<Timestamp> m_times; // by rank
};

} // namespace hindcast

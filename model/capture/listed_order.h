#pragma once

#include "model/capture/time_order.h"

#include <memory>
#include <vector>

namespace hindcast {

// The order of a capture that holds a few records of another one: the order which they have there,
// with their effective times there, so that a fold of them goes as that of all. Immutable; safe in
// any thread.
class ListedOrder final : public TimeOrder
{
public:
    struct Entry
    {
        Row row = 0;
        Timestamp time = kNoTimestamp; // never falls along the list
    };

    // `entries`: all rows of the snapshot, once each.
    static TimeOrderPtr build(CaptureSnapshotPtr snapshot, Clock clock, std::vector<Entry> entries);

    Clock clock() const override { return m_clock; }
    const CaptureSnapshotPtr& snapshot() const override { return m_snapshot; }
    Rank size() const override { return static_cast<Rank>(m_entries.size()); }
    Row rowAt(Rank rank) const override { return m_entries[rank].row; }
    Rank rankOf(Row row) const override { return m_ranks[row]; }
    Timestamp timeAt(Rank rank) const override { return m_entries[rank].time; }
    Rank prefix(const Moment& moment) const override;
    Moment momentOf(Rank prefix) const override;
    OffsetVector offsets(Rank prefix) const override;
    Rank lowerBound(Timestamp t) const override;
    TimeRange range() const override;

private:
    ListedOrder() = default;

    CaptureSnapshotPtr m_snapshot;
    Clock m_clock;
    std::vector<Entry> m_entries; // by rank
    std::vector<Rank> m_ranks;    // by row
};

} // namespace hindcast

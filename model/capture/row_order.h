#pragma once

#include "model/capture/time_order.h"

#include <vector>

namespace hindcast {

// What orders share that keep a list of their rows: 8 bytes a record. Whoever derives from it says
// what the times are, which never fall along the list.
class RowOrder : public TimeOrder
{
public:
    Rank size() const override { return static_cast<Rank>(m_rows.size()); }
    Row rowAt(Rank rank) const override { return m_rows[rank]; }
    Rank rankOf(Row row) const override { return m_ranks[row]; }
    Rank prefix(const Moment& moment) const override;
    Moment momentOf(Rank prefix) const override;
    OffsetVector offsets(Rank prefix) const override;
    Rank lowerBound(Timestamp t) const override;
    TimeRange range() const override;

protected:
    // All rows of the snapshot, once each.
    void setRows(std::vector<Row> rows);

private:
    std::vector<Row> m_rows;   // by rank
    std::vector<Rank> m_ranks; // by row
};

} // namespace hindcast

#pragma once

#include "model/capture/row_order.h"

#include <memory>

namespace hindcast {

class VectorOrder;
using VectorOrderPtr = std::shared_ptr<const VectorOrder>;

// An order in which any offset vector is a prefix, as the committed offsets of a consumer group
// seldom are by a clock: first the records before the vector, then the others, each in the order of
// the clock beneath. What a fold of the first applied() ranks gives is the state as somebody has
// seen it who read each partition up to there. Immutable; safe in any thread. Takes 8 bytes a
// record.
class VectorOrder final : public RowOrder
{
public:
    static VectorOrderPtr build(TimeOrderPtr beneath, OffsetVector vector);

    Rank applied() const { return m_applied; }
    // The same records are the first applied() of the order beneath too.
    bool isPrefix() const { return m_isPrefix; }

    Clock clock() const override { return m_beneath->clock(); }
    const CaptureSnapshotPtr& snapshot() const override { return m_beneath->snapshot(); }
    // Of the records behind the vector never before that of the last one before it.
    Timestamp timeAt(Rank rank) const override;
    OffsetVector offsets(Rank prefix) const override;

private:
    VectorOrder() = default;

    TimeOrderPtr m_beneath;
    OffsetVector m_vector;
    Rank m_applied = 0;
    bool m_isPrefix = true;
};

} // namespace hindcast

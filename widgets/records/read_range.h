#pragma once

#include "model/record/cluster_state.h"
#include "model/record/read_request.h"
#include "widgets/items/row_set.h"

#include <QString>

#include <functional>
#include <optional>

namespace hindcast {

// One end of what a record list shows and, while connected, reads. A value.
struct RangeEnd
{
    enum class Kind {
        AsCaptured, // whatever the capture holds; nothing is read for it
        Beginning,
        LastN,  // number
        Time,   // time
        Offset, // number
        Group,  // group: its committed offsets
        End,    // the end as it is now
        Live,   // goes on as records arrive
    };
    Kind kind = Kind::AsCaptured;
    qint64 number = 0;
    Timestamp time = kNoTimestamp;
    QString group;

    friend bool operator==(const RangeEnd&, const RangeEnd&) = default;
};

// From where to where, and in which partitions.
struct ReadRange
{
    RangeEnd from;
    RangeEnd to;
    std::set<std::int32_t> partitions; // empty: all

    QString fromText() const; // "From 13:58:00"
    QString toText() const;   // "To live"

    // What the list shows of the capture. Times, offsets and a group's position narrow it; "newest
    // 500" and "beginning" say what is read and hide nothing that is there. `group` finds a group's
    // newest sample.
    using FindGroup = std::function<GroupSamplePtr(const QString&)>;
    RowScope scope(const QStringList& topics, const FindGroup& group) const;
    // What is read from the broker; nullopt: nothing is.
    std::optional<ReadRequest> request(const QStringList& topics) const;

    friend bool operator==(const ReadRange&, const ReadRange&) = default;
};

} // namespace hindcast

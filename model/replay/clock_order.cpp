#include "model/replay/clock_order.h"

#include "model/capture/event_time_order.h"
#include "model/capture/robust_order.h"
#include "model/capture/vector_order.h"
#include "model/replay/commit_order.h"
#include "model/replay/field_times.h"

#include <fmt/format.h>

namespace hindcast {

Result<TimeOrderPtr> orderBy(const Clock& clock, const CaptureSnapshotPtr& snapshot,
                             const std::stop_token& stop, const TimeOrderPtr& older)
{
    // The order by an offset vector names the clock beneath it, and is another order.
    const bool byVector = dynamic_cast<const VectorOrder*>(older.get()) != nullptr;
    if (older && !byVector && older->clock() == clock && older->size() == snapshot->rowCount() &&
        older->snapshot()->generation() == snapshot->generation()) {
        return older;
    }
    switch (clock.kind) {
    case Clock::Kind::Log:
        return TimeOrder::build(snapshot, older);
    case Clock::Kind::Robust:
        return RobustOrder::build(snapshot);
    case Clock::Kind::EventTime: {
        if (clock.field.empty()) {
            return EventTimeOrder::build(snapshot);
        }
        const auto* const before = dynamic_cast<const EventTimeOrder*>(older.get());
        auto times =
            readFieldTimes(snapshot, clock.field, stop, before ? before->fieldTimes() : nullptr);
        if (!times) {
            return tl::unexpected<Error>(times.error());
        }
        if (snapshot->rowCount() > 0 && (*times)->withoutField.size() == snapshot->rowCount()) {
            return fail(ErrorCode::NotFound,
                        fmt::format("No record of this capture tells a time in {}; name a field "
                                    "that is a number or a text in ISO 8601, as value.created_at.",
                                    clock.field));
        }
        return EventTimeOrder::build(snapshot, std::move(*times));
    }
    case Clock::Kind::Commit:
        break;
    }
    auto commits = CommitOrder::build(snapshot, stop);
    if (!commits) {
        return tl::unexpected<Error>(commits.error());
    }
    return TimeOrderPtr(std::move(*commits));
}

} // namespace hindcast

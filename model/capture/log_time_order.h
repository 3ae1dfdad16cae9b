#pragma once

#include "model/capture/merged_order.h"

#include <memory>
#include <vector>

namespace hindcast {

// TimeOrder by the clock `log`. Extending it for a live tail costs what is new and what that has to
// be merged with.
class LogTimeOrder final : public MergedOrder
{
public:
    explicit LogTimeOrder(CaptureSnapshotPtr snapshot);
    // nullptr where `older` cannot be extended: records came that lie before what it has.
    static std::shared_ptr<const LogTimeOrder> extend(const LogTimeOrder& older,
                                                      const CaptureSnapshotPtr& snapshot);

    Clock clock() const override { return {}; }

private:
    struct Nothing
    {
    };
    LogTimeOrder(CaptureSnapshotPtr snapshot, Nothing)
        : MergedOrder(std::move(snapshot))
    {
    }
    // Times become their running maximum.
    void place(std::vector<Items>& items);

    std::vector<std::int64_t> m_times; // the running maximum at the end, by partition
};

} // namespace hindcast

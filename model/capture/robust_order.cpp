#include "model/capture/robust_order.h"

#include "model/capture/robust_curve.h"

namespace hindcast {

TimeOrderPtr RobustOrder::build(CaptureSnapshotPtr snapshot)
{
    return std::make_shared<RobustOrder>(std::move(snapshot));
}

RobustOrder::RobustOrder(CaptureSnapshotPtr snapshot)
    : MergedOrder(std::move(snapshot))
{
    auto all = collect(0, this->snapshot()->rowCount());
    std::vector<std::int64_t> times;
    for (Items& items : all) {
        times.clear();
        times.reserve(items.size());
        for (const Item& item : items) {
            times.push_back(item.time);
        }
        const auto curve = robustCurve(times);
        for (std::size_t i = 0; i < items.size(); ++i) {
            items[i].time = curve[i];
        }
    }
    merge(all);
}

} // namespace hindcast

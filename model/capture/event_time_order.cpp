#include "model/capture/event_time_order.h"

#include <algorithm>
#include <limits>

namespace hindcast {

TimeOrderPtr EventTimeOrder::build(CaptureSnapshotPtr snapshot, FieldTimesPtr times)
{
    return std::make_shared<EventTimeOrder>(std::move(snapshot), std::move(times));
}

EventTimeOrder::EventTimeOrder(CaptureSnapshotPtr snapshot, FieldTimesPtr times)
    : MergedOrder(std::move(snapshot))
    , m_times(std::move(times))
{
    auto all = collect(0, this->snapshot()->rowCount());
    for (Items& items : all) {
        place(items);
    }
    merge(all);
}

Clock EventTimeOrder::clock() const
{
    return {Clock::Kind::EventTime, m_times ? m_times->field : std::string()};
}

void EventTimeOrder::place(Items& items) const
{
    const std::int64_t none = toMs(kNoTimestamp);
    std::int64_t newest = none;
    for (Item& item : items) {
        if (m_times) {
            item.time = m_times->ms[item.row];
        }
        if (item.time == none) {
            item.time = newest;
        } else {
            newest = newest == none ? item.time : std::max(newest, item.time);
        }
    }
    const auto earlier = [](const Item& a, const Item& b) { return a.time < b.time; };
    if (!std::is_sorted(items.begin(), items.end(), earlier)) {
        std::stable_sort(items.begin(), items.end(), earlier);
    }
    // Behind the last one nothing is left; behind the others the lowest offset of what follows.
    std::int64_t end = 0;
    for (const Item& item : items) {
        end = std::max(end, item.next);
    }
    std::int64_t left = end;
    for (std::size_t i = items.size(); i-- > 0;) {
        const std::int64_t offset = items[i].next - 1;
        items[i].next = left;
        left = std::min(left, offset);
    }
}

} // namespace hindcast

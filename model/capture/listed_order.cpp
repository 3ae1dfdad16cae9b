#include "model/capture/listed_order.h"

#include <memory>
#include <utility>

namespace hindcast {

TimeOrderPtr ListedOrder::build(CaptureSnapshotPtr snapshot, Clock clock, std::vector<Row> rows,
                                std::vector<Timestamp> times)
{
    const std::shared_ptr<ListedOrder> order(new ListedOrder);
    order->m_snapshot = std::move(snapshot);
    order->m_clock = std::move(clock);
    order->m_times = std::move(times);
    order->setRows(std::move(rows));
    return order;
}

} // namespace hindcast

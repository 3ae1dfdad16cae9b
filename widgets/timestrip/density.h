#pragma once

#include "model/capture/time_order.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// How many records of each topic stand in each column of the time strip. A value, made off the GUI
// thread and painted from as long as (order, range, columns) stay.
struct Density
{
    TimeRange range;
    std::vector<std::string> topics;                // in the capture's order; index: TopicId
    std::vector<std::vector<std::uint32_t>> counts; // [column][TopicId]
    std::uint32_t highest = 0;                      // largest sum of a column
    // By column, how many records there are stamped earlier than they stand by a column's length or
    // more: late ones, which the clocks `log` and `robust` leave where their offsets are.
    std::vector<std::uint32_t> late;

    std::size_t columns() const { return counts.size(); }
};

using DensityPtr = std::shared_ptr<const Density>;

// Counts the ranks inside `range`. Beyond `exactUpTo` records it counts every n-th and multiplies,
// so that it stays a matter of milliseconds however long the range. Null when stopped.
DensityPtr densityOf(const TimeOrder& order, const TimeRange& range, std::size_t columns,
                     const std::stop_token& stop, Rank exactUpTo = 1'000'000);

} // namespace hindcast

#pragma once

#include "model/lag/lag_history.h"

#include <stop_token>

namespace hindcast {

enum class LagQuantity : std::uint8_t {
    Records, // available, a partition a line, to be stacked
    Seconds, // behind, a partition a line
    Rates,   // two lines: appended and committed records/s, all partitions together
};

struct LagLine
{
    std::string name;
    std::int32_t colour = 0;    // which of the series' colours: the partition's number
    std::vector<double> values; // one a time; NaN: not known, or a break
};

// Lines over common times, decimated for a width in pixels: of the samples that fall on one pixel
// the lowest and the highest are kept, so that no peak is lost. A gap in the samples is a time
// whose values are NaN.
struct LagSeries
{
    LagQuantity quantity = LagQuantity::Records;
    std::vector<Timestamp> times;
    std::vector<LagLine> lines;
};

// The series of one group over a time range. The samples on either side of the range are in it, so
// that lines run to its edges. With more than `maxLines` partitions the smallest are one line,
// "n others".
LagSeries lagSeries(const LagHistory& history, const std::string& group, TimeRange range,
                    int pixels, LagQuantity quantity, std::size_t maxLines = 8,
                    const std::stop_token& stop = {});

} // namespace hindcast

#pragma once

#include <QString>

#include <cstdint>
#include <vector>

namespace hindcast {

// Between time and pixels of a waterfall: the visible stretch of time, the pixels it covers, and
// its ticks. A value.
struct WaterfallScale
{
    std::int64_t fromNs = 0; // visible, nanoseconds since the epoch
    std::int64_t toNs = 1;
    double left = 0; // px
    double width = 1;

    std::int64_t lengthNs() const { return toNs > fromNs ? toNs - fromNs : 1; }
    double x(std::int64_t ns) const;
    std::int64_t ns(double x) const;

    struct Tick
    {
        double x = 0;
        QString label;
    };
    // At 1, 2 or 5 times a power of ten after `zeroNs`, at least `minDistance` pixels apart.
    std::vector<Tick> ticks(std::int64_t zeroNs, double minDistance) const;

    // `factor` > 1 shows more detail; the time under `anchorX` stays there. Never leaves
    // [minNs, maxNs], never shows less than 100 ns.
    WaterfallScale zoomed(double factor, double anchorX, std::int64_t minNs,
                          std::int64_t maxNs) const;
    WaterfallScale moved(double pixels, std::int64_t minNs, std::int64_t maxNs) const;
};

// "850 ns", "12 µs", "9.1 ms", "182 ms", "1.24 s", "2m 11s".
QString spanDuration(std::int64_t ns);

} // namespace hindcast

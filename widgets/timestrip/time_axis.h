#pragma once

#include "model/record/moment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace hindcast {

// Time to pixels and back: the one place that knows. Pure; a value.
//
// Pixels run from `left` to `left + width`; times from `from` to `to` in milliseconds as doubles,
// so that a zoom below a millisecond still moves smoothly.
struct TimeAxis
{
    double from = 0;
    double to = 1;
    double left = 0;
    double width = 1;

    static TimeAxis of(const TimeRange& range, double left, double width)
    {
        const auto first = static_cast<double>(toMs(range.from));
        // A range of one instant still needs a length to be drawn on.
        const double last = std::max(static_cast<double>(toMs(range.to)), first + 1);
        return {first, last, left, std::max(width, 1.0)};
    }

    double length() const { return to - from; }
    double msPerPixel() const { return length() / width; }
    double xOf(double ms) const { return left + (ms - from) / length() * width; }
    double xOf(Timestamp t) const { return xOf(static_cast<double>(toMs(t))); }
    double msAt(double x) const { return from + (x - left) / width * length(); }
    Timestamp timeAt(double x) const { return nearest(msAt(x)); }
    TimeRange range() const { return {nearest(from), nearest(to)}; }

    // A stray timestamp may be any number of 64 bits, and its double one beyond.
    static Timestamp nearest(double ms)
    {
        constexpr double kMost = 9.2233720368547e18;
        return timestampFromMs(
            static_cast<std::int64_t>(std::llround(std::clamp(ms, -kMost, kMost))));
    }

    // The time under `x` stays where it is; factor < 1 goes nearer. Never beyond `full`, never
    // shorter than `shortestMs`.
    TimeAxis zoomedAround(double x, double factor, const TimeRange& full,
                          double shortestMs = 20) const
    {
        const auto fullFrom = static_cast<double>(toMs(full.from));
        const auto fullTo = static_cast<double>(toMs(full.to));
        const double fullLength = std::max(fullTo - fullFrom, 1.0);
        const double wanted =
            std::clamp(length() * factor, std::min(shortestMs, fullLength), fullLength);
        const double at = msAt(x);
        const double share = (x - left) / width;
        double start = at - share * wanted;
        start = std::clamp(start, fullFrom, std::max(fullFrom, fullTo - wanted));
        return {start, start + wanted, left, width};
    }

    // Moved by pixels (content follows the hand), inside `full`.
    TimeAxis panned(double pixels, const TimeRange& full) const
    {
        const auto fullFrom = static_cast<double>(toMs(full.from));
        const auto fullTo = static_cast<double>(toMs(full.to));
        const double start = std::clamp(from - pixels * msPerPixel(), fullFrom,
                                        std::max(fullFrom, fullTo - length()));
        return {start, start + length(), left, width};
    }
};

// Where an axis is labelled: instants that a person would choose, `step` apart.
struct TimeTicks
{
    std::int64_t stepMs = 1;
    std::vector<std::int64_t> atMs;
};

// As many labels as fit when each needs `labelWidth` pixels. `utcOffsetMs` makes days and hours
// begin where the shown zone has them.
inline TimeTicks timeTicks(const TimeAxis& axis, double labelWidth, std::int64_t utcOffsetMs)
{
    constexpr std::int64_t kSecond = 1000;
    constexpr std::int64_t kMinute = 60 * kSecond;
    constexpr std::int64_t kHour = 60 * kMinute;
    constexpr std::int64_t kDay = 24 * kHour;
    constexpr std::array<std::int64_t, 29> kSteps{1,
                                                  2,
                                                  5,
                                                  10,
                                                  20,
                                                  50,
                                                  100,
                                                  200,
                                                  500,
                                                  kSecond,
                                                  2 * kSecond,
                                                  5 * kSecond,
                                                  10 * kSecond,
                                                  15 * kSecond,
                                                  30 * kSecond,
                                                  kMinute,
                                                  2 * kMinute,
                                                  5 * kMinute,
                                                  10 * kMinute,
                                                  15 * kMinute,
                                                  30 * kMinute,
                                                  kHour,
                                                  2 * kHour,
                                                  3 * kHour,
                                                  6 * kHour,
                                                  12 * kHour,
                                                  kDay,
                                                  7 * kDay,
                                                  28 * kDay};
    const double wanted = axis.msPerPixel() * std::max(labelWidth, 1.0);
    const auto fits = std::find_if(kSteps.begin(), kSteps.end(), [wanted](std::int64_t step) {
        return static_cast<double>(step) >= wanted;
    });
    std::int64_t step = fits == kSteps.end() ? kSteps.back() : *fits;
    while (static_cast<double>(step) < wanted) {
        step *= 2;
    }
    TimeTicks ticks{step, {}};
    const auto steps = static_cast<std::int64_t>(
        std::ceil((axis.from + static_cast<double>(utcOffsetMs)) / static_cast<double>(step)));
    std::int64_t at = 0;
    // Stray timestamps reach to where there are no more numbers.
    bool ended =
        __builtin_mul_overflow(steps, step, &at) || __builtin_sub_overflow(at, utcOffsetMs, &at);
    while (!ended && static_cast<double>(at) <= axis.to) {
        ticks.atMs.push_back(at);
        ended = __builtin_add_overflow(at, step, &at);
    }
    return ticks;
}

} // namespace hindcast

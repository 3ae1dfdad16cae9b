#pragma once

#include "model/record/timestamp.h"

#include <cstdint>
#include <optional>
#include <span>

// The arithmetic of lag, pure: slopes, when an offset was appended, when a group catches up, and
// which value stands out among its like.
namespace hindcast::lag_math {

struct Point
{
    Timestamp time;
    double value = 0;
};

// Change a second between the first and the last point; nullopt with fewer than two times.
std::optional<double> rate(std::span<const Point> points);

// Slope a second of the least-squares line; nullopt with fewer than three points.
std::optional<double> slope(std::span<const Point> points);

struct EndPoint
{
    Timestamp time;       // when the log end was asked for
    std::int64_t end = 0; // never falls from one point to the next
};

// When the log reached `offset`, between two polls by straight line: the newest segment that holds
// it. Never past the points on either side (kafka-lag-exporter extrapolates there and so answers
// "3 years"); nullopt then.
std::optional<Timestamp> timeOfOffset(std::span<const EndPoint> points, std::int64_t offset);

// How long until `lag` is gone at `slopePerSecond`; nullopt where that says nothing: it does not
// shrink, or so slowly or from so little that it is noise (klag's limits: 0.001 a second, 100).
std::optional<std::chrono::milliseconds> timeToCatchUp(std::int64_t lag, double slopePerSecond);

// The one value further above the mean than `sigmas` standard deviations (of the population);
// nullopt where none is or there are fewer than `atLeast` values. N values can deviate by
// sqrt(N - 1) at most, so few of them need a small `sigmas`.
std::optional<std::size_t> standsOut(std::span<const double> values, double sigmas = 1.5,
                                     std::size_t atLeast = 4);

} // namespace hindcast::lag_math

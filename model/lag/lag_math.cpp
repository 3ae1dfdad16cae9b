#include "model/lag/lag_math.h"

#include <algorithm>
#include <cmath>

namespace hindcast::lag_math {

namespace {

double seconds(Timestamp from, Timestamp to)
{
    return std::chrono::duration<double>(to - from).count();
}

} // namespace

std::optional<double> rate(std::span<const Point> points)
{
    if (points.size() < 2) {
        return std::nullopt;
    }
    const double time = seconds(points.front().time, points.back().time);
    if (time <= 0) {
        return std::nullopt;
    }
    return (points.back().value - points.front().value) / time;
}

std::optional<double> slope(std::span<const Point> points)
{
    if (points.size() < 3) {
        return std::nullopt;
    }
    const auto n = static_cast<double>(points.size());
    double meanTime = 0;
    double meanValue = 0;
    for (const Point& point : points) {
        meanTime += seconds(points.front().time, point.time) / n;
        meanValue += point.value / n;
    }
    double above = 0;
    double below = 0;
    for (const Point& point : points) {
        const double t = seconds(points.front().time, point.time) - meanTime;
        above += t * (point.value - meanValue);
        below += t * t;
    }
    if (below <= 0) {
        return std::nullopt;
    }
    return above / below;
}

std::optional<Timestamp> timeOfOffset(std::span<const EndPoint> points, std::int64_t offset)
{
    // Of a flat line the last point counts: the record was appended after it.
    const auto right = std::partition_point(
        points.begin(), points.end(), [offset](const EndPoint& p) { return p.end <= offset; });
    if (right == points.begin()) {
        return std::nullopt;
    }
    const EndPoint& left = *std::prev(right);
    if (right == points.end()) {
        return left.end == offset ? std::optional<Timestamp>(left.time) : std::nullopt;
    }
    const double share =
        static_cast<double>(offset - left.end) / static_cast<double>(right->end - left.end);
    const auto span = static_cast<double>((right->time - left.time).count());
    return left.time + std::chrono::milliseconds{std::llround(share * span)};
}

std::optional<std::chrono::milliseconds> timeToCatchUp(std::int64_t lag, double slopePerSecond)
{
    constexpr double kSlowest = 0.001;
    constexpr std::int64_t kLeast = 100;
    if (lag < kLeast || slopePerSecond > -kSlowest) {
        return std::nullopt;
    }
    return std::chrono::milliseconds{
        std::llround(static_cast<double>(lag) / -slopePerSecond * 1000)};
}

std::optional<std::size_t> standsOut(std::span<const double> values, double sigmas,
                                     std::size_t atLeast)
{
    if (values.size() < atLeast || values.empty()) {
        return std::nullopt;
    }
    const auto n = static_cast<double>(values.size());
    double mean = 0;
    for (const double value : values) {
        mean += value / n;
    }
    double variance = 0;
    for (const double value : values) {
        variance += (value - mean) * (value - mean) / n;
    }
    const auto top = std::max_element(values.begin(), values.end());
    if (*top <= mean + sigmas * std::sqrt(variance) || variance <= 0) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(top - values.begin());
}

} // namespace hindcast::lag_math

#include "widgets/traces/waterfall_scale.h"

#include "widgets/shared/text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hindcast {

namespace {

constexpr std::int64_t kMinLengthNs = 100;

struct Unit
{
    std::int64_t ns;
    const char* name;
};

constexpr std::array kUnits{Unit{1'000'000'000, "s"}, Unit{1'000'000, "ms"}, Unit{1'000, "\u00b5s"},
                            Unit{1, "ns"}};

// As few digits as the step needs, in the largest unit that keeps steps whole or simple.
QString tickLabel(std::int64_t ns, std::int64_t step)
{
    constexpr std::int64_t kMinute = 60'000'000'000;
    if (step >= kMinute) {
        return text::duration(std::chrono::milliseconds(ns / 1'000'000));
    }
    for (const Unit& unit : kUnits) {
        // A whole second among milliseconds is called one.
        if (step >= unit.ns || (ns != 0 && ns % unit.ns == 0)) {
            return QStringLiteral("%1 %2").arg(text::number(static_cast<qint64>(ns / unit.ns)),
                                               QString::fromUtf8(unit.name));
        }
    }
    return QStringLiteral("0");
}

std::int64_t niceStep(double atLeastNs)
{
    std::int64_t power = 1;
    while (static_cast<double>(power) * 10 <= atLeastNs) {
        power *= 10;
    }
    for (const int factor : {1, 2, 5}) {
        if (static_cast<double>(power * factor) >= atLeastNs) {
            return power * factor;
        }
    }
    return power * 10;
}

WaterfallScale inside(WaterfallScale scale, std::int64_t length, std::int64_t minNs,
                      std::int64_t maxNs)
{
    length = std::clamp<std::int64_t>(length, kMinLengthNs, std::max(kMinLengthNs, maxNs - minNs));
    scale.fromNs = std::clamp<std::int64_t>(scale.fromNs, minNs, std::max(minNs, maxNs - length));
    scale.toNs = scale.fromNs + length;
    return scale;
}

} // namespace

double WaterfallScale::x(std::int64_t ns) const
{
    return left + static_cast<double>(ns - fromNs) / static_cast<double>(lengthNs()) * width;
}

std::int64_t WaterfallScale::ns(double x) const
{
    return fromNs + std::llround((x - left) / width * static_cast<double>(lengthNs()));
}

std::vector<WaterfallScale::Tick> WaterfallScale::ticks(std::int64_t zeroNs,
                                                        double minDistance) const
{
    const double perPixel = static_cast<double>(lengthNs()) / std::max(width, 1.0);
    const std::int64_t step = niceStep(perPixel * minDistance);
    std::vector<Tick> ticks;
    const std::int64_t first = fromNs - zeroNs;
    std::int64_t at = first / step * step;
    if (at < first) {
        at += step;
    }
    for (; zeroNs + at <= toNs; at += step) {
        ticks.push_back({x(zeroNs + at), tickLabel(at, step)});
    }
    return ticks;
}

WaterfallScale WaterfallScale::zoomed(double factor, double anchorX, std::int64_t minNs,
                                      std::int64_t maxNs) const
{
    const std::int64_t anchor = ns(anchorX);
    const double share = std::clamp((anchorX - left) / width, 0.0, 1.0);
    const double wanted = static_cast<double>(lengthNs()) / factor;
    const auto length = std::clamp<std::int64_t>(std::llround(wanted), kMinLengthNs,
                                                 std::max(kMinLengthNs, maxNs - minNs));
    WaterfallScale result = *this;
    result.fromNs = anchor - std::llround(share * static_cast<double>(length));
    return inside(result, length, minNs, maxNs);
}

WaterfallScale WaterfallScale::moved(double pixels, std::int64_t minNs, std::int64_t maxNs) const
{
    WaterfallScale result = *this;
    result.fromNs += std::llround(pixels / width * static_cast<double>(lengthNs()));
    return inside(result, lengthNs(), minNs, maxNs);
}

QString spanDuration(std::int64_t ns)
{
    if (ns >= 60'000'000'000) {
        return text::duration(std::chrono::milliseconds(ns / 1'000'000));
    }
    for (const Unit& unit : kUnits) {
        if (ns < unit.ns || unit.ns == 1) {
            continue;
        }
        const double value = static_cast<double>(ns) / static_cast<double>(unit.ns);
        // Two digits past the point of seconds, one of small others: what a person compares.
        const int decimals = unit.ns == 1'000'000'000 ? 2 : (value < 9.95 ? 1 : 0);
        QString number = text::number(value, decimals);
        while (decimals > 0 && number.endsWith(QLatin1Char('0'))) {
            number.chop(1);
        }
        if (number.endsWith(QLatin1Char('.'))) {
            number.chop(1);
        }
        return number + QLatin1Char(' ') + QString::fromUtf8(unit.name);
    }
    return QStringLiteral("%1 ns").arg(static_cast<qint64>(ns));
}

} // namespace hindcast

#include "model/lag/lag_series.h"

#include "model/lag/lag_evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace hindcast {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The values of every partition at the group's sample i, or the two rates.
class Rows
{
public:
    Rows(const GroupTrack& track, LagQuantity quantity)
        : m_track(track)
        , m_quantity(quantity)
    {
    }

    std::size_t width() const
    {
        return m_quantity == LagQuantity::Rates ? 2 : m_track.partitions.size();
    }

    std::vector<double> at(std::size_t i) const
    {
        return m_quantity == LagQuantity::Rates ? rates(i) : partitions(i);
    }

private:
    // The point of the partition in the sample of that time, if it was in it.
    static std::optional<std::size_t> pointAt(const PartitionTrack& partition, Timestamp t)
    {
        const std::size_t n = partition.upTo(t);
        return n > 0 && partition.points[n - 1].time == t ? std::optional<std::size_t>(n - 1)
                                                          : std::nullopt;
    }

    std::vector<double> partitions(std::size_t i) const
    {
        std::vector<double> row;
        row.reserve(m_track.partitions.size());
        const Timestamp t = m_track.samples[i]->time;
        for (const PartitionTrack& partition : m_track.partitions) {
            double value = kNan;
            if (const auto at = pointAt(partition, t)) {
                if (m_quantity == LagQuantity::Records) {
                    const LagSplit split = partition.points[*at].split();
                    value = split.known() ? static_cast<double>(split.available) : kNan;
                } else if (const TimeLag behind = timeLagOf(partition, *at); behind.known()) {
                    value = std::chrono::duration<double>(behind.lag).count();
                }
            }
            row.push_back(value);
        }
        return row;
    }

    std::vector<double> rates(std::size_t i) const
    {
        if (i == 0) {
            return {kNan, kNan};
        }
        double in = kNan;
        double out = kNan;
        const auto add = [](double& sum, double x) { sum = std::isnan(sum) ? x : sum + x; };
        const Timestamp t = m_track.samples[i]->time;
        for (const PartitionTrack& partition : m_track.partitions) {
            const auto at = pointAt(partition, t);
            if (!at || *at == 0) {
                continue;
            }
            const LagPoint& now = partition.points[*at];
            const LagPoint& before = partition.points[*at - 1];
            const double seconds = std::chrono::duration<double>(now.time - before.time).count();
            if (before.logEnd >= 0 && now.logEnd >= before.logEnd) {
                add(in, static_cast<double>(now.logEnd - before.logEnd) / seconds);
            }
            // A step back is no rate: the series breaks there.
            if (before.committed >= 0 && now.committed >= before.committed) {
                add(out, static_cast<double>(now.committed - before.committed) / seconds);
            } else if (before.committed >= 0 && now.committed >= 0) {
                return {in, kNan};
            }
        }
        return {in, out};
    }

    const GroupTrack& m_track;
    const LagQuantity m_quantity;
};

double heightOf(const std::vector<double>& row)
{
    double sum = 0;
    for (const double value : row) {
        sum += std::isnan(value) ? 0 : value;
    }
    return sum;
}

struct Picked
{
    Timestamp time;
    std::vector<double> row;
};

// Samples [begin, end), at most two a pixel.
std::vector<Picked> decimate(const GroupTrack& track, const Rows& rows, std::size_t begin,
                             std::size_t end, std::size_t pixels, const std::stop_token& stop)
{
    std::vector<Picked> picked;
    const std::size_t n = end - begin;
    if (n <= 2 * pixels) {
        for (std::size_t i = begin; i < end; ++i) {
            picked.push_back({track.samples[i]->time, rows.at(i)});
        }
        return picked;
    }
    for (std::size_t pixel = 0; pixel < pixels && !stop.stop_requested(); ++pixel) {
        const std::size_t first = begin + n * pixel / pixels;
        const std::size_t last = begin + n * (pixel + 1) / pixels;
        std::size_t lowest = first;
        std::size_t highest = first;
        std::vector<double> low;
        std::vector<double> high;
        for (std::size_t i = first; i < last; ++i) {
            std::vector<double> row = rows.at(i);
            const double height = heightOf(row);
            if (low.empty() || height < heightOf(low)) {
                lowest = i;
                low = row;
            }
            if (high.empty() || height > heightOf(high)) {
                highest = i;
                high = std::move(row);
            }
        }
        const bool lowFirst = lowest <= highest;
        picked.push_back(lowFirst ? Picked{track.samples[lowest]->time, low}
                                  : Picked{track.samples[highest]->time, high});
        if (lowest != highest) {
            picked.push_back(lowFirst ? Picked{track.samples[highest]->time, high}
                                      : Picked{track.samples[lowest]->time, low});
        }
    }
    return picked;
}

void nameLines(const GroupTrack& track, LagSeries& series)
{
    if (series.quantity == LagQuantity::Rates) {
        series.lines = {LagLine{"arriving", 0, {}}, LagLine{"read", 2, {}}};
        return;
    }
    series.lines.reserve(track.partitions.size());
    for (const PartitionTrack& partition : track.partitions) {
        series.lines.push_back(
            {partition.place.toString(), partition.place.partition, std::vector<double>{}});
    }
}

// Many partitions: the largest keep their lines, the others are added up (or, in seconds, their
// largest is shown).
void foldSmall(LagSeries& series, std::size_t maxLines)
{
    if (series.lines.size() <= maxLines || maxLines < 2) {
        return;
    }
    std::vector<std::size_t> order(series.lines.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<double> peak;
    for (const LagLine& line : series.lines) {
        double top = 0;
        for (const double value : line.values) {
            top = std::isnan(value) ? top : std::max(top, value);
        }
        peak.push_back(top);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&peak](std::size_t a, std::size_t b) { return peak[a] > peak[b]; });
    std::vector<std::size_t> kept(order.begin(),
                                  order.begin() + static_cast<std::ptrdiff_t>(maxLines - 1));
    std::sort(kept.begin(), kept.end());
    LagLine rest{std::to_string(order.size() - kept.size()) + " others", 7,
                 std::vector<double>(series.times.size(), kNan)};
    for (std::size_t k = maxLines - 1; k < order.size(); ++k) {
        const LagLine& line = series.lines[order[k]];
        for (std::size_t i = 0; i < rest.values.size(); ++i) {
            double& sum = rest.values[i];
            const double value = line.values[i];
            if (std::isnan(sum)) {
                sum = value;
            } else if (!std::isnan(value)) {
                sum = series.quantity == LagQuantity::Seconds ? std::max(sum, value) : sum + value;
            }
        }
    }
    std::vector<LagLine> lines;
    lines.reserve(maxLines);
    for (const std::size_t k : kept) {
        lines.push_back(std::move(series.lines[k]));
    }
    lines.push_back(std::move(rest));
    series.lines = std::move(lines);
}

} // namespace

LagSeries lagSeries(const LagHistory& history, const std::string& group, TimeRange range,
                    int pixels, LagQuantity quantity, std::size_t maxLines,
                    const std::stop_token& stop)
{
    LagSeries series;
    series.quantity = quantity;
    const GroupTrackPtr track = history.track(group);
    if (!track || pixels <= 0 || range.to < range.from) {
        return series;
    }
    nameLines(*track, series);
    std::size_t begin = track->upTo(range.from);
    begin = begin > 0 ? begin - 1 : 0;
    const std::size_t end = std::min(track->samples.size(), track->upTo(range.to) + 1);
    const Rows rows(*track, quantity);
    const auto picked = decimate(*track, rows, begin, end, static_cast<std::size_t>(pixels), stop);

    // Where no sample was taken for a while the lines stop, instead of bridging what nobody saw.
    const auto usual = history.interval(group, range.to);
    const auto pixel = (range.to - range.from) / pixels;
    for (std::size_t i = 0; i < picked.size(); ++i) {
        const auto gap = i > 0 ? picked[i].time - picked[i - 1].time : std::chrono::milliseconds{0};
        if (usual && gap > 5 * *usual && gap > 4 * pixel) {
            series.times.push_back(picked[i - 1].time + gap / 2);
            for (LagLine& line : series.lines) {
                line.values.push_back(kNan);
            }
        }
        series.times.push_back(picked[i].time);
        for (std::size_t k = 0; k < series.lines.size(); ++k) {
            series.lines[k].values.push_back(picked[i].row[k]);
        }
    }
    foldSmall(series, maxLines);
    return series;
}

} // namespace hindcast

#include "widgets/lag/lag_tickers.h"

#include "model/record/timestamp.h"
#include "widgets/shared/text.h"

#include <QDateTime>

#include <array>
#include <cmath>

namespace hindcast {

namespace {

// Seconds between ticks that people count in.
constexpr std::array<double, 26> kClockSteps{
    0.001, 0.01, 0.1,  0.5,  1,    2,     5,     10,    15,    30,     60,     120,     300,
    600,   900,  1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000, 31536000};

double clockStep(double span, int ticks)
{
    for (const double step : kClockSteps) {
        if (span / step <= ticks) {
            return step;
        }
    }
    return kClockSteps.back();
}

} // namespace

QString CountTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    static constexpr std::array<const char*, 5> kUnits{"", "k", "M", "G", "T"};
    std::size_t unit = 0;
    while (std::abs(tick) >= 1000 && unit + 1 < kUnits.size()) {
        tick /= 1000;
        ++unit;
    }
    return QString::number(tick, 'g', 4) + QLatin1String(kUnits[unit]);
}

double CountTicker::getTickStep(const QCPRange& range)
{
    // There are no half records; below that a rate may still have some.
    return QCPAxisTicker::getTickStep(range);
}

QString DurationTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    if (tick < 0.0005) {
        return QStringLiteral("0");
    }
    if (tick < 60) {
        return QString::number(tick, 'g', 3) + QLatin1Char('s');
    }
    QString label = text::duration(std::chrono::milliseconds{std::llround(tick * 1000)});
    for (const char* tail : {" 00s", " 00m", " 0h"}) {
        if (label.endsWith(QLatin1String(tail))) {
            label.chop(static_cast<qsizetype>(qstrlen(tail)));
        }
    }
    return label;
}

double DurationTicker::getTickStep(const QCPRange& range)
{
    return clockStep(range.size(), 4);
}

QString ClockTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    const auto t = QDateTime::fromMSecsSinceEpoch(std::llround(tick * 1000), text::timeZone());
    if (m_step >= 86'400) {
        return t.toString(QStringLiteral("d MMM"));
    }
    if (m_step >= 60) {
        return t.toString(QStringLiteral("HH:mm"));
    }
    return t.toString(m_step >= 1 ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm:ss.zzz"));
}

double ClockTicker::getTickStep(const QCPRange& range)
{
    m_step = clockStep(range.size(), tickCount());
    return m_step;
}

QVector<double> ClockTicker::createTickVector(double step, const QCPRange& range)
{
    // Ticks stand on full steps of the zone, not of UTC: midnight is midnight there.
    const auto from =
        QDateTime::fromMSecsSinceEpoch(std::llround(range.lower * 1000), text::timeZone());
    const double offset = from.offsetFromUtc();
    QVector<double> ticks;
    for (double t = std::ceil((range.lower + offset) / step) * step - offset; t <= range.upper;
         t += step) {
        ticks.append(t);
    }
    return ticks;
}

} // namespace hindcast

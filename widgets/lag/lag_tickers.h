#pragma once

#include "widgets/lag/custom_plot.h"

namespace hindcast {

// "20k", "1.5M": counts on an axis.
class CountTicker final : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar,
                         int precision) override;
    double getTickStep(const QCPRange& range) override;
};

// "30s", "2m", "1h": durations, in steps that clocks have.
class DurationTicker final : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar,
                         int precision) override;
    double getTickStep(const QCPRange& range) override;
};

// Wall-clock times in the zone of the window, in steps that clocks have.
class ClockTicker final : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar,
                         int precision) override;
    double getTickStep(const QCPRange& range) override;
    QVector<double> createTickVector(double step, const QCPRange& range) override;

private:
    double m_step = 1;
};

} // namespace hindcast

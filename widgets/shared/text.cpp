#include "widgets/shared/text.h"

#include <QDateTime>
#include <QLocale>
#include <QRegularExpression>

#include <optional>

namespace hindcast::text {

namespace {

Zone g_zone = Zone::Local; // GUI thread only

QDateTime toDateTime(Timestamp t)
{
    return QDateTime::fromMSecsSinceEpoch(toMs(t), timeZone());
}

QString format(Timestamp t, const char* pattern)
{
    return t == kNoTimestamp ? QStringLiteral("\u2013")
                             : toDateTime(t).toString(QLatin1String(pattern));
}

std::optional<Timestamp> inShownZone(const QString& typed, Timestamp base)
{
    static const QRegularExpression pattern(
        QStringLiteral("^(?:(\\d{4}-\\d{2}-\\d{2})[ T])?(\\d{1,2}):(\\d{2})"
                       "(?::(\\d{2})(?:[.,](\\d{1,3}))?)?$"));
    const auto match = pattern.match(typed);
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    const QDate date = match.captured(1).isEmpty()
                           ? QDateTime::fromMSecsSinceEpoch(toMs(base), timeZone()).date()
                           : QDate::fromString(match.captured(1), Qt::ISODate);
    const QTime time(match.captured(2).toInt(), match.captured(3).toInt(),
                     match.captured(4).toInt(),
                     match.captured(5).leftJustified(3, QLatin1Char('0')).toInt());
    if (!date.isValid() || !time.isValid()) {
        return std::nullopt;
    }
    return timestampFromMs(QDateTime(date, time, timeZone()).toMSecsSinceEpoch());
}

} // namespace

void setZone(Zone zone)
{
    g_zone = zone;
}

Zone zone()
{
    return g_zone;
}

QTimeZone timeZone()
{
    return g_zone == Zone::Utc ? QTimeZone::utc() : QTimeZone::systemTimeZone();
}

QString time(Timestamp t)
{
    return format(t, "HH:mm:ss.zzz");
}

QString shortTime(Timestamp t)
{
    return format(t, "HH:mm:ss");
}

QString dateTime(Timestamp t)
{
    return format(t, "yyyy-MM-dd HH:mm:ss.zzz");
}

QString full(Timestamp t)
{
    if (t == kNoTimestamp) {
        return QStringLiteral("no timestamp");
    }
    const int offset = toDateTime(t).offsetFromUtc() / 60;
    return dateTime(t) + QStringLiteral(" %1%2:%3")
                             .arg(offset < 0 ? QLatin1Char('-') : QLatin1Char('+'))
                             .arg(std::abs(offset) / 60, 2, 10, QLatin1Char('0'))
                             .arg(std::abs(offset) % 60, 2, 10, QLatin1Char('0'));
}

Result<Timestamp> parseTime(const QString& typed, Timestamp base)
{
    if (const auto time = inShownZone(typed.trimmed(), base)) {
        return *time;
    }
    return parseTimestamp(toUtf8(typed.trimmed()), base);
}

QString number(qint64 n)
{
    return QLocale(QLocale::English).toString(n);
}

QString number(double n, int decimals)
{
    return QLocale(QLocale::English).toString(n, 'f', decimals);
}

QString duration(std::chrono::milliseconds d)
{
    return QString::fromStdString(formatDuration(d));
}

QString bytes(quint64 n)
{
    static constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB"};
    if (n < 1000) {
        return QStringLiteral("%1 B").arg(n);
    }
    double value = static_cast<double>(n) / 1000;
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
        value /= 1000;
        ++unit;
    }
    return number(value, value < 10 ? 1 : 0) + QLatin1Char(' ') + QLatin1String(kUnits[unit]);
}

QString count(quint64 n, const QString& one, const QString& many)
{
    return number(static_cast<qint64>(n)) + QLatin1Char(' ') + (n == 1 ? one : many);
}

QString place(const RecordPlace& place)
{
    return fromUtf8(TopicPartition{place.topic, place.partition}.toString()) +
           QStringLiteral(" @ ") + number(qint64{place.offset});
}

QString fromUtf8(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::string toUtf8(const QString& s)
{
    return s.toUtf8().toStdString();
}

QString plain(std::string_view utf8)
{
    QString text = fromUtf8(utf8);
    for (QChar& c : text) {
        const bool bidi = (c.unicode() >= 0x202a && c.unicode() <= 0x202e) ||
                          (c.unicode() >= 0x2066 && c.unicode() <= 0x2069) ||
                          c.unicode() == 0x200e || c.unicode() == 0x200f;
        if (bidi || (c.category() == QChar::Other_Control && c != QLatin1Char('\n') &&
                     c != QLatin1Char('\t'))) {
            c = QChar(c.unicode() < 0x20 ? static_cast<char16_t>(0x2400 + c.unicode())
                                         : static_cast<char16_t>(0xfffd));
        }
    }
    return text;
}

QString oneLine(QString text)
{
    text.replace(QLatin1Char('\n'), QChar(0x21b5));
    text.replace(QLatin1Char('\t'), QLatin1Char(' '));
    return text;
}

QString tip(const QString& lines)
{
    return lines.isEmpty() ? QString()
                           : QStringLiteral("<p style='white-space:pre-wrap; margin:0'>") +
                                 lines.toHtmlEscaped() + QStringLiteral("</p>");
}

} // namespace hindcast::text

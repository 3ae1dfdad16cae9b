#pragma once

#include "model/record/place.h"
#include "model/record/timestamp.h"

#include <QString>
#include <QTimeZone>

namespace hindcast {

// Numbers, times and sizes as the window writes them. GUI thread.
namespace text {

enum class Zone { Local, Utc };
void setZone(Zone zone); // for the whole window
Zone zone();
QTimeZone timeZone();

QString time(Timestamp t);      // "14:03:12.418"
QString shortTime(Timestamp t); // "14:03:12"
QString dateTime(Timestamp t);  // "2026-11-20 14:03:12.418"
QString full(Timestamp t);      // "2026-11-20 14:03:12.418 +01:00", for tooltips and the inspector
QString number(qint64 n);       // digits grouped: "48,211,954"
QString number(double n, int decimals);
QString duration(std::chrono::milliseconds d); // "2m 11s"
QString bytes(quint64 n);                      // "163 B", "118 MB"; decimal units only
QString count(quint64 n, const QString& one, const QString& many); // "1 record", "2,114 records"

QString place(const RecordPlace& place); // "orders-3 @ 1,204"

// Reads a time as it is shown: "14:03", "14:03:12.418" (of the day that `base` lies on),
// "2026-11-20 14:03:12" in the window's zone, and all that parseTimestamp() knows ("-30s": before
// `base`).
Result<Timestamp> parseTime(const QString& typed, Timestamp base);

// Payload text is hostile: never rich text, no control characters that could reorder a line.
QString plain(std::string_view utf8);
// In one line: where another begins stands a sign.
QString oneLine(QString text);
// Text for a tooltip: lines stay lines, and nothing in it is read as markup.
QString tip(const QString& lines);
QString fromUtf8(std::string_view utf8);
std::string toUtf8(const QString& s);

} // namespace text
} // namespace hindcast

#pragma once

#include "widgets/shared/series_colors.h"

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QString>

class QApplication;
class QWidget;

namespace hindcast {

// The only place that knows colours and fonts. GUI thread.
namespace theme {

enum class Scheme { Light, Dark };
enum class Role {
    Base,
    Side,
    Line,
    Text,
    Dim,
    Accent,
    AccentTint,
    Ok,
    Warning,
    Error,
    Changed,
    Alternate, // every other row
    Head,      // table headers
    Queue,     // waiting in a topic
};

constexpr int kRowHeight = 22; // px at scale 1
constexpr int kStep = 4;       // px; all spacing is a multiple
constexpr int kCorner = 4;     // px

Scheme scheme();
// Style, palette, fonts, icon theme and style sheet of the whole application.
void apply(QApplication& application, Scheme scheme);
Scheme desktopScheme();

QColor color(Role role);
void setTextColor(QWidget* widget, Role role); // on a ground of Window or of Base
// A topic's or a service's colour: the same for a name everywhere. Topics among themselves, and
// services among themselves, differ while the palette lasts.
QColor seriesColor(const QString& topic);
QColor serviceColor(const QString& service);
QColor seriesColorAt(int index);   // 0..7
QIcon swatch(const QColor& color); // a small square of it, for lists
// Who hands out the colours; another capture begins anew.
SeriesColors& topicColors();
SeriesColors& serviceColors();

QFont textFont();  // 12.5 px Inter, else the system's
QFont fixedFont(); // 11.5 px JetBrains Mono, else the system's fixed one

} // namespace theme
} // namespace hindcast

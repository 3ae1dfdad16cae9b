#pragma once

#include "model/lag/group_lag.h"

#include <QColor>
#include <QIcon>
#include <QString>

class QPainter;
class QRectF;

namespace hindcast {

// A verdict is a shape and a colour and a word; these are the first two. GUI thread.
namespace verdict_sign {

QColor color(Severity severity);
QString glyph(Severity severity); // for text: a dot, a diamond, a triangle, a ring
void paint(QPainter& painter, const QRectF& where, Severity severity);
// In the theme of the moment; ask again after it has changed.
QIcon icon(Severity severity, int size = 12);

} // namespace verdict_sign
} // namespace hindcast

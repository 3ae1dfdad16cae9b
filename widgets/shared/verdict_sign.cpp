#include "widgets/shared/verdict_sign.h"

#include "widgets/shared/palette.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

namespace hindcast::verdict_sign {

QColor color(Severity severity)
{
    switch (severity) {
    case Severity::Ok:
        return theme::color(theme::Role::Ok);
    case Severity::Warning:
        return theme::color(theme::Role::Warning);
    case Severity::Error:
        return theme::color(theme::Role::Error);
    case Severity::None:
        break;
    }
    return theme::color(theme::Role::Dim);
}

QString glyph(Severity severity)
{
    switch (severity) {
    case Severity::Ok:
        return QStringLiteral("\u25cf");
    case Severity::Warning:
        return QStringLiteral("\u25c6");
    case Severity::Error:
        return QStringLiteral("\u25b2");
    case Severity::None:
        break;
    }
    return QStringLiteral("\u25cb");
}

void paint(QPainter& painter, const QRectF& where, Severity severity)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color(severity));
    const QRectF r = where.adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath path;
    switch (severity) {
    case Severity::Ok:
        path.addEllipse(r.adjusted(0.5, 0.5, -0.5, -0.5));
        break;
    case Severity::Warning:
        path.moveTo(r.center().x(), r.top());
        path.lineTo(r.right(), r.center().y());
        path.lineTo(r.center().x(), r.bottom());
        path.lineTo(r.left(), r.center().y());
        path.closeSubpath();
        break;
    case Severity::Error:
        path.moveTo(r.center().x(), r.top());
        path.lineTo(r.right(), r.bottom() - 0.5);
        path.lineTo(r.left(), r.bottom() - 0.5);
        path.closeSubpath();
        break;
    case Severity::None:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color(severity), where.width() / 9));
        path.addEllipse(r.adjusted(1, 1, -1, -1));
        break;
    }
    painter.drawPath(path);
    painter.restore();
}

QIcon icon(Severity severity, int size)
{
    QIcon icon;
    for (const int ratio : {1, 2, 3}) {
        QPixmap pixmap(size * ratio, size * ratio);
        pixmap.setDevicePixelRatio(ratio);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(painter, QRectF(1, 1, size - 2, size - 2), severity);
        // The same in a selected row: its colour is its meaning.
        icon.addPixmap(pixmap, QIcon::Normal);
        icon.addPixmap(pixmap, QIcon::Selected);
    }
    return icon;
}

} // namespace hindcast::verdict_sign

#pragma once

#include <QFrame>

namespace hindcast {

// A line of one pixel between the parts of a view, in the colour of lines.
inline QFrame* hairline(QWidget* parent)
{
    auto* const line = new QFrame(parent);
    line->setFrameShape(QFrame::NoFrame);
    line->setFixedHeight(1);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    return line;
}

} // namespace hindcast

#include "widgets/shared/elided_label.h"

#include "widgets/shared/text.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace hindcast {

ElidedLabel::ElidedLabel(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

ElidedLabel::~ElidedLabel() = default;

void ElidedLabel::setText(const QString& text)
{
    if (text != m_text) {
        m_text = text;
        updateGeometry();
        update();
    }
}

void ElidedLabel::setColor(const QColor& color)
{
    m_color = color;
    update();
}

void ElidedLabel::setAlignment(Qt::Alignment alignment)
{
    m_alignment = alignment;
    update();
}

void ElidedLabel::setElide(Qt::TextElideMode mode)
{
    m_elide = mode;
    update();
}

bool ElidedLabel::elided() const
{
    return fontMetrics().horizontalAdvance(m_text) > width();
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_text) + 1, fontMetrics().height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    const int few = fontMetrics().horizontalAdvance(QStringLiteral("mm\u2026"));
    return {std::min(few, sizeHint().width()), fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(m_color.isValid() ? m_color : palette().color(QPalette::WindowText));
    painter.drawText(rect(), static_cast<int>(m_alignment | Qt::AlignVCenter),
                     elided() ? fontMetrics().elidedText(m_text, m_elide, width()) : m_text);
}

bool ElidedLabel::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString tip = toolTip().isEmpty() && elided() ? m_text : toolTip();
        QToolTip::showText(help->globalPos(), text::tip(tip), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace hindcast

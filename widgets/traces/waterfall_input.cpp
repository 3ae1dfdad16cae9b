#include "widgets/traces/trace_text.h"
#include "widgets/traces/waterfall.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace hindcast {

namespace {

constexpr double kKeyZoom = 1.5;
constexpr double kWheelZoom = 1.2; // a notch
constexpr double kPanShare = 0.1;  // of the width, a key

} // namespace

bool Waterfall::event(QEvent* event)
{
    // While the waterfall has the focus its keys are its own, whatever the window does with them.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const auto plain = key->modifiers() & ~Qt::KeypadModifier;
        switch (key->key()) {
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Home:
        case Qt::Key_End:
            if (plain == Qt::NoModifier) {
                event->accept();
                return true;
            }
            break;
        default:
            break;
        }
    }
    return QAbstractScrollArea::event(event);
}

bool Waterfall::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const std::uint32_t row = rowAt(help->pos());
        if (row == kNoStoryRow) {
            QToolTip::hideText();
        } else {
            QToolTip::showText(help->globalPos(), trace_text::tooltip(*story(), row), viewport());
        }
        return true;
    }
    if (event->type() == QEvent::Leave && m_hovered != kNoStoryRow) {
        m_hovered = kNoStoryRow;
        viewport()->update();
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void Waterfall::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    fitScale();
    updateScrollBars();
}

void Waterfall::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        m_stale = true;
        viewport()->update();
    }
}

void Waterfall::wheelEvent(QWheelEvent* event)
{
    const QPoint angle = event->angleDelta();
    if ((event->modifiers() & Qt::ControlModifier) != 0) {
        zoomBy(std::pow(kWheelZoom, angle.y() / 120.0), event->position().x());
        event->accept();
        return;
    }
    const bool sideways =
        (event->modifiers() & Qt::ShiftModifier) != 0 || std::abs(angle.x()) > std::abs(angle.y());
    if (sideways && story()) {
        const int delta = angle.x() != 0 ? angle.x() : angle.y();
        setScale(m_scale.moved(-delta / 2.0, story()->startNs, story()->endNs));
        event->accept();
        return;
    }
    QAbstractScrollArea::wheelEvent(event);
}

void Waterfall::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !story()) {
        QAbstractScrollArea::mousePressEvent(event);
        return;
    }
    const QPoint at = event->position().toPoint();
    if (at.y() < kAxisHeight) {
        if (at.x() >= m_scale.left) {
            emit timePicked(trace_text::timestampOf(m_scale.ns(at.x())));
        }
        return;
    }
    const std::uint32_t row = rowAt(at);
    if (row != kNoStoryRow && clickedFold(at, row)) {
        toggleFold(row);
        return;
    }
    if (row != kNoStoryRow) {
        selectRow(row);
        if ((event->modifiers() & Qt::ControlModifier) != 0) {
            emit rowActivated(row);
            return;
        }
    }
    if (at.x() >= m_scale.left) {
        m_pressed = at;
        m_dragging = false;
    }
}

void Waterfall::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint at = event->position().toPoint();
    if (m_pressed && (event->buttons() & Qt::LeftButton) != 0) {
        constexpr int kDragStart = 5;
        m_dragging = m_dragging || (at - *m_pressed).manhattanLength() > kDragStart;
        if (m_dragging) {
            setScale(m_scale.moved(m_pressed->x() - at.x(), story()->startNs, story()->endNs));
            verticalScrollBar()->setValue(verticalScrollBar()->value() + m_pressed->y() - at.y());
            m_pressed = at;
            viewport()->setCursor(Qt::ClosedHandCursor);
        }
        return;
    }
    const std::uint32_t row = rowAt(at);
    if (row != m_hovered) {
        m_hovered = row;
        viewport()->update();
    }
    viewport()->setCursor(story() && at.y() < kAxisHeight && at.x() >= m_scale.left
                              ? Qt::PointingHandCursor
                              : Qt::ArrowCursor);
}

void Waterfall::mouseReleaseEvent(QMouseEvent* event)
{
    m_pressed.reset();
    m_dragging = false;
    viewport()->setCursor(Qt::ArrowCursor);
    QAbstractScrollArea::mouseReleaseEvent(event);
}

void Waterfall::mouseDoubleClickEvent(QMouseEvent* event)
{
    const QPoint at = event->position().toPoint();
    const std::uint32_t row = rowAt(at);
    m_pressed.reset();
    if (event->button() != Qt::LeftButton || row == kNoStoryRow || clickedFold(at, row)) {
        return;
    }
    if (story()->rows[row].record != kNoRecord) {
        emit rowActivated(row);
    } else {
        zoomToRow(row);
    }
}

void Waterfall::keyPressEvent(QKeyEvent* event)
{
    const auto page = static_cast<std::ptrdiff_t>(linesPerPage());
    const auto all = static_cast<std::ptrdiff_t>(m_layout.lineCount());
    const double middle = m_scale.left + m_scale.width / 2;
    const bool control = (event->modifiers() & Qt::ControlModifier) != 0;
    const bool selected = story() && m_selected != kNoStoryRow;
    const auto pan = [&](double share) {
        if (story()) {
            setScale(m_scale.moved(share * m_scale.width, story()->startNs, story()->endNs));
        }
    };
    switch (event->key()) {
    case Qt::Key_Up:
        moveSelection(-1);
        return;
    case Qt::Key_Down:
        moveSelection(1);
        return;
    case Qt::Key_PageUp:
        moveSelection(-page);
        return;
    case Qt::Key_PageDown:
        moveSelection(page);
        return;
    case Qt::Key_Home:
        moveSelection(-all);
        return;
    case Qt::Key_End:
        moveSelection(all);
        return;
    case Qt::Key_Left:
        if (control && selected && !m_layout.folded(m_selected)) {
            toggleFold(m_selected);
        } else if (!control) {
            pan(-kPanShare);
        }
        return;
    case Qt::Key_Right:
        if (control && selected && m_layout.folded(m_selected)) {
            toggleFold(m_selected);
        } else if (!control) {
            pan(kPanShare);
        }
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomBy(kKeyZoom, middle);
        return;
    case Qt::Key_Minus:
        zoomBy(1 / kKeyZoom, middle);
        return;
    case Qt::Key_0:
        zoomToAll();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (selected) {
            emit rowActivated(m_selected);
        }
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void Waterfall::contextMenuEvent(QContextMenuEvent* event)
{
    std::uint32_t row =
        event->reason() == QContextMenuEvent::Mouse ? rowAt(event->pos()) : m_selected;
    if (row != kNoStoryRow && story()) {
        selectRow(row);
        emit menuRequested(row, event->globalPos());
    }
}

} // namespace hindcast

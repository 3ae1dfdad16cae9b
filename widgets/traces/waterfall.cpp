#include "widgets/traces/waterfall.h"

#include "widgets/shared/palette.h"
#include "widgets/traces/trace_text.h"

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

constexpr double kAxisHeight = 26;
constexpr double kMaxLabelWidth = 260;
constexpr double kRightMargin = 14;
constexpr int kScrollUnits = 100'000; // of the horizontal bar, over the whole axis
constexpr double kKeyZoom = 1.5;
constexpr double kWheelZoom = 1.2; // a notch
constexpr double kPanShare = 0.1;  // of the width, a key

} // namespace

Waterfall::Waterfall(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    verticalScrollBar()->setSingleStep(static_cast<int>(WaterfallLayout::kRowHeight));
    setAccessibleName(QStringLiteral("Spans over time"));
}

Waterfall::~Waterfall() = default;

void Waterfall::setStory(std::shared_ptr<const TraceStory> story, bool sameEvent)
{
    SpanIndex selectedSpan = kNoSpan;
    StoryRow::Kind selectedKind = StoryRow::Kind::Span;
    RecordIndex selectedRecord = kNoRecord;
    if (sameEvent && m_selected != kNoStoryRow) {
        const StoryRow& row = m_layout.story()->rows[m_selected];
        selectedSpan = row.span;
        selectedKind = row.kind;
        selectedRecord = row.record;
    }
    const WaterfallLayout older = std::move(m_layout);
    m_layout = story ? WaterfallLayout(std::move(story)) : WaterfallLayout();
    m_matches.clear();
    m_selected = m_hovered = kNoStoryRow;
    if (!sameEvent || !m_layout.story()) {
        // A long silence would squeeze everything before it to nothing.
        m_zoomed = this->story() && this->story()->focusEndNs < this->story()->endNs;
        if (m_zoomed) {
            m_scale.fromNs = this->story()->startNs;
            m_scale.toNs = this->story()->focusEndNs;
        }
        verticalScrollBar()->setValue(0);
    } else {
        m_layout.takeFolds(older);
        const auto& rows = m_layout.story()->rows;
        const auto at = std::find_if(rows.begin(), rows.end(), [&](const StoryRow& row) {
            return row.kind == selectedKind && row.span == selectedSpan &&
                   row.record == selectedRecord &&
                   (selectedSpan != kNoSpan || row.record != kNoRecord);
        });
        if (at != rows.end()) {
            m_selected = static_cast<std::uint32_t>(at - rows.begin());
        }
    }
    fitScale();
    updateScrollBars();
    m_stale = true;
    viewport()->update();
}

double Waterfall::labelWidth() const
{
    return std::min(kMaxLabelWidth, std::round(viewport()->width() * 0.32));
}

void Waterfall::fitScale()
{
    m_scale.left = labelWidth();
    m_scale.width = std::max(40.0, viewport()->width() - m_scale.left - kRightMargin);
    if (story() && !m_zoomed) {
        m_scale.fromNs = story()->startNs;
        m_scale.toNs = std::max(story()->endNs, story()->startNs + 1);
    }
    m_stale = true;
}

void Waterfall::setScale(const WaterfallScale& scale)
{
    m_scale = scale;
    m_zoomed = story() && (scale.fromNs > story()->startNs || scale.toNs < story()->endNs);
    m_stale = true;
    updateScrollBars();
    viewport()->update();
}

void Waterfall::updateScrollBars()
{
    m_settingBars = true;
    const int page = std::max(0, static_cast<int>(viewport()->height() - kAxisHeight));
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(m_layout.height()) + 8 - page));
    if (story() && m_zoomed) {
        const double all =
            static_cast<double>(std::max<std::int64_t>(1, story()->endNs - story()->startNs));
        const auto units = [&](std::int64_t ns) {
            return static_cast<int>(static_cast<double>(ns) / all * kScrollUnits);
        };
        const int visible = std::max(1, units(m_scale.lengthNs()));
        horizontalScrollBar()->setPageStep(visible);
        horizontalScrollBar()->setSingleStep(std::max(1, visible / 20));
        horizontalScrollBar()->setRange(0, std::max(0, kScrollUnits - visible));
        horizontalScrollBar()->setValue(units(m_scale.fromNs - story()->startNs));
    } else {
        horizontalScrollBar()->setRange(0, 0);
    }
    m_settingBars = false;
}

void Waterfall::scrollContentsBy(int dx, int)
{
    if (dx != 0 && !m_settingBars && story() && m_zoomed) {
        const double share = static_cast<double>(horizontalScrollBar()->value()) / kScrollUnits;
        const std::int64_t length = m_scale.lengthNs();
        m_scale.fromNs =
            story()->startNs +
            std::llround(share * static_cast<double>(story()->endNs - story()->startNs));
        m_scale.toNs = m_scale.fromNs + length;
    }
    m_stale = true;
    viewport()->update();
}

void Waterfall::refreshGeometry()
{
    if (!m_stale) {
        return;
    }
    m_stale = false;
    m_bars.clear();
    m_underlines.clear();
    if (!story()) {
        return;
    }
    const double top = verticalScrollBar()->value();
    const auto first = static_cast<std::size_t>(top / WaterfallLayout::kRowHeight);
    const auto last = static_cast<std::size_t>(
        std::ceil((top + viewport()->height() - kAxisHeight) / WaterfallLayout::kRowHeight));
    m_bars = m_layout.bars(first, last, m_scale);
    m_underlines = m_layout.underlines(first, last, m_scale);
}

void Waterfall::zoomBy(double factor, double anchorX)
{
    if (story()) {
        setScale(m_scale.zoomed(factor, anchorX, story()->startNs, story()->endNs));
    }
}

void Waterfall::zoomToAll()
{
    m_zoomed = false;
    fitScale();
    updateScrollBars();
    viewport()->update();
}

void Waterfall::zoomToRow(std::uint32_t row)
{
    if (!story() || row >= story()->rows.size()) {
        return;
    }
    const StoryRow& target = story()->rows[row];
    const std::int64_t length = std::max<std::int64_t>(target.endNs - target.startNs, 1000);
    WaterfallScale scale = m_scale;
    scale.fromNs = std::max(story()->startNs, target.startNs - length / 5);
    scale.toNs = std::min(story()->endNs, target.endNs + length / 5);
    setScale(scale.zoomed(1, scale.left, story()->startNs, story()->endNs));
}

void Waterfall::selectRow(std::uint32_t row, bool tell)
{
    if (!story() || (row != kNoStoryRow && row >= story()->rows.size())) {
        return;
    }
    const bool changed = row != m_selected;
    m_selected = row;
    if (row != kNoStoryRow) {
        ensureVisible(row);
    }
    viewport()->update();
    if (tell && changed && row != kNoStoryRow) {
        emit rowSelected(row);
    }
}

void Waterfall::ensureVisible(std::uint32_t row)
{
    if (m_layout.lineOf(row) == m_layout.lineCount()) {
        m_layout.reveal(row);
        updateScrollBars();
        m_stale = true;
    }
    const double y = static_cast<double>(m_layout.lineOf(row)) * WaterfallLayout::kRowHeight;
    const double page = viewport()->height() - kAxisHeight;
    const double top = verticalScrollBar()->value();
    if (y < top) {
        verticalScrollBar()->setValue(static_cast<int>(y));
    } else if (y + WaterfallLayout::kRowHeight > top + page) {
        verticalScrollBar()->setValue(static_cast<int>(y + WaterfallLayout::kRowHeight * 2 - page));
    }
}

void Waterfall::setMatches(std::vector<std::uint32_t> rows)
{
    m_matches = std::move(rows);
    viewport()->update();
}

void Waterfall::setShowPath(bool show)
{
    m_showPath = show;
    viewport()->update();
}

void Waterfall::setShowRecords(bool show)
{
    m_showRecords = show;
    viewport()->update();
}

void Waterfall::setPlayheads(Timestamp a, std::optional<Timestamp> b)
{
    if (a != m_a || b != m_b) {
        m_a = a;
        m_b = b;
        viewport()->update();
    }
}

std::uint32_t Waterfall::rowAt(const QPoint& position) const
{
    const double y = position.y() - kAxisHeight;
    if (!story() || y < 0) {
        return kNoStoryRow;
    }
    const auto line =
        static_cast<std::size_t>((y + verticalScrollBar()->value()) / WaterfallLayout::kRowHeight);
    return line < m_layout.lineCount() ? m_layout.rowAt(line) : kNoStoryRow;
}

QRectF Waterfall::barRect(std::uint32_t row) const
{
    const std::size_t line = m_layout.lineOf(row);
    const auto bars = m_layout.bars(line, line + 1, m_scale);
    return bars.empty()
               ? QRectF()
               : bars.front().rect.translated(0, kAxisHeight - verticalScrollBar()->value());
}

QSize Waterfall::sizeHint() const
{
    return {720, 420};
}

std::size_t Waterfall::linesPerPage() const
{
    return static_cast<std::size_t>(
        std::max(1.0, (viewport()->height() - kAxisHeight) / WaterfallLayout::kRowHeight - 1));
}

void Waterfall::moveSelection(std::ptrdiff_t lines)
{
    if (!story() || m_layout.lineCount() == 0) {
        return;
    }
    std::size_t line =
        m_selected == kNoStoryRow ? m_layout.lineCount() : m_layout.lineOf(m_selected);
    const auto last = static_cast<std::ptrdiff_t>(m_layout.lineCount()) - 1;
    if (line == m_layout.lineCount()) {
        line = lines > 0 ? 0 : static_cast<std::size_t>(last);
    } else {
        line = static_cast<std::size_t>(
            std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(line) + lines, 0, last));
    }
    selectRow(m_layout.rowAt(line));
}

bool Waterfall::clickedFold(const QPoint& position, std::uint32_t row) const
{
    const std::size_t line = m_layout.lineOf(row);
    const auto bars = m_layout.bars(line, line + 1, m_scale);
    return !bars.empty() && bars.front().parent && position.x() < bars.front().labelX &&
           position.x() > bars.front().labelX - 16;
}

void Waterfall::toggleFold(std::uint32_t row)
{
    m_layout.setFolded(row, !m_layout.folded(row));
    if (m_selected != kNoStoryRow && m_layout.lineOf(m_selected) == m_layout.lineCount()) {
        m_selected = row;
    }
    updateScrollBars();
    m_stale = true;
    viewport()->update();
}

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

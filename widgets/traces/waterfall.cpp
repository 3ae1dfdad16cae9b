#include "widgets/traces/waterfall.h"

#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace hindcast {

namespace {

constexpr double kMaxLabelWidth = 260;
constexpr double kRightMargin = 14;
constexpr int kScrollUnits = 100'000; // of the horizontal bar, over the whole axis

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

} // namespace hindcast

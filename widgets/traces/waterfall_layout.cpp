#include "widgets/traces/waterfall_layout.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr double kLabelLeft = 18; // px; room for the fold mark of the outermost rows

// Of one line's strokes, those less than a pixel apart become one: at any zoom there are no more
// than pixels.
void mergeTouching(std::vector<WaterfallLayout::Underline>& lines, std::size_t first)
{
    std::sort(lines.begin() + static_cast<std::ptrdiff_t>(first), lines.end(),
              [](const auto& a, const auto& b) { return a.fromX < b.fromX; });
    std::size_t kept = first;
    for (std::size_t i = first; i < lines.size(); ++i) {
        if (kept > first && lines[i].fromX <= lines[kept - 1].toX + 1) {
            lines[kept - 1].toX = std::max(lines[kept - 1].toX, lines[i].toX);
        } else {
            lines[kept++] = lines[i];
        }
    }
    lines.resize(kept);
}

} // namespace

WaterfallLayout::WaterfallLayout(std::shared_ptr<const TraceStory> story)
    : m_story(std::move(story))
{
    const auto& rows = m_story->rows;
    m_folded.assign(rows.size(), false);
    m_below.assign(rows.size(), 0);
    // From the back: the rows still open to the right are a stack of falling depth.
    std::vector<std::uint32_t> open;
    for (auto i = static_cast<std::uint32_t>(rows.size()); i-- > 0;) {
        while (!open.empty() && rows[open.back()].depth > rows[i].depth) {
            open.pop_back();
        }
        m_below[i] = open.empty() ? static_cast<std::uint32_t>(rows.size()) : open.back();
        open.push_back(i);
    }
    for (const PathSection& section : m_story->path) {
        if (section.row != kNoStoryRow) {
            m_pathByRow.push_back(section);
        }
    }
    std::stable_sort(m_pathByRow.begin(), m_pathByRow.end(),
                     [](const PathSection& a, const PathSection& b) { return a.row < b.row; });
    listLines();
}

void WaterfallLayout::listLines()
{
    m_lines.clear();
    for (std::uint32_t row = 0; row < m_below.size();) {
        m_lines.push_back(row);
        row = m_folded[row] ? m_below[row] : row + 1;
    }
}

std::size_t WaterfallLayout::lineOf(std::uint32_t row) const
{
    const auto at = std::lower_bound(m_lines.begin(), m_lines.end(), row);
    return at != m_lines.end() && *at == row ? static_cast<std::size_t>(at - m_lines.begin())
                                             : m_lines.size();
}

bool WaterfallLayout::hasBelow(std::uint32_t row) const
{
    return m_below[row] > row + 1;
}

void WaterfallLayout::setFolded(std::uint32_t row, bool folded)
{
    if (m_folded[row] != folded && (!folded || hasBelow(row))) {
        m_folded[row] = folded;
        listLines();
    }
}

void WaterfallLayout::reveal(std::uint32_t row)
{
    bool changed = false;
    for (std::uint32_t i = 0; i < row; ++i) {
        if (m_folded[i] && m_below[i] > row) {
            m_folded[i] = false;
            changed = true;
        }
    }
    if (changed) {
        listLines();
    }
}

void WaterfallLayout::takeFolds(const WaterfallLayout& older)
{
    if (!older.m_story) {
        return;
    }
    std::vector<SpanIndex> folded;
    for (std::uint32_t i = 0; i < older.m_folded.size(); ++i) {
        if (older.m_folded[i] && older.m_story->rows[i].kind == StoryRow::Kind::Span) {
            folded.push_back(older.m_story->rows[i].span);
        }
    }
    if (folded.empty()) {
        return;
    }
    std::sort(folded.begin(), folded.end());
    for (std::uint32_t i = 0; i < m_folded.size(); ++i) {
        const StoryRow& row = m_story->rows[i];
        m_folded[i] = row.kind == StoryRow::Kind::Span && hasBelow(i) &&
                      std::binary_search(folded.begin(), folded.end(), row.span);
    }
    listLines();
}

std::vector<WaterfallLayout::Bar> WaterfallLayout::bars(std::size_t first, std::size_t last,
                                                        const WaterfallScale& scale) const
{
    std::vector<Bar> bars;
    last = std::min(last, m_lines.size());
    const double right = scale.left + scale.width;
    for (std::size_t line = first; line < last; ++line) {
        const std::uint32_t index = m_lines[line];
        const StoryRow& row = m_story->rows[index];
        Bar bar;
        bar.row = index;
        bar.line = line;
        bar.y = static_cast<double>(line) * kRowHeight;
        bar.labelX = kLabelLeft + row.depth * kIndent;
        bar.folded = m_folded[index];
        bar.parent = hasBelow(index);
        const double x1 = scale.x(row.startNs);
        const double x2 = std::max(scale.x(row.endNs), x1 + kMinBarWidth);
        // A bar that begins at the very end of the axis still shows.
        const double from = std::max(std::min(x1, right - kMinBarWidth), scale.left);
        if (x2 < scale.left) {
            bar.outside = -1;
        } else if (x1 > right) {
            bar.outside = 1;
        } else {
            const double height = row.kind == StoryRow::Kind::Wait ? kWaitHeight : kBarHeight;
            bar.rect = QRectF(from, bar.y + (kRowHeight - height) / 2 - 1,
                              std::max(std::min(x2, right) - from, kMinBarWidth), height);
            bar.cutLeft = x1 < scale.left - 0.5;
            bar.cutRight = x2 > right + kMinBarWidth + 0.5;
        }
        bars.push_back(bar);
    }
    return bars;
}

std::vector<WaterfallLayout::Underline>
WaterfallLayout::underlines(std::size_t first, std::size_t last, const WaterfallScale& scale) const
{
    std::vector<Underline> lines;
    last = std::min(last, m_lines.size());
    const double right = scale.left + scale.width;
    for (std::size_t line = first; line < last; ++line) {
        const std::uint32_t row = m_lines[line];
        auto section =
            std::lower_bound(m_pathByRow.begin(), m_pathByRow.end(), row,
                             [](const PathSection& s, std::uint32_t key) { return s.row < key; });
        // A folded row stands for all that is folded in it.
        const std::uint32_t end = m_folded[row] ? m_below[row] : row + 1;
        const std::size_t before = lines.size();
        for (; section != m_pathByRow.end() && section->row < end; ++section) {
            const double from = std::max(scale.x(section->fromNs), scale.left);
            const double to = std::min(scale.x(section->toNs), right);
            if (to >= from) {
                lines.push_back({static_cast<double>(line) * kRowHeight + kRowHeight - 2.5, from,
                                 std::max(to, from + 1)});
            }
        }
        mergeTouching(lines, before);
    }
    return lines;
}

std::uint32_t WaterfallLayout::nextOf(const std::vector<std::uint32_t>& matches, std::uint32_t from,
                                      int direction)
{
    if (matches.empty()) {
        return kNoStoryRow;
    }
    if (direction > 0) {
        const auto next = std::upper_bound(matches.begin(), matches.end(), from);
        return from == kNoStoryRow || next == matches.end() ? matches.front() : *next;
    }
    const auto at = std::lower_bound(matches.begin(), matches.end(), from);
    return at == matches.begin() ? matches.back() : *(at - 1);
}

} // namespace hindcast

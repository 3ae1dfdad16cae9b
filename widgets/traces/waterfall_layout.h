#pragma once

#include "model/trace/trace_story.h"
#include "widgets/traces/waterfall_scale.h"

#include <QRectF>

#include <memory>
#include <vector>

namespace hindcast {

// Where everything of a waterfall stands: which rows of a story are shown (some are folded away),
// and plain rectangles for those in sight. Knows no painter and no colour, so that it is tested by
// tables and paint only replays it. A value; GUI thread.
class WaterfallLayout
{
public:
    static constexpr double kRowHeight = 24;
    static constexpr double kBarHeight = 14;
    static constexpr double kWaitHeight = 12;
    static constexpr double kMinBarWidth = 3;
    static constexpr double kIndent = 13;

    // A row as drawn; y is from the top of the first row.
    struct Bar
    {
        std::uint32_t row = 0; // into the story's rows
        std::size_t line = 0;  // among the shown ones
        double y = 0;          // top of the line
        double labelX = 0;
        QRectF rect;          // the bar, cut to the scale; null: out of sight
        bool cutLeft = false; // goes on to the left
        bool cutRight = false;
        int outside = 0;     // -1: wholly left of what is in sight, 1: right of it
        bool folded = false; // rows below it are not shown
        bool parent = false; // has rows below it
    };
    struct Underline
    {
        double y = 0;
        double fromX = 0;
        double toX = 0;
    };

    WaterfallLayout() = default;
    explicit WaterfallLayout(std::shared_ptr<const TraceStory> story);

    const std::shared_ptr<const TraceStory>& story() const { return m_story; }
    std::size_t lineCount() const { return m_lines.size(); }
    double height() const { return static_cast<double>(m_lines.size()) * kRowHeight; }
    std::uint32_t rowAt(std::size_t line) const { return m_lines[line]; }
    // The line that shows the row; lineCount() where it is folded away.
    std::size_t lineOf(std::uint32_t row) const;
    bool hasBelow(std::uint32_t row) const;
    bool folded(std::uint32_t row) const { return m_folded[row]; }

    void setFolded(std::uint32_t row, bool folded);
    // Unfolds whatever hides the row.
    void reveal(std::uint32_t row);
    // Spans folded in an older story of the same capture stay folded in this one.
    void takeFolds(const WaterfallLayout& older);

    // Bars of the lines [first, last), by arithmetic and binary search, not by walking all rows.
    std::vector<Bar> bars(std::size_t first, std::size_t last, const WaterfallScale& scale) const;
    // What of the critical path runs through those lines.
    std::vector<Underline> underlines(std::size_t first, std::size_t last,
                                      const WaterfallScale& scale) const;

    // Rows lead from left to right in reading order: the next one with `matches`, past `from`,
    // around the end; kNoStoryRow where none is. Direction 1 or -1.
    static std::uint32_t nextOf(const std::vector<std::uint32_t>& matches, std::uint32_t from,
                                int direction);

private:
    void listLines();

    std::shared_ptr<const TraceStory> m_story;
    std::vector<std::uint32_t> m_below; // of a row: where the rows that belong to it end
    std::vector<bool> m_folded;
    std::vector<std::uint32_t> m_lines;   // shown rows, ascending
    std::vector<PathSection> m_pathByRow; // the path, by row
};

} // namespace hindcast

#pragma once

#include "widgets/traces/waterfall_layout.h"

#include <QAbstractScrollArea>

#include <optional>

namespace hindcast {

// The waterfall of one business event: labels, a time axis and bars. Paints only the lines in
// sight, from rectangles that are kept until the story, the scale, the scroll position or the size
// is another one; hovering and selecting replay them. GUI thread.
class Waterfall final : public QAbstractScrollArea
{
    Q_OBJECT

public:
    static constexpr double kAxisHeight = 26;

    explicit Waterfall(QWidget* parent = nullptr);
    ~Waterfall() override;

    // Keeps zoom, folds and selection where `story` is a newer one of the same event.
    void setStory(std::shared_ptr<const TraceStory> story, bool sameEvent);
    const WaterfallLayout& rows() const { return m_layout; }
    const WaterfallScale& scale() const { return m_scale; }

    std::uint32_t selectedRow() const { return m_selected; } // kNoStoryRow: none
    void selectRow(std::uint32_t row, bool tell = true);
    void setMatches(std::vector<std::uint32_t> rows); // rows found, ascending
    void setShowPath(bool show);
    void setShowRecords(bool show);
    void setPlayheads(Timestamp a, std::optional<Timestamp> b);

    void zoomBy(double factor, double anchorX);
    void zoomToAll();
    void zoomToRow(std::uint32_t row);

    // In viewport coordinates, for tests and tooltips.
    std::uint32_t rowAt(const QPoint& position) const;
    QRectF barRect(std::uint32_t row) const;

    QSize sizeHint() const override;

signals:
    void rowSelected(std::uint32_t row);
    void rowActivated(std::uint32_t row);   // double click, Enter
    void timePicked(hindcast::Timestamp t); // a click on the axis
    void menuRequested(std::uint32_t row, const QPoint& globalPosition);

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    double labelWidth() const;
    void setScale(const WaterfallScale& scale);
    void fitScale(); // to the width there is
    void updateScrollBars();
    void refreshGeometry();
    void ensureVisible(std::uint32_t row);
    void moveSelection(std::ptrdiff_t lines);
    std::size_t linesPerPage() const;
    bool clickedFold(const QPoint& position, std::uint32_t row) const;
    void toggleFold(std::uint32_t row);

    void paintBackground(QPainter& painter);
    void paintAxis(QPainter& painter);
    void paintRow(QPainter& painter, const WaterfallLayout::Bar& bar);
    void paintLabel(QPainter& painter, const WaterfallLayout::Bar& bar, double y);
    void paintBar(QPainter& painter, const WaterfallLayout::Bar& bar, const QRectF& rect);
    void paintBeside(QPainter& painter, const WaterfallLayout::Bar& bar, const QRectF& rect);
    void paintPath(QPainter& painter);
    void paintPlayheads(QPainter& painter);
    void paintPlayhead(QPainter& painter, Timestamp t, const QString& name, const QColor& color);

    std::shared_ptr<const TraceStory> story() const { return m_layout.story(); }

    WaterfallLayout m_layout;
    WaterfallScale m_scale;
    bool m_zoomed = false;
    std::vector<WaterfallLayout::Bar> m_bars; // in sight
    std::vector<WaterfallLayout::Underline> m_underlines;
    bool m_stale = true; // m_bars and m_underlines are to be made anew
    std::uint32_t m_selected = kNoStoryRow;
    std::uint32_t m_hovered = kNoStoryRow;
    std::vector<std::uint32_t> m_matches;
    bool m_showPath = true;
    bool m_showRecords = false;
    Timestamp m_a = kNoTimestamp;
    std::optional<Timestamp> m_b;
    std::optional<QPoint> m_pressed; // where a drag began
    bool m_dragging = false;
    bool m_settingBars = false; // the scroll bars follow us, not we them
};

} // namespace hindcast

#pragma once

#include "widgets/items/row_table.h"

#include <QSet>

#include <optional>
#include <vector>

namespace hindcast {

class RecordDelegate;
class RecordTableModel;

// The table of the record list, with playheads as lines between rows. Its rows stay where they are
// while others arrive, except at the end of a list that is followed. Columns are as wide as what is
// in sight, narrower where there is no room, and the last one has the rest. GUI thread.
class RecordTable final : public RowTable
{
    Q_OBJECT

public:
    explicit RecordTable(RecordTableModel* model, QWidget* parent = nullptr);
    ~RecordTable() override;

    // A line above that row; rowCount(): below the last. nullopt: none.
    void setPlayheads(std::optional<int> a, std::optional<int> b);
    std::optional<int> playheadA() const { return m_a; }
    // What lies after A is greyed.
    void setGreysAfterA(bool greys);
    // Scrolls only if the line is not in sight.
    void keepPlayheadInSight();
    bool atEnd() const;
    // Back to where the top row was when rows have moved.
    void setTopRow(int row);

    // Widths from the rows in sight, unless a person has set them.
    void fitColumns();
    void restyle();
    // For tests: where a playhead is drawn in the viewport; nullopt: out of sight.
    std::optional<int> playheadY(int before) const;

signals:
    void activatedRow(int row); // double click or Enter
    void scrolled();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    void drawPlayhead(int before, const QColor& color);
    void measureColumns();
    void layOutColumns();
    bool mayShrink(int column) const;

    RecordTableModel* const m_model;
    RecordDelegate* const m_delegate;
    std::optional<int> m_a;
    std::optional<int> m_b;
    bool m_greysAfterA = false;
    bool m_fitting = false;
    std::vector<int> m_wanted; // width of each column, with nothing cut off
    QSet<int> m_setByHand;     // columns
    bool m_fitted = false;     // all rows in sight were measured
};

} // namespace hindcast

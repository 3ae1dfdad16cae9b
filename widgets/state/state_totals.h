#pragma once

#include "widgets/state/state_whole.h"

#include <QWidget>

class QTableView;

namespace hindcast {

class StateTableModel;

// Below a state's table, column by column: the totals of its numbers, where they are asked for, and
// how many cells differ at B. Of the newest whole answer; paler while A has moved on. GUI thread.
class StateTotals final : public QWidget
{
    Q_OBJECT

public:
    StateTotals(QTableView* table, StateTableModel* model, QWidget* parent = nullptr);
    ~StateTotals() override;

    bool isOn() const { return m_on; }
    void setOn(bool on);
    void setWhole(StateWholePtr whole);
    void restyle();

    // As they stand below a column of the table; empty: nothing does.
    QString totalText(int column) const;
    QString changesText(int column) const;
    // What a column needs for them; 0: nothing.
    int widthOf(int column) const;
    // A line for each column with changes.
    QString changesInWords() const;

signals:
    void toggled(bool on);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    enum class Line { Totals, Changes };
    std::vector<Line> lines() const;
    const ColumnTotal* totalOf(int column) const;
    std::uint64_t changesOf(int column) const;
    QString textOf(Line line, int column) const;
    // With as many places behind the point as the column's cells in sight have.
    QString written(const std::string& number, int column) const;
    QString tipAt(const QPoint& at) const;
    bool current() const;
    void arrange();

    QTableView* const m_table;
    StateTableModel* const m_model;
    StateWholePtr m_whole;
    bool m_on = false;
};

} // namespace hindcast

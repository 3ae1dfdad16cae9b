#pragma once

#include "widgets/state/state_frame.h"

#include <QAbstractTableModel>

namespace hindcast {

// The rows of a state at A, and how they differ at B. Rows are positions: when A moves, what stands
// at a position changes, and rows come or go at the end. Cell text is taken from the frame that was
// made for the rows in sight; beyond it a cell is empty until its frame is there. GUI thread.
class StateTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role {
        KeyRole = Qt::UserRole, // QByteArray
        ChangeRole,             // Change
        OldTextRole,            // QString: the text at A, where the cell is another one at B
        NumericRole,            // bool, of headers too: right-aligned, fixed font
        DimRole,                // bool
    };
    enum class Change { None, Added, Removed, Changed };

    explicit StateTableModel(QObject* parent = nullptr);
    ~StateTableModel() override;

    // Null: nothing is there yet.
    void setFrame(StateFramePtr frame);
    const StateFramePtr& frame() const { return m_frame; }
    void setKeyTitle(const QString& title);
    void restyle(); // another time zone
    // An arrow beside the column's name; below 0: none.
    void setSorted(int column, bool falling);
    QString nameOf(int column) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    QByteArray keyAt(int row) const; // empty where it is not known yet
    Change changeOf(int row) const;
    QString fieldAt(int column) const;        // the projection's column; empty beside the values
    int columnOf(const QString& field) const; // 0 where there is none
    int valueColumns() const;                 // between the key and `changed`
    // Of the projection's columns those that hold mostly numbers, as far as is in sight.
    std::vector<std::size_t> numericColumns() const;

private:
    QString cellText(const StateFrame::Row& row, int column, bool atB) const;
    QVariant cellData(const StateFrame::Row& row, int column, int role) const;
    static Change changeOf(const StateFrame::Row& row, bool compared);
    void findNumericColumns();

    StateFramePtr m_frame;
    int m_rowCount = 0; // as the views know it; for a moment not that of the frame
    QString m_keyTitle;
    int m_sortedBy = -1;
    bool m_falling = false;
    std::vector<bool> m_numeric; // by column of the projection
};

} // namespace hindcast

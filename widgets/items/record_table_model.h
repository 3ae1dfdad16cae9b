#pragma once

#include "widgets/items/record_text_loader.h"
#include "widgets/items/row_set.h"

#include <QAbstractTableModel>
#include <QFont>
#include <QTimer>

namespace hindcast {

// A column of a record list.
struct RecordColumn
{
    enum class What { Time, Topic, Partition, Offset, Key, Field, Value };
    What what = What::Value;
    FieldPath path; // Field
    QString title;
    bool numeric = false; // right-aligned

    friend bool operator==(const RecordColumn&, const RecordColumn&) = default;
};

// A column for a field: its title is the path, without the "value." that most start with.
RecordColumn fieldColumn(const FieldPath& path, bool numeric);

// The records of a RowSet as a table. Cells from the index are there at once; those from a record's
// bytes say an ellipsis until the loader has them, and never wait for the disk.
//
// Growth: rows after the last one are one beginInsertRows. Where rows landed between others, the
// new ones are first inserted at the end, then all move to their places: by a layout change with
// the persistent indexes, so that a selection survives, or, where none of those moves, by telling
// that the rows from there on show something else. Never by a reset. GUI thread.
class RecordTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role {
        RowRole = Qt::UserRole, // Row
        WhatRole,               // RecordColumn::What as int
        FixedFontRole,          // bool
        DimRole,                // bool: nothing to read in it (null, missing, loading)
        ProblemRole,            // QString: why the record is not what it looks like
        TopicRole,              // QString
    };

    explicit RecordTableModel(QObject* parent = nullptr);
    ~RecordTableModel() override;

    // Another list.
    void setRows(RowSetPtr rows);
    // The same list, grown; what it grew from must be rows().
    void grow(const RowSetGrowth& growth);
    const RowSetPtr& rows() const { return m_rows; }

    void setTopicShown(bool shown);
    void setFields(const std::vector<RecordColumn>& fields);
    const std::vector<RecordColumn>& columns() const { return m_columns; }
    std::vector<RecordColumn> fields() const;
    int columnOf(RecordColumn::What what) const; // -1: none

    Row rowAt(int index) const { return m_rows->rowAt(static_cast<std::size_t>(index)); }
    RecordPlace placeAt(int index) const;
    int indexOf(Row row) const; // -1: not in the list
    const RecordText* textAt(int index) const { return m_loader->text(rowAt(index)); }
    // Rows the view shows; they are loaded first, and some around them after.
    void setWindow(int first, int last);

    // The theme or the time zone is another one.
    void restyle();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;

private:
    void setColumns(std::vector<RecordColumn> columns);
    void take(RowSetPtr rows);
    void updateSource();
    void loadWindow();
    void textsLoaded(const std::vector<Row>& rows);
    int fieldNumber(int column) const; // among the field columns
    QVariant display(int row, const RecordColumn& column, int number) const;
    QVariant toolTip(int row, const RecordColumn& column, int number) const;
    void want(int row) const;

    RowSetPtr m_rows = RowSet::empty();
    std::vector<RecordColumn> m_columns;
    bool m_topicShown = false;
    bool m_showDate = false; // the list spans more than one day
    RecordTextLoader* const m_loader;
    mutable QTimer m_loadSoon;
    mutable int m_wantFirst = -1; // rows whose text was asked for and was not there
    mutable int m_wantLast = -1;
    int m_windowFirst = 0;
    int m_windowLast = -1;
    QFont m_fixedFont;
};

} // namespace hindcast

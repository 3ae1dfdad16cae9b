#pragma once

#include "model/trace/trace_set.h"

#include <QAbstractTableModel>

#include <vector>

namespace hindcast {

// The traces that a search found, a row each. Cell text is made when asked for. GUI thread.
class TraceTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        StartColumn,
        DurationColumn,
        RootColumn,
        ServicesColumn,
        SpansColumn,
        ErrorsColumn,
        RecordsColumn,
        ColumnTotal
    };
    enum Role {
        ServicesRole = Qt::UserRole, // QStringList
        ShareRole,                   // double: of the longest trace's duration
    };

    explicit TraceTableModel(QObject* parent = nullptr);
    ~TraceTableModel() override;

    void setRows(TraceSetPtr set, std::vector<TraceIndex> rows);
    const std::vector<TraceIndex>& rows() const { return m_rows; }
    const TraceSetPtr& set() const { return m_set; }
    void setSortColumn(int column); // marked in its head
    QString traceId(int row) const;
    int rowOf(const QString& traceId) const; // -1: not among them
    void restyle();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;

private:
    QString text(const Trace& trace, TraceIndex index, int column) const;
    QString rootText(const Trace& trace, TraceIndex index) const;

    TraceSetPtr m_set;
    std::vector<TraceIndex> m_rows;
    std::int64_t m_longestNs = 0;
    int m_sortColumn = -1;
};

} // namespace hindcast

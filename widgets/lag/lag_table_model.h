#pragma once

#include "model/lag/group_lag.h"

#include <QAbstractTableModel>

#include <optional>

namespace hindcast {

// The partitions of one group at one moment, a row each. Cell text is made when asked for. GUI
// thread.
class LagTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        PartitionColumn,
        CommittedColumn,
        EndColumn,
        LagColumn,
        MissedColumn, // hidden by the view while there are none
        BehindColumn,
        OutColumn,
        InColumn,
        CatchUpColumn,
        MemberColumn,
        ColumnCount,
    };
    explicit LagTableModel(QObject* parent = nullptr);
    ~LagTableModel() override;

    // The same group at another moment: cells change; other partitions: a reset.
    void setLag(GroupLag lag);
    const GroupLag& lag() const { return m_lag; }

    const PartitionLag& partitionAt(int row) const;
    std::optional<int> rowOf(const TopicPartition& place) const;
    // Where the partition's next record stands; nullopt where nothing is committed.
    std::optional<RecordPlace> recordAt(int row) const;
    bool anyMissed() const { return m_lag.missed > 0; }
    void restyle();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

private:
    QString text(const PartitionLag& p, int column) const;
    QString toolTip(const PartitionLag& p, int column) const;
    QVariant foreground(const PartitionLag& p, int column) const;
    std::vector<std::size_t> sorted() const;

    GroupLag m_lag;
    std::vector<std::size_t> m_order; // row -> index into m_lag.partitions
    int m_sortColumn = PartitionColumn;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

// "billing-7f9c · 10.2.0.14": a member as a person tells it from the others.
QString memberName(const PartitionLag& p);

} // namespace hindcast

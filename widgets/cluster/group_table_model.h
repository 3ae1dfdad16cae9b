#pragma once

#include "model/lag/group_lag.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace hindcast {

// Consumer groups at one moment, a row each. The order is kept while values change and made anew
// when the groups do, or at a click. GUI thread.
class GroupTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        GroupColumn,
        VerdictColumn,
        BehindColumn,
        LagColumn,
        OutColumn,
        InColumn,
        MembersColumn,
        StateColumn,
        TopicsColumn,
        ColumnCount,
    };

    explicit GroupTableModel(QObject* parent = nullptr);
    ~GroupTableModel() override;

    void setGroups(std::vector<GroupLag> groups);
    // Rows whose name or a topic contains it, in any case; empty: all.
    void setFilter(const QString& text);
    const std::vector<GroupLag>& groups() const { return m_groups; } // all of them
    const GroupLag& groupAt(int row) const;
    QString nameAt(int row) const;
    std::optional<int> rowOf(const QString& name) const;
    void restyle();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

private:
    QString text(const GroupLag& g, int column) const;
    QString toolTip(const GroupLag& g, int column) const;
    bool matches(const GroupLag& g) const;
    std::vector<std::size_t> ordered() const;
    void reorder(std::vector<std::size_t> now);

    std::vector<GroupLag> m_groups;
    std::vector<std::size_t> m_order; // row -> index into m_groups
    QString m_filter;
    int m_sortColumn = VerdictColumn;
    Qt::SortOrder m_sortOrder = Qt::DescendingOrder;
};

} // namespace hindcast

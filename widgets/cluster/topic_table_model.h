#pragma once

#include "model/record/cluster_state.h"

#include <QAbstractTableModel>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hindcast {

// One topic as the overview shows it.
struct TopicRow
{
    TopicState state;
    Timestamp newest = kNoTimestamp; // of the records captured
    std::optional<double> rate;      // offsets/s between the last two looks at the cluster
};

// The topics of a cluster, a row each. GUI thread.
class TopicTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        TopicColumn,
        PartitionsColumn,
        RecordsColumn,
        RateColumn,
        NewestColumn,
        SizeColumn,
        ProblemColumn,
        ColumnCount,
    };

    explicit TopicTableModel(QObject* parent = nullptr);
    ~TopicTableModel() override;

    void setTopics(std::vector<TopicRow> topics); // by name
    void setFilter(const QString& text);
    void setInternalShown(bool shown);
    const std::vector<TopicRow>& topics() const { return m_topics; }
    const TopicRow& topicAt(int row) const;
    QString nameAt(int row) const;
    bool anySize() const;
    void restyle();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

private:
    QString text(const TopicRow& t, int column) const;
    QString toolTip(const TopicRow& t, int column) const;
    std::vector<std::size_t> ordered() const;

    std::vector<TopicRow> m_topics;
    std::vector<std::size_t> m_order;
    QString m_filter;
    bool m_internal = false;
    int m_sortColumn = TopicColumn;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

// What is wrong with a topic as a whole; empty: nothing. "2 partitions have no leader".
QString topicProblem(const TopicState& state);

} // namespace hindcast

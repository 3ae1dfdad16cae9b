#pragma once

#include "model/record/cluster_state.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTableWidget;

namespace hindcast {

// One topic closer: its partitions, and its configuration where that was asked for. GUI thread.
class TopicDetail final : public QWidget
{
    Q_OBJECT

public:
    explicit TopicDetail(QWidget* parent = nullptr);
    ~TopicDetail() override;

    void setTopic(const TopicState& topic);
    void clear();

private:
    QTableWidget* makeTable(const QStringList& titles, const QString& name);
    void fillPartitions(const TopicState& topic);
    void fillConfigs(const TopicState& topic);

    QStackedWidget* m_pages;
    QLabel* m_title;
    QTableWidget* m_partitions;
    QTableWidget* m_configs;
};

} // namespace hindcast

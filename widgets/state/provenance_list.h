#pragma once

#include "widgets/state/history_model.h"

#include <QWidget>

#include <optional>

class QLabel;
class QListView;

namespace hindcast {

// Where the value of one cell comes from: the record that set it, and those that set what was there
// before it and after. GUI thread.
class ProvenanceList final : public QWidget
{
    Q_OBJECT

public:
    explicit ProvenanceList(QWidget* parent = nullptr);
    ~ProvenanceList() override;

    // The row's whole history and the column looked at; hidden without either.
    void setRow(const HistoryModel::Steps& steps, const std::optional<ProjectionColumn>& column);
    void setPrefix(Rank prefixOfA);
    HistoryModel* values() const { return m_values; }
    void restyle();

signals:
    void momentRequested(hindcast::Rank rank); // A behind this record
    void recordRequested(const hindcast::RecordPlace& place);

private:
    void show();
    const HistoryEntry& entryAt(int row) const;

    HistoryModel* m_values = nullptr;
    std::optional<ProjectionColumn> m_column;
    QLabel* m_caption = nullptr;
    QLabel* m_value = nullptr;
    QLabel* m_setBy = nullptr;
    QListView* m_list = nullptr;
};

} // namespace hindcast

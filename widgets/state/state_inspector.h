#pragma once

#include "widgets/shared/async.h"
#include "widgets/shared/view.h"
#include "widgets/state/history_model.h"

#include <QWidget>

class QLabel;
class QListView;
class QScrollArea;

namespace hindcast {

class ElidedLabel;
class ProjectionStore;
class ProvenanceList;
class StepDifference;

// What the inspector shows of a row of a state: its key, when and by which record it became what it
// is at A, where the cell looked at has its value from, the row's history, and what the step at A
// changed. Follows the clock by itself. GUI thread.
class StateInspector final : public QWidget
{
    Q_OBJECT

public:
    StateInspector(const ViewContext& context, ProjectionStore* store, QWidget* parent = nullptr);
    ~StateInspector() override;

    // A place of kind Projection with a key; others show nothing.
    void showPlace(const Place& place);
    const Place& place() const { return m_place; }
    HistoryModel* history() const { return m_history; }
    ProvenanceList* provenance() const { return m_provenance; }
    void restyle();

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void setUp();
    void read();
    struct Read
    {
        Result<HistoryModel::Steps> steps;
        std::vector<ProjectionColumn> columns;
    };
    void there(Read read);
    void showProvenance();
    void goToRank(Rank rank);
    void openPlace(const RecordPlace& place);
    void clockMoved();
    void showStep();
    void showSetBy(const HistoryEntry& entry);
    int mostOfHistory() const;
    void showTrust();
    void goTo(const QModelIndex& index);
    void openRecord(const QModelIndex& index);

    const ViewContext m_context;
    ProjectionStore* const m_store;
    Place m_place;
    VersionLogPtr m_log;
    HistoryModel* m_history = nullptr;
    std::vector<ProjectionColumn> m_columns;
    Asker m_reader;

    QLabel* m_key = nullptr;
    QLabel* m_at = nullptr;
    QLabel* m_setBy = nullptr;
    ElidedLabel* m_trust = nullptr;
    std::vector<QLabel*> m_names;
    ProvenanceList* m_provenance = nullptr;
    QLabel* m_caption = nullptr;
    QLabel* m_note = nullptr;
    QListView* m_list = nullptr;
    StepDifference* m_difference = nullptr;
    QScrollArea* m_scroll = nullptr;
};

} // namespace hindcast

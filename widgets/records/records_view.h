#pragma once

#include "model/query/filter.h"
#include "widgets/items/field_survey.h"
#include "widgets/items/record_table_model.h"
#include "widgets/records/read_range.h"
#include "widgets/records/record_search.h"
#include "widgets/shared/async.h"
#include "widgets/shared/view.h"

#include <QElapsedTimer>
#include <QTimer>

#include <functional>
#include <optional>

class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;

namespace hindcast {

class FilterEdit;
class ReceiptLine;
class RecordClipboard;
struct RowSelection;
class RecordList;
class RecordTable;

// The records of one topic, or of several as one list in time order: read, filtered, followed. What
// it shows is always of the capture; while connected it asks for more to be read into that. GUI
// thread.
class RecordsView final : public View
{
    Q_OBJECT

public:
    // The state that a record led to, where a projection reads its topic.
    using StatePlace = std::function<std::optional<Place>(const RecordPlace&)>;

    RecordsView(const ViewContext& context, const QStringList& topics, QWidget* parent = nullptr);
    ~RecordsView() override;

    void setStatePlace(StatePlace find) { m_statePlace = std::move(find); }

    Place place() const override;
    // A record of the list is selected and brought into sight; while connected it is read if need
    // be.
    void show(const Place& place) override;
    using View::show;
    void focusFilter() override;
    void readAgain() override;
    QString selectionAsTsv() const override;
    QString selectionAsJson() const override;
    void restyle() override;

    const ReadRange& range() const { return m_range; }
    void setRange(const ReadRange& range);
    void setFilter(const QString& expression); // as if written and sent
    // What may be done with a cell; owned by the caller.
    std::unique_ptr<QMenu> menuFor(const QModelIndex& index);

private:
    void setUp();
    QWidget* makeToolbar();
    QWidget* makeEmptyState();
    void paintLabels();
    void connectAll();

    // records_view.cpp: the question and its answer
    void read();
    void search();
    void ask();
    void rowsReplaced();
    void rowsGrown(const RowSetGrowth& growth);
    void survey();
    void updateToolbar();

    // records_view_follow.cpp: the clock, the selection, the places
    void connectMoments();
    void updatePlayheads(bool keepInSight);
    void setMomentTo(int row);
    RowSelection selection() const;
    void goToPending();
    bool followsEnd() const;

    // records_view_receipt.cpp
    void updateReceipt();
    void updateEmptyState();
    void receiptAction();
    void emptyAction();

    // records_view_menus.cpp
    void openRange(bool from);
    void openPartitions();
    void openColumns();
    void addCondition(const std::optional<QString>& condition);
    void copy(const QString& text);

    const QStringList m_topics;
    ReadRange m_range;
    bool m_keepMatchesOnly = false;
    bool m_columnsChosen = false; // by a person
    quint64 m_readId = 0;
    QString m_filter;                    // as last sent
    std::shared_ptr<Filter> m_prototype; // of the filter as last sent; searches take clones
    RecordSearchPtr m_search;
    std::optional<FilterExpression> m_expression;
    bool m_showsUndecodable = false;
    QElapsedTimer m_searchClock;
    qint64 m_searchMs = 0;
    quint64 m_job = 0;
    FieldSurvey m_surveyed;
    bool m_surveyAgain = true;
    std::optional<QByteArray> m_key; // opened for it: the list of that key, until filtered anew
    std::optional<RecordPlace> m_pending; // to be gone to when its row is there
    std::optional<Row> m_selectedRow;     // outlives a list that is replaced
    bool m_moving = false;                // A is moved by this view

    RecordTableModel* const m_model;
    RecordList* const m_list;
    RecordClipboard* const m_clipboard;
    Asker m_compiler;
    Asker m_surveyor;
    QTimer m_receiptSoon;
    QTimer m_progress;

    QPushButton* m_from = nullptr;
    QPushButton* m_to = nullptr;
    QPushButton* m_partitions = nullptr;
    FilterEdit* m_filterEdit = nullptr;
    QLabel* m_mistake = nullptr;
    QPushButton* m_searchButton = nullptr;
    QPushButton* m_columnsButton = nullptr;
    RecordTable* m_table = nullptr;
    QStackedWidget* m_stack = nullptr;
    QLabel* m_emptyText = nullptr;
    QPushButton* m_emptyAction = nullptr;
    ReceiptLine* m_receipt = nullptr;
    StatePlace m_statePlace;
};

} // namespace hindcast

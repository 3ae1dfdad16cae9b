#pragma once

#include "model/trace/trace_set.h"
#include "widgets/shared/async.h"
#include "widgets/shared/view.h"

#include <QTimer>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace hindcast {

class SentenceLine;
class TraceStore;
class TraceTableModel;

// All traces of the capture, searched and sorted off the GUI thread. A double click follows one.
class TraceListView final : public View
{
    Q_OBJECT

public:
    TraceListView(const ViewContext& context, TraceStore* store, const Place& place,
                  QWidget* parent = nullptr);
    ~TraceListView() override;

    Place place() const override;
    void show(const Place& place) override;
    using View::show;
    void focusFilter() override;
    QString selectionAsTsv() const override;
    QString selectionAsJson() const override;
    void restyle() override;

    const TraceQuery& query() const { return m_query; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void setupUi();
    QWidget* makeBar();
    QWidget* makeEmptyPage();
    void setupTable();
    void connectAll();

    void readQuery();
    void search();
    void take(const TraceSetPtr& set, std::vector<TraceIndex> rows);
    void refreshServices();
    void refreshSentence();
    void showEmpty();
    void clearFilter();
    void fitColumns();
    void sortBy(int column);
    void showOrder();
    void openRow(const QModelIndex& index);
    void selectRow(const QModelIndex& index);
    void contextMenu(const QPoint& position);

    TraceStore* const m_store;
    TraceQuery m_query;
    QLineEdit* m_text = nullptr;
    QComboBox* m_service = nullptr;
    QLineEdit* m_duration = nullptr;
    QPushButton* m_errors = nullptr;
    SentenceLine* m_sentence = nullptr;
    QStackedWidget* m_pages = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_emptyText = nullptr;
    QPushButton* m_emptyAction = nullptr;
    TraceTableModel* m_model = nullptr;
    QTimer m_typing;
    Asker m_search;
};

} // namespace hindcast

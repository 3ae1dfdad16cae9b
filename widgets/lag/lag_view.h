#pragma once

#include "model/lag/lag_series.h"
#include "widgets/shared/async.h"
#include "widgets/shared/view.h"

#include <QTimer>

class QButtonGroup;
class QLabel;
class QModelIndex;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace hindcast {

class LagPlot;
class LagStore;
class LagTableModel;
class VerdictBar;

// One consumer group: what is wrong in a sentence, its lag over time, and its partitions, all as
// they were at A. GUI thread. The series is computed off it; everything else is small and comes
// with the frame.
class LagView final : public View
{
    Q_OBJECT

public:
    LagView(const ViewContext& context, LagStore* store, const QString& group,
            QWidget* parent = nullptr);
    ~LagView() override;

    Place place() const override;
    void show(const Place& place) override;
    using View::show;
    void previousChange() override;
    void nextChange() override;
    QString selectionAsTsv() const override;
    QString selectionAsJson() const override;
    void restyle() override;

    LagQuantity quantity() const { return m_quantity; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void setupUi();
    QWidget* makeToolbar();
    QWidget* makeEmptyPage();
    void setupTable();
    void connectAll();

    void schedule(); // a refresh with the next frame
    void refresh();  // everything at A
    void refreshAction();
    void refreshNote();
    void refreshSeries();
    void refreshRange();
    void fitColumns();
    void setQuantity(LagQuantity quantity);
    void changeSelected(int row);
    void contextMenu(const QPoint& position);
    void openRecord(const RecordPlace& record);
    void readThenOpen(const RecordPlace& record);
    void readChanged(quint64 id);
    void stepCommit(bool forward);

    Timestamp now() const; // the time everything is shown at
    bool inCapture(const RecordPlace& record) const;
    std::optional<TopicPartition> selectedPartition() const;
    std::optional<RecordPlace> actionTarget() const;

    const QString m_group;
    LagStore* const m_store;
    VerdictBar* m_verdict = nullptr;
    QButtonGroup* m_modes = nullptr;
    QLabel* m_legend = nullptr;
    QLabel* m_note = nullptr;
    LagPlot* m_plot = nullptr;
    QTableView* m_table = nullptr;
    LagTableModel* m_model = nullptr;
    QStackedWidget* m_pages = nullptr;
    QLabel* m_emptyText = nullptr;
    QPushButton* m_emptyAction = nullptr;

    LagQuantity m_quantity = LagQuantity::Records;
    Timestamp m_pinnedAt = kNoTimestamp;
    QTimer m_frame;
    QTimer m_seriesWait;
    Asker m_seriesAsker;
    bool m_seriesAgain = false;
    bool m_chosen = false; // a partition was chosen by hand: A moving does not choose another
    quint64 m_reading = 0;
    std::optional<RecordPlace> m_readFor;
};

} // namespace hindcast

#pragma once

#include "widgets/cluster/topic_table_model.h"
#include "widgets/shared/async.h"
#include "widgets/shared/view.h"

#include <QTimer>

class QCheckBox;
class QLabel;
class QLineEdit;
class QModelIndex;
class QPoint;
class QTableView;

namespace hindcast {

class TopicDetail;
class VerdictBar;

// All topics of the cluster as it was last seen, and one of them closer. GUI thread; the newest
// record of each topic is looked up off it.
class TopicsView final : public View
{
    Q_OBJECT

public:
    explicit TopicsView(const ViewContext& context, QWidget* parent = nullptr);
    ~TopicsView() override;

    Place place() const override;
    QString title() const override;
    void focusFilter() override;
    QString selectionAsTsv() const override;
    QString selectionAsJson() const override;
    void restyle() override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void setupUi();
    void connectAll();
    void clusterChanged();
    void lookUpNewest();
    void refresh();
    void lead();
    void showDetail();
    void open();
    void contextMenu(const QPoint& position);
    QStringList selectedTopics() const;

    VerdictBar* m_verdict = nullptr;
    QLineEdit* m_filter = nullptr;
    QCheckBox* m_internal = nullptr;
    QLabel* m_note = nullptr;
    QTableView* m_table = nullptr;
    TopicTableModel* m_model = nullptr;
    TopicDetail* m_detail = nullptr;

    ClusterStatePtr m_cluster;
    std::map<std::string, double> m_rates;
    std::map<std::string, Timestamp> m_newest;
    QTimer m_newestWait;
    bool m_newestAgain = false;
    Asker m_newestAsker;
};

} // namespace hindcast

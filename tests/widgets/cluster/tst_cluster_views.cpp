#include "model/capture/capture.h"
#include "tests/widgets/shared/fake_workspace.h"
#include "tests/widgets/shared/lag_samples.h"
#include "widgets/cluster/groups_view.h"
#include "widgets/cluster/topic_table_model.h"
#include "widgets/cluster/topics_view.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/lag_store.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/verdict_bar.h"

#include <QApplication>
#include <QCheckBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>
#include <QTest>

using namespace hindcast;
namespace samples = hindcast::test::lag_samples;
using namespace std::chrono_literals;

namespace {

struct Window
{
    ViewContext context() { return {&workspace, &moments, &navigator, &jobs}; }
    void show(View& view)
    {
        frame.resize(746, 602);
        view.setParent(&frame);
        view.resize(frame.size());
        frame.show();
        static_cast<QWidget&>(view).show();
    }

    test::FakeWorkspace workspace;
    MomentControl moments;
    Navigator navigator{&moments};
    JobTracker jobs;
    QWidget frame;
};

QTableView* tableOf(const View& view)
{
    for (auto* table : view.findChildren<QTableView*>()) {
        if (qobject_cast<QTableWidget*>(table) == nullptr) {
            return table;
        }
    }
    return nullptr;
}

QString cell(const View& view, int row, int column)
{
    return tableOf(view)->model()->index(row, column).data().toString();
}

void doubleClick(const View& view, int row)
{
    QTableView* table = tableOf(view);
    const QPoint at = table->visualRect(table->model()->index(row, 0)).center();
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, at);
    QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, at);
}

std::shared_ptr<ClusterState> cluster(Timestamp time, std::int64_t ordersEnd)
{
    auto state = std::make_shared<ClusterState>();
    state->time = time;
    state->clusterId = "shop";
    for (const char* name : {"__consumer_offsets", "orders", "payments"}) {
        TopicState topic;
        topic.name = name;
        topic.internal = name[0] == '_';
        PartitionState p;
        p.leader = 1;
        p.replicas = p.inSync = {1};
        p.logStart = 0;
        p.logEnd = topic.name == "orders" ? ordersEnd : 500;
        topic.partitions.push_back(p);
        if (topic.name == "payments") {
            topic.configs = {{"cleanup.policy", "delete"}, {"retention.ms", "604800000"}};
        }
        state->topics.push_back(topic);
    }
    return state;
}

} // namespace

class tst_cluster_views : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        qRegisterMetaType<Place>();
        theme::apply(*qApp, theme::Scheme::Light);
        text::setZone(text::Zone::Utc);
    }

    void groupsLeadWithTheWorst()
    {
        Window w;
        w.workspace.setSnapshot(std::make_shared<test::ClusterOnlySnapshot>(samples::all()));
        LagStore store(&w.workspace);
        GroupsView view(w.context(), &store);
        w.show(view);
        const auto* bar = view.findChild<VerdictBar*>();
        QTRY_COMPARE(bar->headline(), QStringLiteral("billing has stopped on payments-2"));
        QCOMPARE(bar->detail(), QStringLiteral("2 of 5 groups need a look."));
        QCOMPARE(cell(view, 0, 0), QStringLiteral("billing"));

        w.moments.setA(Moment{samples::timeOf(20), std::nullopt});
        QTRY_COMPARE(bar->headline(), QStringLiteral("search-index is 8.4s behind"));
        QCOMPARE(bar->detail(),
                 QStringLiteral("It is the only one of 5 groups that needs a look."));
    }

    void aGroupOpensByDoubleClickAndEnter()
    {
        Window w;
        w.workspace.setSnapshot(std::make_shared<test::ClusterOnlySnapshot>(samples::all()));
        LagStore store(&w.workspace);
        GroupsView view(w.context(), &store);
        w.show(view);
        QTRY_COMPARE(tableOf(view)->model()->rowCount(), 5);
        QSignalSpy opened(&w.navigator, &Navigator::openRequested);
        doubleClick(view, 0);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened.at(0).at(0).value<Place>(), Place::ofGroup(QStringLiteral("billing")));
        QTest::keyClick(tableOf(view), Qt::Key_Down);
        QTest::keyClick(tableOf(view), Qt::Key_Return);
        QCOMPARE(opened.count(), 2);
        QCOMPARE(opened.at(1).at(0).value<Place>(), Place::ofGroup(cell(view, 1, 0)));
        QVERIFY(view.selectionAsTsv().startsWith(cell(view, 1, 0)));
        QVERIFY(view.selectionAsJson().startsWith(QStringLiteral("{\"available\":")));
    }

    void typingFiltersTheGroups()
    {
        Window w;
        w.workspace.setSnapshot(std::make_shared<test::ClusterOnlySnapshot>(samples::all()));
        LagStore store(&w.workspace);
        GroupsView view(w.context(), &store);
        w.show(view);
        QTRY_COMPARE(tableOf(view)->model()->rowCount(), 5);
        view.focusFilter();
        QTest::keyClicks(view.findChild<QLineEdit*>(), QStringLiteral("fraud"));
        QCOMPARE(tableOf(view)->model()->rowCount(), 1);
        QCOMPARE(cell(view, 0, 0), QStringLiteral("fraud-check"));
    }

    void withoutGroupsItSaysWhatWouldBeHere()
    {
        Window w;
        LagStore store(&w.workspace);
        GroupsView view(w.context(), &store);
        w.show(view);
        QCOMPARE(view.findChild<VerdictBar*>()->headline(), QStringLiteral("No consumer groups"));
    }

    void groupsThatTheClusterOnlyNamesAreListed()
    {
        Window w;
        LagStore store(&w.workspace);
        GroupsView view(w.context(), &store);
        w.show(view);
        auto state = std::make_shared<ClusterState>();
        state->time = samples::kStart;
        auto named = std::make_shared<GroupSample>();
        named->group = "just-listed";
        named->state = "Stable";
        named->time = samples::kStart;
        state->groups.push_back(named);
        state->groups.push_back(samples::billing(3));
        w.workspace.setCluster(state);
        QTRY_COMPARE(tableOf(view)->model()->rowCount(), 2);
        // A sample that comes with the cluster's state is one; a bare name is none.
        QTRY_VERIFY(store.at(QStringLiteral("billing"), samples::timeOf(9)).known());
        QVERIFY(!store.at(QStringLiteral("just-listed"), samples::timeOf(9)).known());
    }

    void topicsShowRatesBetweenTwoLooks()
    {
        Window w;
        TopicsView view(w.context());
        w.show(view);
        QCOMPARE(view.findChild<VerdictBar*>()->headline(), QStringLiteral("No topics"));
        w.workspace.setCluster(cluster(samples::kStart, 1'000));
        QCOMPARE(tableOf(view)->model()->rowCount(), 2);
        QCOMPARE(cell(view, 0, TopicTableModel::RateColumn), QStringLiteral("\u2013"));
        w.workspace.setCluster(cluster(samples::kStart + 5s, 1'600));
        QCOMPARE(cell(view, 0, TopicTableModel::RateColumn), QStringLiteral("120"));
        QCOMPARE(cell(view, 1, TopicTableModel::RateColumn), QStringLiteral("0"));
        QCOMPARE(view.findChild<VerdictBar*>()->detail(),
                 QStringLiteral("2 topics hold at most 2,100 records."));
        QTest::mouseClick(view.findChild<QCheckBox*>(), Qt::LeftButton, {}, QPoint(8, 8));
        QCOMPARE(tableOf(view)->model()->rowCount(), 3);
    }

    void theNewestRecordComesFromTheCapture()
    {
        Window w;
        const auto capture = Capture::inMemory();
        RecordBatchBuilder builder("orders");
        builder.add(0, 1, toMs(samples::kStart), TimestampType::CreateTime, "k", "v");
        builder.add(0, 2, toMs(samples::kStart) + 1'500, TimestampType::CreateTime, "k", "v");
        QVERIFY(capture->append(builder.take()));
        w.workspace.setSnapshot(capture->snapshot());
        TopicsView view(w.context());
        w.show(view);
        QTRY_COMPARE(cell(view, 0, TopicTableModel::NewestColumn), QStringLiteral("14:00:01.500"));
    }

    void aTopicOpensAndShowsItsDetail()
    {
        Window w;
        TopicsView view(w.context());
        w.show(view);
        w.workspace.setCluster(cluster(samples::kStart, 1'000));
        QSignalSpy opened(&w.navigator, &Navigator::openRequested);
        doubleClick(view, 1);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened.at(0).at(0).value<Place>(), Place::ofTopic(QStringLiteral("payments")));
        const std::array tables{
            view.findChild<QTableWidget*>(QStringLiteral("Partitions of the topic")),
            view.findChild<QTableWidget*>(QStringLiteral("Configuration of the topic"))};
        QCOMPARE(tables[0]->rowCount(), 1);
        QCOMPARE(tables[0]->item(0, 5)->text(), QStringLiteral("500"));
        QVERIFY(tables[1]->isVisible());
        QCOMPARE(tables[1]->item(0, 0)->text(), QStringLiteral("cleanup.policy"));
        QTest::keyClick(tableOf(view), Qt::Key_Up);
        QVERIFY(!tables[1]->isVisible()); // nobody asked for the configuration of that one
        QTest::keyClick(tableOf(view), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(tableOf(view), Qt::Key_Return);
        QCOMPARE(opened.at(1).at(0).value<Place>().topics.size(), 2);
    }
};

QTEST_MAIN(tst_cluster_views)
#include "tst_cluster_views.moc"

#include "model/lag/lag_evaluation.h"
#include "model/lag/lag_history_builder.h"
#include "tests/widgets/shared/lag_samples.h"
#include "widgets/cluster/group_table_model.h"
#include "widgets/cluster/topic_table_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace hindcast;
namespace samples = hindcast::test::lag_samples;
using Tester = QAbstractItemModelTester;

namespace {

std::vector<GroupLag> groupsAt(int sample)
{
    LagHistoryBuilder builder;
    for (const GroupSamplePtr& s : samples::all()) {
        builder.add(s);
    }
    const auto history = builder.snapshot();
    std::vector<GroupLag> groups;
    for (const std::string& name : history->groups()) {
        groups.push_back(evaluateLag(*history, name, samples::timeOf(sample)));
    }
    return groups;
}

TopicRow topic(const std::string& name, int partitions, bool internal = false)
{
    TopicRow row;
    row.state.name = name;
    row.state.internal = internal;
    for (int p = 0; p < partitions; ++p) {
        PartitionState state;
        state.partition = p;
        state.leader = 1;
        state.replicas = {1, 2};
        state.inSync = {1, 2};
        state.logStart = 100;
        state.logEnd = 1'100;
        row.state.partitions.push_back(state);
    }
    return row;
}

} // namespace

class tst_cluster_models : public QObject
{
    Q_OBJECT

private slots:
    void theWorstGroupComesFirst()
    {
        GroupTableModel model;
        Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setGroups(groupsAt(60));
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(model.nameAt(0), QStringLiteral("billing"));
        QCOMPARE(model.nameAt(1), QStringLiteral("search-index"));
        QCOMPARE(model.index(0, GroupTableModel::VerdictColumn).data().toString(),
                 QStringLiteral("stopped"));
        QCOMPARE(model.index(0, GroupTableModel::BehindColumn).data().toString(),
                 QStringLiteral("2m 25s"));
        QCOMPARE(model.index(0, GroupTableModel::TopicsColumn).data().toString(),
                 QStringLiteral("payments"));
        const int empty = *model.rowOf(QStringLiteral("nightly-export"));
        QCOMPARE(model.index(empty, GroupTableModel::VerdictColumn).data().toString(),
                 QStringLiteral("empty"));
        QCOMPARE(model.index(empty, GroupTableModel::MembersColumn).data().toString(),
                 QStringLiteral("0"));
    }

    void groupsStayInTheirRowsWhileTheMomentMoves()
    {
        GroupTableModel model;
        Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setGroups(groupsAt(60));
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setGroups(groupsAt(20));
        QCOMPARE(reset.count(), 0);
        QCOMPARE(model.nameAt(0), QStringLiteral("billing"));
        QCOMPARE(model.index(0, GroupTableModel::VerdictColumn).data().toString(),
                 QStringLiteral("ok"));
        const QPersistentModelIndex billing = model.index(0, 0);
        model.sort(GroupTableModel::GroupColumn, Qt::DescendingOrder);
        QCOMPARE(billing.row(), 4);
    }

    void groupsAreFilteredByNameAndTopic()
    {
        GroupTableModel model;
        Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setGroups(groupsAt(60));
        model.setFilter(QStringLiteral("SHIP"));
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.nameAt(0), QStringLiteral("shipping"));
        model.setFilter(QStringLiteral("orders")); // a topic of two groups
        QCOMPARE(model.rowCount(), 2);
        model.setFilter(QStringLiteral("nothing"));
        QCOMPARE(model.rowCount(), 0);
        model.setFilter({});
        QCOMPARE(model.rowCount(), 5);
    }

    void aGroupThatIsOnlyNamedSaysSo()
    {
        GroupTableModel model;
        GroupLag named;
        named.group = "new-one";
        model.setGroups({named});
        QCOMPARE(model.index(0, GroupTableModel::VerdictColumn).data().toString(),
                 QStringLiteral("no sample"));
        QCOMPARE(model.index(0, GroupTableModel::LagColumn).data().toString(),
                 QStringLiteral("\u2013"));
    }

    void topicsAreSortedFilteredAndInternalOnesHidden()
    {
        TopicTableModel model;
        Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setTopics({topic("__consumer_offsets", 50, true), topic("orders", 6),
                         topic("payments", 8), topic("shipments", 2)});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0, TopicTableModel::RecordsColumn).data().toString(),
                 QStringLiteral("\u2264 6,000"));
        model.setInternalShown(true);
        QCOMPARE(model.rowCount(), 4);
        const QPersistentModelIndex payments = model.index(2, 0);
        model.sort(TopicTableModel::PartitionsColumn, Qt::DescendingOrder);
        QCOMPARE(payments.row(), 1);
        model.setFilter(QStringLiteral("pay"));
        QCOMPARE(model.rowCount(), 1);
    }

    void aTopicSaysWhatIsWrongWithIt_data()
    {
        QTest::addColumn<int>("leaderless");
        QTest::addColumn<int>("outOfSync");
        QTest::addColumn<QString>("problem");
        QTest::newRow("nothing") << 0 << 0 << QString();
        QTest::newRow("one leader gone") << 1 << 0 << QStringLiteral("1 partition has no leader");
        QTest::newRow("two") << 2 << 1 << QStringLiteral("2 partitions have no leader");
        QTest::newRow("a replica behind")
            << 0 << 1 << QStringLiteral("1 partition is under-replicated");
    }

    void aTopicSaysWhatIsWrongWithIt()
    {
        QFETCH(int, leaderless);
        QFETCH(int, outOfSync);
        TopicRow row = topic("orders", 4);
        for (int i = 0; i < leaderless; ++i) {
            row.state.partitions[static_cast<std::size_t>(i)].leader = -1;
        }
        for (int i = 0; i < outOfSync; ++i) {
            row.state.partitions[static_cast<std::size_t>(3 - i)].inSync = {1};
        }
        QTEST(topicProblem(row.state), "problem");
    }
};

QTEST_MAIN(tst_cluster_models)
#include "tst_cluster_models.moc"

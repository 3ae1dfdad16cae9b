#include "model/lag/lag_history_builder.h"
#include "tests/widgets/shared/lag_samples.h"
#include "widgets/lag/lag_table_model.h"
#include "widgets/shared/lag_store.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace hindcast;
namespace samples = hindcast::test::lag_samples;

namespace {

LagHistoryPtr history()
{
    LagHistoryBuilder builder;
    for (const GroupSamplePtr& sample : samples::all()) {
        builder.add(sample);
    }
    return builder.snapshot();
}

QString cell(const LagTableModel& model, int row, int column)
{
    return model.index(row, column).data().toString();
}

} // namespace

class tst_lag_table_model : public QObject
{
    Q_OBJECT

private slots:
    void showsThePartitionsAsTheyWere()
    {
        LagTableModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setLag(evaluateLag(*history(), "billing", samples::timeOf(60)));
        QCOMPARE(model.rowCount(), 6);
        QCOMPARE(cell(model, 2, LagTableModel::PartitionColumn), QStringLiteral("payments-2"));
        QCOMPARE(cell(model, 2, LagTableModel::OutColumn), QStringLiteral("0"));
        QCOMPARE(cell(model, 2, LagTableModel::InColumn), QStringLiteral("350"));
        QCOMPARE(cell(model, 2, LagTableModel::BehindColumn), QStringLiteral("2m 25s"));
        QCOMPARE(cell(model, 2, LagTableModel::CatchUpColumn),
                 QStringLiteral("never at this rate"));
        QCOMPARE(cell(model, 0, LagTableModel::CatchUpColumn), QStringLiteral("caught up"));
        QCOMPARE(cell(model, 2, LagTableModel::MemberColumn),
                 QStringLiteral("billing-2ab2 \u00b7 10.2.0.16"));
        QVERIFY(model.index(2, LagTableModel::LagColumn).data(Qt::ForegroundRole).isValid());
        QVERIFY(!model.index(0, LagTableModel::LagColumn).data(Qt::ForegroundRole).isValid());
        QVERIFY(
            model.index(2, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("stopped")));
    }

    void aMovingMomentChangesCellsAndKeepsRows()
    {
        LagTableModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto all = history();
        model.setLag(evaluateLag(*all, "billing", samples::timeOf(60)));
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        const QPersistentModelIndex kept = model.index(2, 0);
        model.setLag(evaluateLag(*all, "billing", samples::timeOf(20)));
        QCOMPARE(reset.count(), 0);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(kept.row(), 2);
        QVERIFY(cell(model, 2, LagTableModel::CatchUpColumn) == QStringLiteral("caught up"));
        model.setLag(evaluateLag(*all, "shipping", samples::timeOf(20)));
        QCOMPARE(reset.count(), 1);
        QCOMPARE(model.rowCount(), 2);
        model.setLag({});
        QCOMPARE(model.rowCount(), 0);
    }

    void sortsByAnyColumnAndKeepsWhatIsSelected()
    {
        LagTableModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setLag(evaluateLag(*history(), "billing", samples::timeOf(60)));
        const QPersistentModelIndex stuck = model.index(2, 0);
        model.sort(LagTableModel::LagColumn, Qt::DescendingOrder);
        QCOMPARE(stuck.row(), 0);
        QCOMPARE(*model.rowOf({"payments", 2}), 0);
        model.sort(LagTableModel::LagColumn, Qt::AscendingOrder);
        QCOMPARE(stuck.row(), 5);
        model.sort(LagTableModel::PartitionColumn, Qt::AscendingOrder);
        QCOMPARE(stuck.row(), 2);
    }

    void eachStateIsAWordNotANumber_data()
    {
        QTest::addColumn<qint64>("committed");
        QTest::addColumn<qint64>("logStart");
        QTest::addColumn<qint64>("logEnd");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("shown");
        QTest::newRow("no commit")
            << qint64{-1} << qint64{0} << qint64{50} << int{LagTableModel::CommittedColumn}
            << QStringLiteral("no commit");
        QTest::newRow("no commit has no lag")
            << qint64{-1} << qint64{0} << qint64{50} << int{LagTableModel::LagColumn}
            << QStringLiteral("\u2013");
        QTest::newRow("no leader") << qint64{5} << qint64{0} << qint64{-1}
                                   << int{LagTableModel::EndColumn} << QStringLiteral("no leader");
        QTest::newRow("ahead") << qint64{70} << qint64{0} << qint64{50}
                               << int{LagTableModel::LagColumn} << QStringLiteral("\u221220");
        QTest::newRow("missed") << qint64{5} << qint64{30} << qint64{50}
                                << int{LagTableModel::MissedColumn} << QStringLiteral("25");
        QTest::newRow("only what can be read")
            << qint64{5} << qint64{30} << qint64{50} << int{LagTableModel::LagColumn}
            << QStringLiteral("20");
    }

    void eachStateIsAWordNotANumber()
    {
        QFETCH(qint64, committed);
        QFETCH(qint64, logStart);
        QFETCH(qint64, logEnd);
        QFETCH(int, column);
        auto sample = std::make_shared<GroupSample>();
        sample->group = "g";
        sample->state = "Stable";
        sample->time = samples::kStart;
        sample->partitions.push_back({{"t", 0}, committed, logStart, logEnd, kNoTimestamp, "m"});
        LagHistoryBuilder builder;
        builder.add(sample);
        LagTableModel model;
        model.setLag(evaluateLag(*builder.snapshot(), "g", samples::kStart));
        QTEST(cell(model, 0, column), "shown");
    }

    void membersAreToldApart_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("client");
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("shown");
        QTest::newRow("client and uuid")
            << QStringLiteral("billing-7f9c2c1e-8a1b-4c55-9d0e-0123456789ab")
            << QStringLiteral("billing") << QStringLiteral("/10.2.0.14")
            << QStringLiteral("billing-7f9c \u00b7 10.2.0.14");
        QTest::newRow("short id") << QStringLiteral("billing-7f9c") << QString() << QString()
                                  << QStringLiteral("billing-7f9c");
        QTest::newRow("nobody") << QString() << QString() << QStringLiteral("/10.2.0.14")
                                << QString();
        QTest::newRow("hostile") << QStringLiteral("<b>x</b>\u202e") << QString() << QString()
                                 << QStringLiteral("<b>x</b>\ufffd");
    }

    void membersAreToldApart()
    {
        QFETCH(QString, id);
        QFETCH(QString, client);
        QFETCH(QString, host);
        PartitionLag p;
        p.memberId = id.toStdString();
        p.clientId = client.toStdString();
        p.host = host.toStdString();
        QTEST(memberName(p), "shown");
    }
};

QTEST_MAIN(tst_lag_table_model)
#include "tst_lag_table_model.moc"

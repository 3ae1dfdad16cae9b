#include "tests/widgets/records/records_bench.h"
#include "widgets/records/receipt_line.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QSignalSpy>

using namespace hindcast;

namespace {

GroupSamplePtr groupAt(const std::string& name, const std::string& topic, std::int64_t committed)
{
    auto sample = std::make_shared<GroupSample>();
    sample->group = name;
    GroupPartitionSample partition;
    partition.place = {topic, 0};
    partition.committed = committed;
    sample->partitions.push_back(partition);
    return sample;
}

ClusterStatePtr clusterOf(const std::string& topic, int partitions,
                          std::vector<GroupSamplePtr> groups = {})
{
    auto cluster = std::make_shared<ClusterState>();
    TopicState state;
    state.name = topic;
    for (int i = 0; i < partitions; ++i) {
        PartitionState partition;
        partition.partition = i;
        state.partitions.push_back(partition);
    }
    cluster->topics.push_back(state);
    cluster->groups = std::move(groups);
    return cluster;
}

QAction* action(const QMenu& menu, const char* name)
{
    return menu.findChild<QAction*>(QLatin1String(name));
}

} // namespace

class tst_records_view : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        test::allowPlatformWarnings();
        text::setZone(text::Zone::Utc);
    }

    void listsWhatTheCaptureHoldsNewestInSight()
    {
        test::RecordsBench bench;
        bench.records.addOrders(300);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 300);
        QTRY_VERIFY(bench.table()->atEnd());
        QVERIFY(bench.table()->rowsShown().second == 299);
        // The fields are chosen by looking at the records.
        QTRY_COMPARE(bench.model()->fields().size(), std::size_t{2});
        QCOMPARE(bench.model()->fields()[0].title, QStringLiteral("status"));
        QTRY_VERIFY(bench.model()->textAt(299) != nullptr);
    }

    void aClickSelectsTheRecord()
    {
        test::RecordsBench bench;
        bench.records.addOrders(10);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 10);
        bench.clickRow(3);
        QCOMPARE(bench.navigator.selected(), Place::ofRecord(bench.model()->placeAt(3)));
        QTest::keyClick(bench.table(), Qt::Key_Down);
        QCOMPARE(bench.navigator.selected(), Place::ofRecord(bench.model()->placeAt(4)));
    }

    void aDoubleClickAndEnterSetA()
    {
        test::RecordsBench bench;
        bench.records.addOrders(10);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 10);
        bench.clickRow(3);
        QTest::mouseDClick(bench.table()->viewport(), Qt::LeftButton, {}, bench.cell(3));
        QCOMPARE(bench.moments.rankA(), Rank{4});
        QCOMPARE(bench.table()->playheadA(), std::optional<int>(4));
        QVERIFY(!bench.moments.live());
        QTest::keyClick(bench.table(), Qt::Key_Up);
        QTest::keyClick(bench.table(), Qt::Key_Return);
        QCOMPARE(bench.moments.rankA(), Rank{3});
    }

    void theLineOfAStandsBetweenTheRowsItParts()
    {
        test::RecordsBench bench;
        bench.records.addOrders(10);
        bench.records.add("payments", 0, 0, 450, "k", "{}");
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 10);
        bench.moments.setA(Moment{timestampFromMs(test::Records::kStart + 460), std::nullopt});
        QCOMPARE(bench.table()->playheadA(), std::optional<int>(5)); // the payment is not in it
        QCOMPARE(*bench.table()->playheadY(5), bench.table()->rowViewportPosition(5));
        bench.moments.setA(Moment{timestampFromMs(0), std::nullopt});
        QCOMPARE(bench.table()->playheadA(), std::optional<int>(0));
    }

    void theLineIsDrawn()
    {
        test::RecordsBench bench;
        bench.records.addOrders(20);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 20);
        bench.moments.setRankA(5);
        const QImage image = bench.table()->viewport()->grab().toImage();
        const int y = *bench.table()->playheadY(5);
        QCOMPARE(image.pixelColor(400, y), theme::color(theme::Role::Accent));
        QVERIFY(image.pixelColor(400, y + 11) != theme::color(theme::Role::Accent));
    }

    void theLineIsKeptInSightWhenOthersMoveA()
    {
        test::RecordsBench bench;
        bench.records.addOrders(3000);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 3000);
        bench.moments.setRankA(1000);
        QVERIFY(bench.table()->playheadY(1000).has_value());
        const int top = bench.table()->topRow();
        bench.moments.setRankA(1002); // still in sight: nothing scrolls
        QCOMPARE(bench.table()->topRow(), top);
        bench.moments.setRankA(20);
        QVERIFY(bench.table()->playheadY(20).has_value());
    }

    void aPinnedViewKeepsItsMoment()
    {
        test::RecordsBench bench;
        bench.records.addOrders(100);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 100);
        bench.moments.setRankA(50);
        bench.view->setPinned(true);
        bench.moments.setRankA(10);
        QCOMPARE(bench.table()->playheadA(), std::optional<int>(50));
        bench.view->setPinned(false);
        QCOMPARE(bench.table()->playheadA(), std::optional<int>(10));
    }

    void followsTheEndWhileLiveAndStaysWhereItIsOtherwise()
    {
        test::RecordsBench bench;
        bench.records.addOrders(200);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 200);
        const QAbstractItemModelTester tester(
            bench.model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTRY_VERIFY(bench.table()->atEnd());
        bench.records.addOrders(100, 200);
        bench.publish();
        QTRY_COMPARE(bench.model()->rowCount(), 300);
        QVERIFY(bench.table()->atEnd());

        bench.table()->verticalScrollBar()->setValue(50);
        bench.records.addOrders(100, 300);
        bench.publish();
        QTRY_COMPARE(bench.model()->rowCount(), 400);
        QCOMPARE(bench.table()->topRow(), 50);
    }

    void rowsThatLandAboveDoNotMoveWhatIsRead()
    {
        test::RecordsBench bench;
        bench.records.addOrders(300, 300);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 300);
        bench.moments.setRankA(150);
        const Row top = bench.model()->rowAt(bench.table()->topRow());
        bench.clickRow(bench.table()->topRow() + 2);
        const Place selected = bench.navigator.selected();
        bench.records.addOrders(300, 0);
        bench.publish();
        QTRY_COMPARE(bench.model()->rowCount(), 600);
        QCOMPARE(bench.model()->rowAt(bench.table()->topRow()), top);
        QCOMPARE(Place::ofRecord(bench.model()->placeAt(bench.table()->currentIndex().row())),
                 selected);
    }

    void openingATopicWhileConnectedReadsItsNewestAtOnce()
    {
        test::RecordsBench bench;
        bench.workspace.setConnected(true);
        bench.publish();
        bench.open();
        QCOMPARE(bench.workspace.reads.size(), std::size_t{1});
        const ReadRequest& request = bench.workspace.reads[0].request;
        QVERIFY(request.follow);
        QCOMPARE(request.topics[0].topic, std::string("orders"));
        QCOMPARE(std::get<LastN>(request.topics[0].from).records, 500);
        QCOMPARE(bench.child<QPushButton>("from")->text(), QStringLiteral("From newest 500"));
        QCOMPARE(bench.child<QPushButton>("to")->text(), QStringLiteral("To live"));
        const quint64 id = bench.workspace.reads[0].id;
        bench.view.reset();
        QCOMPARE(bench.workspace.stopped, std::vector<quint64>{id});
    }

    void anEmptyTopicOffersTheOneActionThatFillsIt()
    {
        test::RecordsBench bench;
        bench.publish();
        bench.open();
        auto* const sentence = bench.child<QLabel>("emptyText");
        auto* const button = bench.child<QPushButton>("emptyAction");
        QTRY_COMPARE(sentence->text(), QStringLiteral("orders has no records in this capture."));
        QVERIFY(!button->isVisible());
        bench.workspace.setConnected(true);
        QTRY_VERIFY(button->isVisible());
        QCOMPARE(button->text(), QStringLiteral("Read its newest 500"));
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(bench.workspace.reads.size(), std::size_t{1});
    }

    void aTimeInTheFromPopupNarrowsTheListAndReadsOn()
    {
        test::RecordsBench bench;
        bench.records.addOrders(100, 0, 1000);
        bench.workspace.setConnected(true);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 100);
        QTest::mouseClick(bench.child<QPushButton>("from"), Qt::LeftButton);
        auto* const popup = bench.view->findChild<QWidget*>(QStringLiteral("rangePopup"));
        QVERIFY(popup != nullptr);
        auto* const time = popup->findChild<QLineEdit*>(
            QStringLiteral("field%1").arg(static_cast<int>(RangeEnd::Kind::Time)));
        QTest::keyClicks(time, QStringLiteral("yesterday-ish"));
        QTest::keyClick(time, Qt::Key_Return);
        QVERIFY(popup->findChild<QLabel*>(QStringLiteral("complaint"))->isVisible());
        time->clear();
        QTest::keyClicks(time, QStringLiteral("2025-11-20 14:03:59.000"));
        QTest::keyClick(time, Qt::Key_Return);
        QTRY_COMPARE(bench.model()->rowCount(), 50);
        QCOMPARE(bench.workspace.reads.size(), std::size_t{2});
        QVERIFY(std::holds_alternative<AtTime>(bench.workspace.reads[1].request.topics[0].from));
        QCOMPARE(bench.workspace.stopped.size(), std::size_t{1}); // the read before it
    }

    void aGroupsPositionIsAStart()
    {
        test::RecordsBench bench;
        for (int i = 0; i < 20; ++i) {
            bench.records.add("orders", 0, i, i, "k", "{}");
        }
        bench.workspace.setCluster(clusterOf("orders", 1, {groupAt("billing", "orders", 15)}));
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 20);
        ReadRange range;
        range.from.kind = RangeEnd::Kind::Group;
        range.from.group = QStringLiteral("billing");
        bench.view->setRange(range);
        QTRY_COMPARE(bench.model()->rowCount(), 5);
        QCOMPARE(bench.child<QPushButton>("from")->text(), QStringLiteral("From billing"));
    }

    void severalTopicsAreOneListInTimeOrder()
    {
        test::RecordsBench bench;
        bench.records.addOrders(10);
        bench.records.addOrders(10, 0, 70, "payments");
        bench.publish();
        bench.open({QStringLiteral("orders"), QStringLiteral("payments")});
        QTRY_COMPARE(bench.model()->rowCount(), 20);
        QVERIFY(bench.model()->columnOf(RecordColumn::What::Topic) == 1);
        const RowSetPtr rows = bench.model()->rows();
        for (std::size_t i = 1; i < rows->size(); ++i) {
            QVERIFY(rows->order()->rankOf(rows->rowAt(i - 1)) <
                    rows->order()->rankOf(rows->rowAt(i)));
        }
    }

    void aPlaceIsGoneToAndReadIfItIsNotThere()
    {
        test::RecordsBench bench;
        bench.records.addOrders(900);
        bench.workspace.setConnected(true);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 900);
        const RecordPlace there = bench.model()->placeAt(100);
        bench.view->show(Place::ofRecord(there));
        QCOMPARE(bench.table()->currentIndex().row(), 100);
        const auto [first, last] = bench.table()->rowsShown();
        QVERIFY(first <= 100 && 100 <= last);
        QCOMPARE(bench.workspace.reads.size(), std::size_t{1}); // the first page only

        const RecordPlace later{"orders", 0, 48'211'350};
        bench.view->show(Place::ofRecord(later));
        QCOMPARE(bench.workspace.reads.size(), std::size_t{2});
        bench.records.add("orders", 0, 48'211'350, 500'000, "k", "{}");
        bench.publish();
        QTRY_VERIFY(bench.table()->currentIndex().isValid() &&
                    bench.model()->placeAt(bench.table()->currentIndex().row()) == later);
    }

    void copiesRowsAsTsvAndAsInterchangeLines()
    {
        test::RecordsBench bench;
        bench.records.add("orders", 2, 7, 0, "a\tb", R"({"n":1})", {"h", "v"});
        bench.records.add("orders", 2, 8, 1, std::nullopt, std::nullopt);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 2);
        QVERIFY(bench.view->selectionAsTsv().isEmpty());
        bench.clickRow(0);
        bench.clickRow(1, Qt::ShiftModifier);
        QCOMPARE(bench.view->selectionAsTsv(),
                 QStringLiteral("2025-11-20 14:03:09.000\t2\t7\ta\\tb\t{\"n\":1}\n"
                                "2025-11-20 14:03:09.001\t2\t8\t\t\n"));
        QCOMPARE(
            bench.view->selectionAsJson(),
            QStringLiteral("{\"topic\":\"orders\",\"partition\":2,\"offset\":7,"
                           "\"tstype\":\"create\",\"ts\":1763647389000,\"headers\":[\"h\",\"v\"],"
                           "\"key\":\"a\\tb\",\"payload\":\"{\\\"n\\\":1}\"}\n"
                           "{\"topic\":\"orders\",\"partition\":2,\"offset\":8,"
                           "\"tstype\":\"create\",\"ts\":1763647389001,\"headers\":[],"
                           "\"key\":null,\"payload\":null}\n"));
    }

    void manyRowsAreMadeReadyOffTheGuiThread()
    {
        test::RecordsBench bench;
        bench.records.addOrders(2000);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 2000);
        QGuiApplication::clipboard()->clear();
        bench.table()->selectAll();
        const auto clipboard = [] { return QGuiApplication::clipboard()->text(); };
        QVERIFY(bench.view->selectionAsTsv().isEmpty()); // it comes by itself
        QTRY_COMPARE(clipboard().count(QLatin1Char('\n')), 2000);
        QVERIFY(clipboard().startsWith(QStringLiteral("20")));
        QVERIFY(bench.view->selectionAsJson().isEmpty());
        QTRY_VERIFY(clipboard().startsWith(QStringLiteral("{\"topic\"")));
        QCOMPARE(clipboard().count(QLatin1Char('\n')), 2000);
    }

    void theContextMenuCopiesAndGoesPlaces()
    {
        test::RecordsBench bench;
        bench.records.addOrders(10);
        bench.workspace.setCluster(clusterOf("orders", 3, {groupAt("billing", "orders", 1)}));
        bench.publish();
        bench.open();
        bench.view->setStatePlace(
            [](const RecordPlace&) { return Place::ofProjection(QStringLiteral("order")); });
        QTRY_COMPARE(bench.model()->fields().size(), std::size_t{2});
        QSignalSpy opened(&bench.navigator, &Navigator::openRequested);
        const auto menu = bench.view->menuFor(bench.model()->index(4, 0));
        action(*menu, "copyKey")->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("order-4"));
        action(*menu, "copyPlace")->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("orders-1@48211001"));
        action(*menu, "stateHere")->trigger();
        QCOMPARE(bench.moments.rankA(), Rank{5}); // the state just after this record
        QCOMPARE(opened.last()[0].value<Place>(), Place::ofProjection(QStringLiteral("order")));
        action(*menu, "followTrace")->trigger();
        QCOMPARE(opened.last()[0].value<Place>().name,
                 QStringLiteral("4bf92f3577b34da6a3ce929d0e0e0005"));
        action(*menu, "lagHere")->trigger();
        QCOMPARE(opened.last()[0].value<Place>().name, QStringLiteral("billing"));
    }

    void payloadsThatNameMarkupStayText()
    {
        test::RecordsBench bench;
        bench.records.add("orders", 0, 0, 0, "<b>k</b>", std::string(5'000'000, '<'));
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 1);
        QTRY_VERIFY(bench.model()->textAt(0) != nullptr);
        QCOMPARE(bench.model()->index(0, 3).data().toString(), QStringLiteral("<b>k</b>"));
        bench.table()->viewport()->grab();
        const auto menu =
            bench.view->menuFor(bench.model()->index(0, bench.model()->columnCount() - 1));
        QVERIFY(!action(*menu, "filterBy")->isEnabled()); // no filter line holds 5 MB
    }

    void saysWhatTheListRestsOn()
    {
        test::RecordsBench bench;
        bench.records.addOrders(30);
        bench.publish();
        bench.open();
        auto* const receipt = bench.view->findChild<ReceiptLine*>();
        QTRY_VERIFY(receipt->text().contains(QStringLiteral("30 records")));
        bench.workspace.setConnected(true);
        bench.view->readAgain();
        ReadRange range;
        range.from.kind = RangeEnd::Kind::Beginning;
        range.to.kind = RangeEnd::Kind::End;
        bench.view->setRange(range);
        ReadStatus status;
        status.id = bench.workspace.reads.back().id;
        status.complete = true;
        status.sentence = QStringLiteral("Complete: 4,812,330 records read in 3.1s");
        bench.workspace.setReadStatus(status);
        QTRY_COMPARE(receipt->text(),
                     QStringLiteral("\u2714 Complete 4,812,330 records read in 3.1s"));
        status.complete = false;
        status.sentence =
            QStringLiteral("Incomplete: 10 records read in 3.1s; orders-2: no leader");
        bench.workspace.setReadStatus(status);
        QTRY_VERIFY(receipt->text().startsWith(QStringLiteral("\u25c6 Incomplete")));
    }
};

QTEST_MAIN(tst_records_view)
#include "tst_records_view.moc"

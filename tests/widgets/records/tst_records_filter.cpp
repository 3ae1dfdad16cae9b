#include "tests/widgets/records/records_bench.h"
#include "widgets/records/filter_edit.h"
#include "widgets/records/receipt_line.h"
#include "widgets/records/record_conditions.h"
#include "widgets/shared/text.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QLabel>
#include <QMenu>
#include <QPushButton>

using namespace hindcast;

class tst_records_filter : public QObject
{
    Q_OBJECT

private:
    static FilterEdit* edit(const test::RecordsBench& bench)
    {
        return bench.view->findChild<FilterEdit*>();
    }

private slots:
    void initTestCase()
    {
        test::allowPlatformWarnings();
        text::setZone(text::Zone::Utc);
    }

    void anExpressionNarrowsTheListWhenItIsSent()
    {
        test::RecordsBench bench;
        bench.records.addOrders(100);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 100);
        QTest::keyClicks(edit(bench), QStringLiteral("value.status = 'FAILED'"));
        QTest::keyClick(edit(bench), Qt::Key_Escape); // the list of completions
        QCOMPARE(bench.model()->rowCount(), 100);     // nothing is asked while it is written
        edit(bench)->setText(QStringLiteral("value.status = 'FAILED'"));
        QTest::mouseClick(bench.child<QPushButton>("search"), Qt::LeftButton);
        QTRY_COMPARE(bench.model()->rowCount(), 20);
        auto* const receipt = bench.view->findChild<ReceiptLine*>();
        QTRY_VERIFY2(receipt->text().contains(QStringLiteral("100 records searched")),
                     qPrintable(receipt->text()));
        QVERIFY(receipt->text().contains(QStringLiteral("20 match")));
        edit(bench)->clear();
        QTest::keyClick(edit(bench), Qt::Key_Return);
        QTRY_COMPARE(bench.model()->rowCount(), 100);
    }

    void growthIsFilteredToo()
    {
        test::RecordsBench bench;
        bench.records.addOrders(100);
        bench.publish();
        bench.open();
        bench.view->setFilter(QStringLiteral("value.status = 'FAILED'"));
        QTRY_COMPARE(bench.model()->rowCount(), 20);
        bench.records.addOrders(50, 100);
        bench.publish();
        QTRY_COMPARE(bench.model()->rowCount(), 30);
        auto* const receipt = bench.view->findChild<ReceiptLine*>();
        QTRY_VERIFY2(receipt->text().contains(QStringLiteral("150 records searched")),
                     qPrintable(receipt->text()));
    }

    void aMistakeIsShownAtItsPlaceInWords()
    {
        test::RecordsBench bench;
        bench.records.addOrders(10);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 10);
        edit(bench)->setText(QStringLiteral("value.status = = 'FAILED'"));
        auto* const sentence = bench.child<QLabel>("mistake");
        QTRY_VERIFY(sentence->isVisible()); // while it is written
        QVERIFY(!sentence->text().isEmpty());
        QTest::keyClick(edit(bench), Qt::Key_Return);
        QTest::qWait(50);
        QCOMPARE(bench.model()->rowCount(), 10); // the list stays
        edit(bench)->setText(QStringLiteral("value.status = 'FAILED'"));
        QTRY_VERIFY(!sentence->isVisible());
    }

    void namesAreCompletedFromTheRecords()
    {
        test::RecordsBench bench;
        bench.records.addOrders(100);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->fields().size(), std::size_t{2});
        edit(bench)->setFocus();
        QTest::keyClicks(edit(bench), QStringLiteral("value.st"));
        auto* const completer = edit(bench)->findChild<QCompleter*>();
        QCOMPARE(completer->currentCompletion(), QStringLiteral("value.status"));
        QVERIFY(completer->popup()->isVisible());
        QTest::keyClick(completer->popup(), Qt::Key_Down);
        QTest::keyClick(completer->popup(), Qt::Key_Return);
        QCOMPARE(edit(bench)->text(), QStringLiteral("value.status"));
    }

    void filteringByACellsValue()
    {
        test::RecordsBench bench;
        bench.records.addOrders(100);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->fields().size(), std::size_t{2});
        const int status = 4;
        auto menu = bench.view->menuFor(bench.model()->index(0, status)); // CREATED
        menu->findChild<QAction*>(QStringLiteral("filterBy"))->trigger();
        QCOMPARE(edit(bench)->text(), QStringLiteral("value.status = 'CREATED'"));
        QTRY_COMPARE(bench.model()->rowCount(), 20);
        menu = bench.view->menuFor(bench.model()->index(0, 1)); // its partition
        menu->findChild<QAction*>(QStringLiteral("exclude"))->trigger();
        QCOMPARE(edit(bench)->text(),
                 QStringLiteral("value.status = 'CREATED' and partition <> 0"));
        QTRY_COMPARE(bench.model()->rowCount(), 13);
        menu = bench.view->menuFor(bench.model()->index(0, 3));
        menu->findChild<QAction*>(QStringLiteral("sameKey"))->trigger();
        QTRY_VERIFY(edit(bench)->text().startsWith(QStringLiteral("key = 'order-")));
        QTRY_VERIFY(bench.model()->rowCount() == 14 || bench.model()->rowCount() == 15);
    }

    void aConditionIsAddedToAnOrInBrackets()
    {
        FilterEdit line;
        line.setText(QStringLiteral("a = 1 or b = 2"));
        line.addCondition(QStringLiteral("partition = 3"));
        QCOMPARE(line.text(), QStringLiteral("(a = 1 or b = 2) and partition = 3"));
    }

    void undecodableRecordsAreCountedAndCanBeShown()
    {
        test::RecordsBench bench;
        bench.records.addOrders(10);
        bench.records.add("orders", 0, 99'000'000, 5000, "k", "{\"status\":\"FAI");
        bench.records.add("orders", 0, 99'000'001, 5001, "k", "plain text");
        bench.publish();
        bench.open();
        bench.view->setFilter(QStringLiteral("value.status = 'FAILED'"));
        QTRY_COMPARE(bench.model()->rowCount(), 2);
        auto* const show = bench.child<QPushButton>("showUndecodable");
        QTRY_VERIFY(show->isVisible());
        QCOMPARE(show->text(), QStringLiteral("2 undecodable (show)"));
        QTest::mouseClick(show, Qt::LeftButton);
        QTRY_COMPARE(bench.model()->placeAt(0).offset, 99'000'000);
        QCOMPARE(bench.model()->rowCount(), 2);
        QTRY_COMPARE(show->text(), QStringLiteral("Back to the matches"));
        QTest::mouseClick(show, Qt::LeftButton);
        QTRY_VERIFY(bench.model()->rowCount() == 2 &&
                    bench.model()->placeAt(0).offset < 99'000'000);
    }

    void aFilterThatMatchesNothingOffersToClearIt()
    {
        test::RecordsBench bench;
        bench.records.addOrders(10);
        bench.publish();
        bench.open();
        bench.view->setFilter(QStringLiteral("value.status = 'LOST'"));
        auto* const clear = bench.child<QPushButton>("emptyAction");
        QTRY_VERIFY(clear->isVisible());
        QCOMPARE(bench.child<QLabel>("emptyText")->text(),
                 QStringLiteral("No record of orders matches the filter."));
        QTest::mouseClick(clear, Qt::LeftButton);
        QTRY_COMPARE(bench.model()->rowCount(), 10);
        QVERIFY(edit(bench)->text().isEmpty());
    }

    void aRecordOutsideTheFilterIsNamedAndCanBeShown()
    {
        test::RecordsBench bench;
        bench.records.addOrders(20);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 20);
        const RecordPlace created = bench.model()->placeAt(0);
        bench.view->setFilter(QStringLiteral("value.status = 'FAILED'"));
        QTRY_COMPARE(bench.model()->rowCount(), 4);
        bench.view->show(Place::ofRecord(created));
        auto* const action = bench.child<QPushButton>("receiptAction");
        QTRY_VERIFY(action->isVisible());
        QCOMPARE(action->text(), QStringLiteral("Show all"));
        QTest::mouseClick(action, Qt::LeftButton);
        QTRY_COMPARE(bench.model()->rowCount(), 20);
        QCOMPARE(bench.table()->currentIndex().row(), 0);
    }

    void aSearchThatKeepsMatchesOnlyReadsWithTheFilter()
    {
        test::RecordsBench bench;
        bench.workspace.setConnected(true);
        bench.records.addOrders(10);
        bench.publish();
        bench.open();
        QTRY_COMPARE(bench.model()->rowCount(), 10);
        QTest::mouseClick(bench.child<QPushButton>("from"), Qt::LeftButton);
        QWidget* const popup = bench.view->findChild<QWidget*>(QStringLiteral("rangePopup"));
        QTest::mouseClick(popup->findChild<QAbstractButton*>(QStringLiteral("keepMatchesOnly")),
                          Qt::LeftButton, {}, QPoint(8, 8));
        popup->close();
        bench.view->setFilter(QStringLiteral("value.status = 'FAILED'"));
        QTRY_COMPARE(bench.workspace.reads.size(), std::size_t{2});
        QCOMPARE(bench.workspace.reads[1].where, QStringLiteral("value.status = 'FAILED'"));
        QVERIFY(bench.workspace.reads[1].keepMatchesOnly);
    }

    void conditionsSayWhatTheCellHolds_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("is");
        QTest::addColumn<QString>("isNot");
        QTest::newRow("text") << QStringLiteral("value.s") << QStringLiteral("value.s = 'it''s'")
                              << QStringLiteral("value.s is not 'it''s'");
        QTest::newRow("a number as it was written")
            << QStringLiteral("value.n") << QStringLiteral("value.n = 9007199254740993")
            << QStringLiteral("value.n is not 9007199254740993");
        QTest::newRow("true") << QStringLiteral("value.b") << QStringLiteral("value.b = 1")
                              << QStringLiteral("value.b is not 1");
        QTest::newRow("null") << QStringLiteral("value.z") << QStringLiteral("value.z is null")
                              << QStringLiteral("value.z is not null");
    }

    void conditionsSayWhatTheCellHolds()
    {
        QFETCH(QString, path);
        test::Records records;
        records.add("t", 0, 0, 0, "k",
                    "{\"s\":\"it's\",\"n\":9007199254740993,\"b\":true,\"z\":null}");
        const auto stored = records.snapshot()->record(0);
        const RecordColumn column = fieldColumn(*FieldPath::parse(path.toStdString()), false);
        QTEST(conditionFor(stored->view(), column).value(), "is");
        QTEST(conditionFor(stored->view(), column, true).value(), "isNot");
    }
};

QTEST_MAIN(tst_records_filter)
#include "tst_records_filter.moc"

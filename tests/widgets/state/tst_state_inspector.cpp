#include "tests/widgets/state/state_fixture.h"

#include "widgets/state/history_model.h"
#include "widgets/state/state_inspector.h"
#include "widgets/state/step_difference.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QListView>
#include <QSignalSpy>
#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

class tst_StateInspector : public QObject
{
    Q_OBJECT

private slots:
    void aRowsHistoryIsListedWithItsPlaceInTime();
    void clickingAStepMovesA();
    void theRecordThatSetTheRowIsALink();
    void theStepAtAIsShownAsADifference();
    void aDeleteIsAStep();
};

void tst_StateInspector::aRowsHistoryIsListedWithItsPlaceInTime()
{
    Shop shop;
    shop.clock.setA({shopTime(310), std::nullopt});
    StateInspector inspector(shop.context(), shop.store.get());
    QAbstractItemModelTester tester(inspector.history(),
                                    QAbstractItemModelTester::FailureReportingMode::QtTest);
    inspector.showPlace(Place::ofProjection(QStringLiteral("order"), "order-010"));
    QTRY_COMPARE(inspector.history()->rowCount(), 3);
    const auto text = [&](int row, int role) {
        return inspector.history()->index(row).data(role).toString();
    };
    QCOMPARE(text(0, HistoryModel::TimeRole), QStringLiteral("14:00:10"));
    QCOMPARE(text(0, HistoryModel::TitleRole), QStringLiteral("CREATED"));
    QCOMPARE(text(0, HistoryModel::WhatRole), QStringLiteral("amount 10.50"));
    QCOMPARE(text(1, HistoryModel::TitleRole), QStringLiteral("PAID"));
    QCOMPARE(text(1, HistoryModel::WhatRole), QStringLiteral("orders-0 @ 100"));
    QCOMPARE(text(2, HistoryModel::WhatRole), QStringLiteral("after A"));
    QCOMPARE(inspector.history()->current(), 1);
    shop.clock.setA({shopTime(400), std::nullopt});
    QCOMPARE(inspector.history()->current(), 2);
    shop.clock.setA({shopTime(5), std::nullopt});
    QCOMPARE(inspector.history()->current(), -1);
    QVERIFY(inspector.findChild<QLabel*>(QStringLiteral("note"))
                ->text()
                .contains(QStringLiteral("does not exist at A")));
}

void tst_StateInspector::clickingAStepMovesA()
{
    Shop shop;
    QWidget frame;
    frame.resize(312, 500);
    StateInspector inspector(shop.context(), shop.store.get(), &frame);
    inspector.resize(frame.size());
    frame.show();
    inspector.showPlace(Place::ofProjection(QStringLiteral("order"), "order-010"));
    QTRY_COMPARE(inspector.history()->rowCount(), 3);
    auto* const list = inspector.findChild<QListView*>(QStringLiteral("history"));
    QTRY_VERIFY(list->visualRect(inspector.history()->index(0)).isValid());
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(inspector.history()->index(1)).center());
    QCOMPARE(shop.clock.a().time, shopTime(300));
    QCOMPARE(shop.clock.a().last.value().offset, std::int64_t{100});
    QCOMPARE(inspector.history()->current(), 1);
}

void tst_StateInspector::theRecordThatSetTheRowIsALink()
{
    Shop shop;
    shop.clock.setA({shopTime(310), std::nullopt});
    StateInspector inspector(shop.context(), shop.store.get());
    inspector.showPlace(Place::ofProjection(QStringLiteral("order"), "order-010"));
    auto* const link = inspector.findChild<QLabel*>(QStringLiteral("setBy"));
    QTRY_VERIFY(link->text().contains(QStringLiteral("orders-0 @ 100")));
    QSignalSpy opened(&shop.navigator, &Navigator::openRequested);
    emit link->linkActivated(QStringLiteral("record"));
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened.first().first().value<Place>().record.value().offset, std::int64_t{100});
}

void tst_StateInspector::theStepAtAIsShownAsADifference()
{
    Shop shop;
    shop.clock.setA({shopTime(400), std::nullopt});
    StateInspector inspector(shop.context(), shop.store.get());
    inspector.showPlace(Place::ofProjection(QStringLiteral("order"), "order-010"));
    auto* const difference = inspector.findChild<StepDifference*>();
    QTRY_COMPARE(difference->changes().size(), std::size_t{1});
    QCOMPARE(difference->changes()[0].name, std::string("status"));
    QCOMPARE(difference->changes()[0].before.value(), std::string("\"PAID\""));
    QCOMPARE(difference->changes()[0].after.value(), std::string("\"FAILED\""));
    QVERIFY(difference->heightForWidth(300) > 40);
}

void tst_StateInspector::aDeleteIsAStep()
{
    Shop shop;
    StateInspector inspector(shop.context(), shop.store.get());
    inspector.showPlace(Place::ofProjection(QStringLiteral("order"), "order-030"));
    QTRY_COMPARE(inspector.history()->rowCount(), 2);
    QVERIFY(inspector.history()->index(1).data(HistoryModel::DeletedRole).toBool());
    QCOMPARE(inspector.history()->index(1).data(HistoryModel::TitleRole).toString(),
             QStringLiteral("deleted"));
}

QTEST_MAIN(tst_StateInspector)
#include "tst_state_inspector.moc"

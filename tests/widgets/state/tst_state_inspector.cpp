#include "tests/widgets/state/state_fixture.h"
#include "widgets/shared/elided_label.h"
#include "widgets/shared/palette.h"

#include "widgets/state/history_model.h"
#include "widgets/state/provenance_list.h"
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
    void aPlaceThatDoesNotFitIsElided();
    void theStepAtAIsShownAsADifference();
    void aDeleteIsAStep();
    void aCellsValueNamesTheRecordsThatSetIt();
    void aStepOfACellMovesAAndOpensItsRecord();
    void whatSetACellThatIsNotThereIsSaid();
    void theHeadingOfACellStandsInLineInEveryStyle();
    void theRowsTrustIsSaid();
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

void tst_StateInspector::aPlaceThatDoesNotFitIsElided()
{
    Shop shop;
    shop.clock.setA({shopTime(310), std::nullopt});
    QWidget frame;
    frame.resize(180, 500);
    StateInspector inspector(shop.context(), shop.store.get(), &frame);
    inspector.resize(frame.size());
    frame.show();
    inspector.showPlace(Place::ofProjection(QStringLiteral("order"), "order-010"));
    auto* const link = inspector.findChild<QLabel*>(QStringLiteral("setBy"));
    QTRY_VERIFY(link->text().contains(QChar(0x2026)));
    QVERIFY(link->text().contains(QStringLiteral("00</a>"))); // the offset's end
    QVERIFY(link->toolTip().contains(QStringLiteral("orders-0 @ 100")));
    inspector.resize(400, 500);
    QTRY_VERIFY(link->text().contains(QStringLiteral("orders-0 @ 100")));
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

void tst_StateInspector::aCellsValueNamesTheRecordsThatSetIt()
{
    Shop shop;
    shop.clock.setA({shopTime(310), std::nullopt});
    StateInspector inspector(shop.context(), shop.store.get());
    HistoryModel* const values = inspector.provenance()->values();
    QAbstractItemModelTester tester(values, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto label = [&](const char* name) {
        return inspector.provenance()->findChild<QLabel*>(QLatin1String(name))->text();
    };
    inspector.showPlace(Place::ofProjection(QStringLiteral("order"), "order-010"));
    QTRY_COMPARE(inspector.history()->rowCount(), 3);
    QVERIFY(inspector.provenance()->isHidden());

    inspector.showPlace(
        Place::ofProjection(QStringLiteral("order"), "order-010", QStringLiteral("status")));
    QVERIFY(!inspector.provenance()->isHidden());
    QCOMPARE(label("provenanceCaption"), QStringLiteral("PROVENANCE OF status"));
    QCOMPARE(label("provenanceValue"), QStringLiteral("PAID"));
    QVERIFY2(label("provenanceSetBy").contains(QStringLiteral("orders-0 @ 100 at 14:05:00.000")),
             qPrintable(label("provenanceSetBy")));
    QCOMPARE(values->rowCount(), 3);
    QCOMPARE(values->index(0).data(HistoryModel::TitleRole).toString(), QStringLiteral("CREATED"));
    QCOMPARE(values->index(0).data(HistoryModel::WhatRole).toString(),
             QStringLiteral("orders-0 @ 10"));
    QCOMPARE(values->current(), 1);

    // Patches that did not touch the amount are no part of where it comes from.
    inspector.showPlace(
        Place::ofProjection(QStringLiteral("order"), "order-010", QStringLiteral("amount")));
    QCOMPARE(values->rowCount(), 1);
    QCOMPARE(label("provenanceValue"), QStringLiteral("10.50"));
    QVERIFY(label("provenanceSetBy").contains(QStringLiteral("orders-0 @ 10 ")));
    shop.clock.setA({shopTime(400), std::nullopt});
    QVERIFY(label("provenanceSetBy").contains(QStringLiteral("orders-0 @ 10 ")));
}

void tst_StateInspector::aStepOfACellMovesAAndOpensItsRecord()
{
    Shop shop;
    QWidget frame;
    frame.resize(312, 600);
    StateInspector inspector(shop.context(), shop.store.get(), &frame);
    inspector.resize(frame.size());
    frame.show();
    inspector.showPlace(
        Place::ofProjection(QStringLiteral("order"), "order-010", QStringLiteral("status")));
    HistoryModel* const values = inspector.provenance()->values();
    QTRY_COMPARE(values->rowCount(), 3);
    auto* const list = inspector.findChild<QListView*>(QStringLiteral("provenance"));
    QTRY_VERIFY(list->isVisible() && list->visualRect(values->index(0)).isValid());
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(values->index(0)).center());
    QCOMPARE(shop.clock.a().time, shopTime(10));
    QCOMPARE(values->current(), 0);
    QSignalSpy opened(&shop.navigator, &Navigator::openRequested);
    const QPoint third = list->visualRect(values->index(2)).center();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, third);
    QTest::mouseDClick(list->viewport(), Qt::LeftButton, {}, third);
    QCOMPARE(shop.clock.a().time, shopTime(360));
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened.first().first().value<Place>().record.value().offset, std::int64_t{102});
    emit inspector.findChild<QLabel*>(QStringLiteral("provenanceSetBy"))
        ->linkActivated(QStringLiteral("record"));
    QCOMPARE(opened.count(), 2);
    QCOMPARE(opened.last().first().value<Place>().record.value().offset, std::int64_t{102});
}

void tst_StateInspector::whatSetACellThatIsNotThereIsSaid()
{
    Shop shop;
    StateInspector inspector(shop.context(), shop.store.get());
    const auto value = [&] {
        return inspector.findChild<QLabel*>(QStringLiteral("provenanceValue"))->text();
    };
    inspector.showPlace(
        Place::ofProjection(QStringLiteral("order"), "order-030", QStringLiteral("amount")));
    QTRY_COMPARE(inspector.provenance()->values()->rowCount(), 2);
    shop.clock.setA({shopTime(500), std::nullopt});
    QCOMPARE(value(), QStringLiteral("deleted"));
    shop.clock.setA({shopTime(5), std::nullopt});
    QCOMPARE(value(), QStringLiteral("It is not set at A yet: that comes later."));
    inspector.showPlace(
        Place::ofProjection(QStringLiteral("order"), "order-030", QStringLiteral("nothing")));
    QCOMPARE(value(), QStringLiteral("No record of this row ever set it."));
}

void tst_StateInspector::theHeadingOfACellStandsInLineInEveryStyle()
{
    Shop shop;
    QWidget frame;
    frame.resize(312, 600);
    StateInspector inspector(shop.context(), shop.store.get(), &frame);
    inspector.resize(frame.size());
    frame.show();
    const auto place =
        Place::ofProjection(QStringLiteral("order"), "order-010", QStringLiteral("status"));
    inspector.showPlace(place);
    const auto label = [&](const char* name) {
        return inspector.findChild<QLabel*>(QLatin1String(name));
    };
    QTRY_VERIFY(label("provenanceCaption")->isVisible());
    // Too low for all of it, as before it is first in front, while the style changes.
    inspector.resize(312, 40);
    inspector.provenance()->resize(312, 30);
    for (const auto scheme : {theme::Scheme::Dark, theme::Scheme::Light}) {
        theme::apply(*qApp, scheme);
        inspector.restyle();
    }
    inspector.resize(frame.size());
    for (const char* const name : {"provenanceCaption", "provenanceValue"}) {
        QTRY_COMPARE(label(name)->mapTo(&inspector, label(name)->contentsRect().topLeft()).x(), 12);
        QVERIFY(label(name)->contentsRect().height() >= label(name)->fontMetrics().height());
    }
}

void tst_StateInspector::theRowsTrustIsSaid()
{
    Shop shop;
    shop.clock.setA({shopTime(310), std::nullopt});
    StateInspector inspector(shop.context(), shop.store.get());
    auto* const trust = inspector.findChild<ElidedLabel*>(QStringLiteral("trust"));
    inspector.showPlace(Place::ofProjection(QStringLiteral("order"), "order-010"));
    QTRY_COMPARE(trust->text(), QStringLiteral("\u2714 Exact"));
    inspector.showPlace(Place::ofProjection(QStringLiteral("order"), "nobody"));
    QTRY_COMPARE(trust->text(), QString());
}

QTEST_MAIN(tst_StateInspector)
#include "tst_state_inspector.moc"

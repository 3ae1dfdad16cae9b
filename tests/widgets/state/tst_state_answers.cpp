#include "tests/widgets/state/state_view_fixture.h"
#include "widgets/state/state_totals.h"

#include <QLabel>
#include <QScrollBar>

using namespace hindcast;
using namespace hindcast::test;

// That what stands around the rows is of the rows: counts, totals, trust, the definition.
class tst_StateAnswers : public QObject, private StateViewFixture
{
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { end(); }
    void aFilterIsCountedAtAAndAtB();
    void rowsThatDifferAreCountedAsSuch();
    void totalsAndChangesAreOfTheRowsShown();
    void whileAMovesTheAnswersKeepComing();
    void rowsThatGoTakeTheTableNowhere();
    void aDefinitionOfAnotherTopicHasNoRows();
    void rowsOfTheDefinitionBeforeSaySo();
    void recordsWithoutKeysSayWhyThereIsNoRow();
    void rowsThatAreNoJsonSaySo();

private:
    QString rows() const { return said("rows").section(QStringLiteral(" \u00B7"), 0, 0); }
    QString said(const char* name) const
    {
        return m_view->findChild<QLabel*>(QLatin1String(name))->text();
    }
    StateTotals* totals() const { return m_view->findChild<StateTotals*>(); }
};

void tst_StateAnswers::aFilterIsCountedAtAAndAtB()
{
    filter()->setText(QStringLiteral("status = 'PAID'"));
    QTRY_COMPARE(rows(), QStringLiteral("2 of 100 rows"));
    m_shop->clock.setB(Moment{shopTime(500), std::nullopt});
    QTRY_COMPARE(rows(), QStringLiteral("2 of 100 rows at A, 1 of 100 at B"));
    QCOMPARE(m_view->model()->rowCount(), 2);
    filter()->setText(QStringLiteral("key = 'order-new'"));
    QTRY_COMPARE(rows(), QStringLiteral("0 of 100 rows at A, 1 of 100 at B"));
}

void tst_StateAnswers::rowsThatDifferAreCountedAsSuch()
{
    m_shop->clock.setB(Moment{shopTime(500), std::nullopt});
    m_view->setOnlyDifferent(true);
    QTRY_COMPARE(rows(), QStringLiteral("3 rows that differ"));
    filter()->setText(QStringLiteral("key = 'order-030'"));
    QTRY_COMPARE(rows(), QStringLiteral("1 row that differs"));
}

void tst_StateAnswers::totalsAndChangesAreOfTheRowsShown()
{
    m_shop->clock.setB(Moment{shopTime(500), std::nullopt});
    m_view->setTotals(true);
    QTRY_COMPARE(totals()->changesText(1), QStringLiteral("\u2260 1"));
    // order-010 is let through at A only, order-011 at both.
    filter()->setText(QStringLiteral("status = 'PAID' or key = 'order-011'"));
    QTRY_COMPARE(totals()->totalText(2), QStringLiteral("42.50")); // 010, 011 and 020
    filter()->setText(QStringLiteral("status = 'FAILED' or key = 'order-011'"));
    QTRY_COMPARE(totals()->totalText(2), QStringLiteral("11.50")); // order-010 is so at B only
    QCOMPARE(totals()->changesText(1), QStringLiteral("\u2260 1"));
    filter()->setText(QStringLiteral("key = 'order-011'"));
    QTRY_COMPARE(totals()->changesText(1), QString());
}

void tst_StateAnswers::whileAMovesTheAnswersKeepComing()
{
    filter()->setText(QStringLiteral("status = 'PAID'"));
    QTRY_VERIFY(hasRows(2));
    // Never at rest for as long as an answer waits for.
    for (int step = 0; step < 60 && !hasRows(1); ++step) {
        m_shop->clock.setA({shopTime(365 + step / 10), std::nullopt});
        m_shop->clock.setB(Moment{shopTime(500 + step % 2), std::nullopt});
        QTest::qWait(15);
    }
    QVERIFY(hasRows(1));
}

void tst_StateAnswers::rowsThatGoTakeTheTableNowhere()
{
    m_view->show(Place::ofProjection(QStringLiteral("order"), "order-090"));
    QTRY_COMPARE(tableView()->currentIndex().row(), 90);
    tableView()->scrollToTop();
    filter()->setText(QStringLiteral("amount < 60"));
    QTRY_VERIFY(hasRows(60));
    QTest::qWait(50);
    QCOMPARE(tableView()->verticalScrollBar()->value(), 0);
}

void tst_StateAnswers::aDefinitionOfAnotherTopicHasNoRows()
{
    QString text = kOrderToml;
    QVERIFY(m_shop->store->save(
        text.replace(QStringLiteral("\"orders\""), QStringLiteral("\"nosuch\""))));
    QTRY_VERIFY(said("empty").contains(QStringLiteral("nosuch")));
    QVERIFY(m_view->findChild<QLabel*>(QStringLiteral("empty"))->isVisible());
    QVERIFY(!m_view->findChild<QLabel*>(QStringLiteral("rows"))->isVisible());
    QVERIFY(!button("export")->isEnabled());
}

void tst_StateAnswers::rowsOfTheDefinitionBeforeSaySo()
{
    m_shop->store->setFoldMemory(1); // the next one is refused
    QString text = kOrderToml;
    QVERIFY(
        m_shop->store->save(text.replace(QStringLiteral("merge-patch"), QStringLiteral("latest"))));
    QTRY_VERIFY(
        said("trustBad").startsWith(QStringLiteral("These rows are of the definition before. ")));
    QTRY_VERIFY2(said("trustBad").contains(QStringLiteral("memory")), qPrintable(said("trustBad")));
    QVERIFY(hasRows(100));
    QVERIFY(!button("export")->isEnabled());
    m_shop->store->setFoldMemory(0);
    m_view->readAgain();
    QTRY_VERIFY(button("export")->isEnabled());
    QTRY_VERIFY(said("trustGood").contains(QStringLiteral("Exact")));
}

void tst_StateAnswers::recordsWithoutKeysSayWhyThereIsNoRow()
{
    QString text = kOrderToml;
    text.replace(QStringLiteral("merge-patch\"\n"),
                 QStringLiteral("merge-patch\"\nkey = \"value.nosuch\"\n"));
    QVERIFY(m_shop->store->save(text));
    QTRY_VERIFY2(said("empty").contains(QStringLiteral("without a key")),
                 qPrintable(said("empty")));
}

void tst_StateAnswers::rowsThatAreNoJsonSaySo()
{
    append(*m_shop->capture,
           {{"orders", 0, 105, toMs(shopTime(490)), "order-005", R"({"status":"CRE)"}});
    m_shop->publish();
    QString text = kOrderToml;
    QVERIFY(
        m_shop->store->save(text.replace(QStringLiteral("merge-patch"), QStringLiteral("latest"))));
    m_shop->clock.setLive(true);
    QTRY_COMPARE(cell(5, 1), QStringLiteral("not JSON"));
    QVERIFY(m_view->model()->index(5, 1).data(StateTableModel::DimRole).toBool());
    QVERIFY(cell(5, 1, Qt::ToolTipRole).contains(QStringLiteral("Enter opens the record")));
    QCOMPARE(cell(4, 1), QStringLiteral("CREATED"));
}

QTEST_MAIN(tst_StateAnswers)
#include "tst_state_answers.moc"

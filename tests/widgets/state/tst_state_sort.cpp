#include "tests/widgets/state/state_view_fixture.h"
#include "widgets/state/state_totals.h"

#include <QHeaderView>
#include <QLabel>
#include <QToolButton>

using namespace hindcast;
using namespace hindcast::test;

// The rows of a state in another order than that of their keys, and what stands below them.
class tst_StateSort : public QObject, private StateViewFixture
{
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { end(); }
    void headersSortTheRows();
    void aSortedTableFollowsTheClock();
    void filterAndDifferenceAreSortedToo();
    void theSelectedRowKeepsItsKey();
    void totalsAreAddedUpDigitByDigit();
    void changedCellsAreCountedByColumn();

private:
    void clickHeader(int column)
    {
        QHeaderView* const header = tableView()->horizontalHeader();
        QTest::mouseClick(
            header->viewport(), Qt::LeftButton, {},
            {header->sectionViewportPosition(column) + header->sectionSize(column) / 2,
             header->height() / 2});
    }
    StateTotals* totals() const
    {
        return m_view->findChild<StateTotals*>(QStringLiteral("totals"));
    }
    bool shown() const { return totals()->isVisibleTo(m_view); }
};

void tst_StateSort::headersSortTheRows()
{
    const auto title = [this](int column) {
        return m_view->model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    };
    QCOMPARE(title(1), QStringLiteral("status"));
    QCOMPARE(cell(0, 0), QStringLiteral("order-000"));

    clickHeader(1); // status, at 14:05:10: two are PAID
    QTRY_COMPARE(cell(99, 0), QStringLiteral("order-020"));
    QCOMPARE(cell(98, 0), QStringLiteral("order-010"));
    QCOMPARE(cell(0, 0), QStringLiteral("order-000")); // equal ones in key order
    QCOMPARE(title(1), QStringLiteral("status \u2191"));
    clickHeader(1);
    QTRY_COMPARE(cell(0, 0), QStringLiteral("order-010"));
    QCOMPARE(cell(1, 0), QStringLiteral("order-020"));
    QCOMPARE(title(1), QStringLiteral("status \u2193"));
    clickHeader(1);
    QTRY_COMPARE(cell(0, 0), QStringLiteral("order-000"));
    QCOMPARE(title(1), QStringLiteral("status"));

    clickHeader(2); // numbers, not texts
    clickHeader(2);
    QTRY_COMPARE(cell(0, 0), QStringLiteral("order-099"));
    QCOMPARE(cell(9, 2), QStringLiteral("90.50"));
    clickHeader(4); // versions
    clickHeader(4);
    QTRY_COMPARE(cell(0, 0), QStringLiteral("order-010"));
    clickHeader(3); // changed: the latest first at the second click
    clickHeader(3);
    QTRY_COMPARE(cell(0, 0), QStringLiteral("order-020"));
    clickHeader(0); // keys backwards
    QTRY_COMPARE(cell(0, 0), QStringLiteral("order-099"));
    clickHeader(0);
    QTRY_COMPARE(cell(0, 0), QStringLiteral("order-000"));
}

void tst_StateSort::aSortedTableFollowsTheClock()
{
    m_view->sortBy(1, true);
    QTRY_COMPARE(cell(0, 0), QStringLiteral("order-010"));
    m_shop->clock.setA({shopTime(370), std::nullopt}); // order-010 has failed: FAILED < PAID
    QTRY_COMPARE(cell(0, 0), QStringLiteral("order-020"));
    QTRY_COMPARE(cell(1, 1), QStringLiteral("FAILED"));
    m_shop->clock.setA({shopTime(430), std::nullopt}); // order-030 is gone
    QTRY_VERIFY(hasRows(99));
    QTRY_COMPARE(rowOf("order-030"), -1);
}

void tst_StateSort::filterAndDifferenceAreSortedToo()
{
    m_view->sortBy(2, true);
    filter()->setText(QStringLiteral("amount < 3 or key = 'order-030'"));
    QTRY_VERIFY(hasRows(4));
    QCOMPARE(cell(0, 0), QStringLiteral("order-030"));
    QCOMPARE(cell(3, 0), QStringLiteral("order-000"));
    filter()->clear();
    QTRY_VERIFY(hasRows(100));
    m_shop->clock.setB(Moment{shopTime(500), std::nullopt});
    QTRY_VERIFY(hasRows(101)); // with what is only at B
    m_view->setOnlyDifferent(true);
    QTRY_VERIFY(hasRows(3));
    QCOMPARE(cell(0, 0), QStringLiteral("order-030")); // 30.50 at A, gone at B
    QCOMPARE(cell(1, 0), QStringLiteral("order-010"));
    QCOMPARE(cell(2, 0), QStringLiteral("order-new")); // 1 at B
    filter()->setText(QStringLiteral("amount ="));
    auto* const problem = m_view->findChild<QLabel*>(QStringLiteral("filterProblem"));
    QTRY_VERIFY(problem->isVisible());
}

void tst_StateSort::theSelectedRowKeepsItsKey()
{
    m_view->show(Place::ofProjection(QStringLiteral("order"), "order-010"));
    QTRY_COMPARE(tableView()->currentIndex().row(), 10);
    m_view->sortBy(2, true);
    QTRY_COMPARE(tableView()->currentIndex().row(), 89);
    QCOMPARE(m_view->model()->keyAt(89), QByteArray("order-010"));
    QCOMPARE(m_view->place().key, QByteArray("order-010"));
    QTest::qWait(100); // the row went out of sight, and the table did not go after it
    QCOMPARE(tableView()->rowAt(0), 0);
    m_view->sortBy(-1, false);
    QTRY_COMPARE(tableView()->currentIndex().row(), 10);
}

void tst_StateSort::totalsAreAddedUpDigitByDigit()
{
    auto* const button = m_view->findChild<QToolButton*>(QStringLiteral("totalsButton"));
    QVERIFY(!shown());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(shown());
    QTRY_COMPARE(totals()->totalText(2), QStringLiteral("5,000.00")); // 0.50 to 99.50
    QCOMPARE(totals()->totalText(1), QString());                      // no numbers
    filter()->setText(QStringLiteral("amount < 2"));
    QTRY_COMPARE(totals()->totalText(2), QStringLiteral("2.00"));
    filter()->clear();
    m_shop->clock.setA({shopTime(500), std::nullopt}); // without order-030's 30.50, with 1
    QTRY_COMPARE(totals()->totalText(2), QStringLiteral("4,970.50"));
    m_view->grab(); // paints
    QTest::keyClick(tableView(), Qt::Key_T, Qt::ControlModifier);
    QTRY_VERIFY(!shown());
    QVERIFY(!button->isChecked());
}

void tst_StateSort::changedCellsAreCountedByColumn()
{
    m_shop->clock.setA({shopTime(200), std::nullopt});
    m_shop->clock.setB(Moment{shopTime(500), std::nullopt});
    // order-010 and order-020 have another status; order-030 is removed, order-new added.
    QTRY_COMPARE(totals()->changesText(1), QStringLiteral("\u2260 2"));
    QVERIFY(shown());
    QCOMPARE(totals()->changesText(2), QString());
    QTRY_VERIFY(button("differ")->toolTip().contains(QStringLiteral("status: 2 changed cells")));
    QVERIFY(button("differ")->toolTip().contains(QStringLiteral("1 added, 1 removed, 2 changed")));
    m_view->grab();
    m_shop->clock.setB(std::nullopt);
    QTRY_VERIFY(!shown());
}

QTEST_MAIN(tst_StateSort)
#include "tst_state_sort.moc"

#include "tests/widgets/state/state_view_fixture.h"

#include "widgets/state/projection_editor.h"

#include <Qsci/qsciscintilla.h>

#include <QLabel>

using namespace hindcast;
using namespace hindcast::test;

// The rows in sight follow a definition while it is being written.
class tst_StatePreview : public QObject, private StateViewFixture
{
    Q_OBJECT

private slots:
    void init()
    {
        begin();
        QTRY_COMPARE(cell(10, 1), QStringLiteral("PAID"));
        QTRY_COMPARE(cell(10, 2), QStringLiteral("10.50"));
        QTest::mouseClick(m_view->findChild<QPushButton*>(QStringLiteral("edit")), Qt::LeftButton);
    }
    void cleanup() { end(); }

    void anotherReducerIsSeenAtOnce()
    {
        edit()->setText(
            QString(kOrderToml).replace(QStringLiteral("merge-patch"), QStringLiteral("latest")));
        // The newest value alone: order-010 was paid by an event without an amount.
        QTRY_COMPARE(cell(10, 2), QString());
        QCOMPARE(cell(10, 1), QStringLiteral("PAID"));
        QTRY_VERIFY(words().contains(QStringLiteral("The table as this definition shows it")));
        // Nothing is kept: as it was, it is the table again.
        edit()->setText(kOrderToml);
        QTRY_COMPARE(cell(10, 2), QStringLiteral("10.50"));
        QCOMPARE(m_view->model()->rowCount(), 100);
        QVERIFY(
            m_shop->store->find(QStringLiteral("order"))->file.startsWith(m_shop->folder.path()));
    }

    void aNewColumnIsSeenOverTheWholeTable()
    {
        edit()->setText(kOrderToml + QStringLiteral("again = \"status\"\n"));
        QTRY_COMPARE(cell(10, 3), QStringLiteral("PAID"));
        QCOMPARE(m_view->model()->rowCount(), 100);
    }

    void itFollowsA()
    {
        edit()->setText(
            QString(kOrderToml).replace(QStringLiteral("merge-patch"), QStringLiteral("latest")));
        QTRY_COMPARE(cell(10, 2), QString());
        m_shop->clock.setA({shopTime(200), std::nullopt});
        QTRY_COMPARE(cell(10, 2), QStringLiteral("10.50"));
        QCOMPARE(cell(10, 1), QStringLiteral("CREATED"));
    }

    void itIsFilteredSortedAndComparedAsTheTableIs()
    {
        m_view->sortBy(2, true);
        filter()->setText(QStringLiteral("amount < 5 or status = 'PAID'"));
        m_shop->clock.setB(Moment{shopTime(370), std::nullopt});
        QTRY_COMPARE(cell(0, 0), QStringLiteral("order-020"));
        edit()->setText(QString(kOrderToml)
                            .replace(QStringLiteral("status ="),
                                     QStringLiteral("again = \"status\"\nstatus =")));
        QTRY_COMPARE(m_view->model()->columnCount(), 6);
        QCOMPARE(m_view->model()->rowCount(), 7);
        QCOMPARE(cell(0, 0), QStringLiteral("order-020"));
        QCOMPARE(change(1, 1), StateTableModel::Change::Changed); // order-010 has failed at B
        QVERIFY(m_view->model()
                    ->headerData(3, Qt::Horizontal, Qt::DisplayRole)
                    .toString()
                    .startsWith(QStringLiteral("amount \u2193")));
    }

    void aTopicThatIsNotThereSaysSo()
    {
        edit()->setText(
            QString(kOrderToml).replace(QStringLiteral("\"orders\""), QStringLiteral("\"x\"")));
        QTRY_VERIFY(words().contains(QStringLiteral("holds nothing")));
        QCOMPARE(m_view->model()->rowCount(), 100);
    }

    void otherKeysMakeAnotherTable()
    {
        edit()->setText(QString(kOrderToml)
                            .replace(QStringLiteral("reduce"),
                                     QStringLiteral("key = \"value.status\"\nreduce")));
        QTRY_VERIFY(m_view->model()->rowCount() < 10);
        QTRY_VERIFY2(words().contains(QStringLiteral("The table as this definition shows it")),
                     qPrintable(words()));
    }

    void closingTheEditorEndsIt()
    {
        edit()->setText(
            QString(kOrderToml).replace(QStringLiteral("merge-patch"), QStringLiteral("latest")));
        QTRY_COMPARE(cell(10, 2), QString());
        QTest::mouseClick(m_view->findChild<QPushButton*>(QStringLiteral("edit")), Qt::LeftButton);
        QTRY_COMPARE(cell(10, 2), QStringLiteral("10.50"));
    }

private:
    QsciScintilla* edit() const { return m_view->editor()->findChild<QsciScintilla*>(); }
    QString words() const
    {
        return m_view->editor()->findChild<QLabel*>(QStringLiteral("words"))->text();
    }
};

QTEST_MAIN(tst_StatePreview)
#include "tst_state_preview.moc"

#include "tests/widgets/state/state_fixture.h"
#include "widgets/state/findings_model.h"
#include "widgets/state/state_findings.h"
#include "widgets/state/state_table_model.h"
#include "widgets/state/state_view.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

namespace {

// Of the shop's orders one went from PAID to FAILED, and the newest began as "<b>CREATED</b>".
const QString kCourse = QStringLiteral("name = \"course\"\n"
                                       "[[source]]\n"
                                       "topic = \"orders\"\n"
                                       "reduce = \"machine\"\n"
                                       "state = \"value.status\"\n"
                                       "initial = \"CREATED\"\n"
                                       "terminal = \"SHIPPED\"\n"
                                       "[source.transitions]\n"
                                       "CREATED = [\"PAID\"]\n"
                                       "PAID = [\"SHIPPED\"]\n"
                                       "FAILED = [\"PAID\"]\n");

} // namespace

// What a state machine did not allow is told under its table, and leads to its records.
class tst_StateFindings : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aTableWithoutFindingsSaysNothing();
    void theLineCountsUpToA();
    void theListNamesRecordKeyAndWords();
    void aClickGoesToTheMomentAndTheRow();
    void theKeysGoFromOneToTheNext();
    void aDoubleClickOpensTheRecord();
    void findingsThatArriveAppear();

private:
    StateFindings* findings() const { return m_view->findChild<StateFindings*>(); }
    FindingsModel* model() const { return findings()->model(); }
    QTableView* list() const
    {
        return m_view->findChild<QTableView*>(QStringLiteral("findingsTable"));
    }
    QString words() const
    {
        return m_view->findChild<QLabel*>(QStringLiteral("findingsWords"))->text();
    }
    QString cell(int row, int column, int role = Qt::DisplayRole) const
    {
        return model()->index(row, column).data(role).toString();
    }
    void open()
    {
        auto* const button = m_view->findChild<QPushButton*>(QStringLiteral("findingsList"));
        QTRY_VERIFY(button->isVisible() && button->height() > 10);
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY(list()->isVisible());
        QTRY_VERIFY(list()->viewport()->rect().contains(pointOf(1)));
    }
    QPoint pointOf(int row) const
    {
        return list()->visualRect(model()->index(row, FindingsModel::What)).center();
    }

    std::unique_ptr<Shop> m_shop;
    std::unique_ptr<QWidget> m_frame;
    StateView* m_view = nullptr;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void tst_StateFindings::init()
{
    m_shop = std::make_unique<Shop>();
    QVERIFY(m_shop->store->save(kCourse));
    m_shop->clock.setA({shopTime(400), std::nullopt});
    m_frame = std::make_unique<QWidget>();
    m_frame->resize(746, 600);
    m_view = new StateView(m_shop->context(), m_shop->store.get(), QStringLiteral("course"),
                           m_frame.get());
    m_view->resize(m_frame->size());
    m_tester = std::make_unique<QAbstractItemModelTester>(
        model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_frame->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_frame.get()));
    QTRY_COMPARE(m_view->model()->rowCount(), 100);
    QTRY_COMPARE(model()->rowCount(), 2);
}

void tst_StateFindings::cleanup()
{
    m_tester.reset();
    m_frame.reset();
    m_shop.reset();
}

void tst_StateFindings::aTableWithoutFindingsSaysNothing()
{
    QVERIFY(findings()->isVisible());
    StateView other(m_shop->context(), m_shop->store.get(), QStringLiteral("order"));
    QTRY_COMPARE(other.model()->rowCount(), 100);
    QVERIFY(!other.findChild<StateFindings*>()->isVisibleTo(&other));
}

void tst_StateFindings::theLineCountsUpToA()
{
    QTRY_COMPARE(words(), QStringLiteral("\u25C6 1 transition not allowed up to A, 2 in all."));
    QVERIFY(!list()->isVisible());
    m_shop->clock.setA({shopTime(310), std::nullopt});
    QTRY_COMPARE(words(),
                 QStringLiteral("Every transition up to A was allowed; 2 in all were not."));
    m_shop->clock.setLive(true);
    QTRY_COMPARE(words(), QStringLiteral("\u25C6 2 transitions not allowed up to A."));
}

void tst_StateFindings::theListNamesRecordKeyAndWords()
{
    QCOMPARE(cell(0, FindingsModel::Time), QStringLiteral("14:06:00.000"));
    QCOMPARE(cell(0, FindingsModel::Record), QStringLiteral("orders-0 @ 102"));
    QCOMPARE(cell(0, FindingsModel::Key), QStringLiteral("order-010"));
    QVERIFY2(cell(0, FindingsModel::What).contains(QStringLiteral("FAILED")),
             qPrintable(cell(0, FindingsModel::What)));
    QVERIFY(cell(1, FindingsModel::What).contains(QStringLiteral("<b>CREATED</b>"))); // as it is
    QVERIFY(cell(1, FindingsModel::Time, Qt::ToolTipRole).contains(QStringLiteral("after A")));
    QVERIFY(!cell(0, FindingsModel::Time, Qt::ToolTipRole).contains(QStringLiteral("after A")));
}

void tst_StateFindings::aClickGoesToTheMomentAndTheRow()
{
    open();
    QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, pointOf(1));
    QCOMPARE(m_shop->clock.a().time, shopTime(480));
    QCOMPARE(m_shop->clock.a().last.value().offset, std::int64_t{104});
    QCOMPARE(m_shop->navigator.selected(),
             Place::ofProjection(QStringLiteral("course"), "order-new"));
    QTRY_COMPARE(words(), QStringLiteral("\u25C6 2 transitions not allowed up to A."));
    auto* const table = m_view->findChild<QTableView*>(QStringLiteral("table"));
    QTRY_COMPARE(m_view->model()->keyAt(table->currentIndex().row()), QByteArray("order-new"));
    QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, pointOf(0));
    QCOMPARE(m_shop->clock.a().time, shopTime(360));
    QTRY_COMPARE(m_view->place().key, QByteArray("order-010"));
}

void tst_StateFindings::theKeysGoFromOneToTheNext()
{
    open();
    QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, pointOf(0));
    QVERIFY(list()->hasFocus());
    QTest::keyClick(list(), Qt::Key_Down);
    QCOMPARE(m_shop->clock.a().time, shopTime(480));
}

void tst_StateFindings::aDoubleClickOpensTheRecord()
{
    open();
    QSignalSpy opened(&m_shop->navigator, &Navigator::openRequested);
    QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, pointOf(0));
    QTest::mouseDClick(list()->viewport(), Qt::LeftButton, {}, pointOf(0));
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened.first().first().value<Place>().record.value().offset, std::int64_t{102});
}

void tst_StateFindings::findingsThatArriveAppear()
{
    open();
    append(*m_shop->capture,
           {{"orders", 0, 200, toMs(shopTime(600)), "order-050", R"({"status":"SHIPPED"})"}});
    m_shop->publish();
    QTRY_COMPARE(model()->rowCount(), 3);
    QCOMPARE(cell(2, FindingsModel::Key), QStringLiteral("order-050"));
    QVERIFY(list()->isVisible());
}

QTEST_MAIN(tst_StateFindings)
#include "tst_state_findings.moc"

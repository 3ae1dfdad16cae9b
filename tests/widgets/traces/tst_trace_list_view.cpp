#include "widgets/traces/trace_list_view.h"

#include "tests/widgets/shared/platform_warnings.h"
#include "tests/widgets/traces/trace_window.h"
#include "widgets/traces/sentence_line.h"
#include "widgets/traces/trace_table_model.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>

using namespace hindcast;
using test::SpanText;
using test::TraceBuilder;
using test::TraceWindow;

namespace {

// Trace 1 fails, trace 2 is the longest, trace 3 the newest.
TraceBuilder three()
{
    TraceBuilder b;
    b.span(SpanText("t1", "1").service("checkout").named("pay").at(10, 5).error("declined"));
    b.span(SpanText("t2", "2").service("billing").named("charge card").at(90, 50));
    b.span(SpanText("t3", "3").service("checkout").named("list").at(200, 20));
    return b;
}

} // namespace

class tst_TraceListView : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }
    void init();
    void cleanup();
    void theStoreCountsTraces();
    void theLongestComesFirst();
    void aClickOnAHeadSorts_data();
    void aClickOnAHeadSorts();
    void typingSearches();
    void aServiceIsChosen();
    void aLeastDurationIsRead_data();
    void aLeastDurationIsRead();
    void errorsOnlyIsAPlaceOfItsOwn();
    void aDoubleClickOpensTheTrace();
    void enterOpensTheTrace();
    void selectingTellsTheInspector();
    void nothingFoundOffersAWayBack();
    void aCaptureWithoutTracesSaysWhereTheyComeFrom();
    void theModelObeysTheRules();
    void rowsAreCopied();

private:
    QByteArray shown() const
    {
        QByteArrayList ids;
        for (int row = 0; row < model()->rowCount(); ++row) {
            ids << model()->traceId(row).toLatin1().right(1);
        }
        return ids.join(' ');
    }
    TraceTableModel* model() const { return m_view->findChild<TraceTableModel*>(); }
    QTableView* table() const { return m_view->findChild<QTableView*>(); }
    QLineEdit* edit(int which) const { return m_view->findChildren<QLineEdit*>().at(which); }
    QPushButton* button(const QString& text) const
    {
        const auto buttons = m_view->findChildren<QPushButton*>();
        const auto at = std::find_if(buttons.begin(), buttons.end(),
                                     [&](const QPushButton* b) { return b->text() == text; });
        return at == buttons.end() ? nullptr : *at;
    }
    QPoint centre(int row) const { return table()->visualRect(model()->index(row, 2)).center(); }

    std::unique_ptr<TraceWindow> m_window;
    std::unique_ptr<TraceListView> m_view;
};

void tst_TraceListView::init()
{
    m_window = std::make_unique<TraceWindow>();
    m_window->open(three().list());
    m_view = std::make_unique<TraceListView>(m_window->context(), &m_window->store,
                                             Place::ofTraceList());
    m_view->resize(900, 500);
    m_view->QWidget::show();
    QTRY_COMPARE(model()->rowCount(), 3);
}

void tst_TraceListView::cleanup()
{
    m_view.reset();
    m_window.reset();
}

void tst_TraceListView::theStoreCountsTraces()
{
    QCOMPARE(m_window->store.traceCount(), quint64{3});
    QCOMPARE(m_window->store.errorCount(), quint64{1});
}

void tst_TraceListView::theLongestComesFirst()
{
    QCOMPARE(shown(), QByteArray("2 3 1"));
    QCOMPARE(m_view->findChild<SentenceLine*>()->text(),
             QStringLiteral("3 traces \u00b7 1 with errors \u00b7 the longest took 50 ms"));
    const auto cell = [this](int column) { return model()->index(0, column).data().toString(); };
    QCOMPARE(cell(TraceTableModel::RootColumn), QStringLiteral("billing \u00b7 charge card"));
    QCOMPARE(cell(TraceTableModel::DurationColumn), QStringLiteral("50 ms"));
    QCOMPARE(cell(TraceTableModel::SpansColumn), QStringLiteral("1"));
    QCOMPARE(cell(TraceTableModel::ErrorsColumn), QString());
}

void tst_TraceListView::aClickOnAHeadSorts_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QByteArray>("order");
    QTest::newRow("start") << int{TraceTableModel::StartColumn} << QByteArray("3 2 1");
    QTest::newRow("duration") << int{TraceTableModel::DurationColumn} << QByteArray("2 3 1");
    QTest::newRow("errors") << int{TraceTableModel::ErrorsColumn} << QByteArray("1 3 2");
}

void tst_TraceListView::aClickOnAHeadSorts()
{
    QFETCH(int, column);
    QFETCH(QByteArray, order);
    QHeaderView* const head = table()->horizontalHeader();
    const QPoint at(head->sectionViewportPosition(column) + head->sectionSize(column) / 2,
                    head->height() / 2);
    QTest::mouseClick(head->viewport(), Qt::LeftButton, {}, at);
    QTRY_COMPARE(shown(), order);
    QVERIFY(
        model()->headerData(column, Qt::Horizontal).toString().endsWith(QStringLiteral("\u25be")));
}

void tst_TraceListView::typingSearches()
{
    QTest::keyClicks(edit(0), QStringLiteral("Charge"));
    QTRY_COMPARE(shown(), QByteArray("2"));
    QVERIFY(m_view->findChild<SentenceLine*>()->text().startsWith(QStringLiteral("1 trace of 3")));
    edit(0)->clear();
    QTRY_COMPARE(shown(), QByteArray("2 3 1"));
}

void tst_TraceListView::aServiceIsChosen()
{
    auto* const box = m_view->findChild<QComboBox*>();
    QCOMPARE(box->count(), 3);
    QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(box->currentText(), QStringLiteral("billing"));
    QTRY_COMPARE(shown(), QByteArray("2"));
}

void tst_TraceListView::aLeastDurationIsRead_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("found");
    QTest::newRow("ms") << QStringLiteral("20ms") << QByteArray("2 3");
    QTest::newRow("s") << QStringLiteral("1s") << QByteArray("");
    QTest::newRow("nonsense asks for nothing") << QStringLiteral("soon") << QByteArray("2 3 1");
}

void tst_TraceListView::aLeastDurationIsRead()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, found);
    QTest::keyClicks(edit(1), text);
    QTest::keyClick(edit(1), Qt::Key_Return);
    QTRY_COMPARE(shown(), found);
}

void tst_TraceListView::errorsOnlyIsAPlaceOfItsOwn()
{
    QTest::mouseClick(button(QStringLiteral("With errors")), Qt::LeftButton);
    QTRY_COMPARE(shown(), QByteArray("1"));
    QCOMPARE(m_view->place(), Place::ofTraceList(QStringLiteral("errors")));
    m_view->show(Place::ofTraceList());
    QTRY_COMPARE(shown(), QByteArray("2 3 1"));
}

void tst_TraceListView::aDoubleClickOpensTheTrace()
{
    QSignalSpy opened(&m_window->navigator, &Navigator::openRequested);
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, centre(1));
    QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, centre(1));
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened[0][0].value<Place>(), Place::ofTrace(QString::fromLatin1(test::kTrace3)));
}

void tst_TraceListView::enterOpensTheTrace()
{
    QSignalSpy opened(&m_window->navigator, &Navigator::openRequested);
    table()->setCurrentIndex(model()->index(0, 0));
    QTest::keyClick(table(), Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
}

void tst_TraceListView::selectingTellsTheInspector()
{
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, centre(2));
    QCOMPARE(m_window->navigator.selected(), Place::ofTrace(QString::fromLatin1(test::kTrace1)));
}

void tst_TraceListView::nothingFoundOffersAWayBack()
{
    QTest::keyClicks(edit(0), QStringLiteral("no such thing"));
    QTRY_COMPARE(model()->rowCount(), 0);
    QPushButton* const back = button(QStringLiteral("Show all traces"));
    QVERIFY(back->isVisible());
    QTest::mouseClick(back, Qt::LeftButton);
    QTRY_COMPARE(shown(), QByteArray("2 3 1"));
}

void tst_TraceListView::aCaptureWithoutTracesSaysWhereTheyComeFrom()
{
    m_window->open(
        std::make_shared<test::ClusterOnlySnapshot>(std::vector<GroupSamplePtr>{}, nullptr, 99));
    QTRY_COMPARE(model()->rowCount(), 0);
    QVERIFY(!button(QStringLiteral("Show all traces"))->isVisible());
}

void tst_TraceListView::theModelObeysTheRules()
{
    TraceTableModel rows;
    QAbstractItemModelTester tester(&rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const TraceSetPtr set = m_window->store.set();
    rows.setRows(set, set->search({}));
    QCOMPARE(rows.rowCount(), 3);
    QCOMPARE(rows.rowOf(QString::fromLatin1(test::kTrace3)), 0);
    rows.setSortColumn(TraceTableModel::DurationColumn);
    rows.restyle();
    rows.setRows(nullptr, {});
    QCOMPARE(rows.rowCount(), 0);
    QCOMPARE(rows.rowOf(QString::fromLatin1(test::kTrace3)), -1);
}

void tst_TraceListView::rowsAreCopied()
{
    table()->selectAll();
    QCOMPARE(m_view->selectionAsTsv().count(QLatin1Char('\n')), 2);
    QVERIFY(m_view->selectionAsTsv().contains(QStringLiteral("50 ms\tbilling")));
    QCOMPARE(m_view->selectionAsJson().count(QStringLiteral("\"traceId\"")), 3);
}

QTEST_MAIN(tst_TraceListView)
#include "tst_trace_list_view.moc"

#include "tests/widgets/state/state_view_fixture.h"

#include "model/replay/commit_order.h"
#include "widgets/state/projection_editor.h"

#include <Qsci/qsciscintilla.h>

#include <QLabel>
#include <QSignalSpy>

using namespace hindcast;
using namespace hindcast::test;

// What the state view shows, and how a person looks around in it.
class tst_StateView : public QObject, private StateViewFixture
{
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { end(); }
    void theTableShowsTheStateAtA();
    void movingAMovesTheTable();
    void cellsThatDifferAtBAreMarked();
    void rowsOnlyAtOneEndAreMarkedByShape();
    void theButtonShowsOnlyWhatDiffers();
    void aFilterIsSqlOverTheColumns();
    void aMistakeInTheFilterIsSaid();
    void clickingARowSelectsItsPlace();
    void aCellIsLookedAtByMouseAndByKeys();
    void aCellLeadsToTheRecordThatSetIt_data();
    void aCellLeadsToTheRecordThatSetIt();
    void theSelectionFollowsItsKey();
    void theLineBelowSaysTrustRowsAndHash();
    void payloadsAreNeverReadAsMarkup();
    void theEditorMarksMistakesAndFoldsAgain();
    void recordsThatArriveAppear();
    void aPinnedViewKeepsItsMoment();
    void whatIsEmptySaysWhy();
    void changeDataInTheOrderOfTimestampsSaysSo_data();
    void changeDataInTheOrderOfTimestampsSaysSo();
};

void tst_StateView::theTableShowsTheStateAtA()
{
    StateTableModel* const model = m_view->model();
    QStringList headers;
    for (int c = 0; c < model->columnCount(); ++c) {
        headers << model->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString();
    }
    QCOMPARE(headers, (QStringList{QStringLiteral("order"), QStringLiteral("status"),
                                   QStringLiteral("amount"), QStringLiteral("changed"),
                                   QStringLiteral("versions")}));
    QCOMPARE(cell(0, 0), QStringLiteral("order-000"));
    QCOMPARE(cell(10, 0), QStringLiteral("order-010"));
    QCOMPARE(cell(10, 1), QStringLiteral("PAID"));
    QCOMPARE(cell(10, 2), QStringLiteral("10.50")); // as it was written
    QCOMPARE(cell(10, 3), QStringLiteral("14:05:00"));
    QCOMPARE(cell(10, 4), QStringLiteral("2"));
    QVERIFY(model->index(10, 2).data(StateTableModel::NumericRole).toBool());
    QVERIFY(!model->index(10, 1).data(StateTableModel::NumericRole).toBool());
}

void tst_StateView::movingAMovesTheTable()
{
    m_shop->clock.setA({shopTime(49), std::nullopt});
    QTRY_VERIFY(hasRows(50));
    QTRY_COMPARE(cell(10, 1), QStringLiteral("CREATED"));
    m_shop->clock.setA({shopTime(370), std::nullopt});
    QTRY_VERIFY(hasRows(100));
    QTRY_COMPARE(cell(10, 1), QStringLiteral("FAILED"));
    QCOMPARE(cell(10, 4), QStringLiteral("3"));
    m_shop->clock.setLive(true);
    QTRY_VERIFY(rowOf("order-030") < 0 && rowOf("order-new") >= 0);
}

void tst_StateView::cellsThatDifferAtBAreMarked()
{
    m_shop->clock.setB(Moment{shopTime(370), std::nullopt});
    QTRY_COMPARE(change(10, 1), StateTableModel::Change::Changed);
    QCOMPARE(cell(10, 1), QStringLiteral("FAILED"));
    QCOMPARE(cell(10, 1, StateTableModel::OldTextRole), QStringLiteral("PAID"));
    QCOMPARE(change(10, 2), StateTableModel::Change::None);
    QCOMPARE(change(20, 1), StateTableModel::Change::None);
    QTRY_COMPARE(button("differ")->text(), QStringLiteral("Rows that differ A \u2192 B (1)"));
}

void tst_StateView::rowsOnlyAtOneEndAreMarkedByShape()
{
    m_shop->clock.setB(Moment{shopTime(500), std::nullopt});
    QTRY_VERIFY(hasRows(101)); // order-new is only at B
    QTRY_COMPARE(change(30, 0), StateTableModel::Change::Removed);
    tableView()->scrollToBottom();
    QTRY_COMPARE(change(100, 0), StateTableModel::Change::Added);
    QTRY_COMPARE(button("differ")->text(), QStringLiteral("Rows that differ A \u2192 B (3)"));
    QVERIFY(button("differ")->toolTip().contains(QStringLiteral("1 added, 1 removed, 1 changed")));
}

void tst_StateView::theButtonShowsOnlyWhatDiffers()
{
    QVERIFY(!button("differ")->isEnabled());
    m_shop->clock.setB(Moment{shopTime(500), std::nullopt});
    QVERIFY(button("differ")->isEnabled());
    QTest::mouseClick(button("differ"), Qt::LeftButton);
    QTRY_VERIFY(hasRows(3));
    QCOMPARE(m_view->model()->keyAt(0), QByteArray("order-010"));
    QCOMPARE(m_view->model()->keyAt(1), QByteArray("order-030"));
    QCOMPARE(m_view->model()->keyAt(2), QByteArray("order-new"));
    QTest::mouseClick(button("differ"), Qt::LeftButton);
    QTRY_VERIFY(hasRows(101));
}

void tst_StateView::aFilterIsSqlOverTheColumns()
{
    QTest::keyClicks(filter(), QStringLiteral("status = 'PAID' or amount > 97.5"));
    QTRY_VERIFY(hasRows(4));
    QCOMPARE(m_view->model()->keyAt(0), QByteArray("order-010"));
    QCOMPARE(m_view->model()->keyAt(3), QByteArray("order-099"));
    filter()->setText(QStringLiteral("key like '%-00_'"));
    QTRY_VERIFY(hasRows(10));
    filter()->clear();
    QTRY_VERIFY(hasRows(100));
}

void tst_StateView::aMistakeInTheFilterIsSaid()
{
    auto* const problem = m_view->findChild<QLabel*>(QStringLiteral("filterProblem"));
    filter()->setText(QStringLiteral("status = 'PAID' and amout > 1"));
    QTRY_VERIFY(problem->isVisible());
    QVERIFY2(problem->text().contains(QStringLiteral("character 21")), qPrintable(problem->text()));
    QVERIFY(problem->text().contains(QStringLiteral("key, status, amount")));
    QVERIFY(hasRows(100));
    filter()->clear();
    QTRY_VERIFY(!problem->isVisible());
}

void tst_StateView::clickingARowSelectsItsPlace()
{
    QSignalSpy selected(&m_shop->navigator, &Navigator::selectedChanged);
    const QRect rect = tableView()->visualRect(m_view->model()->index(5, 1));
    QTest::mouseClick(tableView()->viewport(), Qt::LeftButton, {}, rect.center());
    QCOMPARE(selected.count(), 1);
    QCOMPARE(m_shop->navigator.selected(),
             Place::ofProjection(QStringLiteral("order"), "order-005", QStringLiteral("status")));
    QTest::keyClick(tableView(), Qt::Key_Down);
    QCOMPARE(m_shop->navigator.selected().key, QByteArray("order-006"));
    QCOMPARE(m_view->place().key, QByteArray("order-006"));
}

void tst_StateView::aCellIsLookedAtByMouseAndByKeys()
{
    const auto field = [this] { return m_shop->navigator.selected().field; };
    const auto click = [this](int column) {
        const QRect rect = tableView()->visualRect(m_view->model()->index(10, column));
        QTest::mouseClick(tableView()->viewport(), Qt::LeftButton, {}, rect.center());
    };
    click(2);
    QCOMPARE(field(), QStringLiteral("amount"));
    click(0);
    QCOMPARE(m_shop->navigator.selected(),
             Place::ofProjection(QStringLiteral("order"), "order-010"));
    QTest::keyClick(tableView(), Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(field(), QStringLiteral("status"));
    QTest::keyClick(tableView(), Qt::Key_Right, Qt::ControlModifier);
    QTest::keyClick(tableView(), Qt::Key_Left, Qt::ControlModifier);
    QCOMPARE(field(), QStringLiteral("status"));
    QCOMPARE(tableView()->selectionModel()->selectedRows().size(), 1);
    // The cell stays the one looked at while rows come and go above it.
    m_shop->clock.setA({shopTime(500), std::nullopt});
    QTRY_COMPARE(cell(10, 1), QStringLiteral("FAILED"));
    QCOMPARE(tableView()->currentIndex().column(), 1);
}

void tst_StateView::aCellLeadsToTheRecordThatSetIt_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<int>("second");
    QTest::addColumn<qint64>("offset");
    QTest::newRow("the value at A") << 1 << 310 << qint64{100};
    QTest::newRow("the value later on") << 1 << 370 << qint64{102};
    QTest::newRow("a value that stayed") << 2 << 370 << qint64{10};
    QTest::newRow("the row itself") << 0 << 370 << qint64{102};
}

void tst_StateView::aCellLeadsToTheRecordThatSetIt()
{
    QFETCH(int, column);
    QFETCH(int, second);
    QFETCH(qint64, offset);
    m_shop->clock.setA({shopTime(second), std::nullopt});
    QTRY_COMPARE(cell(10, 1), second < 360 ? QStringLiteral("PAID") : QStringLiteral("FAILED"));
    QSignalSpy opened(&m_shop->navigator, &Navigator::openRequested);
    const QRect rect = tableView()->visualRect(m_view->model()->index(10, column));
    QTest::mouseClick(tableView()->viewport(), Qt::LeftButton, {}, rect.center());
    QTest::keyClick(tableView(), Qt::Key_Return);
    QTRY_COMPARE(opened.count(), 1);
    QCOMPARE(opened.first().first().value<Place>().record.value().offset, offset);
}

void tst_StateView::theSelectionFollowsItsKey()
{
    m_view->show(Place::ofProjection(QStringLiteral("order"), "order-040"));
    QTRY_COMPARE(tableView()->currentIndex().row(), 40);
    m_shop->clock.setA({shopTime(500), std::nullopt}); // order-030 is gone
    QTRY_COMPARE(tableView()->currentIndex().row(), 39);
    QCOMPARE(m_view->place().key, QByteArray("order-040"));
}

void tst_StateView::theLineBelowSaysTrustRowsAndHash()
{
    auto* const rows = m_view->findChild<QLabel*>(QStringLiteral("rows"));
    auto* const good = m_view->findChild<QLabel*>(QStringLiteral("trustGood"));
    QTRY_VERIFY(rows->text().startsWith(QStringLiteral("100 rows \u00B7 sha256 ")) &&
                !rows->text().endsWith(QStringLiteral("sha256 \u2026")));
    QTRY_COMPARE(good->text(), QStringLiteral("\u2714 Exact on 1 partition"));
    const QString before = rows->text();
    m_shop->clock.setA({shopTime(370), std::nullopt});
    QTRY_VERIFY(rows->text() != before && !rows->text().endsWith(QStringLiteral("sha256 \u2026")));
}

void tst_StateView::payloadsAreNeverReadAsMarkup()
{
    m_shop->clock.setLive(true);
    QTRY_VERIFY(rowOf("order-new") >= 0);
    tableView()->scrollToBottom();
    const int row = rowOf("order-new");
    QTRY_COMPARE(cell(row, 1), QStringLiteral("<b>CREATED</b>"));
    QVERIFY(!cell(row, 1, Qt::ToolTipRole).contains(QStringLiteral("<b>")));
}

void tst_StateView::theEditorMarksMistakesAndFoldsAgain()
{
    QTest::mouseClick(button("edit"), Qt::LeftButton);
    ProjectionEditor* const editor = m_view->editor();
    QVERIFY(editor->isVisible());
    QCOMPARE(editor->text(), kOrderToml);
    auto* const apply = editor->findChild<QPushButton*>(QStringLiteral("apply"));
    auto* const words = editor->findChild<QLabel*>(QStringLiteral("words"));
    auto* const edit = editor->findChild<QsciScintilla*>();
    QString bad = kOrderToml;
    edit->setText(bad.replace(QStringLiteral("merge-patch"), QStringLiteral("merge")));
    QVERIFY(!apply->isEnabled());
    QVERIFY2(words->text().startsWith(QStringLiteral("Line 4: ")), qPrintable(words->text()));
    QVERIFY(words->text().contains(QStringLiteral("latest, merge-patch")));
    QCOMPARE(edit->markersAtLine(3), 1u << 8);
    edit->setText(kOrderToml + QStringLiteral("again = \"status\"\n"));
    QVERIFY(apply->isEnabled());
    QTRY_VERIFY(apply->height() > 10);
    QTest::mouseClick(apply, Qt::LeftButton);
    QTRY_COMPARE(m_view->model()->columnCount(), 6);
    QTRY_COMPARE(cell(10, 3), QStringLiteral("PAID"));
    const ProjectionStore::Entry* const entry = m_shop->store->find(QStringLiteral("order"));
    QVERIFY(!entry->builtIn);
    QVERIFY(entry->file.startsWith(m_shop->userFolder.path()));
}

void tst_StateView::recordsThatArriveAppear()
{
    m_shop->clock.setLive(true);
    QTRY_VERIFY(hasRows(100));
    append(*m_shop->capture,
           {{"orders", 0, 200, toMs(shopTime(600)), "order-zzz", R"({"status":"CREATED"})"}});
    m_shop->publish();
    QTRY_VERIFY(hasRows(101));
    // The fold went on where it had ended.
    QCOMPARE(m_shop->store->find(QStringLiteral("order"))->log->report().refoldedFrom, Rank{105});
}

void tst_StateView::aPinnedViewKeepsItsMoment()
{
    m_view->setPinned(true);
    m_shop->clock.setA({shopTime(49), std::nullopt});
    QTest::qWait(100);
    QVERIFY(hasRows(100));
    m_view->setPinned(false);
    QTRY_VERIFY(hasRows(50));
}

void tst_StateView::whatIsEmptySaysWhy()
{
    auto* const empty = m_view->findChild<QLabel*>(QStringLiteral("empty"));
    m_shop->clock.setA({shopTime(-60), std::nullopt});
    QTRY_VERIFY(empty->isVisible() && empty->text().contains(QStringLiteral("No row exists at A")));
    m_shop->clock.setA({shopTime(310), std::nullopt});
    QTRY_VERIFY(!empty->isVisible());
    filter()->setText(QStringLiteral("status = 'NONE'"));
    QTRY_VERIFY(empty->isVisible() && empty->text().contains(QStringLiteral("No row matches")));
    const StateView other(m_shop->context(), m_shop->store.get(), QStringLiteral("nothing"));
    QVERIFY(other.findChild<QLabel*>(QStringLiteral("empty"))
                ->text()
                .contains(QStringLiteral("no projection named nothing")));
}

void tst_StateView::changeDataInTheOrderOfTimestampsSaysSo_data()
{
    QTest::addColumn<QString>("reduce");
    QTest::addColumn<bool>("proposed");
    QTest::addColumn<bool>("said");
    QTest::newRow("change data with transactions") << "cdc" << true << true;
    QTest::newRow("change data without") << "cdc" << false << false;
    QTest::newRow("a topic beside change data") << "latest" << true << false;
}

void tst_StateView::changeDataInTheOrderOfTimestampsSaysSo()
{
    QFETCH(QString, reduce);
    QFETCH(bool, proposed);
    QFETCH(bool, said);
    const std::string change =
        R"({"before":null,"after":{"sku":"a"},"source":{"name":"pg","txId":7,"lsn":9,"ts_ms":5},"op":"c"})";
    append(*m_shop->capture, {{"pg.app.stock", 0, 0, toMs(shopTime(1)), R"({"sku":"a"})", change}});
    QVERIFY(m_shop->store->save(QStringLiteral("name = \"stock\"\n[[source]]\n"
                                               "topic = \"pg.app.stock\"\nreduce = \"%1\"\n")
                                    .arg(reduce)));
    m_shop->publish();
    auto* const view = new StateView(m_shop->context(), m_shop->store.get(),
                                     QStringLiteral("stock"), m_frame.get());
    view->resize(900, 500);
    view->show();
    auto* const hint = view->findChild<QWidget*>(QStringLiteral("clockHint"));
    QTRY_VERIFY(m_shop->store->find(QStringLiteral("stock"))->log);
    QTRY_VERIFY(view->model()->rowCount() == 1);
    QVERIFY(!hint->isVisible());
    if (proposed) {
        m_shop->workspace.setClockProposal(ClockProposal{{Clock::Kind::Commit, {}}, "It is."});
    }
    QCOMPARE(hint->isVisible(), said);
    if (!said) {
        return;
    }
    auto* const button = view->findChild<QPushButton*>(QStringLiteral("orderByCommits"));
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(m_shop->workspace.clock(), (Clock{Clock::Kind::Commit, {}}));
    QVERIFY(!button->isEnabled());
    const auto commits = CommitOrder::build(m_shop->capture->snapshot());
    QVERIFY(commits);
    m_shop->workspace.setOrder(*commits);
    m_shop->clock.setOrder(*commits);
    QTRY_VERIFY(!hint->isVisible());
    QCOMPARE(m_shop->store->find(QStringLiteral("stock"))->log->order()->clock(),
             (Clock{Clock::Kind::Commit, {}}));
}

QTEST_MAIN(tst_StateView)
#include "tst_state_view.moc"

#include "tests/widgets/state/state_view_fixture.h"

#include "model/capture/database.h"

#include <QLabel>
#include <QSignalSpy>
#include <QToolButton>

using namespace hindcast;
using namespace hindcast::test;

// Where a state leads: to the moments of its changes and of a condition, into files and the
// clipboard.
class tst_StateWatchExport : public QObject, private StateViewFixture
{
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { end(); }
    void bracketsStepThroughTheRowsChanges();
    void theClockGoesToWhereTheFilterBecameTrue();
    void theClockGoesToTheChangeOfAField();
    void aStateIsExportedAsASqliteFile();
    void whatIsShownIsExportedAlone();
    void aStateIsExportedWithItsReceipt_data();
    void aStateIsExportedWithItsReceipt();
    void rowsAreCopiedAsText();
};

void tst_StateWatchExport::bracketsStepThroughTheRowsChanges()
{
    m_view->show(Place::ofProjection(QStringLiteral("order"), "order-010"));
    QTRY_COMPARE(tableView()->currentIndex().row(), 10);
    m_view->nextChange();
    QCOMPARE(m_shop->clock.a().time, shopTime(360));
    QTRY_COMPARE(cell(10, 1), QStringLiteral("FAILED"));
    m_view->nextChange(); // there is none
    QCOMPARE(m_shop->clock.a().time, shopTime(360));
    m_view->previousChange();
    QCOMPARE(m_shop->clock.a().time, shopTime(300));
    m_view->previousChange();
    QCOMPARE(m_shop->clock.a().time, shopTime(10));
    QTRY_COMPARE(cell(10, 1), QStringLiteral("CREATED"));
}

void tst_StateWatchExport::theClockGoesToWhereTheFilterBecameTrue()
{
    auto* const back = m_view->findChild<QToolButton*>(QStringLiteral("becameTrueBefore"));
    auto* const on = m_view->findChild<QToolButton*>(QStringLiteral("becomesTrueNext"));
    QVERIFY(!back->isEnabled() && !on->isEnabled()); // no condition yet
    filter()->setText(QStringLiteral("status = 'FAILED'"));
    QVERIFY(back->isEnabled() && on->isEnabled());
    QTest::mouseClick(on, Qt::LeftButton);
    QTRY_COMPARE(m_shop->clock.a().time, shopTime(360));
    QTRY_COMPARE(m_view->place().key, QByteArray("order-010"));
    QTest::mouseClick(back, Qt::LeftButton); // A stands at the only one
    auto* const why = m_view->findChild<QLabel*>(QStringLiteral("filterProblem"));
    QTRY_COMPARE(why->text(), QStringLiteral("No row began to satisfy this before A."));
    QVERIFY(why->isVisible());
    QCOMPARE(m_shop->clock.a().time, shopTime(360));
    filter()->setText(QStringLiteral("status = 'PAID'"));
    tableView()->setFocus();
    QTest::keyClick(tableView(), Qt::Key_BracketLeft, Qt::ControlModifier);
    QTRY_VERIFY(m_shop->clock.a().time < shopTime(360));
    QTRY_COMPARE(m_view->place().key.isEmpty(), false);
}

void tst_StateWatchExport::theClockGoesToTheChangeOfAField()
{
    m_view->show(
        Place::ofProjection(QStringLiteral("order"), "order-010", QStringLiteral("amount")));
    QTRY_COMPARE(tableView()->currentIndex().row(), 10);
    tableView()->setFocus();
    // The amount never changed: it is as old as the row.
    QTest::keyClick(tableView(), Qt::Key_BracketLeft, Qt::AltModifier);
    QTRY_COMPARE(m_shop->clock.a().time, shopTime(10));
}

void tst_StateWatchExport::aStateIsExportedAsASqliteFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("order.sqlite"));
    QSignalSpy finished(&m_shop->jobs, &JobTracker::finished);
    for (int time = 1; time <= 2; ++time) { // the second replaces the first
        m_view->exportTo(path);
        QTRY_COMPARE(finished.count(), time);
        QVERIFY2(!finished.last().at(1).toBool(), qPrintable(finished.last().at(0).toString()));
    }
    const auto database = Database::open(path.toStdString(), Database::Mode::ReadOnly).value();
    QCOMPARE(database->integer("select count(*) from state where typeof(amount) = 'real'").value(),
             100);
    QCOMPARE(database->integer("select offset from state where key = 'order-010'").value(), 100);
    QCOMPARE(database->integer("select json ->> 'rows' from receipt").value(), 100);
}

void tst_StateWatchExport::aStateIsExportedWithItsReceipt_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("firstLines");
    QTest::newRow("CSV") << QStringLiteral("order.csv")
                         << QByteArray("key,status,amount\norder-000,CREATED,0.50\n");
    QTest::newRow("JSON lines") << QStringLiteral("order.jsonl")
                                << QByteArray(
                                       R"({"key":"order-000","status":"CREATED","amount":0.50})"
                                       "\n");
}

void tst_StateWatchExport::aStateIsExportedWithItsReceipt()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, firstLines);
    QTemporaryDir folder;
    const QString path = folder.filePath(file);
    QSignalSpy finished(&m_shop->jobs, &JobTracker::finished);
    m_view->exportTo(path);
    QTRY_VERIFY(QFile::exists(path + QStringLiteral(".receipt.json")));
    QTRY_VERIFY(!finished.isEmpty());
    QFile out(path);
    QVERIFY(out.open(QIODevice::ReadOnly));
    const QByteArray text = out.readAll();
    QVERIFY2(text.startsWith(firstLines), text.left(100).constData());
    QVERIFY(text.contains("order-010"));
    QFile receipt(path + QStringLiteral(".receipt.json"));
    QVERIFY(receipt.open(QIODevice::ReadOnly));
    const QByteArray json = receipt.readAll();
    QVERIFY(json.contains("\"rows\":100"));
    QVERIFY(json.contains("\"offsets\":{\"orders-0\":102}"));
    QVERIFY(json.contains("\"trust\":\"Exact\""));
    QVERIFY(finished.last().at(0).toString().contains(QStringLiteral("100 rows")));
}

void tst_StateWatchExport::rowsAreCopiedAsText()
{
    QVERIFY(m_view->selectionAsTsv().isEmpty());
    const QRect rect = tableView()->visualRect(m_view->model()->index(10, 0));
    QTest::mouseClick(tableView()->viewport(), Qt::LeftButton, {}, rect.center());
    QCOMPARE(m_view->selectionAsTsv(), QStringLiteral("order-010\tPAID\t10.50\t14:05:00\t2\n"));
    QCOMPARE(m_view->selectionAsJson(),
             QStringLiteral("{\"key\":\"order-010\",\"status\":\"PAID\",\"amount\":10.50}\n"));
}

void tst_StateWatchExport::whatIsShownIsExportedAlone()
{
    QTemporaryDir folder;
    QSignalSpy finished(&m_shop->jobs, &JobTracker::finished);
    m_shop->clock.setB(Moment{shopTime(500), std::nullopt});
    filter()->setText(QStringLiteral("status = 'PAID'")); // order-020 at both, order-010 at A only
    const auto exported = [&](const char* name, StateExport::What what) {
        const QString path = folder.filePath(QLatin1String(name));
        const auto before = finished.count();
        m_view->exportTo(path, what);
        [&] { QTRY_COMPARE(finished.count(), before + 1); }();
        QFile file(path);
        QFile receipt(path + QStringLiteral(".receipt.json"));
        return file.open(QIODevice::ReadOnly) && receipt.open(QIODevice::ReadOnly)
                   ? std::pair(file.readAll(), receipt.readAll())
                   : std::pair(QByteArray(), finished.last().at(0).toString().toUtf8());
    };
    const auto [rows, receipt] = exported("shown.csv", StateExport::What::Shown);
    QCOMPARE(rows, QByteArray("key,status,amount\norder-010,PAID,10.50\norder-020,PAID,20.50\n"));
    QVERIFY(receipt.contains(R"("rows":100,"written":{"rows":2,"filter":"status = 'PAID'"})"));
    QVERIFY(finished.last().at(0).toString().startsWith(QStringLiteral("2 rows written")));
    const auto [changes, both] = exported("changes.csv", StateExport::What::Difference);
    QCOMPARE(changes, QByteArray("change,key,column,a,b\nchanged,order-010,status,PAID,FAILED\n"));
    QVERIFY(both.contains(R"("to":{)"));
    filter()->clear();
    const auto [all, of] = exported("all.csv", StateExport::What::Difference);
    QCOMPARE(all.count('\n'),
             qsizetype{6}); // order-030 was removed, order-new added: two cells each
    QVERIFY(exported("rows.sqlite", StateExport::What::Difference).second.contains("CSV"));
}

QTEST_MAIN(tst_StateWatchExport)
#include "tst_state_watch_export.moc"

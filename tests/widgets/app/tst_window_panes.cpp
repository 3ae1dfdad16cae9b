#include "tests/widgets/app/window_fixture.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/inspector/inspector_pane.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/state/state_inspector.h"
#include "widgets/state/state_view.h"

#include <QDockWidget>
#include <QLineEdit>
#include <QListView>
#include <QScrollArea>
#include <QTableView>

using namespace hindcast;

// What stands beside the documents: the inspector of the one in front, and room for all of them.
class tst_WindowPanes : public QObject, private test::WindowFixture
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }
    void init()
    {
        begin();
        openShop();
    }
    void cleanup() { m_application.reset(); }

    void theInspectorBelongsToTheTabInFront()
    {
        const auto* const pane = m_window->findChild<InspectorPane*>();
        View* const first = openOrder();
        QTRY_COMPARE(pane->place().key, QByteArray("order-1042"));
        Navigator* const navigator = m_application->navigator();
        navigator->open(Place::ofSql());
        QVERIFY(pane->place().isNull());
        QVERIFY(!pane->findChild<StateInspector*>()->isVisible());
        const Place record = Place::ofRecord({"orders", 1, 200});
        navigator->open(Place::ofTopic(QStringLiteral("orders")));
        View* const records = m_documents->current();
        navigator->select(record);
        m_documents->goTo(first);
        QCOMPARE(pane->place().key, QByteArray("order-1042"));
        QVERIFY(pane->findChild<StateInspector*>()->isVisible());
        m_documents->goTo(records);
        QCOMPARE(pane->place(), record);
        m_documents->closeAll();
        QVERIFY(pane->place().isNull());
    }

    void everythingWorksInASmallWindow()
    {
        m_window->resize(1280, 800);
        View* const view = openOrder();
        QList<int> before;
        for (const QDockWidget* const dock : m_window->docks()) {
            before << dock->width();
        }
        m_window->resize(1024, 700);
        QTRY_COMPARE(m_window->width(), 1024);
        m_application->moments()->setRankA(200);
        m_application->moments()->setRankB(400);
        auto* const state = qobject_cast<StateView*>(view);
        QTRY_VERIFY(!state->answering());
        QTRY_VERIFY(view->findChild<QLineEdit*>(QStringLiteral("filter"))->width() > 110);
        const auto* const inspector = m_window->findChild<StateInspector*>();
        const auto* const history = inspector->findChild<QListView*>(QStringLiteral("history"));
        const auto* const step = inspector->findChild<QScrollArea*>();
        QTRY_VERIFY(history->model()->rowCount() > 0);
        QTRY_VERIFY(history->geometry().bottom() < step->geometry().top());
        QVERIFY(step->geometry().bottom() <= inspector->rect().bottom());
        m_window->resize(1280, 800);
        QTRY_COMPARE(m_window->width(), 1280);
        for (int i = 0; i < before.size(); ++i) {
            QTRY_COMPARE(m_window->docks().at(i)->width(), before.at(i));
        }
    }

private:
    // The table of orders, with a row of it looked at.
    View* openOrder()
    {
        m_application->navigator()->open(
            Place::ofProjection(QStringLiteral("order"), "order-1042", QStringLiteral("status")));
        return m_documents->current();
    }
};

QTEST_MAIN(tst_WindowPanes)
#include "tst_window_panes.moc"

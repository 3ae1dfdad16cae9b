#include "app/desktop/actions.h"
#include "app/desktop/application.h"
#include "app/desktop/documents.h"
#include "app/desktop/header_bar.h"
#include "app/desktop/main_window.h"
#include "app/desktop/session.h"
#include "app/desktop/tab_group.h"
#include "tests/widgets/app/fake_cluster.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "tests/widgets/shared/shop_capture.h"
#include "widgets/shared/go_to_box.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"

#include <QDockWidget>
#include <QMessageBox>
#include <QSignalSpy>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace hindcast;

class tst_Window : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_application = std::make_unique<Application>(
            Application::Options{m_folder->filePath(QStringLiteral("settings.ini")),
                                 m_folder->filePath(QStringLiteral("scratch"))});
        m_window = m_application->window();
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window));
        m_documents = m_window->documents();
    }
    void cleanup() { m_application.reset(); }

    void aCaptureOpensAtWhatWentWrong()
    {
        openShop();
        QStringList titles;
        for (const View* view : m_documents->views()) {
            titles << view->title();
        }
        QVERIFY2(titles.contains(QStringLiteral("billing \u00b7 lag")),
                 qPrintable(titles.join(QLatin1Char('|'))));
        QVERIFY(!m_application->moments()->live());
        // The first sample whose verdict is that billing has stopped.
        QVERIFY(toMs(m_application->moments()->a().time) > test::kShopStart + 4 * 60'000);
    }

    void backAndForwardLeadThroughPlacesAndMoments()
    {
        openShop();
        Navigator* const navigator = m_application->navigator();
        MomentControl* const moments = m_application->moments();
        navigator->open(Place::ofTopic(QStringLiteral("orders")));
        moments->setRankA(10);
        navigator->open(Place::ofTopic(QStringLiteral("payments")));
        moments->setRankA(20);
        QTest::keyClick(m_window, Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(m_documents->current()->place(), Place::ofTopic(QStringLiteral("orders")));
        QCOMPARE(moments->rankA(), Rank(10));
        QTest::keyClick(m_window, Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(m_documents->current()->place(), Place::ofTopic(QStringLiteral("payments")));
        QCOMPARE(moments->rankA(), Rank(20));
    }

    void theThemeChangesWhileItRuns()
    {
        const theme::Scheme before = theme::scheme();
        const QColor background = m_window->grab().toImage().pixelColor(640, 400);
        QTest::mouseClick(m_window->findChild<QToolButton*>(QStringLiteral("theme")),
                          Qt::LeftButton);
        QVERIFY(theme::scheme() != before);
        QVERIFY(m_window->grab().toImage().pixelColor(640, 400) != background);
        QVERIFY(m_application->settings().scheme() == theme::scheme());
    }

    void aTabMovesToTheOtherSideAndBack()
    {
        openShop();
        m_application->navigator()->open(Place::ofTopic(QStringLiteral("orders")));
        m_application->navigator()->open(Place::ofTopic(QStringLiteral("payments")));
        View* const moved = m_documents->current();
        const auto before = m_documents->views().size();
        QTest::keyClick(m_window, Qt::Key_Backslash, Qt::ControlModifier);
        QCOMPARE(m_documents->groupCount(), 2);
        QCOMPARE(m_documents->group(1)->currentView(), moved);
        QCOMPARE(m_documents->current(), moved);
        QTest::keyClick(m_window, Qt::Key_Backslash, Qt::ControlModifier);
        QTRY_COMPARE(m_documents->groupCount(), 1);
        QCOMPARE(m_documents->views().size(), before);
        QCOMPARE(m_documents->current(), moved);
    }

    void tabsCloseByTheMiddleButtonAndByTheKey()
    {
        openShop();
        m_application->navigator()->open(Place::ofTopic(QStringLiteral("orders")));
        const auto before = m_documents->views().size();
        auto* bar = m_documents->group(0)->tabBar();
        QTest::mouseClick(bar, Qt::MiddleButton, {}, bar->tabRect(0).center());
        QCOMPARE(m_documents->views().size(), before - 1);
        QTest::keyClick(m_window, Qt::Key_W, Qt::ControlModifier);
        QCOMPARE(m_documents->views().size(), before - 2);
    }

    void theGoToBoxOffersNamesPlacesAndKeys_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("kind");
        QTest::newRow("a topic") << QStringLiteral("paym") << QStringLiteral("payments")
                                 << QStringLiteral("topic");
        QTest::newRow("a group") << QStringLiteral("bill") << QStringLiteral("billing")
                                 << QStringLiteral("consumer group");
        QTest::newRow("a record") << QStringLiteral("orders-1@205")
                                  << QStringLiteral("orders-1 @ 205") << QStringLiteral("record");
        QTest::newRow("a key") << QStringLiteral("order-1042") << QStringLiteral("order-1042")
                               << QStringLiteral("key of orders");
        QTest::newRow("a trace") << QStringLiteral("4bf92f3577b34da6a3ce929d0e0e4736")
                                 << QStringLiteral("4bf92f3577b34da6a3ce929d0e0e4736")
                                 << QStringLiteral("trace");
    }
    void theGoToBoxOffersNamesPlacesAndKeys()
    {
        QFETCH(QString, typed);
        QFETCH(QString, title);
        QFETCH(QString, kind);
        openShop();
        GoToBox* const box = m_window->header()->goTo();
        QTest::keyClick(m_window, Qt::Key_K, Qt::ControlModifier);
        QVERIFY(box->hasFocus());
        QTest::keyClicks(box, typed);
        const auto offered = [&] {
            for (const GoToSuggestion& one : box->suggestions()) {
                if (one.title == title && one.kind == kind) {
                    return true;
                }
            }
            return false;
        };
        QTRY_VERIFY(offered());
        QTest::keyClick(box, Qt::Key_Escape);
        QVERIFY(box->text().isEmpty());
    }

    void enterInTheGoToBoxGoesThere()
    {
        openShop();
        GoToBox* const box = m_window->header()->goTo();
        QTest::keyClick(m_window, Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(box, QStringLiteral("14:01:00"));
        QTest::keyClick(box, Qt::Key_Return);
        QVERIFY(box->text().isEmpty());
        QTest::keyClicks(box, QStringLiteral("payments"));
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(m_documents->current()->place(), Place::ofTopic(QStringLiteral("payments")));
    }

    void theKeysPageOpensOnce()
    {
        QTest::keyClick(m_window, Qt::Key_F1);
        QTest::keyClick(m_window, Qt::Key_F1);
        QCOMPARE(m_documents->views().size(), std::size_t(1));
        QCOMPARE(m_documents->current()->title(), QStringLiteral("Keys"));
    }

    void eventsAreThoseOfTheSelectedKey()
    {
        openShop();
        MomentControl* const moments = m_application->moments();
        moments->setRankA(0);
        const Place record = Place::ofRecord({"orders", 1, 200}); // order-1001
        m_application->navigator()->select(record);
        const TimeOrderPtr order = moments->order();
        const Row row = *order->snapshot()->find(*record.record);
        m_application->actions()->action("nextEvent")->trigger();
        QCOMPARE(moments->rankA(), order->rankOf(row) + 1);
        m_application->actions()->action("nextEvent")->trigger();
        QVERIFY(moments->rankA() > order->rankOf(row) + 2); // not the next of any key
    }

    void panesCloseAndComeBack()
    {
        QDockWidget* const dock = m_window->docks().front();
        dock->close();
        QVERIFY(!dock->isVisible());
        m_application->actions()->action("resetLayout")->trigger();
        QVERIFY(dock->isVisible());
        dock->setFloating(true);
        QVERIFY(!dock->titleBarWidget());
        m_application->actions()->action("resetLayout")->trigger();
        QVERIFY(!dock->isFloating());
    }

    void closingAsksBeforeACaptureIsLost()
    {
        const auto source = std::make_shared<test::FakeSource>();
        QSignalSpy opened(m_application->session(), &Session::opened);
        m_application->session()->connectTo(test::fakeConnection(source));
        QTRY_COMPARE(opened.count(), 1);
        ReadRequest request;
        request.topics.push_back({"orders", {}, LastN{10}, AtEnd{}});
        m_application->session()->read(request, {}, false);
        QTRY_VERIFY(m_application->session()->unsaved());

        QVERIFY(!m_window->close());
        auto* question = m_window->findChild<QMessageBox*>(QStringLiteral("unsavedQuestion"));
        QVERIFY(question);
        QTest::mouseClick(question->button(QMessageBox::Cancel), Qt::LeftButton);
        QVERIFY(m_window->isVisible());
        QVERIFY(m_application->session()->unsaved());
        QTRY_VERIFY(!m_window->findChild<QMessageBox*>(QStringLiteral("unsavedQuestion")));

        QVERIFY(!m_window->close());
        question = m_window->findChild<QMessageBox*>(QStringLiteral("unsavedQuestion"));
        QVERIFY(question);
        QTest::mouseClick(question->button(QMessageBox::Discard), Qt::LeftButton);
        QTRY_VERIFY(!m_window->isVisible());
    }

private:
    void openShop()
    {
        const QString file = m_folder->filePath(QStringLiteral("shop.hindcast"));
        {
            const auto capture = Capture::create(file.toStdString());
            QVERIFY(capture);
            test::fillShop(**capture);
            QVERIFY((*capture)->close());
        }
        QSignalSpy ready(m_application.get(), &Application::ready);
        m_application->openFile(file);
        QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 20'000);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Application> m_application;
    MainWindow* m_window = nullptr;
    Documents* m_documents = nullptr;
};

QTEST_MAIN(tst_Window)
#include "tst_window.moc"

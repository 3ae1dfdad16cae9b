#include "app/desktop/actions.h"
#include "app/desktop/capture_form.h"
#include "app/desktop/header_bar.h"
#include "app/desktop/recording_bar.h"
#include "app/desktop/session.h"
#include "app/desktop/status_line.h"
#include "app/desktop/tab_group.h"
#include "tests/widgets/app/fake_cluster.h"
#include "tests/widgets/app/window_fixture.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/shared/elided_label.h"
#include "widgets/shared/go_to_box.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/timestrip/clock_button.h"
#include "widgets/timestrip/time_strip.h"

#include <QDockWidget>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QTabBar>
#include <QToolButton>

using namespace hindcast;

class tst_Window : public QObject, private test::WindowFixture
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }

    void init() { begin(); }
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

    void theStripSaysHowFarWhatIsSeenCanBeBelieved()
    {
        openShop();
        const TimeStripCanvas* const canvas = m_window->strip()->canvas();
        const auto says = [canvas](const QString& words) {
            return !canvas->bands().empty() && canvas->bands().front().reason.startsWith(words);
        };
        // Of the document in front: a list of one topic, then of two.
        m_application->navigator()->open(Place::ofTopic(QStringLiteral("orders")));
        QTRY_VERIFY(says(QStringLiteral("orders: ")));
        QCOMPARE(canvas->bands().front().range.from, m_application->moments()->range().from);
        QCOMPARE(canvas->bands().back().range.to, m_application->moments()->range().to);
        m_application->navigator()->open(
            Place::ofTopics({QStringLiteral("orders"), QStringLiteral("payments")}));
        QTRY_VERIFY(says(QStringLiteral("2 topics: ")));
        QVERIFY(!m_window->strip()
                     ->findChild<ElidedLabel*>(QStringLiteral("trust"))
                     ->toolTip()
                     .isEmpty());
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

    void theTabsOfACaptureComeBackWithItsMoments()
    {
        openShop();
        m_documents->closeAll();
        Navigator* const navigator = m_application->navigator();
        navigator->open(Place::ofGroup(QStringLiteral("billing")));
        navigator->open(Place::ofKey(QStringLiteral("orders"), "order-1042"));
        navigator->open(Place::ofTopic(QStringLiteral("payments")));
        QTest::keyClick(m_window, Qt::Key_Backslash, Qt::ControlModifier);
        m_documents->goTo(m_documents->group(0)->view(0));
        m_application->moments()->setRankA(20);
        m_application->moments()->setRankB(30);
        const Moment a = m_application->moments()->a();
        QVERIFY(m_window->close());

        start();
        reopenShop();
        QCOMPARE(m_documents->groupCount(), 2);
        QCOMPARE(m_documents->views().size(), std::size_t(3));
        QCOMPARE(m_documents->group(0)->view(1)->place(),
                 Place::ofKey(QStringLiteral("orders"), "order-1042"));
        QCOMPARE(m_documents->group(1)->view(0)->place(),
                 Place::ofTopic(QStringLiteral("payments")));
        QVERIFY(m_documents->current()->place().sameDocument(
            Place::ofGroup(QStringLiteral("billing"))));
        QTRY_COMPARE(m_application->moments()->rankA(), Rank(20));
        QCOMPARE(m_application->moments()->a(), a);
        QCOMPARE(m_application->moments()->rankB(), std::optional<Rank>(30));
        QVERIFY(!m_application->moments()->live());
    }

    void theClockIsChosenAtTheStripAndComesBack()
    {
        openShop();
        MomentControl* const moments = m_application->moments();
        moments->setRankA(20);
        const Timestamp a = moments->a().time;
        auto* button = m_window->strip()->clock();
        QCOMPARE(button->text(), QString());
        QTest::mouseClick(button, Qt::LeftButton);
        auto* const menu = button->findChild<QMenu*>(QStringLiteral("clockMenu"));
        QTRY_VERIFY(menu->isVisible());
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
        const Clock robust{Clock::Kind::Robust, {}};
        QCOMPARE(m_application->session()->clock(), robust);
        QTRY_COMPARE(moments->order()->clock(), robust);
        QCOMPARE(button->text(), QStringLiteral("robust"));
        QCOMPARE(moments->a().time, a);
        QVERIFY(m_window->close());

        start();
        reopenShop();
        QTRY_VERIFY(m_application->moments()->order() &&
                    m_application->moments()->order()->clock() == robust);
        QTRY_COMPARE(m_application->moments()->a().time, a);
        QCOMPARE(m_window->strip()->clock()->text(), QStringLiteral("robust"));
    }

    void aPlaceOpenedAgainGoesToItsTab_data()
    {
        QTest::addColumn<Place>("place");
        QTest::newRow("a topic") << Place::ofTopic(QStringLiteral("payments"));
        QTest::newRow("several topics")
            << Place::ofTopics({QStringLiteral("orders"), QStringLiteral("payments")});
        QTest::newRow("a key") << Place::ofKey(QStringLiteral("orders"), "order-1042");
        QTest::newRow("a group") << Place::ofGroup(QStringLiteral("billing"));
        QTest::newRow("a trace") << Place::ofTrace(
            QStringLiteral("4bf92f3577b34da6a3ce929d0e0e4736"));
    }
    void aPlaceOpenedAgainGoesToItsTab()
    {
        QFETCH(Place, place);
        openShop();
        Navigator* const navigator = m_application->navigator();
        navigator->open(place);
        const View* const first = m_documents->current();
        const auto tabs = m_documents->views().size();
        navigator->open(Place::ofTopic(QStringLiteral("orders")));
        QVERIFY(m_documents->current() != first);
        navigator->open(place);
        QCOMPARE(m_documents->current(), first);
        QVERIFY(m_documents->views().size() <= tabs + 1);
        if (place.kind == Place::Kind::Key) {
            navigator->open(Place::ofKey(QStringLiteral("orders"), "order-1043"));
            QVERIFY(m_documents->current() != first);
        }
    }

    void capturingAsksForTopicsAndShowsWhatComesUntilItIsStopped()
    {
        const auto source = std::make_shared<test::FakeSource>();
        QSignalSpy opened(m_application->session(), &Session::opened);
        m_application->session()->connectTo(test::fakeConnection(source));
        QTRY_COMPARE(opened.count(), 1);
        QTRY_VERIFY(m_application->session()->cluster());
        QTest::keyClick(m_window, Qt::Key_R, Qt::ControlModifier);
        auto* form = m_window->findChild<CaptureForm*>();
        QVERIFY(form);
        auto* list = form->findChild<QListWidget*>(QStringLiteral("captureTopics"));
        auto* begin = form->findChild<QPushButton*>(QStringLiteral("captureBegin"));
        QTRY_COMPARE(list->count(), 1);
        QVERIFY(form->ticked().isEmpty());
        QVERIFY(!begin->isEnabled());
        QVERIFY(form->missing().contains(QStringLiteral("Tick the topics")));

        list->setCurrentRow(0);
        QTest::keyClick(list, Qt::Key_Space);
        QCOMPARE(form->ticked(), QStringList{QStringLiteral("orders")});
        auto* field = form->findChild<QLineEdit*>(QStringLiteral("captureFile"));
        QVERIFY(field->text().contains(QStringLiteral("orders-")));
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, m_folder->filePath(QStringLiteral("incident")));
        const QString file = m_folder->filePath(QStringLiteral("incident.hindcast"));
        QCOMPARE(form->file(), file);
        QTest::mouseClick(begin, Qt::LeftButton);

        RecordingBar* const bar = m_window->recordingBar();
        QTRY_VERIFY(bar->isVisible());
        QVERIFY(m_application->session()->recording());
        source->end = 140;
        QTRY_VERIFY2(bar->sentence().contains(QStringLiteral("80 records")),
                     qPrintable(bar->sentence()));
        QVERIFY(bar->sentence().contains(QStringLiteral("Capturing orders to incident.hindcast")));
        QSignalSpy recorded(m_application->session(), &Session::recorded);
        QTest::mouseClick(bar->findChild<QPushButton*>(QStringLiteral("recordingStop")),
                          Qt::LeftButton);
        QTRY_COMPARE(recorded.count(), 1);
        QVERIFY(!bar->isVisible());
        QVERIFY(m_application->settings().recentCaptures().contains(file));
        m_application->session()->discard();
    }

    void capturingWithoutAClusterSaysWhatIsMissing()
    {
        QTest::keyClick(m_window, Qt::Key_R, Qt::ControlModifier);
        QVERIFY(!m_window->findChild<CaptureForm*>());
        QVERIFY(m_window->status()->problem().contains(QStringLiteral("connect to a cluster")));
    }

    void aLaterOutcomeReplacesAProblem()
    {
        JobTracker jobs;
        StatusLine line(&jobs);
        const auto* const outcome = line.findChild<ElidedLabel*>(QStringLiteral("jobOutcome"));
        const auto* const seen = line.findChild<QToolButton*>(QStringLiteral("problem"));
        jobs.finish(jobs.start(QStringLiteral("Exporting")), QStringLiteral("It failed."), true);
        QCOMPARE(outcome->text(), QStringLiteral("It failed."));
        QVERIFY(!seen->isHidden());
        jobs.finish(jobs.start(QStringLiteral("Folding"))); // has nothing to say
        QCOMPARE(line.problem(), QStringLiteral("It failed."));
        jobs.finish(jobs.start(QStringLiteral("Exporting")), QStringLiteral("3 rows written."));
        QCOMPARE(outcome->text(), QStringLiteral("3 rows written."));
        QCOMPARE(line.problem(), QString());
        QVERIFY(seen->isHidden());
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
};

QTEST_MAIN(tst_Window)
#include "tst_window.moc"

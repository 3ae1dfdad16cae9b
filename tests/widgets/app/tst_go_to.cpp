#include "app/desktop/header_bar.h"
#include "model/replay/moment_link.h"
#include "tests/widgets/app/window_fixture.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/shared/go_to_box.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/state/state_view.h"

#include <QClipboard>
#include <QLineEdit>
#include <QListWidget>

#include <algorithm>

using namespace hindcast;

// The box "Go to" in the window's head.
class tst_GoTo : public QObject, private test::WindowFixture
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }
    void init() { begin(); }
    void cleanup() { m_application.reset(); }

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
        QTest::newRow("a key alone")
            << QStringLiteral("key:order-1042") << QStringLiteral("order-1042")
            << QStringLiteral("key of orders");
        QTest::newRow("a group alone") << QStringLiteral("group: bill") << QStringLiteral("billing")
                                       << QStringLiteral("consumer group");
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

    void aTraceIsFoundByTheBeginningOfItsId()
    {
        const QString first = QStringLiteral("4bf92f3577b34da6a3ce929d0e0e4736");
        const QString second = QStringLiteral("4bf92f35a0000000a3ce929d0e0e4736");
        openShop({first, second, QStringLiteral("00f067aa0ba902b7a3ce929d0e0e4736")});
        GoToBox* const box = m_window->header()->goTo();
        box->setFocus();
        QTest::keyClicks(box, QStringLiteral("4BF92F35"));
        const auto offered = [&] {
            QStringList ids;
            for (const GoToSuggestion& one : box->suggestions()) {
                if (one.place.kind == Place::Kind::Trace) {
                    ids << one.title;
                }
            }
            return ids;
        };
        QTRY_COMPARE(offered(), (QStringList{first, second}));
        QTest::keyClicks(box, QStringLiteral("77"));
        QTRY_COMPARE(offered(), QStringList{first});
        QTest::keyClick(box, Qt::Key_Return);
        QVERIFY(m_documents->current()->place().sameDocument(Place::ofTrace(first)));
    }

    void theGoToBoxSaysWhatItTakesWhereNothingIsMeant_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("part");
        QTest::newRow("no name of anything")
            << QStringLiteral("nonesuch") << QStringLiteral("topic-partition@offset, a time");
        QTest::newRow("a key that is not there")
            << QStringLiteral("key:nonesuch")
            << QStringLiteral("No record captured here has the key nonesuch.");
        QTest::newRow("too little of a trace")
            << QStringLiteral("trace:4bf9") << QStringLiteral("at least 8 hex digits");
        QTest::newRow("no such trace")
            << QStringLiteral("00000000000abc")
            << QStringLiteral("No trace captured here has an id that begins with");
        QTest::newRow("half a place")
            << QStringLiteral("orders@") << QStringLiteral("A record is named");
        QTest::newRow("a place in no topic") << QStringLiteral("nonesuch-1@20")
                                             << QStringLiteral("There is no topic nonesuch here.");
    }
    void theGoToBoxSaysWhatItTakesWhereNothingIsMeant()
    {
        QFETCH(QString, typed);
        QFETCH(QString, part);
        openShop();
        GoToBox* const box = m_window->header()->goTo();
        box->setFocus();
        QTest::keyClicks(box, typed);
        QTRY_VERIFY2(box->sentence().contains(part), qPrintable(box->sentence()));
        QVERIFY(box->suggestions().empty());
        const auto tabs = m_documents->views().size();
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(m_documents->views().size(), tabs);
        QCOMPARE(box->text(), typed);
    }

    void aLinkToAMomentMovesAThere()
    {
        openShop();
        MomentControl* const moments = m_application->moments();
        const TimeOrderPtr order = moments->order();
        const Rank middle = order->size() / 2;
        const QString link =
            QString::fromStdString(MomentLink::of(*order, middle, {"orders"}).toString());
        QGuiApplication::clipboard()->setText(link);
        GoToBox* const box = m_window->header()->goTo();
        box->setFocus();
        QTest::keyClick(box, Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(box->text(), link);
        QCOMPARE(box->suggestions().size(), std::size_t{1});
        QCOMPARE(box->suggestions()[0].kind, QStringLiteral("moves A"));
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(moments->rankA(), middle);
    }

    void aLinkThatIsNoneHereSaysWhy_data()
    {
        QTest::addColumn<QString>("link");
        QTest::addColumn<QString>("part");
        QTest::newRow("another clock") << QStringLiteral("hindcast:moment?clock=robust")
                                       << QStringLiteral("choose that clock");
        QTest::newRow("other records")
            << QStringLiteral("hindcast:moment?clock=log&offsets=orders-0@99999999")
            << QStringLiteral("not those before any moment");
        QTest::newRow("cut off") << QStringLiteral("hindcast:moment?clock=log&off")
                                 << QStringLiteral("is no link to a moment");
    }
    void aLinkThatIsNoneHereSaysWhy()
    {
        QFETCH(QString, link);
        QFETCH(QString, part);
        openShop();
        GoToBox* const box = m_window->header()->goTo();
        box->setFocus();
        QTest::keyClicks(box, link);
        QTRY_VERIFY2(box->sentence().contains(part), qPrintable(box->sentence()));
        QVERIFY(box->suggestions().empty());
    }

    void aProjectionIsMadeFromHere()
    {
        openShop();
        GoToBox* const box = m_window->header()->goTo();
        box->setFocus();
        QTest::keyClicks(box, QStringLiteral("new projection from payments"));
        QVERIFY(!box->suggestions().empty());
        QCOMPARE(box->suggestions()[0].title, QStringLiteral("New projection from payments"));
        QTest::keyClick(box, Qt::Key_Return);
        QTRY_VERIFY(qobject_cast<StateView*>(m_documents->current()) &&
                    m_documents->current()->place().name.startsWith(QStringLiteral("payments")));
        // Where a topic is named, it is offered second.
        box->setFocus();
        QTest::keyClicks(box, QStringLiteral("orders"));
        QCOMPARE(box->suggestions()[0].place, Place::ofTopic(QStringLiteral("orders")));
        const auto makes = [](const GoToSuggestion& one) {
            return one.newProjection == QStringLiteral("orders");
        };
        QVERIFY(std::any_of(box->suggestions().begin(), box->suggestions().end(), makes));
    }

    void enterWhileItIsStillLookingGoesThereOnceFound()
    {
        openShop();
        GoToBox* const box = m_window->header()->goTo();
        box->setFocus();
        QTest::keyClicks(box, QStringLiteral("key:order-1042"));
        QTest::keyClick(box, Qt::Key_Return);
        QTRY_COMPARE(m_documents->current()->place(),
                     Place::ofKey(QStringLiteral("orders"), "order-1042"));
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
};

QTEST_MAIN(tst_GoTo)
#include "tst_go_to.moc"

#include "app/desktop/actions.h"
#include "tests/widgets/app/window_fixture.h"
#include "tests/widgets/shared/platform_warnings.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"

#include <QAction>
#include <QLineEdit>
#include <QShortcut>
#include <QTableView>

using namespace hindcast;

// The window's keys, wherever the focus is.
class tst_WindowKeys : public QObject, private test::WindowFixture
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

    void noTwoActionsAskForTheSameKeys()
    {
        Navigator* const navigator = m_application->navigator();
        for (const Place& place : {Place::ofProjection(QStringLiteral("order")), Place::ofSql(),
                                   Place::ofTopic(QStringLiteral("orders")),
                                   Place::ofGroup(QStringLiteral("billing"))}) {
            navigator->open(place);
            const std::vector<Claim> all = claims();
            QVERIFY(all.size() > 20);
            for (std::size_t i = 0; i < all.size(); ++i) {
                for (std::size_t j = 0; j < i; ++j) {
                    QVERIFY2(!clash(all[i], all[j]), qPrintable(all[i].keys.toString()));
                }
            }
        }
    }

    void theDifferenceIsAskedForFromTheTableAndFromLines_data() { lines(); }
    void theDifferenceIsAskedForFromTheTableAndFromLines()
    {
        QWidget* const focused = focusedWidget();
        MomentControl* const moments = m_application->moments();
        moments->setRankA(20);
        moments->setB(std::nullopt);
        QTest::keyClick(focused, Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(moments->rankB(), std::optional(moments->order()->size()));
        QTest::keyClick(focused, Qt::Key_D, Qt::ControlModifier);
        QVERIFY(!moments->b());
    }

    void sqlIsOpenedFromTheTableAndFromLines_data() { lines(); }
    void sqlIsOpenedFromTheTableAndFromLines()
    {
        QTest::keyClick(focusedWidget(), Qt::Key_E, Qt::ControlModifier);
        QCOMPARE(m_documents->current()->place().kind, Place::Kind::Sql);
    }

    void aLineLeavesTheWindowItsKeys_data()
    {
        QTest::addColumn<Qt::Key>("key");
        QTest::addColumn<bool>("ofLine");
        QTest::newRow("Ctrl+E") << Qt::Key_E << false;
        QTest::newRow("Ctrl+K") << Qt::Key_K << false;
        QTest::newRow("Ctrl+C") << Qt::Key_C << true;
        QTest::newRow("Ctrl+A") << Qt::Key_A << true;
    }
    // What a line takes by itself depends on the platform; what it is not asked it cannot take.
    void aLineLeavesTheWindowItsKeys()
    {
        QFETCH(Qt::Key, key);
        QFETCH(bool, ofLine);
        auto* const edit = m_window->findChild<QLineEdit*>(QStringLiteral("momentA"));
        struct Listener final : QObject
        {
            bool asked = false;
            bool eventFilter(QObject*, QEvent* event) override
            {
                asked = asked || event->type() == QEvent::ShortcutOverride;
                return false;
            }
        } listener;
        edit->installEventFilter(&listener);
        QKeyEvent event(QEvent::ShortcutOverride, key, Qt::ControlModifier);
        event.ignore();
        QCoreApplication::sendEvent(edit, &event);
        QCOMPARE(listener.asked, ofLine);
    }

    void theViewHasTheKeyboardAfterAMomentWasTyped_data()
    {
        QTest::addColumn<QString>("line");
        QTest::newRow("A") << QStringLiteral("momentA");
        QTest::newRow("B") << QStringLiteral("momentB");
    }
    void theViewHasTheKeyboardAfterAMomentWasTyped()
    {
        QFETCH(QString, line);
        m_application->navigator()->open(Place::ofProjection(QStringLiteral("order")));
        auto* const edit = m_window->findChild<QLineEdit*>(line);
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, QStringLiteral("nonsense"));
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(edit->hasFocus()); // to be put right
        edit->selectAll();
        QTest::keyClicks(edit, QStringLiteral("+1"));
        QTest::keyClick(edit, Qt::Key_Return);
        QTRY_VERIFY(m_documents->current()->findChild<QTableView*>()->hasFocus());
    }

private:
    // Of keys, by an action or a shortcut: wherever the focus is, or inside of a widget.
    struct Claim
    {
        QKeySequence keys;
        const QWidget* where; // null: everywhere in the window
    };

    static void lines()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"table", "filter", "momentA", "momentB"}) {
            QTest::newRow(name) << QString::fromLatin1(name);
        }
    }

    QWidget* focusedWidget()
    {
        QFETCH(QString, name);
        m_application->navigator()->open(Place::ofProjection(QStringLiteral("order")));
        const View* const view = m_documents->current();
        auto* found = view->findChild<QWidget*>(name);
        found = found ? found : m_window->findChild<QWidget*>(name);
        found->setFocus();
        return found;
    }

    std::vector<Claim> claims() const
    {
        std::vector<Claim> all;
        const auto add = [&all](const QList<QKeySequence>& keys, Qt::ShortcutContext context,
                                QObject* owner) {
            const bool inside =
                context == Qt::WidgetShortcut || context == Qt::WidgetWithChildrenShortcut;
            for (const QKeySequence& sequence : keys) {
                if (!sequence.isEmpty()) {
                    all.push_back({sequence, inside ? qobject_cast<QWidget*>(owner) : nullptr});
                }
            }
        };
        for (const QAction* const action : m_window->findChildren<QAction*>()) {
            for (QObject* const owner : action->associatedObjects()) {
                if (!qobject_cast<QMenu*>(owner)) {
                    add(action->shortcuts(), action->shortcutContext(), owner);
                }
            }
        }
        for (const QShortcut* const shortcut : m_window->findChildren<QShortcut*>()) {
            add({shortcut->key()}, shortcut->context(), shortcut->parent());
        }
        return all;
    }

    static bool clash(const Claim& one, const Claim& other)
    {
        return one.keys == other.keys &&
               (!one.where || !other.where || one.where == other.where ||
                one.where->isAncestorOf(other.where) || other.where->isAncestorOf(one.where));
    }
};

QTEST_MAIN(tst_WindowKeys)
#include "tst_window_keys.moc"

#include "app/desktop/actions.h"

#include "app/desktop/documents.h"
#include "app/desktop/header_bar.h"
#include "app/desktop/main_window.h"
#include "widgets/explorer/explorer_pane.h"
#include "widgets/shared/go_to_box.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"
#include "widgets/timestrip/playback.h"
#include "widgets/timestrip/time_strip.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QDockWidget>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QTreeView>

#include <algorithm>

namespace hindcast {

Actions::Actions(const ViewContext& context, MainWindow* window, QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_window(window)
    , m_settings(new QMenu(window))
{
    setupMoments();
    setupViews();
    setupWindow();
    setupSettings();
    qApp->installEventFilter(this);
}

Actions::~Actions() = default;

QAction* Actions::add(const char* name, const QString& text, const QList<QKeySequence>& keys,
                      std::function<void()> does)
{
    auto* action = new QAction(text, m_window);
    action->setObjectName(QLatin1String(name));
    action->setShortcuts(keys);
    connect(action, &QAction::triggered, this, [does = std::move(does)] { does(); });
    m_window->addAction(action);
    return action;
}

QAction* Actions::action(const char* name) const
{
    return m_window->findChild<QAction*>(QLatin1String(name), Qt::FindDirectChildrenOnly);
}

void Actions::setupMoments()
{
    MomentControl* const moments = m_context.moments;
    Playback* const playback = m_window->strip()->playback();
    add("playPause", QStringLiteral("Play or pause"), {Qt::Key_Space},
        [playback] { playback->running() ? playback->stop() : playback->start(); });
    add("previousEvent", QStringLiteral("Previous event"), {Qt::Key_Left},
        [this] { emit stepRequested(-1); });
    add("nextEvent", QStringLiteral("Next event"), {Qt::Key_Right},
        [this] { emit stepRequested(+1); });
    add("moveBBack", QStringLiteral("B to the previous event"), {Qt::SHIFT | Qt::Key_Left},
        [moments] { moments->stepB(-1); });
    add("moveBOn", QStringLiteral("B to the next event"), {Qt::SHIFT | Qt::Key_Right},
        [moments] { moments->stepB(+1); });
    add("rangeStart", QStringLiteral("Start of the range"), {Qt::Key_Home}, [moments] {
        if (moments->order()) {
            moments->setA({moments->range().from, std::nullopt});
        }
    });
    add("rangeEnd", QStringLiteral("End of the range"), {Qt::Key_End}, [moments] {
        if (moments->order()) {
            moments->setRankA(moments->order()->size());
        }
    });
    add("live", QStringLiteral("Live"), {Qt::Key_L},
        [moments] { moments->setLive(!moments->live()); });
    add("difference", QStringLiteral("Difference A \u2192 B"), {Qt::CTRL | Qt::Key_D},
        [this] { showDifference(); });
    connect(m_window->strip(), &TimeStrip::momentEntered, this, [this] {
        if (View* const view = m_window->documents()->current()) {
            view->setFocus(Qt::OtherFocusReason);
        }
    });
}

// Without a B there is nothing to compare with: the end of the range is what came of it all.
void Actions::showDifference()
{
    MomentControl* const moments = m_context.moments;
    if (moments->b()) {
        moments->setB(std::nullopt);
    } else if (moments->order()) {
        moments->setRankB(moments->order()->size());
    }
}

void Actions::setupViews()
{
    const auto withView = [this](auto does) {
        return [this, does] {
            if (View* view = m_window->documents()->current()) {
                does(view);
            }
        };
    };
    add("filter", QStringLiteral("Filter in this view"), {Qt::CTRL | Qt::Key_F},
        withView([](View* view) { view->focusFilter(); }));
    add("readAgain", QStringLiteral("Read again"), {Qt::Key_F5},
        withView([](View* view) { view->readAgain(); }));
    add("previousChange", QStringLiteral("Previous change"), {Qt::Key_BracketLeft},
        withView([](View* view) { view->previousChange(); }));
    add("nextChange", QStringLiteral("Next change"), {Qt::Key_BracketRight},
        withView([](View* view) { view->nextChange(); }));
    add("copy", QStringLiteral("Copy rows"), {Qt::CTRL | Qt::Key_C}, [this] { copy(false); });
    add("copyJson", QStringLiteral("Copy rows as JSON"), {Qt::CTRL | Qt::SHIFT | Qt::Key_C},
        [this] { copy(true); });
    for (int i = 0; i < 9; ++i) {
        add(qPrintable(QStringLiteral("tab%1").arg(i + 1)), QStringLiteral("Tab %1").arg(i + 1),
            {QKeySequence(static_cast<int>(Qt::CTRL) | (Qt::Key_1 + i))},
            [this, i] { m_window->documents()->goToTab(i); });
    }
    add("closeTab", QStringLiteral("Close the tab"), {Qt::CTRL | Qt::Key_W},
        withView([this](View* view) { m_window->documents()->close(view); }));
    add("splitRight", QStringLiteral("Move the tab to the other side"),
        {Qt::CTRL | Qt::Key_Backslash}, [this] { m_window->documents()->splitRight(); });
}

void Actions::copy(bool asJson)
{
    const View* view = m_window->documents()->current();
    const QString rows = !view    ? QString()
                         : asJson ? view->selectionAsJson()
                                  : view->selectionAsTsv();
    if (!rows.isEmpty()) {
        QGuiApplication::clipboard()->setText(rows);
    }
}

void Actions::setupWindow()
{
    GoToBox* const goTo = m_window->header()->goTo();
    add("goTo", QStringLiteral("Go to anything"), {Qt::CTRL | Qt::Key_K}, [goTo] {
        goTo->setFocus(Qt::ShortcutFocusReason);
        goTo->selectAll();
    });
    add("sql", QStringLiteral("Ask in SQL"), {Qt::CTRL | Qt::Key_E},
        [this] { m_context.navigator->open(Place::ofSql()); });
    add("back", QStringLiteral("Back"), {Qt::ALT | Qt::Key_Left},
        [this] { m_context.navigator->back(); });
    add("forward", QStringLiteral("Forward"), {Qt::ALT | Qt::Key_Right},
        [this] { m_context.navigator->forward(); });
    add("openCapture", QStringLiteral("Open a capture\u2026"), {Qt::CTRL | Qt::Key_O},
        [this] { emit openRequested(); });
    add("saveCapture", QStringLiteral("Save the capture as\u2026"), {Qt::CTRL | Qt::Key_S},
        [this] { emit saveRequested(); });
    add("capture", QStringLiteral("Start or stop capturing"), {Qt::CTRL | Qt::Key_R},
        [this] { emit captureRequested(); });
    add("connectCluster", QStringLiteral("Connect to a cluster\u2026"), {},
        [this] { emit connectRequested(); });
    add("keys", QStringLiteral("Keys"), {Qt::Key_F1}, [this] { emit keysRequested(); });
    add("theme", QStringLiteral("Light or dark"), {}, [this] { emit themeRequested(); });
}

void Actions::setupSettings()
{
    for (const char* name : {"connectCluster", "openCapture", "saveCapture"}) {
        m_settings->addAction(action(name));
    }
    m_settings->addSeparator();
    auto* zones = new QActionGroup(this);
    const auto zone = [&](const char* name, const QString& text, text::Zone value) {
        QAction* made = add(name, text, {}, [this, value] {
            text::setZone(value);
            emit zoneChanged();
        });
        made->setCheckable(true);
        made->setChecked(text::zone() == value);
        zones->addAction(made);
        m_settings->addAction(made);
    };
    zone("zoneLocal", QStringLiteral("Times in the local zone"), text::Zone::Local);
    zone("zoneUtc", QStringLiteral("Times in UTC"), text::Zone::Utc);
    m_settings->addSeparator();
    for (QDockWidget* dock : m_window->docks()) {
        m_settings->addAction(dock->toggleViewAction());
    }
    QMenu* floating = m_settings->addMenu(QStringLiteral("Float"));
    for (QDockWidget* dock : m_window->docks()) {
        floating->addAction(dock->windowTitle(), dock, [dock] {
            dock->show();
            dock->setFloating(!dock->isFloating());
        });
    }
    m_settings->addAction(add("resetLayout", QStringLiteral("Put the panes back"), {},
                              [this] { m_window->resetLayout(); }));
    m_settings->addSeparator();
    m_settings->addAction(action("splitRight"));
    m_settings->addAction(action("theme"));
    m_settings->addAction(action("keys"));
}

// A line of text copies what is selected in it. All else with Ctrl and a letter is the window's: by
// the habits of X11 a line would take Ctrl+E and Ctrl+K for its own.
bool Actions::isWindowKey(const QKeyEvent& key) const
{
    if (key.modifiers() != Qt::ControlModifier || key.key() < Qt::Key_A || key.key() > Qt::Key_Z ||
        key.key() == Qt::Key_C) {
        return false;
    }
    const QKeySequence keys(key.keyCombination());
    const QList<QAction*> actions = m_window->actions();
    return std::any_of(actions.begin(), actions.end(), [&keys](const QAction* action) {
        return action->shortcuts().contains(keys);
    });
}

// In a tree the arrows, Space, Home and End walk the tree; elsewhere they move the clock. Text
// fields keep their other keys by themselves.
bool Actions::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && qobject_cast<QTreeView*>(watched)) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool walks = key->key() == Qt::Key_Left || key->key() == Qt::Key_Right ||
                           key->key() == Qt::Key_Home || key->key() == Qt::Key_End;
        if (walks && key->modifiers() == Qt::NoModifier) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::ShortcutOverride && qobject_cast<QLineEdit*>(watched) &&
        isWindowKey(*static_cast<QKeyEvent*>(event))) {
        event->ignore();
        return true;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace hindcast

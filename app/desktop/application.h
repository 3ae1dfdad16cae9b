#pragma once

#include "app/desktop/settings.h"
#include "app/desktop/stores.h"
#include "model/record/moment.h"
#include "widgets/connect/connection_profile.h"
#include "widgets/shared/view.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace hindcast {

class Actions;
class ConnectPage;
class ExplorerFeed;
class InspectorPane;
class KeptTabs;
class MainWindow;
class MomentOpening;
class Opening;
class ProjectionDesk;
class Secrets;
class Session;
class StateInspector;
class TrustFeed;

// Wires the window to what it looks at: one session, one clock, one navigator, and the stores that
// the views share. GUI thread; owns everything.
class Application final : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        QString settingsFile;  // empty: the user's own
        QString scratchFolder; // empty: in the user's cache
    };

    explicit Application(const Options& options, QObject* parent = nullptr);
    ~Application() override;

    void openFile(const QString& path); // a capture, or a .moment of the one in front
    void connectTo(const ConnectionProfile& profile, const QStringList& topics = {});
    void setScheme(theme::Scheme scheme);
    void showKeys();
    void showConnectForm();
    void showTab(View* view);

    MainWindow* window() const { return m_window.get(); }
    Session* session() const { return m_session; }
    Navigator* navigator() const { return m_context.navigator; }
    MomentControl* moments() const { return m_context.moments; }
    JobTracker* jobs() const { return m_context.jobs; }
    Actions* actions() const { return m_actions; }
    Settings& settings() { return m_settings; }

signals:
    // A capture (or a connection) is in front, with the views it is first seen in.
    void ready();

private:
    void wireSession();
    void wireNavigation();
    void wireWindow();
    void wireExplorer();
    void wireActions();
    void restyle();
    void openPlace(const Place& place);
    void documentChanged(View* view);
    void showFacts();
    void showHeader();
    void sessionOpened();
    void begin();
    void step(int events);
    void readRange(const TimeRange& range);
    void chooseCapture();
    void chooseName(const std::function<void()>& then);
    void toggleRecording();
    void recordTopics(const QStringList& topics);
    bool mayClose();
    void closeNow();
    void askAboutUnsaved(const std::function<void()>& then);

    void setupStores(const QString& projectionFolder);
    std::optional<Place> stateOf(const RecordPlace& record) const;

    Settings m_settings;
    ViewContext m_context;
    Session* m_session;
    Stores m_stores;
    std::unique_ptr<MainWindow> m_window;
    Actions* m_actions = nullptr;
    Secrets* m_secrets = nullptr;
    ExplorerFeed* m_feed = nullptr;
    TrustFeed* m_trust = nullptr;
    InspectorPane* m_inspector = nullptr;
    StateInspector* m_stateInspector = nullptr;
    KeptTabs* m_tabs = nullptr;
    MomentOpening* m_moment = nullptr;
    ProjectionDesk* m_desk = nullptr;
    Opening* m_opening = nullptr; // of the capture in front
    QTimer m_second;
    QStringList m_openTopics; // to be opened once the connection stands
    QString m_connecting;     // the profile's name while it does not
    bool m_closing = false;
};

} // namespace hindcast

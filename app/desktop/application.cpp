#include "app/desktop/application.h"

#include "app/desktop/actions.h"
#include "app/desktop/documents.h"
#include "app/desktop/explorer_feed.h"
#include "app/desktop/header_bar.h"
#include "app/desktop/kept_tabs.h"
#include "app/desktop/main_window.h"
#include "app/desktop/moment_opening.h"
#include "app/desktop/opening.h"
#include "app/desktop/page_views.h"
#include "app/desktop/projection_desk.h"
#include "app/desktop/recording_bar.h"
#include "app/desktop/secrets.h"
#include "app/desktop/session.h"
#include "app/desktop/status_line.h"
#include "app/desktop/trust_feed.h"
#include "app/desktop/view_factory.h"
#include "model/capture/event_time_order.h"
#include "model/replay/fold_estimate.h"
#include "widgets/explorer/explorer_pane.h"
#include "widgets/inspector/inspector_pane.h"
#include "widgets/shared/go_to_box.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"
#include "widgets/state/state_inspector.h"
#include "widgets/timestrip/clock_button.h"
#include "widgets/timestrip/moment_text.h"
#include "widgets/timestrip/time_strip.h"

#include <QApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QStandardPaths>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace hindcast {

Application::Application(const Options& options, QObject* parent)
    : QObject(parent)
    , m_settings(options.settingsFile)
{
    theme::apply(*qApp, m_settings.scheme().value_or(theme::desktopScheme()));
    text::setZone(m_settings.zone());
    const QString scratch =
        options.scratchFolder.isEmpty()
            ? QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) +
                  QStringLiteral("/hindcast")
            : options.scratchFolder;
    m_context.jobs = new JobTracker(this);
    m_session = new Session(m_context.jobs, scratch, this);
    m_context.workspace = m_session;
    m_context.moments = new MomentControl(this);
    m_context.navigator = new Navigator(m_context.moments, this);
    setupStores(options.settingsFile.isEmpty()
                    ? QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
                          QStringLiteral("/hindcast/projections")
                    : QFileInfo(options.settingsFile).path() + QStringLiteral("/projections"));
    KeptLogs::Options kept; // shared with hindcast-cli
    kept.folder = text::toUtf8(scratch + QStringLiteral("/folds"));
    kept.note = [](const std::string& words) { spdlog::info(words); };
    m_stores.projections->setFoldMemory(m_settings.foldMemory().value_or(usualFoldMemory()));
    m_stores.projections->setKept(std::make_shared<KeptLogs>(std::move(kept)));
    m_secrets = new Secrets(this);
    m_window = std::make_unique<MainWindow>(m_context);
    m_inspector = new InspectorPane(m_context);
    m_stateInspector = new StateInspector(m_context, m_stores.projections);
    m_inspector->addPage(Place::Kind::Projection, m_stateInspector,
                         [this](const Place& place) { m_stateInspector->showPlace(place); });
    m_inspector->setStatePlace(m_stores.statePlace);
    m_window->setInspector(m_inspector);
    m_actions = new Actions(m_context, m_window.get(), this);
    m_tabs = new KeptTabs(m_context, m_window->documents(), &m_settings, this);
    connect(m_tabs, &KeptTabs::reopened, this, &Application::begin);
    m_moment = new MomentOpening(m_context, m_stores.projections, this);
    m_desk = new ProjectionDesk(m_context, m_stores.projections, m_window.get(), this);
    m_feed = new ExplorerFeed(m_session, m_context.moments, m_stores, &m_settings, this);
    m_trust =
        new TrustFeed(m_session, m_context.moments, m_stores.projections, m_window->strip(), this);
    wireSession();
    wireNavigation();
    wireWindow();
    wireExplorer();
    wireActions();
    if (const QByteArray layout = m_settings.layout(); !layout.isEmpty()) {
        m_window->restoreGeometry(m_settings.geometry());
        m_window->restoreState(layout);
    }
    restyle();
    showHeader();
    showFacts();
    m_feed->refresh();
}

Application::~Application()
{
    delete m_tabs; // it looks at the views
    // Views hold on to the session and the clock: they go first.
    m_window.reset();
}

void Application::wireSession()
{
    connect(m_session, &Workspace::orderChanged, this,
            [this] { m_context.moments->setOrder(m_session->order()); });
    for (const auto changed : {&Workspace::orderChanged, &Workspace::clockChanged}) {
        connect(m_session, changed, this, [this] {
            const TimeOrderPtr order = m_session->order();
            const auto* const byTime = dynamic_cast<const EventTimeOrder*>(order.get());
            m_window->strip()->clock()->setClocks(
                m_session->clock(), order ? order->clock() : Clock{}, m_session->clockProposal(),
                byTime && byTime->fieldTimes() ? byTime->fieldTimes()->withoutField.size() : 0);
        });
    }
    connect(m_session, &Workspace::connectionChanged, this, &Application::showHeader);
    connect(m_session, &Workspace::clusterChanged, this, &Application::showFacts);
    connect(m_session, &Session::recordingChanged, this, &Application::showHeader);
    connect(m_session, &Session::opened, this, &Application::sessionOpened);
    for (const auto written : {&Session::saved, &Session::recorded}) {
        connect(m_session, written, this, [this](const QString& path) {
            m_settings.addRecentCapture(path);
            m_feed->refresh();
        });
    }
    connect(m_session, &Session::failed, this,
            [this](const QString& sentence, const QString& detail) {
                m_connecting.clear();
                m_window->status()->setProblem(sentence, detail);
                if (auto* form = m_window->findChild<ConnectForm*>()) {
                    form->setProblem(sentence);
                }
                showHeader();
            });
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, [this] {
        m_tabs->keep(false);
        showFacts();
        showHeader();
    });
    m_second.start();
}

void Application::wireNavigation()
{
    Documents* const documents = m_window->documents();
    documents->setFactory(
        [this](const Place& place) { return makeView(place, m_context, m_stores); });
    connect(m_context.navigator, &Navigator::openRequested, this, &Application::openPlace);
    connect(m_context.navigator, &Navigator::selectedChanged, m_inspector,
            &InspectorPane::showPlace);
    connect(m_context.navigator, &Navigator::selectedChanged, this, [this](const Place& place) {
        if (View* const view = m_window->documents()->current()) {
            view->setLookedAt(place);
        }
    });
    connect(documents, &Documents::currentChanged, this, &Application::documentChanged);
    connect(m_stores.traces, &TraceStore::changed, m_window.get(),
            [this] { m_window->header()->goTo()->setTraces(m_stores.traces->set()); });
    connect(m_feed, &ExplorerFeed::changed, this, [this] {
        const ExplorerData& data = m_feed->data();
        m_window->explorer()->setData(data);
        GoToNames names;
        for (const auto& topic : data.topics) {
            names.topics << topic.name;
        }
        for (const auto& group : data.groups) {
            names.groups << group.name;
        }
        for (const auto& projection : data.projections) {
            names.projections << projection.name;
        }
        m_window->header()->goTo()->setNames(names);
    });
}

void Application::wireWindow()
{
    HeaderBar* const header = m_window->header();
    connect(header, &HeaderBar::openClicked, this, &Application::chooseCapture);
    connect(header, &HeaderBar::sqlClicked, this,
            [this] { m_context.navigator->open(Place::ofSql()); });
    connect(header, &HeaderBar::captureClicked, this, &Application::toggleRecording);
    connect(header, &HeaderBar::themeClicked, this, [this] {
        setScheme(theme::scheme() == theme::Scheme::Dark ? theme::Scheme::Light
                                                         : theme::Scheme::Dark);
    });
    connect(m_window->recordingBar(), &RecordingBar::stopClicked, m_session,
            &Session::stopRecording);
    connect(m_window->startPage(), &StartPage::openRequested, this, &Application::chooseCapture);
    connect(m_window->startPage(), &StartPage::connectRequested, this,
            &Application::showConnectForm);
    connect(m_window->strip(), &TimeStrip::rangeSelected, this, &Application::readRange);
    connect(m_window->strip(), &TimeStrip::stepRequested, this, &Application::step);
    connect(m_window->strip()->clock(), &ClockButton::chosen, m_session, &Session::setClock);
    m_window->setCloseGuard([this] { return mayClose(); });
}

void Application::wireExplorer()
{
    ExplorerPane* const explorer = m_window->explorer();
    connect(explorer, &ExplorerPane::captureRequested, this, [this](const QString& path) {
        if (path != m_session->path()) {
            askAboutUnsaved([this, path] { openFile(path); });
        }
    });
    connect(explorer, &ExplorerPane::recordRequested, this, &Application::recordTopics);
    connect(explorer, &ExplorerPane::newProjectionRequested, m_desk, &ProjectionDesk::makeFrom);
    connect(explorer, &ExplorerPane::editRequested, m_desk, &ProjectionDesk::edit);
    connect(explorer, &ExplorerPane::duplicateRequested, m_desk, &ProjectionDesk::duplicate);
    connect(explorer, &ExplorerPane::deleteRequested, m_desk, &ProjectionDesk::askToDelete);
    GoToBox* const goTo = m_window->header()->goTo();
    connect(goTo, &GoToBox::newProjectionRequested, m_desk, &ProjectionDesk::makeFrom);
    goTo->setMomentReader([this](const QString& link) -> Result<Moment> {
        const TimeOrderPtr order = m_context.moments->order();
        if (!order) {
            return fail(ErrorCode::NotFound, "A link is a moment of a capture; open that first.");
        }
        return parseMoment(link, m_context.moments->a(), *order);
    });
}

void Application::wireActions()
{
    connect(m_actions, &Actions::openRequested, this, &Application::chooseCapture);
    connect(m_actions, &Actions::saveRequested, this, [this] { chooseName({}); });
    connect(m_actions, &Actions::captureRequested, this, &Application::toggleRecording);
    connect(m_actions, &Actions::connectRequested, this, &Application::showConnectForm);
    connect(m_actions, &Actions::keysRequested, this, &Application::showKeys);
    connect(m_actions, &Actions::stepRequested, this, &Application::step);
    connect(m_actions, &Actions::themeRequested, m_window->header(), &HeaderBar::themeClicked);
    connect(m_actions, &Actions::zoneChanged, this, [this] {
        m_settings.setZone(text::zone());
        restyle();
    });
    m_window->header()->setSettingsMenu(m_actions->settingsMenu());
    m_window->header()->setConnectionMenu(m_actions->settingsMenu());
}

void Application::setScheme(theme::Scheme scheme)
{
    m_settings.setScheme(scheme);
    theme::apply(*qApp, scheme);
    restyle();
}

void Application::restyle()
{
    m_window->restyle();
    m_inspector->restyle();
    m_stateInspector->restyle();
    showFacts(); // times may be in another zone
}

void Application::openFile(const QString& path)
{
    if (path.endsWith(kMomentSuffix, Qt::CaseInsensitive)) {
        m_moment->open(path);
        return;
    }
    m_openTopics.clear();
    m_session->openFile(QFileInfo(path).absoluteFilePath());
}

void Application::connectTo(const ConnectionProfile& profile, const QStringList& topics)
{
    m_openTopics = topics;
    m_connecting = profile.name;
    showHeader();
    m_session->connectTo(profile);
}

void Application::sessionOpened()
{
    m_connecting.clear();
    m_tabs->setOwner(m_session->connected() ? m_session->connectionName() : m_session->path());
    m_window->documents()->closeAll();
    m_context.moments->setB(std::nullopt);
    m_context.moments->resetZoom();
    m_context.moments->setLive(true);
    m_window->startPage()->setOccupied(true);
    m_window->status()->setProblem({});
    if (!m_session->path().isEmpty()) {
        m_settings.addRecentCapture(m_session->path());
    }
    m_feed->refresh();
    showHeader();
    showFacts();
    delete m_opening; // of the capture before
    m_opening = nullptr;
    if (m_tabs->reopen()) {
        return;
    }
    if (m_session->connected()) {
        // Which topics there are is the first thing asked of a cluster.
        m_context.navigator->open(Place::ofTopics(m_openTopics));
        emit ready();
        return;
    }
    m_opening = new Opening(m_context, m_session, m_stores, m_window->documents(), this);
    connect(m_opening, &Opening::done, this, &Application::begin);
}

// The first tabs are there.
void Application::begin()
{
    if (m_session->connected()) {
        if (!m_openTopics.isEmpty()) {
            m_context.navigator->open(Place::ofTopics(m_openTopics));
        }
    } else {
        // A capture that does not grow is folded once, so that the explorer can say how many keys.
        for (const auto& entry : m_stores.projections->entries()) {
            if (entry->inCapture) {
                m_stores.projections->want(entry->name);
            }
        }
    }
    emit ready();
}

void Application::openPlace(const Place& place)
{
    if (!m_window->documents()->open(place)) {
        m_window->status()->setProblem(
            QStringLiteral("%1 cannot be shown here.").arg(place.title()));
    } else if (place.kind == Place::Kind::Projection && !place.key.isEmpty()) {
        m_context.navigator->select(place); // its row is what the inspector is about
    }
}

void Application::documentChanged(View* view)
{
    m_trust->setFront(view ? view->place() : Place());
    if (view && !view->place().isNull()) {
        m_context.navigator->setCurrent(view->place());
        m_window->explorer()->setCurrent(view->place());
    }
    // The inspector belongs to the document in front; of a restored table the row is in its place.
    Place looked = view ? view->lookedAt() : Place();
    if (view && looked.isNull() && !view->place().key.isEmpty() &&
        view->place().kind == Place::Kind::Projection) {
        looked = view->place();
    }
    m_context.navigator->select(looked);
}

void Application::showHeader()
{
    HeaderState state;
    const ConnectionProfile* profile = m_session->profile();
    if (profile) {
        state.name = profile->name;
        state.color = profile->color;
        state.production = profile->production;
        state.note = profile->readOnly ? QStringLiteral("read-only") : QString();
        state.connected = true;
    } else if (!m_connecting.isEmpty()) {
        state.name = m_connecting;
        state.note = QStringLiteral("connecting\u2026");
    } else {
        state.name = m_session->captureName();
        state.note = state.name.isEmpty() ? QString() : QStringLiteral("capture");
    }
    if (const Recording* recording = m_session->recording()) {
        const auto seconds = recording->elapsed().count();
        state.capturing = QStringLiteral("%1:%2")
                              .arg(seconds / 60, 2, 10, QLatin1Char('0'))
                              .arg(seconds % 60, 2, 10, QLatin1Char('0'));
    }
    m_window->header()->setState(state);
    m_window->recordingBar()->show(m_session->recording());
    m_window->setWindowTitle(state.name.isEmpty()
                                 ? QStringLiteral("Hindcast")
                                 : state.name + QStringLiteral(" \u2013 Hindcast"));
}

void Application::showFacts()
{
    StatusLine::Facts facts;
    const ClusterStatePtr cluster = m_session->cluster();
    if (m_session->connected() && cluster) {
        facts.brokerSign = cluster->problem.empty() ? Severity::Ok : Severity::Error;
        facts.brokers = cluster->problem.empty()
                            ? text::count(cluster->brokers.size(), QStringLiteral("broker"),
                                          QStringLiteral("brokers"))
                            : QStringLiteral("not reachable");
    }
    const Row rows = m_session->snapshot()->rowCount();
    if (rows > 0 || !m_session->path().isEmpty()) {
        facts.capture =
            text::count(rows, QStringLiteral("record"), QStringLiteral("records")) +
            QStringLiteral(" captured \u00b7 %1 on disk").arg(text::bytes(m_session->sizeOnDisk()));
    }
    const TimeOrderPtr order = m_session->order();
    if (order && order->size() > 0) {
        const Timestamp newest = order->range().to;
        facts.newest = m_session->connected()
                           ? QStringLiteral("newest %1 ago")
                                 .arg(text::duration(std::max(currentTimestamp() - newest,
                                                              std::chrono::milliseconds{0})))
                           : QStringLiteral("newest ") + text::dateTime(newest);
    }
    m_window->status()->setFacts(facts);
}

// "Event" is one of the selected key where a record or a key is selected, any event otherwise.
void Application::step(int events)
{
    MomentControl* const moments = m_context.moments;
    const Place& selected = m_context.navigator->selected();
    const TimeOrderPtr order = moments->order();
    if (!order) {
        return;
    }
    const CaptureSnapshot& snapshot = *order->snapshot();
    std::optional<KeyId> key;
    if (selected.kind == Place::Kind::Record) {
        if (const auto row = snapshot.find(*selected.record)) {
            const KeyId id = snapshot.row(*row).key;
            key = id == kNoKey ? std::nullopt : std::optional<KeyId>(id);
        }
    } else if (selected.kind == Place::Kind::Key) {
        if (const auto topic = snapshot.topicId(text::toUtf8(selected.topics.value(0)))) {
            key = snapshot.findKey(*topic, selected.key.toStdString());
        }
    }
    if (!key) {
        moments->stepA(events);
        return;
    }
    // The prefixes that end with one of the key's records.
    std::vector<Rank> stops;
    for (const Row row : snapshot.rowsOfKey(*key)) {
        if (row < order->size()) {
            stops.push_back(order->rankOf(row) + 1);
        }
    }
    std::sort(stops.begin(), stops.end());
    if (events > 0) {
        const auto next = std::upper_bound(stops.begin(), stops.end(), moments->rankA());
        if (next != stops.end()) {
            moments->setRankA(*next);
        }
    } else {
        const auto next = std::lower_bound(stops.begin(), stops.end(), moments->rankA());
        if (next != stops.begin()) {
            moments->setRankA(*std::prev(next));
        }
    }
}

// Of the topics in front, or of all that the capture holds.
void Application::readRange(const TimeRange& range)
{
    const View* view = m_window->documents()->current();
    QStringList topics = view ? view->place().topics : QStringList();
    if (topics.isEmpty()) {
        for (const std::string& topic : m_session->snapshot()->topics()) {
            topics << text::fromUtf8(topic);
        }
    }
    if (!m_session->connected()) {
        m_context.moments->setZoom(range); // nothing more can be read: look closer at what is there
        return;
    }
    ReadRequest request;
    for (const QString& topic : topics) {
        request.topics.push_back({text::toUtf8(topic), {}, AtTime{range.from}, AtTime{range.to}});
    }
    m_session->read(request, {}, false);
}

void Application::showTab(View* view)
{
    m_window->documents()->goTo(view);
}

void Application::showKeys()
{
    Documents* const documents = m_window->documents();
    for (View* view : documents->views()) {
        if (qobject_cast<KeysPage*>(view)) {
            documents->goTo(view);
            return;
        }
    }
    documents->add(new KeysPage(m_context));
}

} // namespace hindcast

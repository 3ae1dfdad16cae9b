#include "app/desktop/pictures.h"

#include "app/desktop/application.h"
#include "app/desktop/documents.h"
#include "app/desktop/main_window.h"
#include "app/desktop/session.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/text.h"
#include "widgets/sql/sql_view.h"
#include "widgets/state/state_view.h"

#include <QDir>

namespace hindcast {

namespace {

constexpr int kLookMs = 120;
constexpr int kLooks = 3;          // as many the same in a row
constexpr qint64 kPatience = 8000; // a picture of something that never rests is taken all the same

} // namespace

Pictures::Pictures(Application* application, QString folder, QObject* parent)
    : QObject(parent)
    , m_application(application)
    , m_folder(std::move(folder))
{
    m_timer.setInterval(kLookMs);
    connect(&m_timer, &QTimer::timeout, this, &Pictures::look);
}

Pictures::~Pictures() = default;

void Pictures::start(const QString& capture)
{
    if (!QDir().mkpath(m_folder)) {
        emit finished(QStringLiteral("The folder %1 cannot be made.").arg(m_folder));
        return;
    }
    text::setZone(text::Zone::Utc); // the same pictures everywhere
    if (capture.isEmpty()) {
        queueBoth(QStringLiteral("empty"), [] {});
        queueBoth(QStringLiteral("connect"), [this] { m_application->showConnectForm(); });
        queueBoth(QStringLiteral("keys"), [this] { m_application->showKeys(); });
        next();
        return;
    }
    watch();
    m_application->openFile(capture);
}

void Pictures::startLive(const ConnectionProfile& profile, const QStringList& topics)
{
    if (!QDir().mkpath(m_folder)) {
        emit finished(QStringLiteral("The folder %1 cannot be made.").arg(m_folder));
        return;
    }
    watch();
    m_application->connectTo(profile, topics);
}

void Pictures::watch()
{
    connect(m_application, &Application::ready, this, [this] { queueCapture(); });
    connect(m_application->session(), &Session::failed, this, [this](const QString& sentence) {
        // A damaged capture is open all the same, and shows what it has.
        const CaptureSnapshotPtr open = m_application->session()->snapshot();
        if (!open || open->problems().empty()) {
            emit finished(sentence);
        }
    });
}

// One shot a tab of the opening, named by what it shows.
void Pictures::queueCapture()
{
    Documents* const documents = m_application->window()->documents();
    for (View* view : documents->views()) {
        QString name;
        switch (view->place().kind) {
        case Place::Kind::Topics:
            name = view->place().topics.isEmpty() ? QStringLiteral("topics")
                                                  : QStringLiteral("records");
            break;
        case Place::Kind::Group:
            name = QStringLiteral("lag");
            break;
        case Place::Kind::Groups:
            name = QStringLiteral("groups");
            break;
        case Place::Kind::TraceList:
            name = QStringLiteral("trace-list");
            break;
        case Place::Kind::Trace:
            name = QStringLiteral("traces");
            break;
        case Place::Kind::Projection:
            name = QStringLiteral("state");
            break;
        default:
            continue;
        }
        queueBoth(name, [this, view] { m_application->showTab(view); });
        if (auto* const state = qobject_cast<StateView*>(view)) {
            queueBoth(QStringLiteral("state-sorted"), [this, state] {
                m_application->showTab(state);
                state->sortBy(2, true);
                state->setTotals(true);
            });
            queueBoth(QStringLiteral("state-editor"), [this, state] {
                m_application->showTab(state);
                state->sortBy(-1, false);
                state->setTotals(false);
                state->editProjection(true);
            });
        }
    }
    queueSql();
    next();
}

// What it begins with, and an answer: of the states at A where there are any.
void Pictures::queueSql()
{
    const auto view = [this]() -> SqlView* {
        Documents* const documents = m_application->window()->documents();
        documents->open(Place::ofSql());
        return qobject_cast<SqlView*>(documents->current());
    };
    queueBoth(QStringLiteral("sql-begin"), [view] { view(); });
    queueBoth(QStringLiteral("sql"), [view] {
        SqlView* const shown = view();
        const auto examples = shown->examples();
        if (!examples.empty()) {
            shown->setQuery(examples[std::min<std::size_t>(1, examples.size() - 1)].query);
            shown->run();
        }
    });
}

void Pictures::queueBoth(const QString& name, const std::function<void()>& prepare)
{
    for (const auto scheme : {theme::Scheme::Light, theme::Scheme::Dark}) {
        const QString suffix = scheme == theme::Scheme::Light ? QStringLiteral("-light.png")
                                                              : QStringLiteral("-dark.png");
        m_shots.push_back({name + suffix, [this, prepare, scheme] {
                               m_application->setScheme(scheme);
                               prepare();
                           }});
    }
}

void Pictures::next()
{
    if (m_at >= m_shots.size()) {
        m_timer.stop();
        emit finished({});
        return;
    }
    m_shots[m_at].prepare();
    m_last = {};
    m_same = 0;
    m_waiting.start();
    m_timer.start();
}

void Pictures::look()
{
    const QImage now =
        m_application->window()->grab().toImage().convertToFormat(QImage::Format_RGB32);
    const View* const shown = m_application->window()->documents()->current();
    const bool working = !m_application->jobs()->jobs().empty() || (shown && shown->answering());
    m_same = now == m_last && !working ? m_same + 1 : 0;
    m_last = now;
    if (m_same >= kLooks || m_waiting.elapsed() > kPatience) {
        save(now);
    }
}

void Pictures::save(const QImage& picture)
{
    const QString file = QDir(m_folder).filePath(m_shots[m_at].name);
    if (!picture.save(file)) {
        m_timer.stop();
        emit finished(QStringLiteral("%1 cannot be written.").arg(file));
        return;
    }
    m_files << file;
    emit taken(m_shots[m_at].name);
    ++m_at;
    next();
}

} // namespace hindcast

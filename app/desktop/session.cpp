#include "app/desktop/session.h"

#include "widgets/shared/place.h"
#include "widgets/shared/text.h"

#include <QFileInfo>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kFrameMs = 33;

// A capture whose last owner lets go on the GUI thread would write its index there.
void closeAside(const std::shared_ptr<Capture>& capture)
{
    workPool().start([capture] { (void)capture->close(); });
}

} // namespace

struct Session::Opened
{
    std::shared_ptr<Capture> capture;
    std::shared_ptr<const Connection> connection;
    QString path;
    bool isScratch = false;
};

Session::Session(JobTracker* jobs, QString scratchFolder, QObject* parent)
    : Workspace(parent)
    , m_jobs(jobs)
    , m_scratch(std::move(scratchFolder))
    , m_snapshot(Capture::inMemory()->snapshot())
    , m_ordering(jobs)
{
    connect(&m_ordering, &Ordering::orderChanged, this, &Session::orderChanged);
    connect(&m_ordering, &Ordering::clockChanged, this, &Session::clockChanged);
    connect(&m_ordering, &Ordering::failed, this, &Session::failed);
    m_readers.setMaxThreadCount(256); // they wait far more than they work
    m_frame.setInterval(kFrameMs);
    connect(&m_frame, &QTimer::timeout, this, &Session::tick);
}

Session::~Session()
{
    for (auto& [id, running] : m_reads) {
        running.job->stop();
    }
    m_watch.reset();
    m_readers.waitForDone(5000);
    if (m_recording) {
        (void)m_recording->finish(*m_capture->snapshot());
    }
}

QString Session::captureName() const
{
    return m_path.isEmpty() ? QString() : QFileInfo(m_path).fileName();
}

QString Session::connectionName() const
{
    return m_connection ? m_connection->profile.name : QString();
}

const ConnectionProfile* Session::profile() const
{
    return m_connection ? &m_connection->profile : nullptr;
}

void Session::openFile(const QString& path)
{
    m_opener.ask(
        [path](const std::stop_token&) {
            return Capture::open(path.toStdString(), Capture::Mode::ReadOnly);
        },
        [this, path](Result<std::shared_ptr<Capture>> capture) {
            if (!capture) {
                emit failed(text::fromUtf8(capture.error().message),
                            text::fromUtf8(capture.error().detail));
                return;
            }
            const std::vector<std::string> problems = (*capture)->snapshot()->problems();
            setCapture(std::move(*capture), path);
            if (!problems.empty()) {
                QStringList all;
                for (const std::string& problem : problems) {
                    all.push_back(text::fromUtf8(problem));
                }
                emit failed(tr("%1 What can be read is shown.").arg(all.front()),
                            all.join(QLatin1Char('\n')));
            }
        });
}

void Session::setCapture(std::shared_ptr<Capture> capture, const QString& file)
{
    Opened now;
    now.capture = std::move(capture);
    now.path = file;
    take(now);
}

void Session::connectTo(const ConnectionProfile& profile)
{
    connectBy([profile] { return makeConnection(profile); });
}

void Session::connectTo(std::shared_ptr<const Connection> connection)
{
    connectBy([connection = std::move(connection)] {
        return Result<std::shared_ptr<const Connection>>(connection);
    });
}

void Session::connectBy(Connector connector)
{
    m_opener.ask(
        [this, connector = std::move(connector)](const std::stop_token&) -> Result<Opened> {
            auto connection = connector();
            if (!connection) {
                return tl::unexpected(connection.error());
            }
            auto capture = m_scratch.create();
            if (!capture) {
                return tl::unexpected(capture.error());
            }
            Opened made;
            made.capture = std::move(*capture);
            made.connection = std::move(*connection);
            made.isScratch = true;
            return made;
        },
        [this](const Result<Opened>& made) {
            if (made) {
                take(*made);
            } else {
                emit failed(text::fromUtf8(made.error().message),
                            text::fromUtf8(made.error().detail));
            }
        });
}

void Session::letGo()
{
    stopRecording();
    m_recorder.cancel();
    for (auto& [id, running] : m_reads) {
        running.job->stop();
        if (running.tracked != 0) {
            m_jobs->finish(running.tracked);
        }
    }
    m_reads.clear();
    m_watch.reset();
    m_connection.reset();
    m_ordering.stop();
    m_saver.cancel();
    if (m_capture) {
        if (m_isScratch && m_snapshot->rowCount() == 0) {
            m_scratch.discard(QString::fromStdString(m_capture->path()));
        } else {
            closeAside(m_capture);
        }
    }
    m_capture.reset();
    m_full = false;
    m_savedRows = 0;
}

void Session::take(const Opened& next)
{
    letGo();
    m_capture = next.capture;
    m_connection = next.connection;
    m_path = next.path;
    m_isScratch = next.isScratch;
    m_snapshot = m_capture->snapshot();
    m_ordering.forget();
    m_cluster = m_snapshot->cluster();
    m_sizeOnDisk = m_capture->sizeOnDisk();
    m_sinceSize.start();
    if (m_connection) {
        m_watch = std::make_unique<ClusterWatch>(m_connection, m_capture, m_readers);
        m_frame.start();
    } else {
        m_frame.stop();
    }
    emit connectionChanged();
    emit snapshotChanged();
    emit orderChanged();
    emit clockChanged();
    emit clusterChanged();
    m_ordering.update(m_snapshot);
    emit opened();
}

void Session::disconnect()
{
    stopRecording();
    for (auto& [id, running] : m_reads) {
        running.job->stop();
    }
    m_watch.reset();
    m_connection.reset();
    emit connectionChanged();
}

void Session::tick()
{
    pullSnapshot();
    pullCluster();
    pullReads();
    watchSize();
    if (m_recording && !m_recording->problem().isEmpty()) {
        stopRecording();
    }
}

void Session::pullSnapshot()
{
    CaptureSnapshotPtr next = m_capture->snapshot();
    // Group samples come with every round of the watch, so with a new state of the cluster.
    const bool sampled = m_watch && m_watch->newest() != m_cluster;
    if (next->rowCount() != m_snapshot->rowCount() || sampled) {
        m_snapshot = std::move(next);
        emit snapshotChanged();
    }
    m_ordering.update(m_snapshot);
}

void Session::pullCluster()
{
    const ClusterStatePtr newest = m_watch ? m_watch->newest() : nullptr;
    if (newest && newest != m_cluster) {
        m_cluster = newest;
        emit clusterChanged();
    }
}

void Session::pullReads()
{
    for (auto it = m_reads.begin(); it != m_reads.end(); ++it) {
        report(*it->second.job);
    }
}

void Session::report(ReadJob& job)
{
    Running& running = m_reads.at(job.id());
    const ReadStatus now = job.status();
    const ReadStatus& before = running.reported;
    const bool same = now.running == before.running && now.records == before.records &&
                      now.matched == before.matched && now.sentence == before.sentence;
    if (same) {
        return;
    }
    running.reported = now;
    if (running.tracked != 0) {
        if (!now.running || (job.follows() && now.share >= 1)) {
            const QString problem = now.running ? QString() : job.problem();
            m_jobs->finish(running.tracked, problem.isEmpty() ? now.sentence : problem,
                           !problem.isEmpty());
            running.tracked = 0;
        } else {
            m_jobs->progress(running.tracked, now.share, now.sentence);
        }
    } else if (!now.running && !job.problem().isEmpty()) {
        emit failed(job.problem(), {});
    }
    emit readChanged(job.id());
}

void Session::watchSize()
{
    if (m_sinceSize.elapsed() < 1000) {
        return;
    }
    m_sinceSize.restart();
    m_sizeOnDisk = m_capture->sizeOnDisk();
    if (!m_isScratch || m_full || m_sizeOnDisk < ScratchFolder::kLimitBytes) {
        return;
    }
    m_full = true;
    for (auto& [id, running] : m_reads) {
        running.job->stop();
    }
    emit failed(QStringLiteral("The unsaved capture has reached %1 and reads have stopped; save it "
                               "under a name or connect again to begin a new one.")
                    .arg(text::bytes(ScratchFolder::kLimitBytes)),
                {});
}

quint64 Session::read(const ReadRequest& request, const QString& where, bool keepMatchesOnly)
{
    if (!m_connection || !m_capture) {
        return 0;
    }
    if (m_full) {
        emit failed(QStringLiteral("The unsaved capture is full; save it under a name first."), {});
        return 0;
    }
    const quint64 id = m_nextRead++;
    auto job =
        std::make_shared<ReadJob>(ReadJob::Order{id, request, text::toUtf8(where), keepMatchesOnly},
                                  m_connection->source, m_capture, m_recordingSlot);
    QStringList topics;
    for (const TopicRead& read : request.topics) {
        topics << text::fromUtf8(read.topic);
    }
    topics.removeDuplicates();
    Running running;
    running.job = job;
    running.tracked = m_jobs->start(QStringLiteral("Reading ") + Place::ofTopics(topics).title(),
                                    [this, id] { stop(id); });
    m_reads.emplace(id, std::move(running));
    m_readers.start([job] {
        standBehindTheWindow();
        job->run();
    });
    return id;
}

void Session::stop(quint64 id)
{
    const auto found = m_reads.find(id);
    if (found == m_reads.end()) {
        return;
    }
    const ReadJob& job = *found->second.job;
    const auto& recorded = m_recording ? m_recording->topics() : std::set<std::string>{};
    if (std::any_of(recorded.begin(), recorded.end(),
                    [&](const auto& topic) { return job.followsAllOf(topic); })) {
        m_recordingReads.push_back(id); // the recording lives on it; it ends with that
        return;
    }
    found->second.job->stop();
}

std::optional<ReadStatus> Session::readStatus(quint64 id) const
{
    const auto found = m_reads.find(id);
    return found == m_reads.end() ? std::nullopt
                                  : std::optional<ReadStatus>(found->second.job->status());
}

bool Session::unsaved() const
{
    return m_isScratch && m_snapshot->rowCount() > m_savedRows;
}

void Session::saveAs(const QString& path)
{
    if (!m_capture) {
        return;
    }
    const Row rows = m_snapshot->rowCount();
    const auto job = m_jobs->start(QStringLiteral("Saving ") + QFileInfo(path).fileName());
    m_saver.ask([capture = m_capture,
                 path](const std::stop_token&) { return capture->saveAs(path.toStdString()); },
                [this, path, rows, job](const Result<void>& done) {
                    if (!done) {
                        m_jobs->finish(job, text::fromUtf8(done.error().message), true);
                        emit failed(text::fromUtf8(done.error().message),
                                    text::fromUtf8(done.error().detail));
                        return;
                    }
                    m_jobs->finish(job, QStringLiteral("Saved as ") + QFileInfo(path).fileName());
                    m_savedRows = rows;
                    m_path = path;
                    emit saved(path);
                    emit connectionChanged();
                });
}

void Session::discard()
{
    if (m_isScratch && m_capture) {
        const QString file = QString::fromStdString(m_capture->path());
        m_savedRows = m_snapshot->rowCount();
        letGo();
        m_frame.stop();
        m_scratch.discard(file);
        m_capture = Capture::inMemory();
        m_isScratch = false;
    }
}

} // namespace hindcast

// The part of Session that records into a file with a name.

#include "app/desktop/session.h"

#include "widgets/shared/async.h"
#include "widgets/shared/text.h"

#include <QFileInfo>

#include <algorithm>
#include <thread>

namespace hindcast {

namespace {

void waitFor(const std::vector<ReadJobPtr>& reads)
{
    constexpr std::chrono::milliseconds kPatienceOfClosing{5000};
    const auto until = std::chrono::steady_clock::now() + kPatienceOfClosing;
    for (const ReadJobPtr& read : reads) {
        while (read->status().running && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
}

} // namespace

bool Session::followed(const std::string& topic) const
{
    return std::any_of(m_reads.begin(), m_reads.end(), [&](const auto& entry) {
        const ReadJob& job = *entry.second.job;
        return job.followsAllOf(topic) && job.status().running;
    });
}

void Session::startRecording(const QString& path, const QStringList& topics,
                             const ReadPosition& from)
{
    if (!m_connection || m_recording || m_recorder.busy() || topics.isEmpty()) {
        return;
    }
    m_recorder.ask([path](const std::stop_token&) { return Capture::create(path.toStdString()); },
                   [this, path, topics, from,
                    capture = m_capture](const Result<std::shared_ptr<Capture>>& file) {
                       if (!file) {
                           emit failed(text::fromUtf8(file.error().message),
                                       text::fromUtf8(file.error().detail));
                       } else if (m_connection && m_capture == capture) {
                           record(std::make_shared<Recording>(*file, path, topics), from);
                       }
                   });
}

void Session::record(RecordingPtr recording, const ReadPosition& from)
{
    m_recording = std::move(recording);
    m_recordingSlot->set(m_recording);
    m_watch->setRecording(m_recording);
    // Taken after the slot is filled: what is not in it comes through there.
    m_readers.start([recording = m_recording, snapshot = m_capture->snapshot()] {
        recording->takeOver(*snapshot);
    });
    ReadRequest following;
    following.follow = true;
    ReadRequest further;
    for (const std::string& topic : m_recording->topics()) {
        if (!followed(topic)) {
            following.topics.push_back({topic, {}, from, AtEnd{}});
        } else if (!std::holds_alternative<AtEnd>(from)) {
            further.topics.push_back({topic, {}, from, AtEnd{}});
        }
    }
    m_recordingReads.clear();
    if (!further.topics.empty()) {
        read(further, {}, false);
    }
    if (!following.topics.empty()) {
        m_recordingReads.push_back(read(following, {}, false));
    }
    emit recordingChanged();
}

void Session::stopRecording()
{
    if (!m_recording) {
        return;
    }
    const RecordingPtr ended = std::move(m_recording);
    m_recording.reset();
    if (m_watch) {
        m_watch->setRecording(nullptr);
    }
    std::vector<ReadJobPtr> itsReads;
    for (const quint64 id : m_recordingReads) {
        stop(id);
        if (const auto found = m_reads.find(id); found != m_reads.end()) {
            itsReads.push_back(found->second.job);
        }
    }
    m_recordingReads.clear();
    const QString name = QFileInfo(ended->path()).fileName();
    const auto job = m_jobs->start(QStringLiteral("Closing ") + name);
    auto* watcher = new QFutureWatcher<Result<void>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, job, ended, name] {
        const Result<void> closed = watcher->result();
        const QString problem = closed ? ended->problem() : text::fromUtf8(closed.error().message);
        const QString kept = QStringLiteral("Captured %1 to %2, %3")
                                 .arg(text::count(ended->records(), QStringLiteral("record"),
                                                  QStringLiteral("records")),
                                      name, text::bytes(ended->bytes()));
        m_jobs->finish(
            job,
            problem.isEmpty() ? kept : QStringLiteral("%1. It ended early: %2").arg(kept, problem),
            !problem.isEmpty());
        emit recorded(ended->path());
        watcher->deleteLater();
    });
    watcher->setFuture(QtConcurrent::run(
        &workPool(), [ended, itsReads, capture = m_capture, slot = m_recordingSlot] {
            waitFor(itsReads); // their receipts belong to it
            return ended->finish(*slot->release(ended, *capture));
        }));
    emit recordingChanged();
}

} // namespace hindcast

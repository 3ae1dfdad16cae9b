#pragma once

#include "app/desktop/cluster_watch.h"
#include "app/desktop/ordering.h"
#include "app/desktop/read_job.h"
#include "app/desktop/recording_slot.h"
#include "app/desktop/scratch.h"
#include "widgets/shared/async.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/workspace.h"

#include <QElapsedTimer>
#include <QThreadPool>
#include <QTimer>

#include <map>

namespace hindcast {

// The workspace of the window: one capture, and the connection that fills it, if there is one.
//
// Connecting makes a scratch capture that stays until it is saved under a name or discarded. Reads
// run on threads of their own; the GUI thread pulls snapshots once a frame and never waits. Owned
// by the application; outlives the views.
class Session final : public Workspace
{
    Q_OBJECT

public:
    Session(JobTracker* jobs, QString scratchFolder, QObject* parent = nullptr);
    ~Session() override;

    // Both take the place of what is open now and answer by opened() or failed().
    void openFile(const QString& path);
    void connectTo(const ConnectionProfile& profile);
    // The same with ports that are there already.
    void connectTo(std::shared_ptr<const Connection> connection);
    // Reads end, and the broker is left; the capture stays.
    void disconnect();
    // Also a capture that is there already; for tests and the first start.
    void setCapture(std::shared_ptr<Capture> capture, const QString& file);

    CaptureSnapshotPtr snapshot() const override { return m_snapshot; }
    TimeOrderPtr order() const override { return m_ordering.order(); }
    Clock clock() const override { return m_ordering.clock(); }
    void setClock(const Clock& clock) override { m_ordering.setClock(clock); }
    std::optional<ClockProposal> clockProposal() const override { return m_ordering.proposal(); }
    ClusterStatePtr cluster() const override { return m_cluster; }
    QString captureName() const override;
    bool connected() const override { return m_connection != nullptr; }
    QString connectionName() const override;
    quint64 read(const ReadRequest& request, const QString& where, bool keepMatchesOnly) override;
    void stop(quint64 id) override;
    std::optional<ReadStatus> readStatus(quint64 id) const override;

    bool busy() const { return m_opener.busy(); }
    const ConnectionProfile* profile() const;
    QString path() const { return m_path; } // of a file that was opened or saved; else empty
    quint64 sizeOnDisk() const { return m_sizeOnDisk; }
    // Holds records that stand in no file with a name.
    bool unsaved() const;
    void saveAs(const QString& path); // answers by saved() or failed()
    void discard();                   // the scratch file is deleted
    std::vector<QString> leftBehind() const { return m_scratch.leftBehind(); }

    // Records topics into a file: what is here of them already, and from that position on until it
    // is stopped. Answers by recordingChanged() or failed().
    void startRecording(const QString& path, const QStringList& topics,
                        const ReadPosition& from = AtEnd{});
    void stopRecording(); // answers by recorded(), when the file is whole
    const Recording* recording() const { return m_recording.get(); }

signals:
    void opened();
    void failed(const QString& sentence, const QString& detail);
    void saved(const QString& path);
    void recordingChanged();
    void recorded(const QString& path);

private:
    struct Opened;
    using Connector = std::function<Result<std::shared_ptr<const Connection>>()>;
    void connectBy(Connector connector);
    void take(const Opened& next);
    void letGo();
    void tick();
    void pullSnapshot();
    void pullCluster();
    void pullReads();
    void watchSize();
    void report(ReadJob& job);
    void record(RecordingPtr recording, const ReadPosition& from);
    bool followed(const std::string& topic) const;

    JobTracker* const m_jobs;
    ScratchFolder m_scratch;
    QThreadPool m_readers; // reads and watches: a thread each, as long as they last
    QTimer m_frame;
    QElapsedTimer m_sinceSize;
    Asker m_opener;
    Asker m_saver;
    Asker m_recorder;

    std::shared_ptr<Capture> m_capture;
    QString m_path;
    bool m_isScratch = false;
    Row m_savedRows = 0;
    quint64 m_sizeOnDisk = 0;
    bool m_full = false;
    CaptureSnapshotPtr m_snapshot;
    Ordering m_ordering;
    ClusterStatePtr m_cluster;
    std::shared_ptr<const Connection> m_connection;
    std::unique_ptr<ClusterWatch> m_watch;
    RecordingPtr m_recording;
    std::vector<quint64> m_recordingReads; // end with it
    const std::shared_ptr<RecordingSlot> m_recordingSlot = std::make_shared<RecordingSlot>();

    struct Running
    {
        ReadJobPtr job;
        JobTracker::Id tracked = 0; // 0: not shown
        ReadStatus reported;
    };
    std::map<quint64, Running> m_reads;
    quint64 m_nextRead = 1;
};

} // namespace hindcast

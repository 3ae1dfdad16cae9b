#pragma once

#include "model/trace/trace_set.h"
#include "widgets/shared/async.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <atomic>

namespace hindcast {

class JobTracker;
class Workspace;

// The traces of the capture in front, for every view that shows some of them: built off the GUI
// thread as the capture grows, one set after the other. GUI thread; owned by the application.
class TraceStore final : public QObject
{
    Q_OBJECT

public:
    explicit TraceStore(Workspace* workspace, JobTracker* jobs = nullptr,
                        QObject* parent = nullptr);
    ~TraceStore() override;

    const TraceSetPtr& set() const { return m_set; } // null until the first one is there
    bool building() const { return m_asker.busy(); }
    quint64 traceCount() const { return m_traces; }
    quint64 errorCount() const { return m_errors; } // traces with at least one

signals:
    void changed();

private:
    struct Answer
    {
        TraceSetPtr set;
        quint64 errors = 0;
        QStringList services;
    };
    struct Progress
    {
        std::atomic<quint64> done = 0;
        std::atomic<quint64> total = 0;
    };

    void schedule();
    void build();
    void take(const Answer& answer);
    void report();
    void endJob();

    Workspace* const m_workspace;
    JobTracker* const m_jobs;
    TraceSetPtr m_set;
    quint64 m_traces = 0;
    quint64 m_errors = 0;
    std::shared_ptr<Progress> m_progress; // of the build under way
    QTimer m_wait;
    QTimer m_report;
    QElapsedTimer m_sinceBuild;
    qint64 m_lastTookMs = 0;
    quint64 m_job = 0; // 0: too short so far to be worth telling
    bool m_again = false;
    Asker m_asker;
};

} // namespace hindcast

#include "widgets/shared/trace_store.h"

#include "widgets/shared/job_tracker.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"

#include <algorithm>

namespace hindcast {

namespace {

// A growing capture announces itself every frame, and every build puts all traces together anew: it
// may take a quarter of the time of a thread that stands behind the window, no more.
constexpr qint64 kNewTracesEveryMs = 250;
constexpr qint64 kRestFactor = 3;
constexpr int kReportMs = 300;

} // namespace

TraceStore::TraceStore(Workspace* workspace, JobTracker* jobs, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_jobs(jobs)
{
    m_wait.setSingleShot(true);
    m_report.setInterval(kReportMs);
    connect(&m_wait, &QTimer::timeout, this, &TraceStore::build);
    connect(&m_report, &QTimer::timeout, this, &TraceStore::report);
    connect(workspace, &Workspace::snapshotChanged, this, &TraceStore::schedule);
    schedule();
}

TraceStore::~TraceStore() = default;

void TraceStore::schedule()
{
    const CaptureSnapshotPtr snapshot = m_workspace->snapshot();
    if (m_set && m_set->snapshot()->generation() != snapshot->generation()) {
        // Another capture: what was known of the one before says nothing about it.
        m_set.reset();
        m_traces = 0;
        m_errors = 0;
        m_asker.cancel();
        endJob();
        m_sinceBuild.invalidate();
        m_wait.stop();
        emit changed();
    }
    if (m_set && m_set->snapshot()->rowCount() == snapshot->rowCount()) {
        return;
    }
    if (m_asker.busy()) {
        m_again = true;
        return;
    }
    if (!m_wait.isActive()) {
        const qint64 rest = std::max(kNewTracesEveryMs, m_lastTookMs * kRestFactor);
        const qint64 passed = m_sinceBuild.isValid() ? m_sinceBuild.elapsed() : rest;
        m_wait.start(static_cast<int>(std::clamp<qint64>(rest - passed, 0, 60'000)));
    }
}

void TraceStore::build()
{
    m_again = false;
    m_progress = std::make_shared<Progress>();
    m_report.start();
    m_sinceBuild.start();
    m_asker.ask(
        [snapshot = m_workspace->snapshot(), older = m_set,
         progress = m_progress](const std::stop_token& stop) {
            Answer answer;
            answer.set = TraceSet::build(snapshot, older, stop,
                                         [&](std::uint64_t done, std::uint64_t total) {
                                             progress->done = done;
                                             progress->total = total;
                                         });
            if (answer.set) {
                answer.errors = answer.set->tracesWithErrors();
                for (const std::string& service : answer.set->services()) {
                    answer.services << text::fromUtf8(service);
                }
            }
            return answer;
        },
        [this](const Answer& answer) { take(answer); });
}

void TraceStore::take(const Answer& answer)
{
    m_lastTookMs = m_sinceBuild.elapsed();
    m_sinceBuild.start();
    endJob();
    if (answer.set) {
        m_set = answer.set;
        m_traces = m_set->traces().size();
        m_errors = answer.errors;
        theme::serviceColors().claim(answer.services); // before any of them is drawn
        emit changed();
    }
    if (m_again) {
        schedule();
    }
}

void TraceStore::report()
{
    if (!m_jobs || !m_progress || m_progress->total == 0) {
        return;
    }
    if (m_job == 0) {
        m_job = m_jobs->start(QStringLiteral("Looking for traces"));
    }
    const quint64 done = m_progress->done;
    const quint64 total = m_progress->total;
    m_jobs->progress(m_job, static_cast<double>(done) / static_cast<double>(total),
                     text::count(done, QStringLiteral("record"), QStringLiteral("records")));
}

void TraceStore::endJob()
{
    m_report.stop();
    if (m_job != 0) {
        m_jobs->finish(m_job);
        m_job = 0;
    }
}

} // namespace hindcast

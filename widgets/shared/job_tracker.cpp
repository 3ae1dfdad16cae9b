#include "widgets/shared/job_tracker.h"

#include <algorithm>

namespace hindcast {

JobTracker::JobTracker(QObject* parent)
    : QObject(parent)
{
}

JobTracker::~JobTracker() = default;

JobTracker::Id JobTracker::start(const QString& title, std::function<void()> cancel)
{
    m_jobs.push_back({m_next, title, {}, -1, std::move(cancel)});
    emit changed();
    return m_next++;
}

void JobTracker::progress(Id id, double share, const QString& text)
{
    const auto job =
        std::find_if(m_jobs.begin(), m_jobs.end(), [id](const Job& j) { return j.id == id; });
    if (job != m_jobs.end()) {
        job->share = share;
        job->progress = text;
        emit changed();
    }
}

void JobTracker::finish(Id id, const QString& outcome, bool failed)
{
    if (std::erase_if(m_jobs, [id](const Job& j) { return j.id == id; }) > 0) {
        emit changed();
        if (!outcome.isEmpty()) {
            emit finished(outcome, failed);
        }
    }
}

void JobTracker::cancel(Id id)
{
    const auto job =
        std::find_if(m_jobs.begin(), m_jobs.end(), [id](const Job& j) { return j.id == id; });
    if (job != m_jobs.end() && job->cancel) {
        const auto call = job->cancel; // it may finish the job and move the vector
        call();
    }
}

} // namespace hindcast

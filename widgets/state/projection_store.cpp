#include "widgets/state/projection_store.h"

#include "model/replay/fold_estimate.h"
#include "model/replay/projection_proposal.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"

#include <QPointer>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kRefoldMs = 200; // a growing capture is folded on this often
// Projections that nobody opened yet are folded by themselves, for their key counts, only over
// captures that take about a second.
constexpr Row kByItselfUpTo = 1'000'000;

} // namespace

ProjectionStore::ProjectionStore(Workspace* workspace, JobTracker* jobs, QStringList builtInFolders,
                                 QString userFolder, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_jobs(jobs)
    , m_builtInFolders(std::move(builtInFolders))
    , m_userFolder(std::move(userFolder))
{
    m_soon.setSingleShot(true);
    connect(&m_soon, &QTimer::timeout, this, &ProjectionStore::foldNext);
    connect(m_workspace, &Workspace::snapshotChanged, this, &ProjectionStore::captureChanged);
    connect(m_workspace, &Workspace::orderChanged, this, &ProjectionStore::captureChanged);
    reload();
}

ProjectionStore::~ProjectionStore() = default;

ProjectionStore::Entry* ProjectionStore::entry(const QString& name)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&](const auto& e) { return e->name == name; });
    return found == m_entries.end() ? nullptr : found->get();
}

const ProjectionStore::Entry* ProjectionStore::find(const QString& name) const
{
    return const_cast<ProjectionStore*>(this)->entry(name);
}

void ProjectionStore::captureChanged()
{
    const CaptureSnapshotPtr snapshot = m_workspace->snapshot();
    const bool other = m_generation != snapshot->generation();
    m_generation = snapshot->generation();
    bool listChanged = false;
    for (const auto& e : m_entries) {
        bool inCapture = false;
        for (const std::string& topic :
             e->projection ? e->projection->topics() : std::vector<std::string>()) {
            inCapture = inCapture || snapshot->topicId(topic).has_value();
        }
        listChanged = listChanged || inCapture != e->inCapture || (other && e->log);
        e->inCapture = inCapture;
        if (other || !inCapture) {
            e->log.reset();
            e->trust.reset();
            e->band.reset();
        }
        if (other && e->projection) {
            e->problem.clear();
        }
    }
    if (other) {
        if (m_folder.busy()) {
            m_folder.cancel();
            m_jobs->finish(m_job);
            for (const auto& e : m_entries) {
                e->folding = false;
            }
        }
        foldNext();
    } else if (!m_soon.isActive()) {
        m_soon.start(kRefoldMs);
    }
    if (listChanged) {
        emit changed();
    }
}

bool ProjectionStore::needsFold(const Entry& e) const
{
    const TimeOrderPtr order = m_workspace->order();
    if (!e.projection || !order || !e.inCapture ||
        order->snapshot()->generation() != m_generation) {
        return false;
    }
    const bool sameDefinition = e.log && e.log->projectionPtr() == e.projection;
    if (!m_wanted.contains(e.name)) {
        // For its key count only: once, and again when the capture has grown by a quarter. What
        // failed would fail again.
        return order->size() <= kByItselfUpTo && e.problem.isEmpty() &&
               (!sameDefinition || order->size() > e.log->order()->size() / 4 * 5);
    }
    return !sameDefinition || e.log->order() != order;
}

void ProjectionStore::foldNext()
{
    if (m_folder.busy()) {
        return;
    }
    for (const QString& name : m_wanted) {
        if (Entry* const e = entry(name); e && needsFold(*e)) {
            fold(*e);
            return;
        }
    }
    for (const auto& e : m_entries) {
        if (needsFold(*e)) {
            fold(*e);
            return;
        }
    }
}

void ProjectionStore::fold(Entry& e)
{
    e.folding = true;
    const QString name = e.name;
    const TimeOrderPtr order = m_workspace->order();
    m_job = m_jobs->start(tr("Folding %1").arg(name), [this, name] {
        m_folder.cancel();
        m_jobs->finish(m_job, tr("Folding %1 was stopped.").arg(name));
        if (Entry* const stopped = entry(name)) {
            stopped->folding = false;
            stopped->problem = tr("Folding was stopped; F5 folds again.");
            m_wanted.removeAll(name);
        }
        emit logChanged(name);
    });
    const auto report = [store = QPointer<ProjectionStore>(this), job = m_job](Rank done,
                                                                               Rank total) {
        QMetaObject::invokeMethod(
            store.data(),
            [store, job, done, total] {
                if (store && store->m_job == job) {
                    store->m_jobs->progress(
                        job, total == 0 ? 1.0 : static_cast<double>(done) / total,
                        tr("%1 of %2")
                            .arg(text::number(qint64{done}),
                                 text::count(total, tr("record"), tr("records"))));
                }
            },
            Qt::QueuedConnection);
    };
    const ProjectionPtr projection = e.projection;
    const VersionLogPtr older = e.log;
    m_folder.ask(
        [projection, order, older, report, means = means(),
         judge = e.trust](const std::stop_token& stop) {
            // Progress every tenth of a second is enough.
            auto last = std::chrono::steady_clock::now();
            const VersionLog::Progress progress = [&](Rank done, Rank total) {
                const auto now = std::chrono::steady_clock::now();
                if (now - last > std::chrono::milliseconds(100)) {
                    last = now;
                    report(done, total);
                }
            };
            Folded result{means.fold(projection, order, stop, progress, older), nullptr, nullptr};
            if (result.log) {
                result.trust = std::make_shared<const TrustJudge>(*result.log, judge.get());
                result.band = std::make_shared<const std::vector<TrustSpan>>(result.trust->band());
            }
            return result;
        },
        [this, name, projection](Folded result) { folded(name, projection, std::move(result)); });
    emit changed();
}

// A scratch capture is likely to be gone soon: its folds are not kept.
ProjectionStore::Means ProjectionStore::means() const
{
    return {m_workspace->captureName().isEmpty() ? nullptr : m_kept, m_foldMemory};
}

Result<VersionLogPtr> ProjectionStore::Means::fold(const ProjectionPtr& projection,
                                                   const TimeOrderPtr& order,
                                                   const std::stop_token& stop,
                                                   const VersionLog::Progress& progress,
                                                   const VersionLogPtr& older) const
{
    if (memory > 0) {
        if (auto fits =
                mayFold(*projection, *order, memory,
                        "read it into a capture of its own (hindcast-cli state --from {}), or set "
                        "folds/megabytes in the settings.");
            !fits) {
            return tl::unexpected<Error>(fits.error());
        }
    }
    return kept ? kept->fold(projection, order, stop, progress, older)
                : VersionLog::fold(projection, order, stop, progress, older);
}

ProjectionStore::Fold ProjectionStore::folder(const ProjectionPtr& projection) const
{
    return [means = means(), projection](const TimeOrderPtr& order, const std::stop_token& stop) {
        return means.fold(projection, order, stop);
    };
}

void ProjectionStore::folded(const QString& name, const ProjectionPtr& projection, Folded result)
{
    Entry* const e = entry(name);
    const bool current = e && e->projection == projection;
    if (!result.log) {
        m_jobs->finish(m_job, text::fromUtf8(result.log.error().message), true);
    } else {
        m_jobs->finish(m_job);
    }
    if (e) {
        e->folding = false;
    }
    if (current && result.log) {
        e->log = std::move(*result.log);
        e->trust = std::move(result.trust);
        e->band = std::move(result.band);
        e->problem.clear();
    } else if (current) {
        // Tried again when the definition or the capture changes, not for ever.
        e->problem = text::fromUtf8(result.log.error().message);
        m_wanted.removeAll(name);
    }
    emit changed();
    emit logChanged(name);
    m_soon.start(kRefoldMs);
}

void ProjectionStore::want(const QString& name)
{
    m_wanted.removeAll(name);
    m_wanted.prepend(name);
    foldNext();
}

void ProjectionStore::propose(const QString& topic)
{
    m_proposer.ask(
        [snapshot = m_workspace->snapshot(), name = topic.toStdString()](const std::stop_token&) {
            return proposeProjection(*snapshot, name);
        },
        [this, topic](const Result<std::string>& proposal) {
            emit proposed(topic, proposal ? text::fromUtf8(*proposal) : QString(),
                          proposal ? QString() : text::fromUtf8(proposal.error().message));
        });
}

} // namespace hindcast

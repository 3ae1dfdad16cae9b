#include "widgets/shared/lag_store.h"

#include "model/lag/lag_history_builder.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"

#include <limits>
#include <set>

namespace hindcast {

namespace {

// Samples come every few seconds; a capture that grows by records announces itself every frame.
constexpr qint64 kAtMostEveryMs = 100;

} // namespace

// Where the worker is in the capture's samples.
struct LagStore::Feed
{
    LagHistoryBuilder builder;
    std::uint64_t generation = 0;
    std::size_t seen = 0;
    GroupSamplePtr last;
    std::set<std::string> captured; // groups with samples in the capture
};

LagStore::LagStore(Workspace* workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_feed(std::make_shared<Feed>())
{
    m_wait.setSingleShot(true);
    connect(&m_wait, &QTimer::timeout, this, &LagStore::build);
    connect(workspace, &Workspace::snapshotChanged, this, &LagStore::schedule);
    connect(workspace, &Workspace::clusterChanged, this, &LagStore::schedule);
    schedule();
}

LagStore::~LagStore() = default;

void LagStore::schedule()
{
    if (m_asker.busy()) {
        m_again = true;
        return;
    }
    if (!m_wait.isActive()) {
        const bool soon = m_sinceBuild.isValid() && m_sinceBuild.elapsed() < kAtMostEveryMs;
        m_wait.start(soon ? static_cast<int>(kAtMostEveryMs) : 0);
    }
}

LagStore::Answer LagStore::feed(Feed& feed, const std::vector<GroupSamplePtr>& samples,
                                std::uint64_t generation,
                                const std::vector<GroupSamplePtr>& cluster)
{
    Answer answer;
    const bool grown = generation == feed.generation && samples.size() >= feed.seen &&
                       (feed.seen == 0 || samples[feed.seen - 1] == feed.last);
    if (!grown) {
        feed = Feed{};
        feed.generation = generation;
        answer.changed = true;
    }
    for (; feed.seen < samples.size(); ++feed.seen) {
        feed.last = samples[feed.seen];
        if (feed.last) {
            answer.changed = feed.builder.add(feed.last) || answer.changed;
            feed.captured.insert(feed.last->group);
        }
    }
    // While a connection's samples are not captured, what the cluster says is all there is. A group
    // that is only named there says nothing about its members.
    for (const GroupSamplePtr& sample : cluster) {
        if (sample && !sample->partitions.empty() && !feed.captured.contains(sample->group)) {
            answer.changed = feed.builder.add(sample) || answer.changed;
        }
    }
    if (answer.changed) {
        answer.history = feed.builder.snapshot();
    }
    return answer;
}

void LagStore::build()
{
    m_again = false;
    const CaptureSnapshotPtr snapshot = m_workspace->snapshot();
    const ClusterStatePtr cluster = m_workspace->cluster();
    m_asker.ask(
        [state = m_feed, snapshot, cluster](const std::stop_token&) {
            return feed(*state, snapshot->groupSamples(), snapshot->generation(),
                        cluster ? cluster->groups : std::vector<GroupSamplePtr>{});
        },
        [this](const Answer& answer) {
            m_sinceBuild.start();
            if (answer.changed) {
                m_history = answer.history;
                m_kept.clear();
                emit changed();
            }
            if (m_again) {
                schedule();
            }
        });
}

const GroupLag& LagStore::at(const QString& group, Timestamp t) const
{
    auto kept = m_kept.find(group);
    if (kept == m_kept.end() || kept->time != t) {
        kept = m_kept.insert(group, Kept{t, evaluateLag(*m_history, text::toUtf8(group), t)});
    }
    return kept->lag;
}

QStringList LagStore::groups() const
{
    std::set<std::string> names;
    for (std::string& name : m_history->groups()) {
        names.insert(std::move(name));
    }
    if (const ClusterStatePtr cluster = m_workspace->cluster()) {
        for (const GroupSamplePtr& sample : cluster->groups) {
            if (sample) {
                names.insert(sample->group);
            }
        }
    }
    QStringList list;
    for (const std::string& name : names) {
        list.append(text::fromUtf8(name));
    }
    return list;
}

Timestamp LagStore::timeOf(const MomentControl& moments)
{
    constexpr Timestamp kEnd = timestampFromMs(std::numeric_limits<std::int64_t>::max());
    return moments.live() || moments.a().time == kNoTimestamp ? kEnd : moments.a().time;
}

} // namespace hindcast

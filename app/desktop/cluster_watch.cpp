#include "app/desktop/cluster_watch.h"

#include "model/lag/lag_sampler.h"

#include <algorithm>
#include <condition_variable>

namespace hindcast {

namespace {

constexpr std::chrono::seconds kInterval{5};
constexpr std::chrono::seconds kDeadline{10};

void sleepUnlessStopped(std::chrono::milliseconds time, const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, time, [] { return false; });
}

} // namespace

ClusterWatch::ClusterWatch(const std::shared_ptr<const Connection>& connection,
                           const std::shared_ptr<Capture>& capture, QThreadPool& pool)
{
    pool.start([connection, capture, shared = m_shared, stop = m_stop.get_token()] {
        watchTopics(*connection, *capture, *shared, stop);
    });
    pool.start([connection, capture, shared = m_shared, stop = m_stop.get_token()] {
        watchGroups(*connection, *capture, *shared, stop);
    });
}

ClusterWatch::~ClusterWatch()
{
    m_stop.request_stop();
}

ClusterStatePtr ClusterWatch::newest() const
{
    const std::lock_guard lock(m_shared->mutex);
    return m_shared->newest;
}

void ClusterWatch::setRecording(RecordingPtr recording)
{
    const std::lock_guard lock(m_shared->mutex);
    m_shared->recording = std::move(recording);
}

void ClusterWatch::watchTopics(const Connection& connection, Capture& capture, Shared& shared,
                               const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        auto answer = connection.cluster->topics(kDeadline);
        auto state = std::make_shared<ClusterState>();
        RecordingPtr recording;
        {
            const std::lock_guard lock(shared.mutex);
            if (answer) {
                *state = std::move(*answer);
            } else {
                // What was seen last stays on show, marked as old.
                if (shared.newest) {
                    *state = *shared.newest;
                }
                state->problem = answer.error().message;
            }
            state->groups = shared.groups;
            shared.newest = state;
            recording = shared.recording;
        }
        if (state->problem.empty()) {
            (void)capture.putCluster(state);
            if (recording) {
                recording->offer(ClusterStatePtr(state));
            }
        }
        sleepUnlessStopped(kInterval, stop);
    }
}

void ClusterWatch::publishGroups(Shared& shared)
{
    auto state = std::make_shared<ClusterState>();
    if (shared.newest) {
        *state = *shared.newest;
    }
    std::sort(shared.round.begin(), shared.round.end(),
              [](const GroupSamplePtr& a, const GroupSamplePtr& b) { return a->group < b->group; });
    shared.groups = std::move(shared.round);
    shared.round.clear();
    state->groups = shared.groups;
    shared.newest = state;
}

void ClusterWatch::watchGroups(const Connection& connection, Capture& capture, Shared& shared,
                               const std::stop_token& stop)
{
    LagSampler::Options options;
    options.interval = kInterval;
    options.deadline = kDeadline;
    LagSampler::Sink sink;
    sink.sample = [&](const GroupSamplePtr& sample) {
        (void)capture.putGroupSample(sample);
        RecordingPtr recording;
        {
            const std::lock_guard lock(shared.mutex);
            shared.round.push_back(sample);
            recording = shared.recording;
        }
        if (recording) {
            recording->offer(sample);
        }
    };
    sink.round = [&](std::size_t, std::chrono::milliseconds) {
        const std::lock_guard lock(shared.mutex);
        publishGroups(shared);
    };
    sink.problem = [&](const Error&, std::chrono::milliseconds) {
        // The watch of the topics meets the same broker and says what is wrong with it.
        const std::lock_guard lock(shared.mutex);
        shared.round.clear();
    };
    LagSampler(*connection.cluster, options, sink).run(stop);
}

} // namespace hindcast

#pragma once

#include "app/desktop/connection.h"
#include "app/desktop/recording.h"
#include "model/capture/capture.h"

#include <QThreadPool>

#include <memory>
#include <mutex>
#include <stop_token>

namespace hindcast {

// Looks at a cluster as long as it lives: topics with their watermarks and samples of all groups,
// into the capture and to whoever asks for the newest. Two threads of `pool`; the GUI thread pulls.
class ClusterWatch
{
public:
    ClusterWatch(const std::shared_ptr<const Connection>& connection,
                 const std::shared_ptr<Capture>& capture, QThreadPool& pool);
    ~ClusterWatch(); // asks its threads to end and does not wait for them
    ClusterWatch(const ClusterWatch&) = delete;
    ClusterWatch& operator=(const ClusterWatch&) = delete;

    // The newest state; null before the first answer. Its `problem` says that it is an old one.
    ClusterStatePtr newest() const;
    // What is seen also goes there while it is set.
    void setRecording(RecordingPtr recording);

private:
    struct Shared
    {
        std::mutex mutex;
        ClusterStatePtr newest;             // by mutex
        std::vector<GroupSamplePtr> groups; // by mutex; the last whole round
        std::vector<GroupSamplePtr> round;  // by mutex; the round under way
        RecordingPtr recording;             // by mutex
    };
    static void watchTopics(const Connection& connection, Capture& capture, Shared& shared,
                            const std::stop_token& stop);
    static void watchGroups(const Connection& connection, Capture& capture, Shared& shared,
                            const std::stop_token& stop);
    static void publishGroups(Shared& shared);

    const std::shared_ptr<Shared> m_shared = std::make_shared<Shared>();
    std::stop_source m_stop;
};

} // namespace hindcast

#pragma once

#include "model/capture/capture.h"

#include <QString>
#include <QStringList>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace hindcast {

// The chosen topics and the samples of all groups on their way into a named file, beside the
// scratch capture. Whichever read brings a batch offers it. A file that cannot be written ends the
// recording and not the reads. Thread-safe.
class Recording
{
public:
    Recording(std::shared_ptr<Capture> file, QString path, const QStringList& topics);

    bool wants(const std::string& topic) const { return m_topics.contains(topic); }
    const std::set<std::string>& topics() const { return m_topics; }
    const QString& path() const { return m_path; }
    const std::shared_ptr<Capture>& file() const { return m_file; }

    // Block while the file's own queue is full.
    void offer(const RecordBatchPtr& batch);
    void offer(const Receipt& receipt);
    void offer(const GroupSamplePtr& sample);
    void offer(const ClusterStatePtr& cluster);
    // What the scratch capture has of it already; blocks. Called once, and before finish().
    void takeOver(const CaptureSnapshot& snapshot);
    // Waits for takeOver() and closes the file. `last` is the scratch capture as it was when the
    // last batch had been offered.
    Result<void> finish(const CaptureSnapshot& last);

    std::uint64_t records() const { return m_file->snapshot()->rowCount(); }
    std::uint64_t samples() const { return m_samples; }
    std::uint64_t bytes() const { return m_file->sizeOnDisk(); }
    std::chrono::seconds elapsed() const;
    QString problem() const; // why nothing is recorded any more; empty: it is

private:
    void note(const Result<void>& done);
    Result<void> takeOverRecords(const CaptureSnapshot& snapshot);
    void takeOverCovered(const CaptureSnapshot& snapshot);

    const std::shared_ptr<Capture> m_file;
    const QString m_path;
    std::set<std::string> m_topics;
    const std::chrono::steady_clock::time_point m_began = std::chrono::steady_clock::now();
    std::promise<void> m_takenOver;
    std::atomic<std::uint64_t> m_samples{0};

    mutable std::mutex m_mutex;
    QString m_problem;                                  // by m_mutex
    std::set<std::pair<std::string, Timestamp>> m_seen; // by m_mutex; group and time of samples
};

using RecordingPtr = std::shared_ptr<Recording>;

} // namespace hindcast

#pragma once

#include "model/capture/capture.h"

#include <QString>
#include <QStringList>

#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <string>

namespace hindcast {

// The chosen topics on their way into a named file, beside the scratch capture. Batches are offered
// by whichever read brings them. Thread-safe.
class Recording
{
public:
    Recording(std::shared_ptr<Capture> file, QString path, const QStringList& topics);

    bool wants(const std::string& topic) const { return m_topics.contains(topic); }
    const std::set<std::string>& topics() const { return m_topics; }
    const QString& path() const { return m_path; }
    const std::shared_ptr<Capture>& file() const { return m_file; }

    // Blocks while the file's own queue is full.
    Result<void> offer(const RecordBatchPtr& batch);
    // What the scratch capture already has of the topics; blocks.
    Result<void> takeOver(const CaptureSnapshot& snapshot);

    std::chrono::seconds elapsed() const;

private:
    const std::shared_ptr<Capture> m_file;
    const QString m_path;
    std::set<std::string> m_topics;
    const std::chrono::steady_clock::time_point m_began = std::chrono::steady_clock::now();
};

using RecordingPtr = std::shared_ptr<Recording>;

} // namespace hindcast

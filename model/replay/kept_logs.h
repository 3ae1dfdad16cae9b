#pragma once

#include "model/replay/version_log.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace hindcast {

// Folds that are kept in a folder, so that a capture and a projection which are as they were need
// not be folded again. A file is believed only if it was written by a program that folds alike, of
// the same capture (told by its id and a digest of its index), projection and clock, and every
// checksum agrees; whatever else is found is left aside and folded anew. One of a capture that has
// grown since is folded on. Written by a thread of its own, under another name first, so that
// several programs may share the folder. Thread-safe.
class KeptLogs
{
public:
    struct Options
    {
        std::string folder;                               // made when it is needed
        std::uint64_t mostBytes = std::uint64_t{4} << 30; // of all files; the oldest go
        std::chrono::milliseconds worth{100};             // what folded faster is not worth a file
        // What could not be kept or believed, a sentence; from any thread.
        std::function<void(const std::string&)> note = {};
    };

    explicit KeptLogs(Options options);
    ~KeptLogs(); // what is not written yet is left out
    KeptLogs(const KeptLogs&) = delete;
    KeptLogs& operator=(const KeptLogs&) = delete;

    // As VersionLog::fold(), from what is kept where that helps; what was folded is kept. Captures
    // without a file, and orders made for one moment, are folded and not kept.
    Result<VersionLogPtr> fold(const ProjectionPtr& projection, const TimeOrderPtr& order,
                               const std::stop_token& stop,
                               const VersionLog::Progress& progress = {},
                               const VersionLogPtr& older = nullptr);

    // Null where nothing fits. Of a capture that has grown, the log of the records there were
    // then: VersionLog::fold() goes on from it.
    VersionLogPtr find(const ProjectionPtr& projection, const TimeOrderPtr& order);
    void keep(const VersionLogPtr& log);
    // Blocks until all is written, or left out where it shall stop.
    void finish(const std::stop_token& stop = {});
    // Where the log of this projection and order is kept; empty: nowhere.
    std::string pathOf(const Projection& projection, const TimeOrder& order) const;

private:
    void work(const std::stop_token& stop);
    bool write(const VersionLog& log, const std::stop_token& stop);
    void trim() const;
    std::uint64_t digest(const CaptureSnapshot& snapshot, Row rows);
    void note(const std::string& words) const;

    const Options m_options;

    // Guarded by m_mutex.
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<VersionLogPtr> m_queue;
    bool m_busy = false;
    std::map<std::pair<std::uint64_t, Row>, std::uint64_t> m_digests; // by generation

    std::jthread m_thread; // last: it uses the others; started by the first keep()
};

using KeptLogsPtr = std::shared_ptr<KeptLogs>;

} // namespace hindcast

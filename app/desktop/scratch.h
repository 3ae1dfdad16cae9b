#pragma once

#include "model/capture/capture.h"

#include <QString>

#include <memory>
#include <vector>

class QLockFile;

namespace hindcast {

// The folder of captures that nobody has named yet. Each belongs to one running program, which
// holds a lock beside it; one without a lock was left behind by a crash and is offered again.
class ScratchFolder
{
public:
    // What a scratch capture may take on disk before reads stop and say so.
    static constexpr quint64 kLimitBytes = quint64{4} * 1000 * 1000 * 1000;

    explicit ScratchFolder(QString path);
    ~ScratchFolder();

    // A fresh file, locked. Off the GUI thread.
    Result<std::shared_ptr<Capture>> create();
    // Deletes the file, its journal and its lock.
    void discard(const QString& file);
    // Left behind by programs that run no more, newest first.
    std::vector<QString> leftBehind() const;

    const QString& path() const { return m_path; }

private:
    const QString m_path;
    std::vector<std::unique_ptr<QLockFile>> m_locks; // held as long as this lives
};

} // namespace hindcast

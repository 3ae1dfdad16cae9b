#include "app/desktop/scratch.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QLockFile>

namespace hindcast {

namespace {

QString lockOf(const QString& file)
{
    return file + QStringLiteral(".lock");
}

} // namespace

ScratchFolder::ScratchFolder(QString path)
    : m_path(std::move(path))
{
}

ScratchFolder::~ScratchFolder() = default;

Result<std::shared_ptr<Capture>> ScratchFolder::create()
{
    if (!QDir().mkpath(m_path)) {
        return fail(ErrorCode::Denied, "The folder " + m_path.toStdString() +
                                           " for unsaved captures cannot be made; check its "
                                           "permissions.");
    }
    const QString stamp =
        QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    const QString file = QStringLiteral("%1/unsaved-%2.hindcast").arg(m_path, stamp);
    auto lock = std::make_unique<QLockFile>(lockOf(file));
    // A lock is stale only when its program is gone, however long it runs.
    lock->setStaleLockTime(0);
    lock->tryLock(0);
    auto capture = Capture::create(file.toStdString());
    if (capture) {
        m_locks.push_back(std::move(lock));
    }
    return capture;
}

void ScratchFolder::discard(const QString& file)
{
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        QFile::remove(file + QLatin1String(suffix));
    }
    std::erase_if(m_locks, [&](const auto& lock) { return lock->fileName() == lockOf(file); });
    QFile::remove(lockOf(file));
}

std::vector<QString> ScratchFolder::leftBehind() const
{
    std::vector<QString> files;
    const QDir folder(m_path);
    for (const QString& name : folder.entryList({QStringLiteral("unsaved-*.hindcast")}, QDir::Files,
                                                QDir::Name | QDir::Reversed)) {
        const QString file = folder.filePath(name);
        QLockFile lock(lockOf(file));
        lock.setStaleLockTime(0);
        if (lock.tryLock(0)) {
            files.push_back(file); // nobody runs who could be writing it
        }
    }
    return files;
}

} // namespace hindcast

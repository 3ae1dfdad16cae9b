#include "widgets/shared/async.h"

#include <QCoreApplication>
#include <QThread>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace hindcast {

namespace {

// More threads than cores: what is answered in a moment must not queue behind folds and searches.
constexpr int kBesideLongWork = 4;

#ifdef Q_OS_LINUX
constexpr int kNice = 5; // a third of the processor's time beside a thread that wants it all
#endif

} // namespace

void standBehindTheWindow()
{
#ifdef Q_OS_LINUX
    // Linux gives every thread a nice value of its own; one that cannot be set changes nothing.
    thread_local const bool done =
        setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice) == 0;
    Q_UNUSED(done)
#endif
}

QThreadPool& workPool()
{
    static QThreadPool pool;
    static const bool isSetUp = [] {
        pool.setMaxThreadCount(QThread::idealThreadCount() + kBesideLongWork);
        // Work may hold what belongs to the application, so it ends before that does.
        qAddPostRoutine([] { pool.waitForDone(); });
        return true;
    }();
    Q_UNUSED(isSetUp)
    return pool;
}

} // namespace hindcast

#include "widgets/shared/async.h"

#include <QCoreApplication>
#include <QThread>

namespace hindcast {

namespace {

// More threads than cores: what is answered in a moment must not queue behind folds and searches.
constexpr int kBesideLongWork = 4;

} // namespace

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

#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QThreadPool>
#include <QtConcurrent/QtConcurrentRun>

#include <memory>
#include <stop_token>
#include <utility>

namespace hindcast {

// Where work off the GUI thread runs. Never in QThreadPool::globalInstance(): Qt's raster engine
// blends in that one and waits for it inside a paint, for seconds behind a fold.
QThreadPool& workPool();

// Called by a thread that works for the window: from then on the GUI thread goes before it, which
// on two busy cores otherwise waits its turn behind every fold. Linux; elsewhere nothing.
void standBehindTheWindow();

// Runs one question at a time off the GUI thread: asking again outdates the question before it,
// whose answer is dropped and whose work is told to stop. Lives on the GUI thread, in the object
// that asks.
//
//     m_search.ask([=](const std::stop_token& stop) { return find(snapshot, text, stop); },
//                  [this](Found found) { show(found); });
class Asker
{
public:
    Asker() = default;
    ~Asker() { cancel(); }
    Asker(const Asker&) = delete;
    Asker& operator=(const Asker&) = delete;

    template <typename Work, typename Done>
    void ask(Work work, Done done)
    {
        cancel();
        m_stop = std::stop_source{};
        using Answer = std::invoke_result_t<Work, std::stop_token>;
        auto* watcher = new QFutureWatcher<std::shared_ptr<Answer>>();
        m_watcher.reset(watcher);
        QObject::connect(watcher, &QFutureWatcherBase::finished, watcher,
                         [this, watcher, done = std::move(done)]() mutable {
                             const auto answer = watcher->result();
                             m_busy = false;
                             done(std::move(*answer));
                         });
        m_busy = true;
        watcher->setFuture(
            QtConcurrent::run(&workPool(), [work = std::move(work), stop = m_stop.get_token()] {
                standBehindTheWindow();
                return std::make_shared<Answer>(work(stop));
            }));
    }

    void cancel()
    {
        m_stop.request_stop();
        if (auto* old = m_watcher.release()) {
            old->disconnect();
            old->deleteLater(); // the work itself ends on its own
        }
        m_busy = false;
    }

    bool busy() const { return m_busy; }

private:
    std::stop_source m_stop;
    std::unique_ptr<QFutureWatcherBase> m_watcher;
    bool m_busy = false;
};

} // namespace hindcast

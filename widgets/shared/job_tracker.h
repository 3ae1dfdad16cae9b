#pragma once

#include <QObject>
#include <QString>

#include <functional>
#include <vector>

namespace hindcast {

// The long work under way, as the status bar shows it. GUI thread; whoever runs the work reports
// here.
class JobTracker final : public QObject
{
    Q_OBJECT

public:
    using Id = quint64;

    struct Job
    {
        Id id = 0;
        QString title;                // "Reading orders"
        QString progress;             // "1,204,000 records, 196 MB, 41 s left"
        double share = -1;            // 0..1; below 0: not known
        std::function<void()> cancel; // empty: cannot be cancelled
    };

    explicit JobTracker(QObject* parent = nullptr);
    ~JobTracker() override;

    Id start(const QString& title, std::function<void()> cancel = {});
    void progress(Id id, double share, const QString& text);
    // `outcome`: what the status bar says for a while after; a failure stays until the next one.
    void finish(Id id, const QString& outcome = {}, bool failed = false);
    void cancel(Id id);

    const std::vector<Job>& jobs() const { return m_jobs; }

signals:
    void changed();
    void finished(const QString& outcome, bool failed);

private:
    std::vector<Job> m_jobs;
    Id m_next = 1;
};

} // namespace hindcast

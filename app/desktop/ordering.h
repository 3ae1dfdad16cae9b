#pragma once

#include "model/capture/time_order.h"
#include "widgets/shared/async.h"
#include "widgets/shared/job_tracker.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>

#include <optional>

namespace hindcast {

// The order of the capture in front by the clock that a person chose, and the clock that would fit
// the capture better. GUI thread; owned by the session. Orders are built on the pool, one at a
// time: by `log` each goes on from the last, by the others a capture that grows is ordered anew,
// with rests between.
class Ordering final : public QObject
{
    Q_OBJECT

public:
    explicit Ordering(JobTracker* jobs, QObject* parent = nullptr);
    ~Ordering() override;

    void stop();   // what is being made
    void forget(); // another capture comes: no order, and the clock is `log`
    // What there is now; builds what is missing unless it is being built. Cheap where nothing is.
    void update(const CaptureSnapshotPtr& snapshot);

    const TimeOrderPtr& order() const { return m_order; }
    // The order so far stays until the new one is there.
    void setClock(const Clock& clock);
    const Clock& clock() const { return m_clock; }
    const std::optional<ClockProposal>& proposal() const { return m_proposal; }

signals:
    void orderChanged();
    void clockChanged(); // or the proposal
    // The clock cannot order this capture; it is the one before again.
    void failed(const QString& sentence, const QString& detail);

private:
    // After work that took some time nothing is done for a multiple of it.
    class Rest
    {
    public:
        void begin() { m_since.start(); }
        void end(); // of the work
        bool over() const { return !m_since.isValid() || m_since.elapsed() >= m_ms; }
        void forget() { m_since.invalidate(); }

    private:
        QElapsedTimer m_since;
        qint64 m_ms = 0;
    };

    void build();
    void built(Result<TimeOrderPtr> order);
    void advise();
    void finishJob();

    JobTracker* const m_jobs;
    CaptureSnapshotPtr m_snapshot;
    Clock m_clock;
    TimeOrderPtr m_order;
    Asker m_builder;
    Rest m_buildRest;
    JobTracker::Id m_job = 0; // while another clock's first order is built; 0: none
    std::optional<ClockProposal> m_proposal;
    Asker m_adviser;
    Rest m_adviceRest;
    Row m_advisedRows = 0;
};

} // namespace hindcast

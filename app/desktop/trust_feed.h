#pragma once

#include "model/replay/trust_judge.h"
#include "widgets/shared/async.h"
#include "widgets/shared/place.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <string>
#include <vector>

namespace hindcast {

class MomentControl;
class ProjectionStore;
class TimeStrip;
class Workspace;

// What the time strip says of trust: its band over time and the words for A. It is about the
// document in front: a projection's states, a list's topics, else everything captured. GUI thread;
// judged on the pool, and while a capture grows no more often than takes a twentieth of a core.
class TrustFeed final : public QObject
{
    Q_OBJECT

public:
    TrustFeed(Workspace* workspace, MomentControl* moments, ProjectionStore* projections,
              TimeStrip* strip, QObject* parent = nullptr);
    ~TrustFeed() override;

    // The document in front is this.
    void setFront(const Place& place);
    void showA(); // in words

private:
    using Band = std::shared_ptr<const std::vector<TrustSpan>>;
    struct Judged
    {
        TrustJudgePtr judge;
        Band band;
    };

    void refresh();
    void askRecords();
    void show(const TimeOrderPtr& order, const Band& band);
    std::vector<std::string> topics() const;
    QString subject() const;

    Workspace* const m_workspace;
    MomentControl* const m_moments;
    ProjectionStore* const m_projections;
    TimeStrip* const m_strip;
    Place m_front;
    Asker m_asker;
    QTimer m_again;
    QElapsedTimer m_asked;
    std::vector<std::string> m_topics; // that m_judge is of
    TrustJudgePtr m_judge;             // of records
    TimeOrderPtr m_order;              // of what is shown
    Band m_band;
};

} // namespace hindcast

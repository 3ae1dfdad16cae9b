#pragma once

#include "model/lag/lag_evaluation.h"
#include "model/lag/lag_history.h"
#include "widgets/shared/async.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QTimer>

namespace hindcast {

class MomentControl;
class Workspace;

// The lag of all groups over time, for every view that shows some of it: the history is built off
// the GUI thread from the workspace's samples, and asked here. GUI thread; owned by the
// application.
class LagStore final : public QObject
{
    Q_OBJECT

public:
    explicit LagStore(Workspace* workspace, QObject* parent = nullptr);
    ~LagStore() override;

    const LagHistoryPtr& history() const { return m_history; } // never null
    // What the group was at that time, verdict and seconds behind included; kept until the time or
    // the history is another one.
    const GroupLag& at(const QString& group, Timestamp t) const;
    // Groups with samples, and those that the cluster only names.
    QStringList groups() const;

    // The time at which lag is to be shown: A's, and past all samples while A is live or there are
    // no records to set it by.
    static Timestamp timeOf(const MomentControl& moments);

signals:
    void changed();

private:
    struct Feed;
    struct Answer
    {
        LagHistoryPtr history;
        bool changed = false;
    };
    void schedule();
    void build();
    static Answer feed(Feed& feed, const std::vector<GroupSamplePtr>& samples,
                       std::uint64_t generation, const std::vector<GroupSamplePtr>& cluster);

    Workspace* const m_workspace;
    LagHistoryPtr m_history = std::make_shared<const LagHistory>();
    std::shared_ptr<Feed> m_feed; // the worker's, one at a time
    QTimer m_wait;
    QElapsedTimer m_sinceBuild;
    bool m_again = false;
    Asker m_asker;

    struct Kept
    {
        Timestamp time;
        GroupLag lag;
    };
    mutable QHash<QString, Kept> m_kept;
};

} // namespace hindcast

#pragma once

#include "model/replay/moment_bookmark.h"
#include "widgets/shared/async.h"
#include "widgets/shared/job_tracker.h"
#include "widgets/shared/view.h"

#include <QObject>

#include <optional>

namespace hindcast {

class ProjectionStore;

inline constexpr QLatin1String kMomentSuffix(".moment");

// Goes to the moment that a .moment file keeps, in the capture in front, and verifies it: its clock
// is chosen, A set, the projection opened; once that is folded, the definition and the state are
// compared with what was kept. The status bar says that they agree, or what differs. GUI thread.
class MomentOpening final : public QObject
{
    Q_OBJECT

public:
    MomentOpening(const ViewContext& context, ProjectionStore* projections,
                  QObject* parent = nullptr);
    ~MomentOpening() override;

    void open(const QString& path);

private:
    void loaded(Result<MomentBookmark> kept);
    void proceed();
    void verify(const VersionLogPtr& log);
    void end(const QString& sentence, bool failed);

    const ViewContext m_context;
    ProjectionStore* const m_projections;
    QString m_name;                       // of the file, without its folder
    std::optional<MomentBookmark> m_kept; // while it is being opened
    bool m_shown = false;                 // A is set
    JobTracker::Id m_job = 0;
    Asker m_asker;
};

} // namespace hindcast

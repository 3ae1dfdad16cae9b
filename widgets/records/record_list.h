#pragma once

#include "widgets/items/row_set.h"
#include "widgets/shared/async.h"

#include <QObject>

#include <optional>

namespace hindcast {

class Workspace;

// Keeps the rows of one list up to date while its capture grows: builds them anew when the scope,
// the matcher or the capture is another one, and extends them when the order has grown, one step at
// a time, off the GUI thread. A step that runs is never outdated by growth, or a fast stream would
// starve the list. GUI thread; owned by the view.
class RecordList final : public QObject
{
    Q_OBJECT

public:
    explicit RecordList(Workspace* workspace, QObject* parent = nullptr);
    ~RecordList() override;

    // Starts building at once; `matcher` decides on every record anew.
    void setQuestion(const RowScope& scope, RowMatcher matcher = {});
    const RowScope& scope() const { return m_scope; }
    bool filtered() const { return static_cast<bool>(m_matcher); }

    // As last announced.
    const RowSetPtr& rows() const { return m_rows; }
    // The rows answer the newest question, if not yet about the newest records.
    bool ready() const { return m_ready; }
    bool busy() const { return m_asker.busy(); }
    // Why the newest question has no answer.
    const std::optional<Error>& problem() const { return m_problem; }

signals:
    void replaced(const hindcast::RowSetPtr& rows);
    void grown(const hindcast::RowSetGrowth& growth);
    void stateChanged();

private:
    void update();
    void build();
    void extend();

    Workspace* const m_workspace;
    RowScope m_scope;
    RowMatcher m_matcher;
    RowSetPtr m_rows = RowSet::empty();
    bool m_ready = false;
    std::optional<std::uint64_t> m_building; // generation of the capture a build looks at
    Clock m_buildingBy;
    std::optional<Error> m_problem;
    Asker m_asker;
};

} // namespace hindcast

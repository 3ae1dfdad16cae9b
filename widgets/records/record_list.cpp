#include "widgets/records/record_list.h"

#include "widgets/shared/workspace.h"

namespace hindcast {

RecordList::RecordList(Workspace* workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
{
    connect(workspace, &Workspace::orderChanged, this, &RecordList::update);
}

RecordList::~RecordList() = default;

void RecordList::setQuestion(const RowScope& scope, RowMatcher matcher)
{
    m_scope = scope;
    m_matcher = std::move(matcher);
    build();
}

void RecordList::update()
{
    const TimeOrderPtr order = m_workspace->order();
    const TimeOrderPtr& had = m_rows->order();
    if (!order) {
        build();
        return;
    }
    const std::uint64_t generation = order->snapshot()->generation();
    if (m_building) {
        if (*m_building != generation || m_buildingBy != order->clock()) {
            build();
        }
        return; // what has grown since is caught up with when it is done
    }
    if (!had || had->snapshot()->generation() != generation || had->clock() != order->clock()) {
        build();
    } else if (!m_asker.busy() && m_ready) {
        extend();
    }
}

void RecordList::build()
{
    m_ready = false;
    m_problem.reset();
    TimeOrderPtr order = m_workspace->order();
    if (!order) {
        m_asker.cancel();
        m_building.reset();
        m_rows = RowSet::empty();
        emit replaced(m_rows);
        emit stateChanged();
        return;
    }
    m_building = order->snapshot()->generation();
    m_buildingBy = order->clock();
    m_asker.ask(
        [order, scope = m_scope, matcher = m_matcher](const std::stop_token& stop) {
            return RowSet::build(order, scope, matcher, stop);
        },
        [this](Result<RowSetPtr> rows) {
            m_building.reset();
            m_ready = rows.has_value();
            if (rows) {
                m_rows = std::move(*rows);
                emit replaced(m_rows);
            } else {
                m_problem = rows.error();
            }
            emit stateChanged();
            if (m_ready) {
                update();
            }
        });
    emit stateChanged();
}

void RecordList::extend()
{
    TimeOrderPtr order = m_workspace->order();
    if (order == m_rows->order() ||
        (order->size() == m_rows->order()->size() && order->clock() == m_rows->order()->clock())) {
        return;
    }
    m_asker.ask(
        [order, older = m_rows, scope = m_scope, matcher = m_matcher](const std::stop_token& stop) {
            return RowSet::extend(older, order, scope, matcher, stop);
        },
        [this](Result<RowSetGrowth> growth) {
            if (!growth) {
                m_problem = growth.error();
                m_ready = false;
                emit stateChanged();
                return;
            }
            m_rows = growth->next;
            emit grown(*growth);
            emit stateChanged();
            update();
        });
}

} // namespace hindcast

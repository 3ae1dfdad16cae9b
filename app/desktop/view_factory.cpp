#include "app/desktop/view_factory.h"

#include "app/desktop/stores.h"
#include "widgets/cluster/groups_view.h"
#include "widgets/cluster/topics_view.h"
#include "widgets/lag/lag_view.h"
#include "widgets/records/records_view.h"
#include "widgets/sql/sql_view.h"
#include "widgets/state/state_view.h"
#include "widgets/traces/trace_list_view.h"
#include "widgets/traces/trace_view.h"

namespace hindcast {

namespace {

RecordsView* recordsView(const ViewContext& context, const Stores& stores, const Place& place)
{
    auto* view = new RecordsView(context, place.topics);
    view->setStatePlace(stores.statePlace);
    return view;
}

} // namespace

View* makeView(const Place& place, const ViewContext& context, const Stores& stores)
{
    switch (place.kind) {
    case Place::Kind::Group:
        return new LagView(context, stores.lag, place.name);
    case Place::Kind::Topics:
        if (place.topics.isEmpty()) {
            return new TopicsView(context);
        }
        return recordsView(context, stores, place);
    case Place::Kind::Record:
        return recordsView(context, stores, place);
    case Place::Kind::Key: {
        RecordsView* view = recordsView(context, stores, place);
        view->show(place); // before it is a tab: its place is the key's
        return view;
    } break;
    case Place::Kind::Groups:
        return new GroupsView(context, stores.lag);
    case Place::Kind::TraceList:
        return new TraceListView(context, stores.traces, place);
    case Place::Kind::Trace:
        return new TraceView(context, stores.traces, place);
    case Place::Kind::Projection:
        return new StateView(context, stores.projections, place.name);
    case Place::Kind::Sql:
        return new SqlView(context, stores.sqlProjections, place);
    case Place::Kind::None:
    case Place::Kind::Time:
    case Place::Kind::Capture:
        break;
    }
    return nullptr;
}

} // namespace hindcast

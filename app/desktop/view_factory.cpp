#include "app/desktop/view_factory.h"

#include "app/desktop/stores.h"
#include "widgets/cluster/groups_view.h"
#include "widgets/cluster/topics_view.h"
#include "widgets/lag/lag_view.h"
#include "widgets/records/records_view.h"
#include "widgets/shared/text.h"
#include "widgets/traces/trace_list_view.h"
#include "widgets/traces/trace_view.h"

namespace hindcast {

View* makeView(const Place& place, const ViewContext& context, const Stores& stores)
{
    switch (place.kind) {
    case Place::Kind::Group:
        return new LagView(context, stores.lag, place.name);
    case Place::Kind::Topics:
        if (place.topics.isEmpty()) {
            return new TopicsView(context);
        }
        return new RecordsView(context, place.topics);
    case Place::Kind::Record:
        return new RecordsView(context, place.topics);
    case Place::Kind::Key: {
        auto* view = new RecordsView(context, place.topics);
        view->setFilter(QStringLiteral("key = '%1'")
                            .arg(text::fromUtf8(place.key.toStdString())
                                     .replace(QLatin1Char('\''), QStringLiteral("''"))));
        return view;
    } break;
    case Place::Kind::Groups:
        return new GroupsView(context, stores.lag);
    case Place::Kind::TraceList:
        return new TraceListView(context, stores.traces, place);
    case Place::Kind::Trace:
        return new TraceView(context, stores.traces, place);
    case Place::Kind::Projection:
    case Place::Kind::None:
    case Place::Kind::Time:
    case Place::Kind::Capture:
        break;
    }
    return nullptr;
}

} // namespace hindcast

#include "app/desktop/store_projections.h"

#include "widgets/state/projection_store.h"

namespace hindcast {

StoreProjections::StoreProjections(ProjectionStore* store, QObject* parent)
    : SqlProjections(parent)
    , m_store(store)
{
    connect(store, &ProjectionStore::changed, this, &SqlProjections::changed);
    connect(store, &ProjectionStore::logChanged, this, &SqlProjections::changed);
}

StoreProjections::~StoreProjections() = default;

std::vector<SqlProjections::Item> StoreProjections::items() const
{
    std::vector<Item> items;
    for (const auto& entry : m_store->entries()) {
        if (!entry->projection || !entry->inCapture) {
            continue;
        }
        // A fold of the definition as it was before is not what the query names.
        const bool fits = entry->log && entry->log->projection().foldsLike(*entry->projection);
        items.push_back({entry->name, entry->projection, fits ? entry->log : nullptr,
                         fits ? entry->trust : nullptr, m_store->folder(entry->projection)});
    }
    return items;
}

} // namespace hindcast

#pragma once

#include "widgets/sql/sql_projections.h"

namespace hindcast {

class ProjectionStore;

// The application's projections as queries see them. GUI thread; the store outlives it.
class StoreProjections final : public SqlProjections
{
    Q_OBJECT

public:
    explicit StoreProjections(ProjectionStore* store, QObject* parent = nullptr);
    ~StoreProjections() override;

    std::vector<Item> items() const override;

private:
    ProjectionStore* const m_store;
};

} // namespace hindcast

#pragma once

#include "model/query/virtual_table.h"
#include "model/replay/state_catalog.h"
#include "model/replay/table_columns.h"

namespace hindcast {

// SQL's `changes('order', m1, m2)`: what differs from one moment to the other, in key order, a row
// for each cell that is another value (null where it is not there): key, change (added, removed,
// changed), column, a, b, and time and place of the record that made the row what it is at m2;
// hidden, `before` and `after`, the whole states. A row whose columns are the same though its state
// differs has one without a column. `key = ...` looks at that key alone.
class ChangesTable final : public VirtualTable
{
public:
    ChangesTable(StateCatalogPtr catalog, StateCatalog::EntryPtr entry);

    const TableColumns& columns() const { return m_columns; }
    std::string schema() const override { return m_columns.schema(); }
    Use use(int column, char op) const override;
    std::pair<double, double> estimate(std::span<const TableConstraint> constraints) const override;
    std::unique_ptr<VirtualCursor> open() const override;

private:
    const StateCatalogPtr m_catalog;
    const StateCatalog::EntryPtr m_entry;
    const TableColumns m_columns;
};

} // namespace hindcast

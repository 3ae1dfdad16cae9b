#pragma once

#include "model/query/virtual_table.h"
#include "model/replay/state_catalog.h"
#include "model/replay/table_columns.h"

namespace hindcast {

// SQL's `state('order', moment)`: a row for each key alive, with the projection's columns, and time
// and place of the record that last changed it; hidden, `value`, the whole state. Without a moment,
// the end. `key = ...` is looked up; time, topic, partition and offset spare reading the states of
// the rows they rule out; only the columns asked for are read.
class StateTable final : public VirtualTable
{
public:
    StateTable(StateCatalogPtr catalog, StateCatalog::EntryPtr entry);

    const TableColumns& columns() const { return m_columns; }
    std::string schema() const override { return m_columns.schema(); }
    Use use(int column, char op) const override;
    std::pair<double, double> estimate(std::span<const TableConstraint> constraints) const override;
    bool comesIn(std::span<const TableOrder> order,
                 std::span<const TableConstraint> constraints) const override;
    std::unique_ptr<VirtualCursor> open() const override;

private:
    const StateCatalogPtr m_catalog;
    const StateCatalog::EntryPtr m_entry;
    const TableColumns m_columns;
};

} // namespace hindcast

#pragma once

#include "model/query/virtual_table.h"
#include "model/replay/state_catalog.h"
#include "model/replay/table_columns.h"

namespace hindcast {

// SQL's `history('order', moment)`: a row for each version of each key up to the moment (without
// one, the end), in the order of the clock: key, the projection's columns, time and place of the
// record, `deleted` (1 where it removed the key); hidden, `value`, the whole state. `key = ...`
// reads that key's versions alone, and times only those between them.
class HistoryTable final : public VirtualTable
{
public:
    HistoryTable(StateCatalogPtr catalog, StateCatalog::EntryPtr entry);

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

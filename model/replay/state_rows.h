#pragma once

#include "model/replay/sql_cells.h"
#include "model/replay/state.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// Rows [first, first + rows.size()) of a state with some of their cells.
struct StateStretch
{
    std::size_t first = 0;
    std::vector<StateRow> rows;
    std::shared_ptr<const SqlCells> cells;

    bool holds(std::size_t row) const { return row >= first && row - first < rows.size(); }
};
using StateStretchPtr = std::shared_ptr<const StateStretch>;

// The rows of a state as a query walks them or looks them up, read ahead: a walk has a few rows
// first, then all that memory allows (about 256 MB); looked up in rising order more and more come
// at once, and many in any order bring the whole. One thread.
class StateRows
{
public:
    StateRows(StatePtr state, std::vector<FieldPath> paths);

    const StatePtr& state() const { return m_state; }
    // A stretch that holds the row, which is there.
    Result<StateStretchPtr> walk(std::size_t row, const std::stop_token& stop);
    Result<StateStretchPtr> lookUp(std::size_t row, const std::stop_token& stop);
    Result<StateStretchPtr> whole(const std::stop_token& stop); // whatever memory it takes

    // How many rows of that size fit.
    static std::size_t rowsThatFit(std::size_t bytes, std::size_t rows);

private:
    StateStretchPtr held(std::size_t row) const;
    Result<StateStretchPtr> read(std::size_t first, std::size_t count, const std::stop_token& stop);

    const StatePtr m_state;
    const std::vector<FieldPath> m_paths;
    StateStretchPtr m_small;
    StateStretchPtr m_large;
    std::size_t m_fit; // rows at once, as far as is known
    std::size_t m_window = 1;
    std::size_t m_singles = 0;
};
using StateRowsPtr = std::shared_ptr<StateRows>;

} // namespace hindcast

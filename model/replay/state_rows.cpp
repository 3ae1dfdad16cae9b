#include "model/replay/state_rows.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kBytesOfRows = std::size_t{256} << 20;
constexpr std::size_t kFirstOfAWalk = 64;
constexpr std::size_t kWindows = 16; // each window is as many times the last
constexpr std::size_t kMostBeforeAll = 256;
constexpr std::size_t kLarge = 4096;
constexpr std::size_t kSinglesBeforeTheWhole = 256;

} // namespace

StateRows::StateRows(StatePtr state, std::vector<FieldPath> paths)
    : m_state(std::move(state))
    , m_paths(std::move(paths))
    , m_fit(kLarge)
{
}

std::size_t StateRows::rowsThatFit(std::size_t bytes, std::size_t rows)
{
    const std::size_t perRow = bytes / std::max<std::size_t>(rows, 1) + sizeof(StateRow);
    return std::max<std::size_t>(kBytesOfRows / perRow, 1);
}

StateStretchPtr StateRows::held(std::size_t row) const
{
    for (const StateStretchPtr& stretch : {m_small, m_large}) {
        if (stretch && stretch->holds(row)) {
            return stretch;
        }
    }
    return nullptr;
}

Result<StateStretchPtr> StateRows::read(std::size_t first, std::size_t count,
                                        const std::stop_token& stop)
{
    auto stretch = std::make_shared<StateStretch>();
    stretch->first = first;
    stretch->rows = m_state->rowsFrom(first, std::min(count, m_state->size() - first));
    if (!m_paths.empty()) {
        std::vector<Version> versions;
        versions.reserve(stretch->rows.size());
        for (const StateRow& row : stretch->rows) {
            versions.push_back(row.version);
        }
        auto cells = SqlCells::read(*m_state->log(), versions, m_paths, stop);
        if (!cells) {
            return tl::unexpected<Error>(cells.error());
        }
        stretch->cells = std::move(*cells);
    }
    m_fit = rowsThatFit(stretch->cells ? stretch->cells->memoryBytes() : 0, stretch->rows.size());
    (stretch->rows.size() >= kLarge ? m_large : m_small) = stretch;
    return stretch;
}

Result<StateStretchPtr> StateRows::walk(std::size_t row, const std::stop_token& stop)
{
    if (auto stretch = held(row)) {
        return stretch;
    }
    return read(row, row == 0 ? kFirstOfAWalk : m_fit, stop);
}

Result<StateStretchPtr> StateRows::whole(const std::stop_token& stop)
{
    const bool held = m_large && m_large->first == 0 && m_large->rows.size() == m_state->size();
    return held ? m_large : read(0, m_state->size(), stop);
}

Result<StateStretchPtr> StateRows::lookUp(std::size_t row, const std::stop_token& stop)
{
    if (auto stretch = held(row)) {
        return stretch;
    }
    const std::size_t end = m_small ? m_small->first + m_small->rows.size() : 0;
    if (m_small && row >= end && row - end < 4 * m_window) {
        // Rows of one stretch lie all over the blocks: from some hundred on, all cost no more.
        m_window = m_window < kMostBeforeAll ? m_window * kWindows : m_fit;
        auto stretch = read(row, m_window, stop);
        if (stretch) {
            m_small = *stretch; // also where it is large: the next comes behind it
        }
        return stretch;
    }
    m_window = 1;
    if (++m_singles > kSinglesBeforeTheWhole && m_state->size() <= m_fit) {
        return read(0, m_state->size(), stop);
    }
    return read(row, 1, stop);
}

} // namespace hindcast

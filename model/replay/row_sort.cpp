#include "model/replay/row_sort.h"

#include "model/replay/cell_order.h"

#include <algorithm>
#include <numeric>

namespace hindcast {

Result<std::vector<KeyNo>> sortedKeys(const State& a, const State* b, std::vector<KeyNo> keys,
                                      const RowSort& sort, const std::stop_token& stop)
{
    if (sort.by == RowSort::By::Key) {
        if (sort.falling) {
            std::reverse(keys.begin(), keys.end());
        }
        return keys;
    }
    std::vector<Version> versions;
    versions.reserve(keys.size());
    for (const KeyNo key : keys) {
        const State& state = !b || a.alive(key) ? a : *b;
        versions.push_back(state.versionOf(key).value_or(0));
    }
    std::vector<std::uint32_t> rows(keys.size());
    std::iota(rows.begin(), rows.end(), 0U);
    if (sort.by == RowSort::By::Field) {
        const auto cells = SqlCells::read(*a.log(), versions, {sort.field}, stop);
        if (!cells) {
            return tl::unexpected<Error>(cells.error());
        }
        const CellOrder order{0, sort.falling};
        rows = sortedRows(cells->get(), rows.size(), {&order, 1});
    } else {
        std::vector<std::uint32_t> numbers = versions; // which rise with time
        if (sort.by == RowSort::By::Versions) {
            for (std::size_t i = 0; i < keys.size(); ++i) {
                const State& state = !b || a.alive(keys[i]) ? a : *b;
                numbers[i] = state.versions({keys[i], versions[i]});
            }
        }
        std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t x, std::uint32_t y) {
            return sort.falling ? numbers[x] > numbers[y] : numbers[x] < numbers[y];
        });
    }
    std::vector<KeyNo> sorted;
    sorted.reserve(keys.size());
    for (const std::uint32_t row : rows) {
        sorted.push_back(keys[row]);
    }
    return sorted;
}

} // namespace hindcast

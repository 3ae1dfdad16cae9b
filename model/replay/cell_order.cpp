#include "model/replay/cell_order.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace hindcast {

namespace {

constexpr std::size_t kFewDifferent = 4096; // different cells

int rankOf(const SqlCell& cell)
{
    switch (cell.kind) {
    case SqlCell::Kind::Null:
        return 0;
    case SqlCell::Kind::Integer:
    case SqlCell::Kind::Real:
        return 1;
    case SqlCell::Kind::Text:
        return 2;
    case SqlCell::Kind::Blob:
        break;
    }
    return 3;
}

template <typename T>
int threeWay(const T& a, const T& b)
{
    return a < b ? -1 : (b < a ? 1 : 0);
}

// A long double of 64 bits and more holds both exactly.
long double numberOf(const SqlCell& cell)
{
    return cell.kind == SqlCell::Kind::Integer ? static_cast<long double>(cell.integer)
                                               : static_cast<long double>(cell.real);
}

struct SameCell
{
    bool operator()(const SqlCell& a, const SqlCell& b) const { return compareCells(a, b) == 0; }
};

struct CellHash
{
    std::size_t operator()(const SqlCell& cell) const
    {
        switch (cell.kind) {
        case SqlCell::Kind::Null:
            return 0;
        case SqlCell::Kind::Integer: // 1 and 1.0 are equal
            return std::hash<double>{}(static_cast<double>(cell.integer));
        case SqlCell::Kind::Real:
            return std::hash<double>{}(cell.real);
        case SqlCell::Kind::Text:
        case SqlCell::Kind::Blob:
            break;
        }
        return std::hash<std::string_view>{}(cell.text());
    }
};

// Sorts `rows` by one path, which has few different cells; false: it has too many.
bool sortByFew(const SqlCells& cells, const CellOrder& by, std::vector<std::uint32_t>& rows)
{
    std::unordered_map<SqlCell, std::uint32_t, CellHash, SameCell> known;
    std::vector<SqlCell> different;
    std::vector<std::uint32_t> numbers(rows.size()); // of its cell, by place
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const SqlCell& cell = cells.at(rows[i], by.path);
        const auto [entry, fresh] =
            known.try_emplace(cell, static_cast<std::uint32_t>(different.size()));
        if (fresh) {
            if (different.size() == kFewDifferent) {
                return false;
            }
            different.push_back(cell);
        }
        numbers[i] = entry->second;
    }
    std::vector<std::uint32_t> inOrder(different.size());
    std::iota(inOrder.begin(), inOrder.end(), 0U);
    std::sort(inOrder.begin(), inOrder.end(), [&](std::uint32_t a, std::uint32_t b) {
        const int way = compareCells(different[a], different[b]);
        return by.falling ? way > 0 : way < 0;
    });
    std::vector<std::size_t> counts(different.size(), 0);
    for (const std::uint32_t number : numbers) {
        ++counts[number];
    }
    std::vector<std::size_t> next(different.size());
    std::size_t at = 0;
    for (const std::uint32_t number : inOrder) {
        next[number] = at;
        at += counts[number];
    }
    std::vector<std::uint32_t> sorted(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        sorted[next[numbers[i]]++] = rows[i];
    }
    rows = std::move(sorted);
    return true;
}

} // namespace

int compareCells(const SqlCell& a, const SqlCell& b)
{
    if (const int way = threeWay(rankOf(a), rankOf(b)); way != 0) {
        return way;
    }
    switch (a.kind) {
    case SqlCell::Kind::Null:
        return 0;
    case SqlCell::Kind::Integer:
    case SqlCell::Kind::Real:
        return a.kind == SqlCell::Kind::Integer && b.kind == SqlCell::Kind::Integer
                   ? threeWay(a.integer, b.integer)
                   : threeWay(numberOf(a), numberOf(b));
    case SqlCell::Kind::Text:
    case SqlCell::Kind::Blob:
        break;
    }
    return a.text().compare(b.text());
}

std::vector<std::uint32_t> sortedRows(const SqlCells* cells, std::size_t count,
                                      std::span<const CellOrder> order,
                                      std::span<const std::uint32_t> byKey)
{
    std::vector<std::uint32_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0U);
    // By the last first: each sort keeps the order of what is equal to it.
    for (auto by = order.rbegin(); by != order.rend(); ++by) {
        if (by->path == CellOrder::kKey) {
            // No two are equal, so what they were sorted by before does not count.
            std::iota(rows.begin(), rows.end(), 0U);
            std::copy(byKey.begin(), byKey.end(), rows.begin());
            if (by->falling) {
                std::reverse(rows.begin(), rows.end());
            }
        } else if (!sortByFew(*cells, *by, rows)) {
            std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
                const int way = compareCells(cells->at(a, by->path), cells->at(b, by->path));
                return by->falling ? way > 0 : way < 0;
            });
        }
    }
    return rows;
}

} // namespace hindcast

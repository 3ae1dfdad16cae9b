#include "model/replay/column_totals.h"

#include "model/replay/decimal.h"
#include "model/replay/sql_cells.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <future>
#include <optional>

namespace hindcast {

namespace {

constexpr std::size_t kRowsAdded = std::size_t{1} << 20;
constexpr std::size_t kWorthASecondThread = 4096;

std::optional<Decimal> decimalOf(const SqlCell& cell)
{
    switch (cell.kind) {
    case SqlCell::Kind::Integer: {
        return Decimal::parse(std::to_string(cell.integer));
    }
    case SqlCell::Kind::Real: {
        // The shortest text has the digits that were written.
        std::array<char, 32> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), cell.real).ptr;
        std::string_view number(text.data(), static_cast<std::size_t>(end - text.data()));
        return Decimal::parse(number);
    }
    case SqlCell::Kind::Text:
        return Decimal::parse(cell.text());
    case SqlCell::Kind::Null:
    case SqlCell::Kind::Blob:
        break;
    }
    return std::nullopt;
}

Result<void> countChanges(const VersionLog& log, std::span<const RowDiff> rows,
                          const std::vector<ProjectionColumn>& columns,
                          std::vector<std::uint64_t>& counts, const std::stop_token& stop)
{
    StateDiff changed;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(changed.rows),
                 [](const RowDiff& row) { return row.change == RowDiff::Change::Changed; });
    ColumnReader before(columns);
    ColumnReader after(columns);
    counts.assign(columns.size(), 0);
    return changed.forEach(
        log,
        [&](const RowDiff&, std::optional<std::string_view> a, std::optional<std::string_view> b) {
            const auto cells = StateDiff::changedCells(before.read(a), after.read(b));
            for (std::size_t c = 0; c < counts.size(); ++c) {
                counts[c] += cells[c] ? 1 : 0;
            }
            return true;
        },
        stop);
}

} // namespace

Result<std::vector<ColumnTotal>> totalsOf(const State& state, std::span<const KeyNo> keys,
                                          const std::vector<FieldPath>& fields,
                                          const std::stop_token& stop)
{
    std::vector<ColumnTotal> totals(fields.size());
    std::vector<Decimal> sums(fields.size());
    std::vector<Version> versions;
    for (std::size_t from = 0; from < keys.size(); from += kRowsAdded) {
        versions.clear();
        for (const KeyNo key : keys.subspan(from, std::min(kRowsAdded, keys.size() - from))) {
            if (state.alive(key)) {
                versions.push_back(*state.versionOf(key));
            }
        }
        const auto cells = SqlCells::read(*state.log(), versions, fields, stop);
        if (!cells) {
            return tl::unexpected<Error>(cells.error());
        }
        for (std::size_t i = 0; i < versions.size(); ++i) {
            for (std::size_t f = 0; f < fields.size(); ++f) {
                if (const auto number = decimalOf((*cells)->at(i, f))) {
                    ++totals[f].numbers;
                    sums[f] += *number;
                }
            }
        }
    }
    constexpr std::size_t kDigits = 12;
    for (std::size_t f = 0; f < fields.size(); ++f) {
        totals[f].sum = sums[f].toString();
        if (totals[f].numbers > 0) {
            totals[f].average = sums[f].dividedBy(totals[f].numbers, kDigits);
        }
    }
    return totals;
}

Result<std::vector<std::uint64_t>> changedByColumn(const VersionLog& log, const StateDiff& diff,
                                                   const std::vector<ProjectionColumn>& columns,
                                                   const std::stop_token& stop)
{
    const std::span<const RowDiff> rows(diff.rows);
    const std::size_t half = rows.size() < kWorthASecondThread ? rows.size() : rows.size() / 2;
    std::vector<std::uint64_t> counts;
    std::vector<std::uint64_t> others;
    std::future<Result<void>> other;
    if (half < rows.size()) {
        other = std::async(std::launch::async, [&] {
            return countChanges(log, rows.subspan(half), columns, others, stop);
        });
    }
    auto done = countChanges(log, rows.first(half), columns, counts, stop);
    if (other.valid()) {
        auto done2 = other.get();
        done = done ? std::move(done2) : std::move(done);
        for (std::size_t c = 0; c < others.size(); ++c) {
            counts[c] += others[c];
        }
    }
    return done ? Result<std::vector<std::uint64_t>>(std::move(counts))
                : tl::unexpected<Error>(done.error());
}

} // namespace hindcast

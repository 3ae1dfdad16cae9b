#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/query/sql_session.h"
#include "model/replay/sql_cells.h"
#include "model/replay/sql_grounds.h"
#include "model/replay/state_catalog.h"
#include "widgets/sql/sql_projections.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// What came of a query. Immutable; shared by what shows it.
struct SqlAnswer
{
    std::vector<std::string> columns;
    std::vector<SqlCell> cells; // by row
    CellTexts texts;            // of the cells
    std::size_t rows = 0;
    bool cut = false; // there are more rows than are kept
    std::chrono::milliseconds took{0};
    SqlGrounds grounds;

    bool failed = false;
    bool stopped = false;
    std::string problem;
    std::optional<FilterMistake> mistake; // its place in the text

    // Folds made for this query, for the next one.
    std::map<std::string, VersionLogPtr> folds;

    const SqlCell& cell(std::size_t row, std::size_t column) const
    {
        return cells[row * columns.size() + column];
    }
    SqlValue value(std::size_t row, std::size_t column) const;
};
using SqlAnswerPtr = std::shared_ptr<const SqlAnswer>;

// A query and all that it needs. A value; asked off the GUI thread.
struct SqlQuestion
{
    static constexpr std::size_t kMostRows = 100'000;

    std::string text;
    CaptureSnapshotPtr snapshot;
    TimeOrderPtr order; // for projections that are not folded yet
    std::vector<SqlProjections::Item> projections;
    std::optional<Moment> a;
    std::optional<Moment> b;

    SqlAnswerPtr ask(const std::stop_token& stop) const;
    // All its rows into a file: .csv, .jsonl (with the receipt beside it, as FILE.receipt.json), or
    // .sqlite. What was written, in one sentence; a file is only there when it is whole.
    Result<std::string> write(const std::string& path, const std::stop_token& stop) const;

    // Whether the text names a playhead.
    bool namesA() const;
    bool namesB() const;

private:
    StateCatalogPtr catalog(std::map<std::string, VersionLogPtr>* folds) const;
    SqlGrounds::Judges judges() const;
};

} // namespace hindcast

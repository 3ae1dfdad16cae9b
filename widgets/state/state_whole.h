#pragma once

#include "model/replay/column_totals.h"
#include "model/replay/row_sort.h"
#include "model/replay/trust_judge.h"

#include <QString>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace hindcast {

// The answers about a whole state that are made beside the frames: trust, what differs at B, which
// rows a filter lets through and how they are sorted, totals, the hash. Each stays on screen,
// paler, until the next one is there. Made off the GUI thread for one request, immutable from then
// on.
struct StateWhole
{
    struct Request
    {
        VersionLogPtr log;
        std::shared_ptr<const TrustJudge> judge;
        std::shared_ptr<const std::vector<ProjectionColumn>> columns;
        Rank prefixA = 0;
        std::optional<Rank> prefixB;
        QString filter;
        bool onlyDifferent = false;
        RowSort sort;
        std::vector<std::size_t> totalled; // columns that are added up

        bool sameAs(const Request& other) const;
        // The same at another moment, or of a capture that has grown.
        bool sameButForMoment(const Request& other) const;
    };

    Request request;
    TrustReport trust;
    std::optional<StateDiff> diff;
    // Rows to show, by filter and difference, and in another order than that of their keys: where B
    // is set, those that the filter lets through at A or at B.
    std::shared_ptr<const std::vector<KeyNo>> only;
    // Those of them that are at A, where the filter lets them through, by key; null: all at A.
    std::shared_ptr<const std::vector<bool>> shownAtA;
    bool sorted = false;                     // they are
    bool filtered = false;                   // not all rows of the states are among them
    std::size_t rows = 0;                    // of the state at A
    std::size_t rowsB = 0;                   // and at B
    std::size_t shownA = 0;                  // of the rows to show those that the filter lets
    std::size_t shownB = 0;                  // through at A, at B; all that are there without one
    std::vector<ColumnTotal> totals;         // of those at A, as in the request; empty: none asked
    std::vector<std::uint64_t> changedCells; // of the rows to show, where there is a difference
    QString problem;
    std::chrono::milliseconds took{0};

    static std::shared_ptr<const StateWhole> make(const Request& request,
                                                  const std::stop_token& stop);

private:
    // `inA`: the rows that are added up; `shown`: those to show, nullopt: all.
    Result<void> countColumns(const State& a, const std::vector<KeyNo>& inA,
                              const std::optional<std::vector<bool>>& shown,
                              const std::stop_token& stop);
};

using StateWholePtr = std::shared_ptr<const StateWhole>;

} // namespace hindcast

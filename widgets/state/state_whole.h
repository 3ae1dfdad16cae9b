#pragma once

#include "model/replay/column_totals.h"
#include "model/replay/row_sort.h"
#include "model/replay/trust_judge.h"

#include <QString>

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
    };

    Request request;
    TrustReport trust;
    std::optional<StateDiff> diff;
    // Rows to show, by filter and difference, and in another order than that of their keys.
    std::shared_ptr<const std::vector<KeyNo>> only;
    bool sorted = false;                     // they are
    bool filtered = false;                   // not all rows of the states are among them
    std::size_t rows = 0;                    // of the state at A
    std::vector<ColumnTotal> totals;         // as in the request; empty: none were asked for
    std::vector<std::uint64_t> changedCells; // by column, where there is a difference
    QString problem;

    static std::shared_ptr<const StateWhole> make(const Request& request,
                                                  const std::stop_token& stop);

private:
    Result<void> countColumns(const State& a, const std::optional<std::vector<KeyNo>>& some,
                              const std::stop_token& stop);
};

using StateWholePtr = std::shared_ptr<const StateWhole>;

} // namespace hindcast

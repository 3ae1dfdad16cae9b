#pragma once

#include "model/replay/state_diff.h"
#include "model/replay/trust_judge.h"

#include <QString>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace hindcast {

// The answers about a whole state that are made beside the frames: trust, what differs at B, which
// rows a filter lets through, the hash. Each stays on screen, paler, until the next one is there.
// Made off the GUI thread for one request, immutable from then on.
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

        bool sameAs(const Request& other) const;
    };

    Request request;
    TrustReport trust;
    std::optional<StateDiff> diff;
    std::shared_ptr<const std::vector<KeyNo>> only; // rows to show, by filter and difference
    std::size_t rows = 0;                           // of the state at A
    QString problem;

    static std::shared_ptr<const StateWhole> make(const Request& request,
                                                  const std::stop_token& stop);
};

using StateWholePtr = std::shared_ptr<const StateWhole>;

} // namespace hindcast

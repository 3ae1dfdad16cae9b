#pragma once

#include "model/replay/state_catalog.h"
#include "model/replay/trust_judge.h"

#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// What the answer to a query rests on: the states that it asked for and how far each can be
// believed. Made after the query, on its thread.
struct SqlGrounds
{
    struct OfState
    {
        StatePtr state;
        TrustReport trust;
    };
    std::vector<OfState> states;                 // in the order they were asked for
    std::size_t more = 0;                        // that are not listed
    std::map<std::string, std::string> attached; // file by name; the caller's
    std::string readJson; // the receipt of a read from a cluster; the caller's
    std::vector<std::string> notes;
    bool complete = true;

    // `judges`: those that are there already.
    using Judges = std::map<VersionLogPtr, TrustJudgePtr>;
    static SqlGrounds of(const StateCatalog& catalog, Judges judges = {});

    // A sentence for each state: its projection, rows, moment, clock and trust; and what the folds
    // left out.
    std::vector<std::string> sentences() const;
    // One JSON object: the query, rows and records, and the receipt of each state with its hash.
    std::string toJson(std::string_view query, std::uint64_t rows, std::uint64_t records,
                       const std::stop_token& stop = {}) const;
};

} // namespace hindcast

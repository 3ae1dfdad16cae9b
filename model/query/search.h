#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/query/filter.h"
#include "model/record/receipt.h"

#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace hindcast {

struct SearchProgress
{
    std::uint64_t records = 0; // looked at
    std::uint64_t planned = 0;
    std::uint64_t matched = 0;
};

struct SearchOptions
{
    std::vector<TopicId> topics; // empty: all
    Row from = 0;                // rows [from, to) only
    Row to = kNoRow;
    unsigned threads = 0; // 0: one a core
    // Some times a second and at the end, with the matches that are new: `rows` continue what came
    // before, in rising order. Called on any of the searching threads, never on two at once.
    std::function<void(const SearchProgress& progress, std::span<const Row> rows)> progress;
    std::stop_token stop;
};

struct SearchResult
{
    std::vector<Row> rows; // rising; of a beginning of the capture where the search was stopped
    Receipt receipt;
    std::string problem; // what a function in the filter said when it first failed; empty: none did
};

// Looks for the records of a capture that match, block by block, in parallel. Blocks its caller;
// never call it on the GUI thread.
SearchResult search(const CaptureSnapshotPtr& snapshot, const Filter& filter,
                    const SearchOptions& options = {});

} // namespace hindcast

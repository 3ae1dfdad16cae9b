#pragma once

#include "model/replay/version_log.h"

#include <string>
#include <vector>

namespace hindcast {

// What a definition makes of a few rows, before the topics are folded by it: where it folds as the
// older one, that fold itself; else, where every source takes the record's key, a fold of nothing
// but the records of these keys up to a moment, by the clock `log`. Blocks its caller, which is a
// worker thread.
struct FoldPreview
{
    ProjectionPtr projection;
    VersionLogPtr older; // whose rows are looked at; its order and capture
    Rank prefix = 0;     // of the older log's order: no record behind it counts
    std::vector<KeyNo> rows;

    // Of more records there is none: what is cut off would change the rows.
    static constexpr std::size_t kMostRecords = 5000;

    // Which records belong to a row can be told without reading all of them.
    bool possible() const;
    // Null: it would take too many records.
    Result<VersionLogPtr> fold(const std::stop_token& stop) const;

private:
    std::vector<Row> records() const; // in rising order
};

} // namespace hindcast

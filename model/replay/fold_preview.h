#pragma once

#include "model/replay/version_log.h"

#include <string>
#include <vector>

namespace hindcast {

// What a definition makes of a few rows, before the topics are folded by it. Where it folds as the
// older one, that fold itself; of a small capture, a fold of all; of others a fold of nothing but
// the records of these rows up to a moment, where it can be told which those are: where every
// source takes the record's key, or takes its records and keys as the older definition does, whose
// fold has left out none. Blocks its caller, which is a worker thread.
struct FoldPreview
{
    ProjectionPtr projection;
    VersionLogPtr older; // whose rows are looked at; its order and capture
    Rank prefix = 0;     // of the older log's order: no record behind it counts
    std::vector<KeyNo> rows;

    // A capture of no more records is folded whole: that takes a tenth of a second.
    Rank wholeUpTo = 100'000;

    // Of more records of the rows there is none: what is cut off would change the rows.
    static constexpr std::size_t kMostRecords = 5000;

    // Without folding a large capture.
    bool possible() const;
    // Null: it would take too many records. Has the older log's order where all is folded.
    Result<VersionLogPtr> fold(const std::stop_token& stop) const;

private:
    bool foldsAll() const;
    bool byRecordKeys() const;
    bool byVersions() const;
    Result<VersionLogPtr> foldRecords(const std::stop_token& stop) const;
    // In rising order, once each.
    std::vector<Row> recordsOfKeys() const;
    std::vector<Row> recordsOfVersions() const;
};

} // namespace hindcast

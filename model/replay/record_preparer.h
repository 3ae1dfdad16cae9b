#pragma once

#include "model/record/record_batch.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace hindcast {

// What a reducer reads of a block's records by themselves, whatever the states are; valid as long
// as the batch is.
class PreparedRecords
{
public:
    virtual ~PreparedRecords() = default;
    virtual std::size_t bytes() const = 0; // about
};

// Makes it on another thread than the fold's, before the records' turn: reading takes longer than
// folding. One thread at a time; shares nothing with its reducer.
class RecordPreparer
{
public:
    virtual ~RecordPreparer() = default;
    // `wanted`: for which records it is made; empty: for all.
    virtual std::unique_ptr<const PreparedRecords> prepare(const RecordBatch& batch,
                                                           const std::vector<bool>& wanted) = 0;
};

} // namespace hindcast

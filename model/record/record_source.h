#pragma once

#include "model/record/read_request.h"
#include "model/record/receipt.h"
#include "model/record/record_batch.h"
#include "model/record/result.h"

#include <stop_token>

namespace hindcast {

// How far a read is. Counts never go down.
struct ReadProgress
{
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    std::int64_t offsetsDone = 0;    // of the offsets planned, holes included
    std::int64_t offsetsPlanned = 0; // 0: follows, no end known
    std::string problem;             // why nothing comes at the moment; empty: all is well
};

// Takes what a source reads. Called on the thread that called read().
class RecordSink
{
public:
    virtual ~RecordSink() = default;
    // May block: the source then stops polling when its bounded queue is full. An error ends the
    // read, with what was read so far in its receipt.
    virtual Result<void> accept(RecordBatchPtr batch) = 0;
    virtual void progress(const ReadProgress&) {}
};

// Port: reads ranges and tails. Never subscribes, commits or creates anything.
// read() blocks its caller, which must not be the GUI thread; several reads may run at once, each
// on its own thread. An Error means that nothing could be started; problems of single partitions
// stand in the receipt, with the rest of the read kept.
class RecordSource
{
public:
    virtual ~RecordSource() = default;
    virtual Result<Receipt> read(const ReadRequest& request, RecordSink& sink,
                                 std::stop_token stop) = 0;
    // What read() would read if it began now: every position turned into an offset, nothing read.
    // Blocks. A source that cannot tell says Unsupported; its reads are then not narrowed to what
    // is missing.
    virtual Result<Receipt> plan(const ReadRequest& request)
    {
        (void)request;
        return fail(ErrorCode::Unsupported, "This source cannot tell what it would read.");
    }
};

} // namespace hindcast

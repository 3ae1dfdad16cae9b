#pragma once

#include "model/capture/time_order.h"
#include "model/trace/trace_context.h"
#include "widgets/items/value_tree_model.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hindcast {

// A record read and decoded for looking at, with what its key did elsewhere. Made off the GUI
// thread, immutable.
struct LoadedRecord
{
    struct Context
    {
        TraceContext context;
        std::string trace;
        std::string span;
    };

    RecordPlace place;
    Row row = kNoRow; // kNoRow: the capture does not hold it
    StoredRecord stored;
    DecodedPtr key;
    DecodedPtr value;
    std::vector<Header> headers; // views into `stored`
    std::vector<Context> contexts;
    std::vector<Row> keyRows; // in every topic, in no order; empty: the key is null
    std::size_t keyTopics = 0;
    std::string problem; // why it could not be read

    RecordView view() const { return stored.view(); }
    bool there() const { return stored.batch != nullptr; }
};

using LoadedRecordPtr = std::shared_ptr<const LoadedRecord>;

LoadedRecordPtr loadRecord(const CaptureSnapshot& snapshot, const RecordPlace& place);

} // namespace hindcast

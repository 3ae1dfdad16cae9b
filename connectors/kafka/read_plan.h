#pragma once

#include "connectors/kafka/client_pool.h"
#include "connectors/kafka/deadline.h"
#include "model/record/receipt.h"

#include <vector>

namespace hindcast::kafka {

// A read with every position turned into an offset: one receipt a partition, still empty. A
// partition that cannot be read has its problem and is left out of the reading.
struct ReadPlan
{
    struct Part
    {
        PartitionReceipt receipt;
        std::int64_t start = 0; // where fetching starts: receipt.from, or the log start after it
        std::int64_t end = 0;   // the first offset not read; of a tail, where it begins to wait
        bool readable = true;
        // More than 0: of all parts with this number the newest so many records together are
        // wanted; start is then as far back as they may lie (see newest_read.h).
        std::int64_t newest = 0;
    };
    std::vector<Part> parts;
    std::vector<std::string> problems; // of whole topics

    std::int64_t offsetsPlanned() const;
    bool asksForNewest() const;
};

// Asks the cluster what the request's positions are now. `reader` sees the end as its isolation
// level does (the last stable offset under read_committed), `query` up to the high watermark.
Result<ReadPlan> planRead(const Client& reader, const Client& query, ClientPool& pool,
                          const ReadRequest& request);

} // namespace hindcast::kafka

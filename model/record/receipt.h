#pragma once

#include "model/record/place.h"
#include "model/record/read_request.h"

#include <cstdint>
#include <string>
#include <vector>

namespace hindcast {

// What a read did in one partition. Offsets: [from, to) was planned, everything below `next` was
// read.
struct PartitionReceipt
{
    TopicPartition place;
    std::int64_t logStart = 0; // when the read started
    std::int64_t logEnd = 0;
    std::int64_t from = 0;
    std::int64_t to = 0; // -1: follows
    std::int64_t next = 0;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0; // keys, values and headers
    // Offsets in [from, next) that held no record handed over: transaction markers, aborted
    // records, compaction. librdkafka cannot tell them apart.
    std::uint64_t holes = 0;
    std::string problem; // one sentence; empty: none

    bool complete() const { return problem.empty() && to >= 0 && next >= to; }
};

// What an answer rests on. Every read, search and export carries one.
struct Receipt
{
    std::vector<PartitionReceipt> partitions;
    // Under ReadUncommitted the records of aborted transactions are among those read: librdkafka
    // does not say which they are.
    Isolation isolation = Isolation::ReadCommitted;
    bool cancelled = false;
    std::string where;                 // the filter, as written; empty: none
    std::uint64_t matched = 0;         // with a filter: records that matched
    std::uint64_t undecodable = 0;     // with a filter: records whose bytes it could not read
    std::vector<std::string> problems; // beyond single partitions
    std::chrono::milliseconds took{0};

    std::uint64_t records() const;
    std::uint64_t bytes() const;
    std::uint64_t holes() const;
    bool complete() const;
    // One line: "Complete: 4,812,330 records read in 3.1s, 2,114 match, ..." or what is missing.
    std::string sentence() const;
    std::string toJson() const; // one JSON object, for --receipt and the capture file
};

} // namespace hindcast

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hindcast {

// The shapes of change data, told by their records themselves.
enum class ChangeShape : std::uint8_t {
    Other,     // none of the following
    Envelope,  // Debezium's {before, after, source, op, ...}
    Unwrapped, // the row itself, by ExtractNewRecordState: metadata in `__` members or headers
    Boundary,  // {status, id, event_count, ...} of Debezium's topic of transactions
    Maxwell,
    Canal,
    Dms,      // AWS Database Migration Service, JSON
    Wal2json, // format versions 1 and 2
};
inline constexpr std::size_t kChangeShapes = 8;

// As a sentence has it: "Maxwell", "Debezium (unwrapped)".
std::string_view changeShapeName(ChangeShape shape);

// Written by a tool that reads its database's log once and writes it down in that order.
constexpr bool isStreamed(ChangeShape shape)
{
    return shape >= ChangeShape::Maxwell;
}

// Where the change is written in the binary log of MySQL or MariaDB.
struct BinlogPlace
{
    std::string_view file;
    std::uint64_t pos = 0;
};

// Where a change belongs in the database's own order.
struct ChangePlace
{
    std::string_view source;              // the connector's logical name; empty: not told
    std::string_view run;                 // the connector's run; empty: not told
    std::optional<std::int64_t> txId;     // of the transaction
    std::optional<std::uint64_t> lsn;     // of the change itself; of an end: where it committed
    std::optional<std::uint64_t> before;  // end of the transaction before: source.sequence[0]
    std::optional<std::uint64_t> seen;    // source.sequence[1]
    std::optional<std::uint64_t> end;     // where the transaction ended, told by one of its changes
    std::optional<std::int64_t> commitUs; // microseconds since the epoch
    std::uint32_t order = 0;              // in the transaction: total_order, xoffset
    bool ordered = false;                 // `order` is told
    std::string_view snapshot;            // source.snapshot; empty: not told

    // Of MySQL and MariaDB.
    std::optional<BinlogPlace> binlog;
    std::uint32_t row = 0;        // in the event of the binlog
    std::string_view transaction; // its name: a GTID, or "file=...,pos=..."; empty: not told
    bool chunk = false;           // of an incremental snapshot
};

} // namespace hindcast

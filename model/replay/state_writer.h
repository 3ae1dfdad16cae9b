#pragma once

#include "model/replay/history.h"
#include "model/replay/state.h"
#include "model/replay/state_diff.h"
#include "model/replay/trust.h"

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// Writes states, differences and histories as text: CSV by RFC 4180 (a header line, CRLF only
// inside values as they came, NULL and absent an empty field, an empty text "", rows ordered by
// key) and JSON lines (values as they were written). Each fails where reading the states or the
// stream fails.
struct StateWriter
{
    enum class Format : std::uint8_t { Csv, JsonLines };

    Format format = Format::Csv;
    std::vector<ProjectionColumn> columns; // as columnsOf() gives them
    std::stop_token stop = {};

    // Of state() the rows to write, by key; null: all.
    std::shared_ptr<const std::vector<bool>> only = nullptr;

    // csv: key, then the columns. jsonl: {"key":"order-1","status":"PAID",...}.
    Result<void> state(std::ostream& out, const State& state) const;
    // csv: change,key,column,a,b with a line for each cell that differs. jsonl:
    // {"change":"changed","key":"order-1","cells":{"status":{"a":"PAID","b":"FAILED"}}}.
    Result<void> diff(std::ostream& out, const VersionLog& log, const StateDiff& diff) const;
    // csv: time,record, then the columns. jsonl: {"time":..,"record":"orders-4@12","state":..,
    // "changes":{"status":{"before":"PAID","after":"FAILED"}}}; the state of a delete is null.
    Result<void> history(std::ostream& out, const std::vector<HistoryEntry>& entries) const;
};

// One row as a JSON line of StateWriter, without the line's end: the key, then the cells. `names`:
// uniqueNames({"key"}, columns). A key that is no text is {"base64":"..."}.
std::string rowAsJson(std::string_view key, const std::vector<std::string>& names,
                      const std::vector<Cell>& cells);

// What was made of a state for a file.
struct StateWritten
{
    std::optional<std::uint64_t> rows; // where not all were written
    std::string filter = {};           // and which, as SQL
    std::uint64_t unreadable = 0;      // by unreadableRows()
};

// What a state rests on, as one JSON object: projection, moment and its offset vector, rows, hash,
// trust with the reason of each partition, and what the fold left out.
std::string stateReceiptJson(const State& state, const TrustReport& trust,
                             const std::string& sha256, const StateWritten& written = {});

} // namespace hindcast

#pragma once

#include "model/record/record_source.h"

#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// What an import did. Bad lines are left out and counted.
struct ImportReport
{
    std::uint64_t lines = 0; // blank ones left out
    std::uint64_t records = 0;
    std::uint64_t badLines = 0;
    bool cancelled = false;
    std::vector<std::string> problems; // the first few bad lines, and where a file breaks off

    bool complete() const { return badLines == 0 && !cancelled && problems.empty(); }
};

// Reads a file of interchange lines (JSON lines in the shape of `kcat -J`; .gz and .zst as they
// are) and hands its records over in batches, each topic's in the order of the lines. Members it
// does not know are passed over. Fails where the file cannot be opened or the sink refuses.
Result<ImportReport> importInterchange(const std::string& path, RecordSink& sink,
                                       const std::stop_token& stop = {});

} // namespace hindcast

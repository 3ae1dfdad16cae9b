#pragma once

#include "model/replay/state_writer.h"
#include "widgets/state/state_whole.h"

#include <QString>

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <stop_token>

namespace hindcast {

// Writes a state into a file, CSV, (".jsonl") JSON lines or (".sqlite") a SQLite file, and its
// receipt beside it as <file>.receipt.json, or into the SQLite file; or (".moment") nothing but the
// moment with the state's hash. For worker threads; a value that holds all it needs.
struct StateExport
{
    enum class What {
        State,      // all rows at A
        Shown,      // those that the filter, and the difference where only that is shown, leave
        Difference, // what differs at B, of the rows shown; no SQLite file
    };

    What what = What::State;
    StateWhole::Request question; // what is shown, of which state
    QString path;

    // What was written, in one sentence. A file is only there when it is whole.
    Result<QString> write(const std::stop_token& stop) const;

private:
    Result<QString> writeMoment(const State& state, const std::stop_token& stop) const;
    Result<QString> writeDifference(const State& a, const std::stop_token& stop) const;
    Result<std::string> receipt(const State& state, const StateWritten& written,
                                const std::stop_token& stop) const;
    QString done(std::uint64_t rows, const StateWritten& written) const;
    Result<void> writeText(const std::function<Result<void>(std::ostream&)>& write,
                           const std::string& receiptJson) const;
};

} // namespace hindcast

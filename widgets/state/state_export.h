#pragma once

#include "model/replay/state.h"
#include "model/replay/trust_judge.h"

#include <QString>

#include <memory>
#include <stop_token>

namespace hindcast {

// Writes a state into a file, CSV, (".jsonl") JSON lines or (".sqlite") a SQLite file, and its
// receipt beside it as <file>.receipt.json, or into the SQLite file; or (".moment") nothing but the
// moment with the state's hash. For worker threads; a value that holds all it needs.
struct StateExport
{
    VersionLogPtr log;
    std::shared_ptr<const TrustJudge> judge;
    Rank prefix = 0;
    QString path;

    // What was written, in one sentence. A file is only there when it is whole.
    Result<QString> write(const std::stop_token& stop) const;

private:
    Result<QString> writeMoment(const State& state, const std::stop_token& stop) const;
};

} // namespace hindcast

#pragma once

#include "app/cli/program.h"
#include "model/replay/kept_logs.h"

#include <memory>
#include <string>

namespace hindcast {

struct InputOptions;

// How a command folds its projections.
struct FoldOptions
{
    bool noCache = false;
    std::uint64_t memory = 0; // bytes that a fold may take; 0: half of the machine's

    void add(CLI::App& command);
};

// Folds projections and says how far it is; of a file, what was folded is kept in the user's cache
// and reused. What would take more memory than it may is refused before it starts. The command's
// thread.
class Folding
{
public:
    Folding(Program& program, const FoldOptions& options, const InputOptions& input);

    Result<VersionLogPtr> fold(const ProjectionPtr& projection, const TimeOrderPtr& order,
                               const std::stop_token& stop);
    // What is to be kept is written behind the answer.
    void finish();

private:
    Program& m_program;
    const std::uint64_t m_memory;
    std::unique_ptr<KeptLogs> m_kept; // null: nothing is kept
};

} // namespace hindcast

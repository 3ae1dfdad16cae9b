#include "app/cli/folding.h"

#include "app/cli/input.h"

#include <cstdlib>
#include <fmt/format.h>

namespace hindcast {

namespace {

// $XDG_CACHE_HOME/hindcast/folds; empty where there is no home.
std::string cacheFolder()
{
    const char* const cache = std::getenv("XDG_CACHE_HOME");
    if (cache != nullptr && *cache == '/') {
        return std::string(cache) + "/hindcast/folds";
    }
    const char* const home = std::getenv("HOME");
    return home != nullptr && *home == '/' ? std::string(home) + "/.cache/hindcast/folds"
                                           : std::string();
}

} // namespace

void FoldOptions::add(CLI::App& command)
{
    command.add_flag("--no-cache", noCache,
                     "Fold anew. Else a fold of a file that took more than a moment is kept in "
                     "$XDG_CACHE_HOME/hindcast/folds (~/.cache), 4 GB of them at most, and reused "
                     "while capture, projection and clock are the same");
}

Folding::Folding(Program& program, const FoldOptions& options, const InputOptions& input)
    : m_program(program)
{
    const std::string folder = cacheFolder();
    if (options.noCache || input.live() || folder.empty()) {
        return; // what a cluster was read into is gone with the command
    }
    KeptLogs::Options kept;
    kept.folder = folder;
    kept.note = [&program](const std::string& words) { program.console.say(words); };
    m_kept = std::make_unique<KeptLogs>(std::move(kept));
}

Result<VersionLogPtr> Folding::fold(const ProjectionPtr& projection, const TimeOrderPtr& order,
                                    const std::stop_token& stop)
{
    const auto progress = [this, &projection](Rank done, Rank total) {
        m_program.console.progress(
            fmt::format("{}: {} of {} records", projection->name, grouped(done), grouped(total)));
    };
    return m_kept ? m_kept->fold(projection, order, stop, progress)
                  : VersionLog::fold(projection, order, stop, progress);
}

void Folding::finish()
{
    if (m_kept) {
        m_kept->finish(m_program.interrupt.token());
    }
}

} // namespace hindcast

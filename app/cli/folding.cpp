#include "app/cli/folding.h"

#include "app/cli/input.h"
#include "model/replay/fold_estimate.h"

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
    command
        .add_option("--memory", memory,
                    "What a fold may take of it, as 8GB (default: half of the machine's). It takes "
                    "16 bytes an event and at most 64 a key, the key's text, and the packed states "
                    "of the reducers that make their own; one that would take more says so before "
                    "it starts")
        ->transform(CLI::AsSizeValue(true));
}

Folding::Folding(Program& program, const FoldOptions& options, const InputOptions& input)
    : m_program(program)
    , m_memory(options.memory == 0 ? usualFoldMemory() : options.memory)
{
    const std::string folder = cacheFolder();
    const bool scratch = input.live() || !input.from.empty() || !input.to.empty();
    if (options.noCache || scratch || folder.empty()) {
        return; // what was read for this command is gone with it
    }
    KeptLogs::Options kept;
    kept.folder = folder;
    kept.note = [&program](const std::string& words) { program.console.say(words); };
    m_kept = std::make_unique<KeptLogs>(std::move(kept));
}

Result<VersionLogPtr> Folding::fold(const ProjectionPtr& projection, const TimeOrderPtr& order,
                                    const std::stop_token& stop)
{
    if (auto fits =
            mayFold(*projection, *order, m_memory, "give --from {}, or more with --memory.");
        !fits) {
        return tl::unexpected<Error>(fits.error());
    }
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

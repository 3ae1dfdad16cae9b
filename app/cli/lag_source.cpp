#include "app/cli/lag_source.h"

#include "model/lag/lag_history_builder.h"
#include "model/lag/lag_sampler.h"

#include <algorithm>
#include <fmt/core.h>

namespace hindcast {

namespace {

Result<LagSource> fromFile(const InputOptions& input, Program& program)
{
    auto capture = Capture::open(input.file, Capture::Mode::ReadOnly);
    if (!capture) {
        return tl::unexpected<Error>(capture.error());
    }
    program.damage = (*capture)->snapshot()->problems();
    LagHistoryBuilder builder;
    for (const GroupSamplePtr& sample : (*capture)->snapshot()->groupSamples()) {
        builder.add(sample);
    }
    LagSource source;
    source.history = builder.snapshot();
    return source;
}

Result<LagSource> fromCluster(const InputOptions& input, const SampleOptions& sampling,
                              Program& program)
{
    auto cluster = Cluster::connect(input);
    if (!cluster) {
        return tl::unexpected<Error>(cluster.error());
    }
    LagHistoryBuilder builder;
    LagSource source;
    std::stop_source enough;
    const std::stop_callback interrupted(program.interrupt.token(), [&] { enough.request_stop(); });
    std::size_t rounds = 0;
    std::optional<Error> failure;
    LagSampler::Options options;
    options.interval = sampling.interval;
    options.deadline = kDeadline;
    options.groups = sampling.groups;
    options.recordTimes = sampling.recordTimes;
    LagSampler sampler(*cluster->view, options,
                       {.sample =
                            [&](const GroupSamplePtr& sample) {
                                builder.add(sample);
                                if (!sample->problem.empty()) {
                                    const std::string problem =
                                        fmt::format("{}: {}", sample->group, sample->problem);
                                    if (std::find(source.problems.begin(), source.problems.end(),
                                                  problem) == source.problems.end()) {
                                        source.problems.push_back(problem);
                                    }
                                }
                            },
                        .round =
                            [&](std::size_t groups, std::chrono::milliseconds) {
                                program.console.progress(fmt::format("{} groups, sample {} of {}",
                                                                     groups, rounds + 1,
                                                                     sampling.rounds));
                                if (++rounds == sampling.rounds) {
                                    enough.request_stop();
                                }
                            },
                        .problem =
                            [&](const Error& error, std::chrono::milliseconds) {
                                failure = error;
                                enough.request_stop();
                            }});
    sampler.run(enough.get_token());
    if (failure && rounds == 0) {
        return tl::unexpected<Error>(*failure);
    }
    if (failure) {
        source.problems.push_back(failure->message);
    }
    source.cancelled = program.interrupt.token().stop_requested();
    source.history = builder.snapshot();
    return source;
}

} // namespace

Result<LagSource> LagSource::open(const InputOptions& input, const SampleOptions& sampling,
                                  Program& program)
{
    if (auto good = input.check(); !good) {
        return tl::unexpected<Error>(good.error());
    }
    auto source = input.live() ? fromCluster(input, sampling, program) : fromFile(input, program);
    if (!source) {
        return source;
    }
    const auto known = source->history->groups();
    for (const std::string& group : sampling.groups) {
        if (std::find(known.begin(), known.end(), group) == known.end()) {
            source->problems.push_back(fmt::format("There is no group \"{}\" {}.", group,
                                                   input.live() ? "on this cluster"
                                                                : "among the samples of this "
                                                                  "capture"));
        }
    }
    return source;
}

} // namespace hindcast

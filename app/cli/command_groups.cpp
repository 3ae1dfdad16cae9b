#include "app/cli/lag_source.h"
#include "model/lag/lag_evaluation.h"
#include "model/lag/lag_text.h"

#include <algorithm>
#include <fmt/core.h>

namespace hindcast {

namespace {

struct GroupsOptions
{
    InputOptions input;
    OutputOptions output;
    SampleOptions sampling;
};

int runGroups(Program& program, const GroupsOptions& options)
{
    auto source = LagSource::open(options.input, options.sampling, program);
    if (!source) {
        return program.failed(source.error());
    }
    RowWriter rows(program.console, options.output.format,
                   {"group", "state", "protocol", "members", "partitions", "available", "missed",
                    "verdict", "time"});
    for (const std::string& name : source->history->groups()) {
        const auto& wanted = options.sampling.groups;
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), name) == wanted.end()) {
            continue;
        }
        const GroupLag lag = evaluateLag(*source->history, name, source->history->range(name).to);
        if (!lag.known()) {
            continue;
        }
        rows.row({OutCell::of(name), OutCell::orNull(lag.sample->state),
                  OutCell::orNull(lag.sample->protocol),
                  lag.sample->membersVisible
                      ? OutCell::number(static_cast<std::int64_t>(lag.sample->members.size()))
                      : OutCell::null(),
                  OutCell::number(static_cast<std::int64_t>(lag.partitions.size())),
                  OutCell::number(lag.available, formatCount(lag.available)),
                  OutCell::number(lag.missed, formatCount(lag.missed)),
                  OutCell::of(wordOf(lag.verdict)), OutCell::of(formatUtc(lag.sample->time))});
    }
    rows.finish();
    Receipt receipt;
    receipt.problems = source->problems;
    receipt.cancelled = source->cancelled;
    program.console.flush();
    program.console.say(counted(rows.rows(), "group", "groups"));
    for (const std::string& problem : source->problems) {
        program.console.say(problem);
    }
    if (!program.writeReceipt(options.output.receiptFile, receipt.toJson())) {
        return Program::kFailed;
    }
    return receipt.complete() ? Program::kComplete : Program::kIncomplete;
}

} // namespace

void addGroupsCommand(CLI::App& app, Program& program)
{
    auto* const command =
        app.add_subcommand("groups", "List consumer groups with state, members and verdict");
    auto options = std::make_shared<GroupsOptions>();
    options->input.addFile(*command);
    options->input.addBroker(*command);
    command->add_option("-g,--group", options->sampling.groups, "Only these groups")
        ->delimiter(',')
        ->allow_extra_args(false);
    options->output.add(*command);
    command->footer("Examples:\n"
                    "  hindcast-cli groups -b localhost:9092\n"
                    "  hindcast-cli groups incident.hindcast --format csv\n"
                    "A capture answers with the last sample that it holds of each group.");
    command->callback([options, &program] {
        program.run = [options, &program] { return runGroups(program, *options); };
    });
}

} // namespace hindcast

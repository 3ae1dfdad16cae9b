#include "app/cli/lag_source.h"
#include "model/lag/lag_evaluation.h"
#include "model/lag/lag_text.h"

#include <algorithm>
#include <fmt/core.h>

namespace hindcast {

namespace {

struct LagOptions
{
    InputOptions input;
    OutputOptions output;
    SampleOptions sampling;
    std::string interval;
    std::string at;
};

// Without a commit or an end there is no split, and 0 would be a lie.
OutCell count(const LagSplit& split, std::int64_t n)
{
    return split.known() ? OutCell::number(n, formatCount(n)) : OutCell::null();
}

OutCell offset(std::int64_t n)
{
    return n < 0 ? OutCell::null() : OutCell::number(n, formatCount(n));
}

OutCell rate(std::optional<double> perSecond)
{
    return perSecond ? OutCell::real(*perSecond, formatRate(*perSecond)) : OutCell::null();
}

OutCell methodOf(const TimeLag& lag)
{
    switch (lag.method) {
    case TimeLagMethod::None:
        return OutCell::null();
    case TimeLagMethod::CaughtUp:
        return OutCell::of("caught-up");
    case TimeLagMethod::RecordTime:
        return OutCell::of("record-time");
    case TimeLagMethod::PollTime:
        return OutCell::of("poll-time");
    case TimeLagMethod::PollTimeAtLeast:
        return OutCell::of("poll-time-at-least");
    }
    return OutCell::null();
}

OutCell catchUpOf(const CatchUp& catchUp)
{
    return catchUp.kind == CatchUp::Kind::In || catchUp.kind == CatchUp::Kind::CaughtUp
               ? OutCell::number(catchUp.in.count(), formatCatchUp(catchUp))
               : OutCell::null();
}

OutCell behindOf(const TimeLag& lag)
{
    return lag.known() ? OutCell::number(lag.lag.count(), formatTimeLag(lag)) : OutCell::null();
}

void tableRow(RowWriter& rows, const GroupLag& group, const PartitionLag& part)
{
    rows.row({OutCell::of(group.group), OutCell::of(part.place().toString()),
              offset(part.sample.committed), offset(part.sample.logEnd),
              count(part.split, part.split.missed), count(part.split, part.split.available),
              count(part.split, part.split.ahead), rate(part.in), rate(part.out),
              behindOf(part.behind), catchUpOf(part.catchUp), OutCell::of(wordOf(part.verdict)),
              OutCell::orNull(part.clientId)});
}

void dataRow(RowWriter& rows, const GroupLag& group, const PartitionLag& part)
{
    rows.row({OutCell::of(formatUtc(group.sample->time)),
              OutCell::of(group.group),
              OutCell::orNull(group.sample->state),
              OutCell::of(part.place().topic),
              OutCell::number(part.place().partition),
              offset(part.sample.committed),
              offset(part.sample.logStart),
              offset(part.sample.logEnd),
              count(part.split, part.split.missed),
              count(part.split, part.split.available),
              count(part.split, part.split.ahead),
              rate(part.in),
              rate(part.out),
              behindOf(part.behind),
              methodOf(part.behind),
              catchUpOf(part.catchUp),
              OutCell::of(wordOf(part.verdict)),
              OutCell::orNull(part.memberId),
              OutCell::orNull(part.clientId),
              OutCell::orNull(part.host)});
}

Result<Timestamp> momentOf(const LagOptions& options, const LagHistory& history,
                           const std::string& group)
{
    return options.at.empty() ? Result<Timestamp>(history.range(group).to)
                              : parseTimestamp(options.at, currentTimestamp());
}

int runLag(Program& program, LagOptions& options)
{
    if (!options.interval.empty()) {
        const auto interval = parseDuration(options.interval);
        if (!interval) {
            return program.failed(interval.error());
        }
        options.sampling.interval = *interval;
    }
    auto source = LagSource::open(options.input, options.sampling, program);
    if (!source) {
        return program.failed(source.error());
    }
    const bool table = options.output.format == OutputFormat::Table;
    RowWriter rows(program.console, options.output.format,
                   table ? std::vector<std::string>{"group", "partition", "committed", "end",
                                                    "missed", "available", "ahead", "in/s", "out/s",
                                                    "behind", "catch-up", "verdict", "client"}
                         : std::vector<std::string>{
                               "time",      "group",       "state",        "topic",    "partition",
                               "committed", "logStart",    "logEnd",       "missed",   "available",
                               "ahead",     "inPerSecond", "outPerSecond", "behindMs", "behindBy",
                               "catchUpMs", "verdict",     "memberId",     "clientId", "host"});
    std::vector<std::string> sentences;
    for (const std::string& name : source->history->groups()) {
        const auto& wanted = options.sampling.groups;
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), name) == wanted.end()) {
            continue;
        }
        const auto moment = momentOf(options, *source->history, name);
        if (!moment) {
            return program.failed(moment.error());
        }
        const GroupLag group = evaluateLag(*source->history, name, *moment);
        if (!group.known()) {
            continue;
        }
        for (const PartitionLag& part : group.partitions) {
            table ? tableRow(rows, group, part) : dataRow(rows, group, part);
        }
        sentences.push_back(describeLag(group).headline);
    }
    rows.finish();
    program.console.flush();
    for (const std::string& sentence : sentences) {
        program.console.say(sentence);
    }
    if (sentences.empty() && source->problems.empty()) {
        program.console.say(options.input.live() ? "There are no groups on this cluster."
                                                 : "This capture holds no samples of groups.");
    }
    for (const std::string& problem : source->problems) {
        program.console.say(problem);
    }
    Receipt receipt;
    receipt.problems = source->problems;
    receipt.cancelled = source->cancelled;
    if (!program.writeReceipt(options.output.receiptFile, receipt.toJson())) {
        return Program::kFailed;
    }
    return receipt.complete() ? Program::kComplete : Program::kIncomplete;
}

} // namespace

void addLagCommand(CLI::App& app, Program& program)
{
    auto* const command = app.add_subcommand(
        "lag", "Show how far consumer groups are behind, partition by partition");
    auto options = std::make_shared<LagOptions>();
    options->input.addFile(*command);
    options->input.addBroker(*command);
    command->add_option("-g,--group", options->sampling.groups, "Only these groups")
        ->delimiter(',')
        ->allow_extra_args(false);
    command
        ->add_option("--samples", options->sampling.rounds,
                     "From a cluster: take so many samples; rates need two")
        ->check(CLI::Range(1, 1'000'000));
    command->add_option("--interval", options->interval, "Between samples, as 5s");
    command->add_option("--at", options->at, "From a capture: as it was at this time");
    options->output.add(*command);
    command->footer(
        "Examples:\n"
        "  hindcast-cli lag -b localhost:9092 --group billing --format jsonl\n"
        "  hindcast-cli lag -b localhost:9092 --samples 4 --interval 2s\n"
        "  hindcast-cli lag incident.hindcast --at 2026-11-20T14:05:00Z\n"
        "missed: deleted before the group read them. available: waiting to be read. ahead:\n"
        "committed past the end. behind: by the time of the record at the committed offset.");
    command->callback([options, &program] {
        program.run = [options, &program] { return runLag(program, *options); };
    });
}

} // namespace hindcast

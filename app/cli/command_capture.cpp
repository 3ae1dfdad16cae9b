#include "app/cli/input.h"
#include "model/lag/lag_sampler.h"
#include "model/query/filter_sink.h"

#include <cstdio>
#include <fmt/core.h>
#include <thread>

namespace hindcast {

namespace {

struct CaptureOptions
{
    InputOptions input;
    OutputOptions output;
    std::string target;
    std::string where;
    std::vector<std::string> groups;
    std::string groupInterval = "5s";
    std::string receiptFile;
    bool noGroups = false;
    bool follow = false;
    bool append = false;
};

class WriteSink final : public RecordSink
{
public:
    WriteSink(Capture& capture, Console& console)
        : m_capture(capture)
        , m_console(console)
    {
    }
    Result<void> accept(RecordBatchPtr batch) override
    {
        return m_capture.append(std::move(batch));
    }
    void progress(const ReadProgress& progress) override { showProgress(m_console, progress); }

private:
    Capture& m_capture;
    Console& m_console;
};

// Samples groups beside the read, into the same capture, until it goes out of scope.
class GroupSampling
{
public:
    GroupSampling(std::shared_ptr<ClusterView> view, LagSampler::Options options, Capture& capture,
                  Console& console)
        : m_thread([view = std::move(view), options = std::move(options), &capture,
                    &console](const std::stop_token& stop) {
            bool told = false;
            LagSampler sampler(*view, options,
                               {.sample =
                                    [&](const GroupSamplePtr& sample) {
                                        static_cast<void>(capture.putGroupSample(sample));
                                    },
                                .round = {},
                                .problem =
                                    [&](const Error& error, std::chrono::milliseconds) {
                                        if (!told) {
                                            console.say("Groups are not sampled: " + error.message);
                                        }
                                        told = true;
                                    }});
            sampler.run(stop);
        })
    {
    }

private:
    std::jthread m_thread;
};

Result<std::shared_ptr<Capture>> openTarget(const CaptureOptions& options)
{
    return options.append ? Capture::open(options.target, Capture::Mode::Append)
                          : Capture::create(options.target);
}

// The first look at the groups is part of the capture, however short the read.
void sampleOnce(Program& program, const Cluster& cluster, const CaptureOptions& options,
                Capture& capture)
{
    auto samples = cluster.view->sample(options.groups, true, kDeadline);
    if (!samples) {
        program.console.say("Groups are not sampled: " + samples.error().message);
        return;
    }
    for (GroupSample& sample : *samples) {
        static_cast<void>(capture.putGroupSample(std::make_shared<GroupSample>(std::move(sample))));
    }
}

int runCapture(Program& program, const CaptureOptions& options)
{
    const auto& topics = options.input.topics;
    if (!options.input.live()) {
        return program.failed(
            {ErrorCode::InvalidArgument, "Say which cluster to capture from: -b HOST.", {}});
    }
    auto request = options.input.request(topics);
    if (!request) {
        return program.failed(request.error());
    }
    request->follow = options.follow;
    std::optional<Filter> filter;
    if (!options.where.empty()) {
        FilterMistake mistake;
        auto compiled = Filter::compile(options.where, &mistake);
        if (!compiled) {
            return program.failed(compiled.error(), options.where, mistake);
        }
        filter = std::move(*compiled);
    }
    const auto interval = parseDuration(options.groupInterval);
    if (!interval) {
        return program.failed(interval.error());
    }
    auto cluster = Cluster::connect(options.input);
    if (!cluster) {
        return program.failed(cluster.error());
    }
    auto capture = openTarget(options);
    if (!capture) {
        return program.failed(capture.error());
    }
    if (auto state = cluster->view->topics(kDeadline)) {
        static_cast<void>(
            (*capture)->putCluster(std::make_shared<ClusterState>(std::move(*state))));
    }
    std::optional<GroupSampling> sampling;
    if (!options.noGroups && options.follow) {
        LagSampler::Options sampler;
        sampler.interval = *interval;
        sampler.groups = options.groups;
        sampling.emplace(cluster->view, sampler, **capture, program.console);
    } else if (!options.noGroups) {
        sampleOnce(program, *cluster, options, **capture);
    }
    WriteSink write(**capture, program.console);
    std::optional<FilterSink> filtering;
    RecordSink* sink = &write;
    if (filter) {
        sink = &filtering.emplace(std::move(*filter), write, FilterSink::Keep::Matches);
    }
    auto receipt = cluster->source->read(*request, *sink, program.interrupt.token());
    sampling.reset();
    if (!receipt) {
        const bool nothing = (*capture)->snapshot()->rowCount() == 0 && !options.append;
        *capture = nullptr;
        if (nothing) {
            std::remove(options.target.c_str());
        }
        return program.failed(receipt.error());
    }
    if (filtering) {
        if (auto flushed = filtering->flush(); !flushed) {
            receipt->problems.push_back(flushed.error().message);
        }
        filtering->describe(*receipt);
        if (!filtering->problem().empty()) {
            program.console.say("On some records the filter failed: " + filtering->problem());
        }
    }
    if (auto put = (*capture)->putReceipt(*receipt); !put) {
        receipt->problems.push_back(put.error().message);
    }
    if (auto closed = (*capture)->close(); !closed) {
        receipt->problems.push_back(closed.error().message);
    }
    program.console.say(fmt::format("{}: {} records, {}", options.target,
                                    grouped((*capture)->snapshot()->rowCount()),
                                    readableBytes((*capture)->sizeOnDisk())));
    return program.finished(*receipt, options.receiptFile);
}

} // namespace

void addCaptureCommand(CLI::App& app, Program& program)
{
    auto* const command =
        app.add_subcommand("capture", "Record topics and groups of a cluster into a file");
    auto options = std::make_shared<CaptureOptions>();
    options->input.addBroker(*command);
    options->input.addTopics(*command);
    options->input.addRange(*command);
    command->get_option("--topic")->required();
    command
        ->add_option("--isolation", options->input.isolation,
                     "Of a read from a cluster: read_committed (default) leaves out the records of "
                     "aborted transactions, read_uncommitted includes them, not told apart")
        ->check(CLI::IsMember({"read_committed", "read_uncommitted"}));
    command->add_option("-o,--output", options->target, "The capture to make (.hindcast)")
        ->required();
    command->add_option("--where", options->where, "Keep only what matches this SQL expression");
    command->add_flag("-f,--follow", options->follow, "Go on with what arrives, until Ctrl+C");
    command->add_flag("--append", options->append, "Add to a capture that is there already");
    command->add_option("-g,--group", options->groups, "Sample only these groups (default: all)")
        ->delimiter(',')
        ->allow_extra_args(false);
    command->add_option("--group-interval", options->groupInterval,
                        "Between samples of the groups while following (5s)");
    command->add_flag("--no-groups", options->noGroups, "Do not sample groups");
    command->add_option("--receipt", options->receiptFile,
                        "Write what was read, and what is missing, to this file, as JSON");
    command->footer(
        "Examples:\n"
        "  hindcast-cli capture -b localhost:9092 -t orders -t payments -o shop.hindcast\n"
        "  hindcast-cli capture -b localhost:9092 -t orders --from -1h --to now -o hour.hindcast\n"
        "  hindcast-cli capture -b localhost:9092 -t orders --where \"value.amount > 100\" -o "
        "large.hindcast\n"
        "  hindcast-cli capture -b localhost:9092 -t orders --from end --follow -o live.hindcast\n"
        "Ctrl+C ends a capture cleanly: what was read is kept, and the receipt says what is "
        "missing.");
    command->callback([options, &program] {
        program.run = [options, &program] { return runCapture(program, *options); };
    });
}

} // namespace hindcast

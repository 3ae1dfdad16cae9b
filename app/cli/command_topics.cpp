#include "app/cli/input.h"
#include "model/capture/disorder.h"
#include "model/replay/clock_proposal.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>

namespace hindcast {

namespace {

struct TopicsOptions
{
    InputOptions input;
    OutputOptions output;
    bool disorder = false;
};

OutCell offsetOrNull(std::int64_t offset)
{
    return offset < 0 ? OutCell::null() : OutCell::number(offset);
}

// What a capture holds of one partition.
struct Held
{
    std::uint64_t records = 0;
    std::int64_t first = -1;
    std::int64_t last = -1;
    Timestamp from = kNoTimestamp;
    Timestamp to = kNoTimestamp;

    void add(const RowInfo& info)
    {
        first = records == 0 ? info.offset : std::min(first, info.offset);
        last = std::max(last, info.offset);
        from = from == kNoTimestamp ? info.timestamp : std::min(from, info.timestamp);
        to = std::max(to, info.timestamp);
        ++records;
    }
};

OutCell countCell(std::uint64_t count)
{
    return OutCell::number(static_cast<std::int64_t>(count));
}

// How far the timestamps are out of order, and the clock that this asks for.
int listDisorder(Program& program, const TopicsOptions& options)
{
    auto input = Input::open(options.input, options.input.topics, program);
    if (!input) {
        return program.failed(input.error());
    }
    const CaptureSnapshot& snapshot = *(*input)->snapshot();
    const std::stop_token stop = program.interrupt.token();
    auto disorder = DisorderReport::of(snapshot, true, stop);
    if (!disorder) {
        return program.failed(disorder.error());
    }
    const auto& wanted = options.input.topics;
    if (!wanted.empty()) {
        disorder->keep(wanted);
    }
    RowWriter rows(program.console, options.output.format,
                   {"topic", "partition", "timestamps", "records", "late", "maxLatenessMs",
                    "strays", "displaced", "untimed", "distortedBy", "stamped"});
    for (const PartitionDisorder& part : disorder->partitions) {
        const auto& by = part.distortion;
        rows.row(
            {OutCell::of(part.place.topic), OutCell::number(part.place.partition),
             OutCell::orNull(stampsWord(part.stamps)), countCell(part.records),
             countCell(part.late),
             OutCell::number(part.maxLateness.count(), formatDuration(part.maxLateness)),
             countCell(part.strays), countCell(part.displaced), countCell(part.untimed),
             by ? OutCell::of(
                      RecordPlace{part.place.topic, part.place.partition, by->offset}.toString())
                : OutCell::null(),
             by ? OutCell::time(by->stamp) : OutCell::null()});
    }
    rows.finish();
    program.console.flush();
    const auto changes =
        topicsOfChanges(snapshot, wanted.empty() ? snapshot.topics() : wanted, stop);
    const auto proposal = proposeClock(*disorder, changes);
    program.console.say(proposal ? fmt::format("Proposed: --clock {}: {}",
                                               proposal->clock.toString(), proposal->reason)
                                 : "The clock log fits: no stray timestamp moves other records.");
    return stop.stop_requested() ? Program::kIncomplete : Program::kComplete;
}

int listFile(Program& program, const TopicsOptions& options)
{
    auto input = Input::open(options.input, options.input.topics, program);
    if (!input) {
        return program.failed(input.error());
    }
    const CaptureSnapshot& snapshot = *(*input)->snapshot();
    std::map<std::string, std::map<std::int32_t, Held>> held;
    std::map<std::string, std::uint64_t> bytes;
    for (std::size_t i = 0; i < snapshot.blockCount(); ++i) {
        const BlockInfo block = snapshot.block(i);
        auto& topic = held[snapshot.topics()[block.topic]];
        bytes[snapshot.topics()[block.topic]] += block.bytes;
        for (Row row = block.firstRow; row < block.firstRow + block.count; ++row) {
            const RowInfo info = snapshot.row(row);
            topic[info.partition].add(info);
        }
    }
    if (!options.input.topics.empty()) {
        RowWriter rows(program.console, options.output.format,
                       {"topic", "partition", "records", "firstOffset", "lastOffset", "firstTime",
                        "lastTime"});
        for (const std::string& name : options.input.topics) {
            for (const auto& [partition, part] : held[name]) {
                rows.row({OutCell::of(name), OutCell::number(partition),
                          OutCell::number(static_cast<std::int64_t>(part.records)),
                          offsetOrNull(part.first), offsetOrNull(part.last),
                          OutCell::time(part.from), OutCell::time(part.to)});
            }
        }
    } else {
        RowWriter rows(program.console, options.output.format,
                       {"topic", "partitions", "records", "bytes", "firstTime", "lastTime"});
        for (const auto& [name, partitions] : held) {
            Held sum;
            for (const auto& [number, part] : partitions) {
                sum.records += part.records;
                sum.from = sum.from == kNoTimestamp ? part.from : std::min(sum.from, part.from);
                sum.to = std::max(sum.to, part.to);
            }
            rows.row({OutCell::of(name),
                      OutCell::number(static_cast<std::int64_t>(partitions.size())),
                      OutCell::number(static_cast<std::int64_t>(sum.records)),
                      OutCell::number(static_cast<std::int64_t>(bytes[name]),
                                      readableBytes(bytes[name])),
                      OutCell::time(sum.from), OutCell::time(sum.to)});
        }
    }
    Receipt receipt;
    for (const auto& [name, partitions] : held) {
        for (const auto& [number, part] : partitions) {
            PartitionReceipt one;
            one.place = {name, number};
            one.from = one.logStart = part.first;
            one.to = one.next = one.logEnd = part.last + 1;
            one.records = part.records;
            receipt.partitions.push_back(std::move(one));
        }
    }
    program.console.flush();
    program.console.say(fmt::format("{} records in {} topics of {}", grouped(snapshot.rowCount()),
                                    held.size(), options.input.file));
    return program.writeReceipt(options.output.receiptFile, receipt.toJson()) ? Program::kComplete
                                                                              : Program::kFailed;
}

void topicRows(RowWriter& rows, const TopicState& topic)
{
    for (const PartitionState& part : topic.partitions) {
        rows.row({OutCell::of(topic.name), OutCell::number(part.partition),
                  offsetOrNull(part.leader),
                  OutCell::number(static_cast<std::int64_t>(part.replicas.size())),
                  OutCell::number(static_cast<std::int64_t>(part.inSync.size())),
                  offsetOrNull(part.logStart), offsetOrNull(part.logEnd),
                  OutCell::orNull(part.problem)});
    }
}

int listCluster(Program& program, const TopicsOptions& options)
{
    auto cluster = Cluster::connect(options.input);
    if (!cluster) {
        return program.failed(cluster.error());
    }
    auto state = cluster->view->topics(kDeadline);
    if (!state) {
        return program.failed(state.error());
    }
    Receipt receipt;
    const auto& wanted = options.input.topics;
    if (!wanted.empty()) {
        RowWriter rows(program.console, options.output.format,
                       {"topic", "partition", "leader", "replicas", "inSync", "logStart", "logEnd",
                        "problem"});
        for (const std::string& name : wanted) {
            const auto found =
                std::find_if(state->topics.begin(), state->topics.end(),
                             [&](const TopicState& topic) { return topic.name == name; });
            if (found == state->topics.end()) {
                receipt.problems.push_back(
                    fmt::format("There is no topic \"{}\" on this cluster.", name));
                continue;
            }
            topicRows(rows, *found);
        }
    } else {
        RowWriter rows(program.console, options.output.format,
                       {"topic", "partitions", "offsets", "internal", "problem"});
        for (const TopicState& topic : state->topics) {
            rows.row({OutCell::of(topic.name),
                      OutCell::number(static_cast<std::int64_t>(topic.partitions.size())),
                      OutCell::number(topic.offsetSpan()), OutCell::boolean(topic.internal),
                      OutCell::orNull(topic.problem)});
        }
    }
    for (const TopicState& topic : state->topics) {
        for (const PartitionState& part : topic.partitions) {
            const bool asked = wanted.empty() ||
                               std::find(wanted.begin(), wanted.end(), topic.name) != wanted.end();
            if (asked && !part.problem.empty()) {
                receipt.problems.push_back(
                    fmt::format("{}-{}: {}", topic.name, part.partition, part.problem));
            }
        }
    }
    program.console.flush();
    program.console.say(
        fmt::format("{} topics on {}", state->topics.size(), options.input.brokers));
    for (const std::string& problem : receipt.problems) {
        program.console.say(problem);
    }
    if (!program.writeReceipt(options.output.receiptFile, receipt.toJson())) {
        return Program::kFailed;
    }
    return receipt.complete() ? Program::kComplete : Program::kIncomplete;
}

int runTopics(Program& program, const TopicsOptions& options)
{
    if (auto good = options.input.check(); !good) {
        return program.failed(good.error());
    }
    if (options.disorder) {
        return options.input.live()
                   ? program.failed({ErrorCode::InvalidArgument,
                                     "--disorder measures a capture; read the topics into one "
                                     "first (hindcast-cli capture).",
                                     {}})
                   : listDisorder(program, options);
    }
    return options.input.live() ? listCluster(program, options) : listFile(program, options);
}

} // namespace

void addTopicsCommand(CLI::App& app, Program& program)
{
    auto* const command = app.add_subcommand("topics", "List topics, or the partitions of some");
    auto options = std::make_shared<TopicsOptions>();
    options->input.addFile(*command);
    options->input.addBroker(*command);
    options->input.addTopics(*command);
    options->output.add(*command);
    command->add_flag("--disorder", options->disorder,
                      "Measure how far the timestamps of a capture are out of order, and say which "
                      "clock fits it");
    command->footer(
        "Examples:\n"
        "  hindcast-cli topics incident.hindcast\n"
        "  hindcast-cli topics incident.hindcast --disorder\n"
        "  hindcast-cli topics incident.hindcast -t orders --format csv\n"
        "  hindcast-cli topics -b localhost:9092\n"
        "\"offsets\" is the log's end minus its start: an upper bound of the records, as\n"
        "compaction and transaction markers leave holes. Of a cluster's topics no bytes are "
        "listed:\n"
        "librdkafka has no call that tells them.\n"
        "--disorder counts by partition: records that are late (stamped before one in front of "
        "them),\nstrays (stamped over a minute from the rising curve nearest to all timestamps), "
        "records that\nthe clocks log and robust place more than a second apart, and records "
        "without a timestamp;\n\"distortedBy\" is the stray that moves most records behind it.");
    command->callback([options, &program] {
        program.run = [options, &program] { return runTopics(program, *options); };
    });
}

} // namespace hindcast

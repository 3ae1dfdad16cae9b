#include "app/cli/input.h"

#include "app/cli/read_position.h"
#include "connectors/kafka/kafka_connection.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/core.h>
#include <fmt/format.h>

namespace hindcast {

namespace {

class CaptureSink final : public RecordSink
{
public:
    CaptureSink(Capture& capture, Console& console)
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

Result<std::filesystem::path> makeScratchFolder()
{
    std::error_code error;
    std::string pattern =
        (std::filesystem::temp_directory_path(error) / "hindcast-XXXXXX").string();
    if (error || !mkdtemp(pattern.data())) {
        return fail(ErrorCode::NoSpace,
                    "No scratch folder can be made; set TMPDIR to a folder with room.");
    }
    return std::filesystem::path(pattern);
}

} // namespace

void InputOptions::addFile(CLI::App& command)
{
    command.add_option("FILE", file, "A capture (.hindcast)");
}

void InputOptions::addBroker(CLI::App& command)
{
    command.add_option("-b,--broker", brokers, "A live cluster: HOST[:PORT],...");
    command
        .add_option("-X", properties,
                    "A librdkafka property, NAME=VALUE: security.protocol, sasl.*, "
                    "ssl.*; can be given many times")
        ->allow_extra_args(false);
}

void InputOptions::addTopics(CLI::App& command)
{
    command.add_option("-t,--topic", topics, "A topic; many with commas or many -t")
        ->delimiter(',')
        ->allow_extra_args(false);
}

void InputOptions::addRange(CLI::App& command)
{
    command.add_option(
        "--from", from,
        "beginning, a time (2026-11-20T14:03:12Z, -1h), offset:N, last:N (the newest N records of "
        "all chosen partitions together, before --to), group:NAME");
    command.add_option("--to", to, "end, now, a time, offset:N, group:NAME (not included)");
}

Result<void> InputOptions::check() const
{
    if (file.empty() == brokers.empty()) {
        return fail(ErrorCode::InvalidArgument,
                    file.empty() ? "Say what to look at: a capture file, or -b HOST for a cluster."
                                 : "A capture file and -b exclude each other; give one of them.");
    }
    return {};
}

Result<ReadRequest> InputOptions::request(const std::vector<std::string>& readTopics) const
{
    const Timestamp now = currentTimestamp();
    TopicRead range;
    if (!from.empty()) {
        auto position = parsePosition(from, now);
        if (!position) {
            return tl::unexpected<Error>(position.error());
        }
        range.from = *position;
    }
    if (!to.empty()) {
        auto position = parsePosition(to, now);
        if (!position) {
            return tl::unexpected<Error>(position.error());
        }
        if (std::holds_alternative<LastN>(*position)) {
            return fail(ErrorCode::InvalidArgument,
                        "last:N says where to start, not where to end.");
        }
        range.to = *position;
    }
    ReadRequest request;
    request.isolation =
        isolation == "read_uncommitted" ? Isolation::ReadUncommitted : Isolation::ReadCommitted;
    for (const std::string& topic : readTopics) {
        range.topic = topic;
        request.topics.push_back(range);
    }
    return request;
}

Result<Cluster> Cluster::connect(const InputOptions& options)
{
    ConnectionConfig config;
    config.properties["bootstrap.servers"] = options.brokers;
    for (const std::string& property : options.properties) {
        const std::size_t equals = property.find('=');
        if (equals == 0 || equals == std::string::npos) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("-X {} is not NAME=VALUE.", property));
        }
        config.properties[property.substr(0, equals)] = property.substr(equals + 1);
    }
    auto connection = KafkaConnection::connect(config, kDeadline);
    if (!connection) {
        return tl::unexpected<Error>(connection.error());
    }
    return Cluster{(*connection)->source(), (*connection)->cluster()};
}

Result<std::unique_ptr<Input>> Input::open(const InputOptions& options,
                                           const std::vector<std::string>& topics, Program& program)
{
    if (auto good = options.check(); !good) {
        return tl::unexpected<Error>(good.error());
    }
    std::unique_ptr<Input> input(new Input);
    if (options.live()) {
        if (auto read = input->readCluster(options, topics, program); !read) {
            return tl::unexpected<Error>(read.error());
        }
    } else {
        auto capture = Capture::open(options.file, Capture::Mode::ReadOnly);
        if (!capture) {
            return tl::unexpected<Error>(capture.error());
        }
        input->m_capture = std::move(*capture);
        input->m_snapshot = input->m_capture->snapshot();
        program.damage = input->m_snapshot->problems();
    }
    for (const std::string& topic : topics) {
        const auto id = input->m_snapshot->topicId(topic);
        if (id) {
            input->m_topics.push_back(*id);
        } else if (!options.live()) {
            const auto& known = input->m_snapshot->topics();
            return fail(ErrorCode::NotFound,
                        fmt::format("There is no topic \"{}\" in {}; it holds {}.", topic,
                                    options.file,
                                    known.empty() ? "no records"
                                                  : fmt::format("{}", fmt::join(known, ", "))));
        }
    }
    return input;
}

Result<void> Input::readCluster(const InputOptions& options, const std::vector<std::string>& topics,
                                Program& program)
{
    if (topics.empty()) {
        return fail(ErrorCode::InvalidArgument,
                    "Say which topics to read from the cluster: -t TOPIC.");
    }
    const auto request = options.request(topics);
    if (!request) {
        return tl::unexpected<Error>(request.error());
    }
    auto cluster = Cluster::connect(options);
    if (!cluster) {
        return tl::unexpected<Error>(cluster.error());
    }
    auto capture = makeScratch("read.hindcast");
    if (!capture) {
        return tl::unexpected<Error>(capture.error());
    }
    m_capture = std::move(*capture);
    CaptureSink sink(*m_capture, program.console);
    auto receipt = cluster->source->read(*request, sink, program.interrupt.token());
    if (!receipt) {
        return tl::unexpected<Error>(receipt.error());
    }
    m_read = std::move(*receipt);
    static_cast<void>(m_capture->putReceipt(*m_read));
    if (auto state = cluster->view->topics(kDeadline)) {
        static_cast<void>(m_capture->putCluster(std::make_shared<ClusterState>(std::move(*state))));
    }
    m_snapshot = m_capture->snapshot();
    return {};
}

Result<std::shared_ptr<Capture>> Input::makeScratch(const char* name)
{
    auto folder = makeScratchFolder();
    if (!folder) {
        return tl::unexpected<Error>(folder.error());
    }
    m_scratch = std::move(*folder);
    return Capture::create((m_scratch / name).string());
}

Result<void> Input::narrow(const InputOptions& options, const std::vector<std::string>& topics,
                           Program& program)
{
    if (options.live() || (options.from.empty() && options.to.empty())) {
        return {};
    }
    const auto request = options.request({"any"});
    if (!request) {
        return tl::unexpected<Error>(request.error());
    }
    const ReadPosition& from = request->topics[0].from;
    const ReadPosition& to = request->topics[0].to;
    const auto* const begin = std::get_if<AtTime>(&from);
    const auto* const end = std::get_if<AtTime>(&to);
    if ((!begin && !std::holds_alternative<AtBeginning>(from)) ||
        (!end && !std::holds_alternative<AtEnd>(to))) {
        return fail(ErrorCode::InvalidArgument,
                    "Of a file, --from and --to of a state are times: 2026-11-20T14:00:00Z.");
    }
    auto narrowed = makeScratch("range.hindcast");
    if (!narrowed) {
        return tl::unexpected<Error>(narrowed.error());
    }
    std::uint64_t kept = 0;
    for (std::size_t i = 0; i < m_snapshot->blockCount(); ++i) {
        const BlockInfo block = m_snapshot->block(i);
        const std::string& topic = m_snapshot->topics()[block.topic];
        if (std::find(topics.begin(), topics.end(), topic) == topics.end()) {
            continue;
        }
        if (program.interrupt.token().stop_requested()) {
            return fail(ErrorCode::Cancelled, "Reading the range was stopped.");
        }
        const auto batch = m_snapshot->loadBlock(i);
        if (!batch) {
            return tl::unexpected<Error>(batch.error());
        }
        RecordBatchBuilder builder(topic);
        for (std::size_t k = 0; k < (*batch)->size(); ++k) {
            const RecordView record = (*batch)->record(k);
            if ((begin && record.timestamp < begin->time) ||
                (end && record.timestamp >= end->time)) {
                continue;
            }
            builder.add(record);
            ++kept;
            if (builder.full()) {
                if (auto done = (*narrowed)->append(builder.take()); !done) {
                    return done;
                }
            }
        }
        if (auto done = (*narrowed)->append(builder.take()); !done) {
            return done;
        }
        program.console.progress(fmt::format("{} records of the range", grouped(kept)));
    }
    for (const GroupSamplePtr& sample : m_snapshot->groupSamples()) {
        static_cast<void>((*narrowed)->putGroupSample(sample));
    }
    m_capture = std::move(*narrowed);
    m_snapshot = m_capture->snapshot();
    return {};
}

Input::~Input()
{
    m_snapshot = nullptr;
    m_capture = nullptr;
    if (!m_scratch.empty()) {
        std::error_code ignored;
        std::filesystem::remove_all(m_scratch, ignored);
    }
}

void showProgress(Console& console, const ReadProgress& progress)
{
    std::string line =
        fmt::format("{} records, {}", grouped(progress.records), readableBytes(progress.bytes));
    if (progress.offsetsPlanned > 0) {
        line += fmt::format(", {} %", 100 * progress.offsetsDone / progress.offsetsPlanned);
    }
    console.progress(line);
}

} // namespace hindcast

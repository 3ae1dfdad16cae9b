#include "app/cli/input.h"
#include "app/cli/record_output.h"
#include "model/capture/time_order.h"
#include "model/query/filter_sink.h"
#include "model/query/search.h"

#include <algorithm>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <tuple>

namespace hindcast {

namespace {

struct RecordsOptions
{
    InputOptions input;
    OutputOptions output;
    std::string where;
    std::vector<std::int32_t> partitions;
    std::string sort = "arrival";
    std::uint64_t limit = 0;
    bool follow = false;
};

// Prints records as they are read, up to the limit.
class PrintSink final : public RecordSink
{
public:
    PrintSink(Program& program, const RecordsOptions& options)
        : m_program(program)
        , m_options(options)
        , m_output(program.console, options.output.format)
    {
    }
    Result<void> accept(RecordBatchPtr batch) override
    {
        for (std::size_t i = 0; i < batch->size() && !full(); ++i) {
            m_output.write(batch->record(i));
        }
        if (m_options.follow) {
            m_output.finish();
            m_program.console.flush();
        }
        if (full() || m_program.console.outFailed()) {
            m_program.interrupt.source().request_stop();
        }
        return {};
    }
    void progress(const ReadProgress& progress) override
    {
        if (!m_options.follow) {
            showProgress(m_program.console, progress);
        }
    }
    void finish() { m_output.finish(); }
    bool full() const { return m_options.limit > 0 && m_output.records() >= m_options.limit; }

private:
    Program& m_program;
    const RecordsOptions& m_options;
    RecordOutput m_output;
};

// Hands on the newest records in the order of time, when the read has ended: each partition comes
// by itself.
class InTimeSink final : public RecordSink
{
public:
    explicit InTimeSink(RecordSink& next)
        : m_next(next)
    {
    }
    Result<void> accept(RecordBatchPtr batch) override
    {
        m_batches.push_back(std::move(batch));
        return {};
    }
    void progress(const ReadProgress& progress) override { m_next.progress(progress); }
    Result<void> finish()
    {
        std::vector<RecordView> records;
        for (const RecordBatchPtr& batch : m_batches) {
            for (std::size_t i = 0; i < batch->size(); ++i) {
                records.push_back(batch->record(i));
            }
        }
        std::sort(records.begin(), records.end(), [](const RecordView& a, const RecordView& b) {
            return std::tie(a.timestamp, a.topic, a.partition, a.offset) <
                   std::tie(b.timestamp, b.topic, b.partition, b.offset);
        });
        for (const RecordView& record : records) {
            RecordBatchBuilder one{std::string(record.topic)};
            one.add(record);
            if (auto handed = m_next.accept(one.take()); !handed) {
                return handed;
            }
        }
        return {};
    }

private:
    RecordSink& m_next;
    std::vector<RecordBatchPtr> m_batches;
};

int printLive(Program& program, const RecordsOptions& options, std::optional<Filter> filter)
{
    if (options.input.topics.empty()) {
        return program.failed(
            {ErrorCode::InvalidArgument, "Say which topics to read: -t TOPIC.", {}});
    }
    auto request = options.input.request(options.input.topics);
    if (!request) {
        return program.failed(request.error());
    }
    request->follow = options.follow;
    for (TopicRead& topic : request->topics) {
        topic.partitions = {options.partitions.begin(), options.partitions.end()};
    }
    auto cluster = Cluster::connect(options.input);
    if (!cluster) {
        return program.failed(cluster.error());
    }
    PrintSink print(program, options);
    std::optional<FilterSink> filtering;
    RecordSink* sink = &print;
    if (filter) {
        sink = &filtering.emplace(std::move(*filter), print, FilterSink::Keep::Matches);
    }
    std::optional<InTimeSink> newest;
    if (std::holds_alternative<LastN>(request->topics[0].from) && !options.follow) {
        sink = &newest.emplace(*sink);
    }
    auto receipt = cluster->source->read(*request, *sink, program.interrupt.token());
    if (newest) {
        static_cast<void>(newest->finish());
    }
    if (filtering) {
        static_cast<void>(filtering->flush());
    }
    print.finish();
    if (!receipt) {
        return program.failed(receipt.error());
    }
    if (filtering) {
        filtering->describe(*receipt);
    }
    const int code = program.finished(*receipt, options.output.receiptFile);
    // Asked for no more than so many: that is the whole answer.
    return print.full() && code == Program::kIncomplete ? Program::kComplete : code;
}

// Drops what is not among the newest `count` records of these topics, whether or not they match a
// filter: the same ones that a read from a cluster would give.
void keepNewest(const CaptureSnapshotPtr& snapshot, const std::vector<TopicId>& topics,
                const std::function<bool(Row)>& outside, std::int64_t count, std::vector<Row>& rows)
{
    const auto order = TimeOrder::build(snapshot);
    Rank first = order->size();
    while (count > 0 && first > 0) {
        const Row row = order->rowAt(--first);
        const bool ofTopics = topics.empty() || std::find(topics.begin(), topics.end(),
                                                          snapshot->row(row).topic) != topics.end();
        count -= ofTopics && !outside(row) ? 1 : 0;
    }
    std::erase_if(rows, [&](Row row) { return order->rankOf(row) < first; });
}

// The rows that lie in --from, --to and --partition, which mean the same on a file.
Result<void> cutRange(const CaptureSnapshotPtr& snapshotPtr, const std::vector<TopicId>& topics,
                      const RecordsOptions& options, std::vector<Row>& rows)
{
    const CaptureSnapshot& snapshot = *snapshotPtr;
    const auto request = options.input.request({"any"});
    if (!request) {
        return tl::unexpected<Error>(request.error());
    }
    const ReadPosition& from = request->topics[0].from;
    const ReadPosition& to = request->topics[0].to;
    if (std::holds_alternative<AtGroup>(from) || std::holds_alternative<AtGroup>(to)) {
        return fail(ErrorCode::InvalidArgument,
                    "group: needs a live cluster (-b); a capture keeps samples of groups, see "
                    "hindcast-cli lag.");
    }
    const auto* const fromTime = std::get_if<AtTime>(&from);
    const auto* const toTime = std::get_if<AtTime>(&to);
    const auto* const fromOffset = std::get_if<AtOffset>(&from);
    const auto* const toOffset = std::get_if<AtOffset>(&to);
    const auto* const last = std::get_if<LastN>(&from);
    const bool empty =
        std::holds_alternative<AtEnd>(from) || std::holds_alternative<AtBeginning>(to);
    const auto outside = [&](Row row) {
        const RowInfo info = snapshot.row(row);
        const auto& wanted = options.partitions;
        return empty || (fromTime && info.timestamp < fromTime->time) ||
               (toTime && info.timestamp >= toTime->time) ||
               (fromOffset && info.offset < fromOffset->offset) ||
               (toOffset && info.offset >= toOffset->offset) ||
               (!wanted.empty() &&
                std::find(wanted.begin(), wanted.end(), info.partition) == wanted.end());
    };
    std::erase_if(rows, outside);
    if (last) {
        keepNewest(snapshotPtr, topics, outside, last->records, rows);
    }
    return {};
}

// Without a filter every row is an answer, and no block needs to be read to find it.
SearchResult allRows(const CaptureSnapshot& snapshot, const std::vector<TopicId>& topics)
{
    SearchResult all;
    std::map<TopicPartition, PartitionReceipt> parts;
    for (std::size_t i = 0; i < snapshot.blockCount(); ++i) {
        const BlockInfo block = snapshot.block(i);
        if (!topics.empty() &&
            std::find(topics.begin(), topics.end(), block.topic) == topics.end()) {
            continue;
        }
        for (Row row = block.firstRow; row < block.firstRow + block.count; ++row) {
            all.rows.push_back(row);
        }
    }
    return all;
}

// What was printed, per partition.
Receipt receiptOf(const CaptureSnapshot& snapshot, const std::vector<Row>& rows)
{
    std::map<std::pair<TopicId, std::int32_t>, PartitionReceipt> parts;
    for (const Row row : rows) {
        const RowInfo info = snapshot.row(row);
        PartitionReceipt& part = parts[{info.topic, info.partition}];
        if (part.records == 0) {
            part.place = {snapshot.topics()[info.topic], info.partition};
            part.from = part.logStart = info.offset;
        }
        part.from = part.logStart = std::min(part.from, info.offset);
        part.to = part.next = part.logEnd = std::max(part.next, info.offset + 1);
        ++part.records;
    }
    Receipt receipt;
    for (auto& [place, part] : parts) {
        receipt.partitions.push_back(std::move(part));
    }
    std::sort(receipt.partitions.begin(), receipt.partitions.end(),
              [](const auto& a, const auto& b) { return a.place < b.place; });
    return receipt;
}

int printFile(Program& program, const RecordsOptions& options, const std::optional<Filter>& filter)
{
    const auto started = std::chrono::steady_clock::now();
    auto input = Input::open(options.input, options.input.topics, program);
    if (!input) {
        return program.failed(input.error());
    }
    const CaptureSnapshotPtr& snapshot = (*input)->snapshot();
    SearchResult found;
    if (filter) {
        SearchOptions search;
        search.topics = (*input)->topics();
        search.stop = program.interrupt.token();
        search.progress = [&](const SearchProgress& p, std::span<const Row>) {
            program.console.progress(fmt::format("{} of {} records, {} match", grouped(p.records),
                                                 grouped(p.planned), grouped(p.matched)));
        };
        found = hindcast::search(snapshot, *filter, search);
    } else {
        found = allRows(*snapshot, (*input)->topics());
    }
    if (auto cut = cutRange(snapshot, (*input)->topics(), options, found.rows); !cut) {
        return program.failed(cut.error());
    }
    if (!filter) {
        found.receipt = receiptOf(*snapshot, found.rows);
    }
    found.receipt.matched = found.rows.size();
    if (options.sort == "time") {
        const auto order = TimeOrder::build(snapshot);
        std::sort(found.rows.begin(), found.rows.end(),
                  [&](Row a, Row b) { return order->rankOf(a) < order->rankOf(b); });
    }
    if (options.limit > 0 && found.rows.size() > options.limit) {
        found.rows.resize(options.limit);
    }
    RecordOutput output(program.console, options.output.format);
    for (const Row row : found.rows) {
        const auto record = snapshot->record(row);
        if (!record) {
            found.receipt.problems.push_back(record.error().message);
            break;
        }
        output.write(record->view());
        if (program.console.outFailed() || program.interrupt.token().stop_requested()) {
            found.receipt.cancelled = true;
            break;
        }
    }
    output.finish();
    if (!found.problem.empty()) {
        program.console.say("On some records the filter failed: " + found.problem);
    }
    found.receipt.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started);
    return program.finished(found.receipt, options.output.receiptFile);
}

int runRecords(Program& program, const RecordsOptions& options)
{
    if (auto good = options.input.check(); !good) {
        return program.failed(good.error());
    }
    std::optional<Filter> filter;
    if (!options.where.empty()) {
        FilterMistake mistake;
        auto compiled = Filter::compile(options.where, &mistake);
        if (!compiled) {
            return program.failed(compiled.error(), options.where, mistake);
        }
        filter = std::move(*compiled);
    }
    if (options.follow && !options.input.live()) {
        return program.failed(
            {ErrorCode::InvalidArgument, "--follow needs a live cluster (-b).", {}});
    }
    return options.input.live() ? printLive(program, options, std::move(filter))
                                : printFile(program, options, filter);
}

} // namespace

void addRecordsCommand(CLI::App& app, Program& program)
{
    auto* const command = app.add_subcommand("records", "Print records, all or those that match");
    auto options = std::make_shared<RecordsOptions>();
    options->input.addFile(*command);
    options->input.addBroker(*command);
    options->input.addTopics(*command);
    options->input.addRange(*command);
    command
        ->add_option("--isolation", options->input.isolation,
                     "Of a read from a cluster: read_committed (default) leaves out the records of "
                     "aborted transactions, read_uncommitted includes them, not told apart")
        ->check(CLI::IsMember({"read_committed", "read_uncommitted"}));
    command->add_option("-p,--partition", options->partitions, "Only these partitions")
        ->delimiter(',')
        ->allow_extra_args(false);
    command->add_option("--where", options->where,
                        "An SQL expression over key, value, header, topic, partition, offset, "
                        "timestamp, time");
    command->add_option("--sort", options->sort, "arrival, or time over all partitions (files)")
        ->check(CLI::IsMember({"arrival", "time"}));
    command->add_option("-n,--limit", options->limit, "No more than so many");
    command->add_flag("-f,--follow", options->follow, "Go on with what arrives, until Ctrl+C");
    options->output.add(*command);
    command->footer(
        "Examples:\n"
        "  hindcast-cli records incident.hindcast -t orders --where \"value.status = 'FAILED'\"\n"
        "  hindcast-cli records incident.hindcast -t orders,payments --sort time --from -1h\n"
        "  hindcast-cli records incident.hindcast --where \"key regexp '^order-7' and "
        "value.amount > 100\" --format jsonl\n"
        "  hindcast-cli records -b localhost:9092 -t orders --from last:100\n"
        "  hindcast-cli records -b localhost:9092 -t orders --from end --follow --format jsonl\n"
        "jsonl writes interchange lines, which hindcast-cli import reads.");
    command->callback([options, &program] {
        program.run = [options, &program] { return runRecords(program, *options); };
    });
}

} // namespace hindcast

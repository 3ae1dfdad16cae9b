#include "app/cli/input.h"
#include "app/cli/record_output.h"

#include <algorithm>
#include <fmt/core.h>

namespace hindcast {

namespace {

struct ExportOptions
{
    InputOptions input;
    OutputOptions output;
};

int runExport(Program& program, const ExportOptions& options)
{
    const auto started = std::chrono::steady_clock::now();
    auto input = Input::open(options.input, options.input.topics, program);
    if (!input) {
        return program.failed(input.error());
    }
    const CaptureSnapshot& snapshot = *(*input)->snapshot();
    const auto& topics = (*input)->topics();
    RecordOutput output(program.console, options.output.format);
    Receipt receipt = (*input)->read().value_or(Receipt{});
    std::map<TopicPartition, PartitionReceipt> parts;
    for (std::size_t i = 0; i < snapshot.blockCount(); ++i) {
        const BlockInfo block = snapshot.block(i);
        if (!topics.empty() &&
            std::find(topics.begin(), topics.end(), block.topic) == topics.end()) {
            continue;
        }
        if (program.interrupt.token().stop_requested() || program.console.outFailed()) {
            receipt.cancelled = true;
            break;
        }
        const auto batch = snapshot.loadBlock(i);
        if (!batch) {
            receipt.problems.push_back(batch.error().message);
            continue;
        }
        for (std::size_t k = 0; k < (*batch)->size(); ++k) {
            const RecordView record = (*batch)->record(k);
            output.write(record);
            auto& part = parts[{std::string(record.topic), record.partition}];
            part.from = part.records == 0 ? record.offset : std::min(part.from, record.offset);
            part.next = std::max(part.next, record.offset + 1);
            ++part.records;
            part.bytes += record.bytes();
        }
        program.console.progress(fmt::format("{} records", grouped(output.records())));
    }
    output.finish();
    if (!(*input)->read()) {
        for (auto& [place, part] : parts) {
            part.place = place;
            part.logStart = part.from;
            part.logEnd = part.to = part.next;
            receipt.partitions.push_back(part);
        }
    }
    receipt.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started);
    return program.finished(receipt, options.output.receiptFile);
}

} // namespace

void addExportCommand(CLI::App& app, Program& program)
{
    auto* const command =
        app.add_subcommand("export", "Write records as interchange lines (JSON lines as kcat -J)");
    auto options = std::make_shared<ExportOptions>();
    options->input.addFile(*command);
    options->input.addBroker(*command);
    options->input.addTopics(*command);
    options->input.addRange(*command);
    options->output.add(*command, OutputFormat::JsonLines);
    command->footer(
        "Examples:\n"
        "  hindcast-cli export incident.hindcast -t orders > orders.jsonl\n"
        "  hindcast-cli export incident.hindcast --format csv > all.csv\n"
        "  hindcast-cli export incident.hindcast | zstd > incident.jsonl.zst\n"
        "Keys, values and headers are kept byte for byte: text as text, other bytes as\n"
        "{\"base64\":\"...\"}, null as null.");
    command->callback([options, &program] {
        program.run = [options, &program] { return runExport(program, *options); };
    });
}

} // namespace hindcast

#include "app/cli/program.h"
#include "model/capture/capture.h"
#include "model/capture/interchange_reader.h"

#include <cstdio>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace hindcast {

namespace {

struct ImportOptions
{
    std::vector<std::string> files;
    std::string target;
    std::string receiptFile;
    bool append = false;
};

class ImportSink final : public RecordSink
{
public:
    ImportSink(Capture& capture, Console& console)
        : m_capture(capture)
        , m_console(console)
    {
    }
    Result<void> accept(RecordBatchPtr batch) override
    {
        m_records += batch->size();
        m_console.progress(fmt::format("{} records", grouped(m_records)));
        return m_capture.append(std::move(batch));
    }

private:
    Capture& m_capture;
    Console& m_console;
    std::uint64_t m_records = 0;
};

int runImport(Program& program, const ImportOptions& options)
{
    auto capture = options.append ? Capture::open(options.target, Capture::Mode::Append)
                                  : Capture::create(options.target);
    if (!capture) {
        return program.failed(capture.error());
    }
    const Row before = (*capture)->snapshot()->rowCount();
    ImportSink sink(**capture, program.console);
    bool complete = true;
    nlohmann::ordered_json files = nlohmann::ordered_json::array();
    std::uint64_t read = 0;
    for (const std::string& file : options.files) {
        const auto report = importInterchange(file, sink, program.interrupt.token());
        if (!report) {
            // Nothing of it is worth keeping: the name stays free for the next try.
            (*capture) = nullptr;
            if (!options.append) {
                std::remove(options.target.c_str());
            }
            return program.failed(report.error());
        }
        complete = complete && report->complete();
        read += report->records;
        for (const std::string& problem : report->problems) {
            program.console.say(problem);
        }
        if (report->badLines > report->problems.size()) {
            program.console.say(
                fmt::format("{}: {} lines in all were left out.", file, grouped(report->badLines)));
        }
        files.push_back({{"file", file},
                         {"lines", report->lines},
                         {"records", report->records},
                         {"badLines", report->badLines},
                         {"cancelled", report->cancelled},
                         {"problems", report->problems}});
        if (report->cancelled) {
            break;
        }
    }
    const Row kept = (*capture)->snapshot()->rowCount() - before;
    if (auto closed = (*capture)->close(); !closed) {
        return program.failed(closed.error());
    }
    std::string sentence = fmt::format("{}: {} records in {}", complete ? "Complete" : "Incomplete",
                                       grouped(kept), options.target);
    if (kept < read) {
        sentence += fmt::format(", {} more were there already (same topic, partition and offset)",
                                grouped(read - kept));
    }
    program.console.say(sentence);
    const nlohmann::ordered_json receipt{
        {"complete", complete}, {"records", kept}, {"doubled", read - kept}, {"files", files}};
    if (!program.writeReceipt(
            options.receiptFile,
            receipt.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))) {
        return Program::kFailed;
    }
    return complete ? Program::kComplete : Program::kIncomplete;
}

} // namespace

void addImportCommand(CLI::App& app, Program& program)
{
    auto* const command = app.add_subcommand(
        "import", "Make a capture of interchange lines (as kcat -J writes them)");
    auto options = std::make_shared<ImportOptions>();
    command->add_option("FILES", options->files, "JSON lines; .zst and .gz are read as they are")
        ->required();
    command->add_option("-o,--output", options->target, "The capture to make (.hindcast)")
        ->required();
    command->add_flag("--append", options->append, "Add to a capture that is there already");
    command->add_option("--receipt", options->receiptFile,
                        "Write what was read and left out to this file, as JSON");
    command->footer(
        "Examples:\n"
        "  hindcast-cli import orders.jsonl payments.jsonl.zst -o shop.hindcast\n"
        "  kcat -C -e -J -b localhost -t orders > o.jsonl; hindcast-cli import o.jsonl -o "
        "o.hindcast\n"
        "A line: {\"topic\":\"orders\",\"partition\":0,\"offset\":12,\"tstype\":\"create\","
        "\"ts\":1763647392418,\n"
        "\"headers\":[\"name\",\"value\"],\"key\":\"k\",\"payload\":\"text\"}; null is null, "
        "bytes are {\"base64\":\"...\"}.");
    command->callback([options, &program] {
        program.run = [options, &program] { return runImport(program, *options); };
    });
}

} // namespace hindcast

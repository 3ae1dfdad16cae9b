#include "app/cli/input.h"
#include "model/trace/trace_jsonl.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace hindcast {

namespace {

struct TracesOptions
{
    InputOptions input;
    OutputOptions output;
    std::string trace;
    std::string service;
    std::string text;
    std::string minDuration;
    bool errors = false;
};

std::string formatNs(std::int64_t ns)
{
    if (ns < 1'000'000) {
        return fmt::format("{}us", ns / 1000);
    }
    return ns < 10'000'000'000 ? fmt::format("{:.1f}ms", static_cast<double>(ns) / 1e6)
                               : formatDuration(std::chrono::milliseconds(ns / 1'000'000));
}

Timestamp timeOfNs(std::int64_t ns)
{
    return timestampFromMs(ns / 1'000'000);
}

void writeTable(RowWriter& rows, const TraceSet& set, const std::vector<TraceIndex>& traces)
{
    for (const TraceIndex index : traces) {
        const Trace& trace = set.traces()[index];
        const bool rooted = trace.root != kNoSpan;
        rows.row({OutCell::of(trace.id.toString()), OutCell::of(formatUtc(timeOfNs(trace.startNs))),
                  OutCell::number(trace.durationNs(), formatNs(trace.durationNs())),
                  OutCell::number(trace.spanCount), OutCell::number(trace.recordCount),
                  OutCell::number(trace.errors),
                  OutCell::of(fmt::format("{}", fmt::join(set.servicesOf(index), ","))),
                  rooted ? OutCell::of(set.text(set.span(trace.root).name)) : OutCell::null()});
    }
}

// The same members as a JSON line, one span a row.
void writeCsv(RowWriter& rows, const TraceSet& set, const std::vector<TraceIndex>& traces)
{
    forEachSpanLine(set, traces, [&](const std::string& line) {
        const auto span = nlohmann::json::parse(line);
        std::vector<OutCell> cells;
        for (const char* name : {"traceId", "spanId", "parentSpanId", "service", "name", "kind"}) {
            cells.push_back(OutCell::of(span[name].get<std::string>()));
        }
        cells.push_back(OutCell::number(span["startNs"].get<std::int64_t>()));
        cells.push_back(OutCell::number(span["durationNs"].get<std::int64_t>()));
        cells.push_back(OutCell::json(span["links"].dump()));
        cells.push_back(span["record"].is_null() ? OutCell::null()
                                                 : OutCell::of(span["record"].get<std::string>()));
        rows.row(cells);
    });
}

Result<std::vector<TraceIndex>> choose(const TraceSet& set, const TracesOptions& options,
                                       const std::stop_token& stop)
{
    if (!options.trace.empty()) {
        const auto id = TraceId::parse(options.trace);
        const auto found = id ? set.find(*id) : std::nullopt;
        if (!found) {
            return fail(
                ErrorCode::NotFound,
                id ? fmt::format("There is no trace {} in these records.", options.trace)
                   : fmt::format("\"{}\" is no trace id; write its 32 hex digits.", options.trace));
        }
        return std::vector<TraceIndex>{*found};
    }
    TraceQuery query;
    query.service = options.service;
    query.text = options.text;
    query.errorsOnly = options.errors;
    if (!options.minDuration.empty()) {
        const auto duration = parseDuration(options.minDuration);
        if (!duration) {
            return tl::unexpected<Error>(duration.error());
        }
        query.minDurationNs = std::chrono::nanoseconds(*duration).count();
    }
    auto traces = set.search(query, stop);
    std::sort(traces.begin(), traces.end(), [&set](TraceIndex a, TraceIndex b) {
        const Trace& left = set.traces()[a];
        const Trace& right = set.traces()[b];
        return left.startNs != right.startNs ? left.startNs < right.startNs
                                             : left.id.toString() < right.id.toString();
    });
    return traces;
}

int runTraces(Program& program, const TracesOptions& options)
{
    const auto started = std::chrono::steady_clock::now();
    const std::stop_token stop = program.interrupt.token();
    auto input = Input::open(options.input, options.input.topics, program);
    if (!input) {
        return program.failed(input.error());
    }
    const TraceSetPtr set =
        TraceSet::build((*input)->snapshot(), nullptr, stop, [&](auto records, auto total) {
            program.console.progress(
                fmt::format("{} of {} records", grouped(records), grouped(total)));
        });
    if (!set) {
        return program.failed(
            {ErrorCode::Cancelled, "Stopped before the traces were together.", {}});
    }
    const auto traces = choose(*set, options, stop);
    if (!traces) {
        return program.failed(traces.error());
    }
    std::uint64_t spans = 0;
    std::uint64_t headersOnly = 0;
    for (const TraceIndex trace : *traces) {
        spans += set->traces()[trace].spanCount;
        headersOnly += set->traces()[trace].spanCount == 0 ? 1 : 0;
    }
    if (options.output.format == OutputFormat::JsonLines) {
        forEachSpanLine(*set, *traces, [&](const std::string& line) {
            program.console.out(line);
            program.console.out("\n");
        });
    } else if (options.output.format == OutputFormat::Csv) {
        RowWriter rows(program.console, OutputFormat::Csv,
                       {"traceId", "spanId", "parentSpanId", "service", "name", "kind", "startNs",
                        "durationNs", "links", "record"});
        writeCsv(rows, *set, *traces);
    } else {
        RowWriter rows(
            program.console, OutputFormat::Table,
            {"trace", "start", "duration", "spans", "records", "errors", "services", "root"});
        writeTable(rows, *set, *traces);
    }
    Receipt receipt = (*input)->read().value_or(Receipt{});
    for (const TraceProblem& problem : set->problems()) {
        receipt.problems.push_back(
            fmt::format("{}: {}", (*input)->snapshot()->placeOf(problem.row).toString(),
                        problem.problem.reason));
    }
    receipt.undecodable = set->problemCount();
    receipt.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started);
    program.console.flush();
    std::string sentence =
        fmt::format("{} with {}, from {}", counted(traces->size() - headersOnly, "trace", "traces"),
                    counted(spans, "span", "spans"),
                    counted((*input)->snapshot()->rowCount(), "record", "records"));
    if (headersOnly > 0) {
        sentence += fmt::format("; {} more known from record headers alone", grouped(headersOnly));
    }
    if (set->problemCount() > 0) {
        sentence += fmt::format("; {} could not be read as spans",
                                counted(set->problemCount(), "piece", "pieces"));
    }
    program.console.say(sentence);
    if (!program.writeReceipt(options.output.receiptFile, receipt.toJson())) {
        return Program::kFailed;
    }
    return receipt.complete() ? Program::kComplete : Program::kIncomplete;
}

} // namespace

void addTracesCommand(CLI::App& app, Program& program)
{
    auto* const command =
        app.add_subcommand("traces", "Traces from spans in payloads and contexts in headers");
    auto options = std::make_shared<TracesOptions>();
    options->input.addFile(*command);
    options->input.addBroker(*command);
    options->input.addTopics(*command);
    options->input.addRange(*command);
    command->add_option("--trace", options->trace, "Only this trace: its id in hex");
    command->add_option("--service", options->service, "Traces in which this service takes part");
    command->add_option("--text", options->text,
                        "In a name, service, attribute or record key, in any case");
    command->add_option("--min-duration", options->minDuration, "As long as this, as 250ms");
    command->add_flag("--errors", options->errors, "Only traces with an error");
    options->output.add(*command);
    command->footer(
        "Examples:\n"
        "  hindcast-cli traces shop.hindcast --service billing --errors\n"
        "  hindcast-cli traces shop.hindcast --trace 4bf92f3577b34da6a3ce929d0e0e4736 --format "
        "jsonl\n"
        "  hindcast-cli traces -b localhost -t otlp_spans,orders --from -15m\n"
        "jsonl and csv write one span a line: traceId, spanId, parentSpanId, service, name, kind,\n"
        "startNs, durationNs, links, record (\"topic-partition@offset\" or null).");
    command->callback([options, &program] {
        program.run = [options, &program] { return runTraces(program, *options); };
    });
}

} // namespace hindcast

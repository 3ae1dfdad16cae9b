#include "app/cli/input.h"
#include "model/replay/clock_proposal.h"
#include "model/replay/moment_finder.h"
#include "model/replay/postgres_copy.h"
#include "model/replay/projection.h"
#include "model/replay/state_writer.h"
#include "model/replay/trust_judge.h"

#include <fmt/format.h>
#include <iostream>

namespace hindcast {

namespace {

struct Options
{
    InputOptions input;
    OutputOptions output;
    std::string projection;
    std::string at;
    std::string clock;
    std::string diff;
    std::string history;
    std::string as;
    bool hash = false;
};

constexpr std::size_t kStatesLookedAtForColumns = 100'000;

OutCell outCell(const Cell& cell)
{
    switch (cell.kind) {
    case Cell::Kind::Missing:
    case Cell::Kind::Null:
        return OutCell::null();
    case Cell::Kind::Bool:
        return {OutCell::Kind::Bool, cell.text, {}};
    case Cell::Kind::Number:
        return {OutCell::Kind::Number, cell.text, {}};
    case Cell::Kind::Json:
        return OutCell::json(cell.text);
    case Cell::Kind::String:
        break;
    }
    return OutCell::of(cell.text);
}

// One answer: where it is written from.
class Answer
{
public:
    Answer(Program& program, const Options& options, VersionLogPtr log, Rank prefix)
        : m_program(program)
        , m_options(options)
        , m_log(std::move(log))
        , m_state(State::at(m_log, prefix))
        , m_stop(program.interrupt.token())
    {
    }

    const State& state() const { return *m_state; }

    Result<void> write()
    {
        if (m_options.hash) {
            auto sha = m_state->hash(m_stop);
            if (!sha) {
                return tl::unexpected<Error>(sha.error());
            }
            m_program.console.out(*sha + "\n");
            return {};
        }
        auto columns = columnsOf(*m_state, kStatesLookedAtForColumns, m_stop);
        if (!columns) {
            return tl::unexpected<Error>(columns.error());
        }
        m_columns = std::move(*columns);
        if (!m_options.diff.empty()) {
            return writeDiff();
        }
        return m_options.history.empty() ? writeState() : writeHistory();
    }

private:
    bool table() const { return m_options.output.format == OutputFormat::Table; }
    StateWriter writer() const
    {
        return {.format = m_options.output.format == OutputFormat::Csv
                              ? StateWriter::Format::Csv
                              : StateWriter::Format::JsonLines,
                .columns = m_columns,
                .stop = m_stop};
    }
    std::vector<std::string> names(std::vector<std::string> before) const
    {
        for (const auto& column : m_columns) {
            before.push_back(column.name);
        }
        return before;
    }

    Result<void> writeState();
    Result<void> writePostgres();
    Result<void> writeDiff();
    Result<void> writeHistory();

    Program& m_program;
    const Options& m_options;
    const VersionLogPtr m_log;
    const StatePtr m_state;
    const std::stop_token m_stop;
    std::vector<ProjectionColumn> m_columns;
};

Result<void> Answer::writePostgres()
{
    const auto copy = PostgresCopy::prepare(*m_state, m_columns);
    if (!copy) {
        return tl::unexpected<Error>(copy.error());
    }
    if (const auto untyped = copy->untyped(); !untyped.empty()) {
        m_program.console.say(
            fmt::format("Neither a schema nor [columns] tells the type of {}: written as it came.",
                        fmt::join(untyped, ", ")));
    }
    return copy->write(std::cout, *m_state, m_stop);
}

Result<void> Answer::writeState()
{
    if (m_options.as == "postgres") {
        return writePostgres();
    }
    if (!table()) {
        return writer().state(std::cout, *m_state);
    }
    RowWriter rows(m_program.console, OutputFormat::Table, names({"key"}));
    ColumnReader reader(m_columns);
    return m_state->forEach(
        0, m_state->size(),
        [&](std::size_t, const StateRow& row, std::string_view state) {
            std::vector<OutCell> cells{OutCell::of(m_state->keyText(row))};
            for (const Cell& cell : reader.read(state)) {
                cells.push_back(outCell(cell));
            }
            rows.row(cells);
            return !m_program.console.outFailed();
        },
        m_stop);
}

Result<void> Answer::writeDiff()
{
    const auto moment = findMoment(*m_log->order(), m_options.diff);
    if (!moment) {
        return tl::unexpected<Error>(moment.error());
    }
    if (!moment->note.empty()) {
        m_program.console.say(moment->note + '.');
    }
    const StatePtr other = State::at(m_log, moment->prefix);
    const auto diff = StateDiff::between(*m_state, *other, m_stop);
    if (!diff) {
        return tl::unexpected<Error>(diff.error());
    }
    m_program.console.say(fmt::format(
        "From the state {} to the one {}: {} added, {} removed, {} changed",
        momentText(*m_log->order(), m_state->prefix()), momentText(*m_log->order(), moment->prefix),
        grouped(diff->added), grouped(diff->removed), grouped(diff->changed)));
    if (!table()) {
        return writer().diff(std::cout, *m_log, *diff);
    }
    RowWriter rows(m_program.console, OutputFormat::Table, {"change", "key", "column", "a", "b"});
    ColumnReader reader(m_columns);
    return diff->forEach(
        *m_log,
        [&](const RowDiff& row, std::optional<std::string_view> before,
            std::optional<std::string_view> after) {
            const std::vector<Cell> a = reader.read(before);
            const std::vector<Cell> b = reader.read(after);
            const std::vector<bool> changed = StateDiff::changedCells(a, b);
            const char* const word = row.change == RowDiff::Change::Added     ? "added"
                                     : row.change == RowDiff::Change::Removed ? "removed"
                                                                              : "changed";
            for (std::size_t i = 0; i < m_columns.size(); ++i) {
                if (changed[i]) {
                    rows.row({OutCell::of(word), OutCell::of(m_log->keys().text(row.key)),
                              OutCell::of(m_columns[i].name), outCell(a[i]), outCell(b[i])});
                }
            }
            return !m_program.console.outFailed();
        },
        m_stop);
}

Result<void> Answer::writeHistory()
{
    auto entries = historyOf(*m_log, m_options.history);
    if (!entries) {
        return tl::unexpected<Error>(entries.error());
    }
    if (entries->empty()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The key \"{}\" was never there.", m_options.history));
    }
    std::erase_if(*entries, [this](const HistoryEntry& e) { return e.rank >= m_state->prefix(); });
    if (!table()) {
        return writer().history(std::cout, *entries);
    }
    RowWriter rows(m_program.console, OutputFormat::Table, names({"time", "record"}));
    ColumnReader reader(m_columns);
    for (const HistoryEntry& entry : *entries) {
        std::vector<OutCell> cells{OutCell::of(formatUtc(entry.time)),
                                   OutCell::of(entry.place.toString())};
        for (const Cell& cell : reader.read(entry.state)) {
            cells.push_back(outCell(cell));
        }
        rows.row(cells);
    }
    return {};
}

// What the reducers found wrong, with its records; the receipt has them all.
void sayFindings(Program& program, const FoldReport& report, Rank prefix)
{
    constexpr std::size_t kSaid = 5;
    std::size_t said = 0;
    for (const FoldFinding& finding : report.firstFindings) {
        if (finding.rank >= prefix || said == kSaid) {
            break;
        }
        program.console.say(
            fmt::format("{}, {}: {}", finding.place.toString(), finding.key, finding.what));
        ++said;
    }
}

int run(Program& program, const Options& options)
{
    const std::stop_token stop = program.interrupt.token();
    if (!options.as.empty() && options.output.format != OutputFormat::Csv) {
        return program.failed(
            {ErrorCode::InvalidArgument, "--as postgres writes CSV; add --format csv.", {}});
    }
    auto projection = Projection::load(options.projection);
    if (!projection) {
        return program.failed(projection.error());
    }
    const auto shared = std::make_shared<const Projection>(std::move(*projection));
    // A file may lack a topic of the projection (it was empty): the trust says so.
    auto input =
        Input::open(options.input,
                    options.input.live() ? shared->topics() : std::vector<std::string>{}, program);
    if (!input) {
        return program.failed(input.error());
    }
    const auto order = orderFor(*shared, (*input)->snapshot(), options.clock,
                                needsCommit(options.at) || needsCommit(options.diff), stop);
    if (!order) {
        return program.failed(order.error());
    }
    const auto moment = findMoment(**order, options.at);
    if (!moment) {
        return program.failed(moment.error());
    }
    auto log = VersionLog::fold(shared, *order, stop, [&program](Rank done, Rank total) {
        program.console.progress(fmt::format("{} of {} records", grouped(done), grouped(total)));
    });
    if (!log) {
        return program.failed(log.error());
    }
    Answer answer(program, options, *log, moment->prefix);
    if (auto written = answer.write(); !written) {
        return program.failed(written.error());
    }
    std::cout.flush();
    program.console.flush();
    const TrustReport trust = TrustJudge(*log).at(moment->prefix);
    program.console.say(fmt::format("{}: {}, {}", shared->name,
                                    counted(answer.state().size(), "row", "rows"),
                                    momentText(**order, moment->prefix)));
    for (const std::string& note : clockNotes(**order, *shared, stop)) {
        program.console.say(note);
    }
    if (!moment->note.empty()) {
        program.console.say(moment->note + '.');
    }
    program.console.say(trust.sentence());
    program.console.say((*log)->report().sentence());
    sayFindings(program, (*log)->report(), moment->prefix);
    const auto sha = answer.state().hash(stop);
    if (!program.writeReceipt(options.output.receiptFile,
                              stateReceiptJson(answer.state(), trust, sha.value_or("")))) {
        return Program::kFailed;
    }
    if (program.console.outFailed() || !std::cout) {
        program.console.say("The output could not be written to its end.");
        return Program::kFailed;
    }
    const bool readAll = !(*input)->read() || (*input)->read()->complete();
    if (!readAll) {
        program.console.say((*input)->read()->sentence());
    }
    return trust.skipped == 0 && trust.untold.empty() && readAll && moment->complete
               ? Program::kComplete
               : Program::kIncomplete;
}

} // namespace

void addStateCommand(CLI::App& app, Program& program)
{
    auto* const command =
        app.add_subcommand("state", "Rebuild a table at a moment, by a projection file");
    auto options = std::make_shared<Options>();
    options->input.addFile(*command);
    options->input.addBroker(*command);
    options->input.addRange(*command);
    command->add_option("--projection", options->projection, "The projection (TOML)")->required();
    command->add_option("--at", options->at,
                        "The moment: a time, a record as orders-4@48211954, a position of the "
                        "database's log as lsn:55572568 or lsn:0/34FF858, a transaction as tx:4119 "
                        "(default: the end)");
    command->add_option(
        "--clock", options->clock,
        "What orders the records: log (the default: in a partition the newest timestamp so far), "
        "robust (the rising curve nearest to the timestamps: a stray one moves nothing), "
        "event-time "
        "(the timestamps as they are, late events sorted in) or event-time:PATH (a field, as "
        "event-time:value.created_at), commit (the transactions that change data tells; default "
        "for cdc)");
    command->add_flag("--hash", options->hash, "Print the SHA-256 of the state and nothing else");
    auto* const diff =
        command->add_option("--diff", options->diff, "What differs from --at to this moment");
    auto* const history =
        command->add_option("--history", options->history, "The versions of this key up to --at")
            ->excludes(diff);
    command
        ->add_option("--as", options->as,
                     "postgres: with --format csv, as PostgreSQL's COPY writes the table (types "
                     "from the events' schema, or from [columns]: due = { path = \"due\", type = "
                     "\"date\" })")
        ->check(CLI::IsMember({"postgres"}))
        ->excludes(diff)
        ->excludes(history);
    options->output.add(*command);
    command->footer(
        "Examples:\n"
        "  hindcast-cli state shop.hindcast --projection order.toml --at 2026-11-20T14:03:12.418Z "
        "--format csv\n"
        "  hindcast-cli state shop.hindcast --projection order.toml --at orders-4@48211954 --hash\n"
        "  hindcast-cli state shop.hindcast --projection stock.toml --at lsn:0/34FF858 --format "
        "csv\n"
        "  hindcast-cli state shop.hindcast --projection stock.toml --format csv --as postgres | "
        "diff - stock.csv\n"
        "  hindcast-cli state shop.hindcast --projection order.toml --at 2026-11-20T14:00:00Z "
        "--diff end\n"
        "  hindcast-cli state shop.hindcast --projection order.toml --history order-7\n"
        "A projection file:\n"
        "  name = \"order\"\n"
        "  [[source]]\n"
        "  topic = \"orders\"\n"
        "  key = \"key\"              # or paths of key, value and headers, or a list of them\n"
        "  reduce = \"latest\"        # latest, merge-patch, json-patch, machine, aggregate, cdc\n"
        "  where = \"value.amount > 0\"  # optional, SQL\n"
        "  [[source]]               # more of them fill the same rows\n"
        "  topic = \"payments\"\n"
        "  key = \"value.orderId\"\n"
        "  reduce = \"latest\"\n"
        "  into = \"payment\"         # the member of the row that is this source's\n"
        "  [columns]                # optional\n"
        "  status = \"status\"\n"
        "  due = { path = \"due\", type = \"date\" }  # typed as in PostgreSQL; encoding = days, "
        "s, ms, "
        "us,\n"
        "                           # ns, base64 or hex where it is not the usual one");
    command->callback([options, &program] {
        program.run = [options, &program] { return run(program, *options); };
    });
}

} // namespace hindcast

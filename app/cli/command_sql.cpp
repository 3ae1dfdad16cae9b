#include "app/cli/input.h"
#include "model/query/sql_session.h"

#include <fmt/core.h>
#include <thread>

namespace hindcast {

namespace {

struct Options
{
    InputOptions input;
    OutputOptions output;
    std::string query;
};

OutCell cellOf(const SqlValue& value)
{
    switch (value.kind) {
    case SqlValue::Kind::Null:
        return OutCell::null();
    case SqlValue::Kind::Integer:
        return OutCell::number(value.integer);
    case SqlValue::Kind::Real:
        return OutCell::real(value.real);
    case SqlValue::Kind::Text:
    case SqlValue::Kind::Blob:
        break;
    }
    return OutCell::payload(value.bytes);
}

int run(Program& program, Options& options)
{
    // On a cluster the query is the only thing without a name.
    if (options.input.live() && options.query.empty()) {
        std::swap(options.query, options.input.file);
    }
    if (options.query.empty()) {
        return program.failed({ErrorCode::InvalidArgument,
                               "Say what to ask: hindcast-cli sql FILE \"select ... from "
                               "records('topic')\".",
                               {}});
    }
    auto input = Input::open(options.input, options.input.topics, program);
    if (!input) {
        return program.failed(input.error());
    }
    auto session = SqlSession::open((*input)->snapshot());
    if (!session) {
        return program.failed(session.error());
    }
    const std::stop_callback cancel(program.interrupt.token(), [&] { (*session)->cancel(); });
    std::unique_ptr<RowWriter> rows;
    FilterMistake mistake;
    const auto answered = (*session)->query(options.query,
                                            {[&](std::span<const std::string> columns) {
                                                 rows = std::make_unique<RowWriter>(
                                                     program.console, options.output.format,
                                                     std::vector(columns.begin(), columns.end()));
                                             },
                                             [&](std::span<const SqlValue> values) {
                                                 std::vector<OutCell> cells;
                                                 for (const SqlValue& value : values) {
                                                     cells.push_back(cellOf(value));
                                                 }
                                                 rows->row(cells);
                                                 return !program.console.outFailed();
                                             }},
                                            &mistake);
    if (rows) {
        rows->finish();
    }
    if (!answered) {
        return mistake.message.empty() ? program.failed(answered.error())
                                       : program.failed(answered.error(), options.query, mistake);
    }
    if ((*input)->read()) {
        return program.finished(*(*input)->read(), options.output.receiptFile);
    }
    program.console.flush();
    program.console.say(fmt::format("{}, from the {} of {}", counted(rows->rows(), "row", "rows"),
                                    counted((*input)->snapshot()->rowCount(), "record", "records"),
                                    options.input.file));
    return program.writeReceipt(options.output.receiptFile,
                                fmt::format(R"({{"complete":true,"rows":{},"records":{}}})",
                                            rows->rows(), (*input)->snapshot()->rowCount()))
               ? Program::kComplete
               : Program::kFailed;
}

} // namespace

void addSqlCommand(CLI::App& app, Program& program)
{
    auto* const command = app.add_subcommand("sql", "Ask the records in SQL (SQLite's, read only)");
    auto options = std::make_shared<Options>();
    options->input.addFile(*command);
    command->add_option("QUERY", options->query, "One SELECT");
    options->input.addBroker(*command);
    options->input.addTopics(*command);
    options->input.addRange(*command);
    options->output.add(*command);
    command->footer(
        "records('topic'), or records for all, has the columns topic, partition, offset, time "
        "(UTC),\n"
        "timestamp (milliseconds), key, value, headers (a JSON object). Fields by ->> and\n"
        "json_extract(); text REGEXP 'pattern' as in Perl.\n"
        "Examples:\n"
        "  hindcast-cli sql shop.hindcast \"select value ->> 'status' status, count(*) n from "
        "records('orders') group by 1\"\n"
        "  hindcast-cli sql shop.hindcast \"select o.key, p.time from records('orders') o join "
        "records('payments') p using (key)\" --format csv\n"
        "  hindcast-cli sql -b localhost -t orders --from -10m \"select count(*) from "
        "records('orders')\"");
    command->callback([options, &program] {
        program.run = [options, &program] { return run(program, *options); };
    });
}

} // namespace hindcast

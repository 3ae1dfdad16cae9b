#include "app/cli/folding.h"
#include "app/cli/input.h"
#include "app/cli/sql_output.h"
#include "model/query/sql_session.h"
#include "model/replay/moment_finder.h"
#include "model/replay/projection.h"
#include "model/replay/sql_grounds.h"
#include "model/replay/state_tables.h"

#include <algorithm>
#include <fmt/core.h>

namespace hindcast {

namespace {

struct SqlOptions
{
    InputOptions input;
    OutputOptions output;
    FoldOptions folding;
    std::string query;
    std::vector<std::string> projections; // files
    std::vector<std::string> moments;     // NAME=MOMENT
    std::vector<std::string> attached;    // FILE=NAME
    std::string clock;
};

using Named = std::pair<std::string, std::string>;

// The two sides of an option's `=`.
Result<Named> named(const std::string& text, std::size_t at, const std::string& form)
{
    if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
        return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" is not {}.", text, form));
    }
    return Named{text.substr(0, at), text.substr(at + 1)};
}

// The projections, folded when the query names them, and what its moments are called.
Result<StateCatalogPtr> catalogOf(const SqlOptions& options,
                                  const std::vector<ProjectionPtr>& projections, Folding& folding,
                                  const CaptureSnapshotPtr& snapshot)
{
    auto catalog = std::make_shared<StateCatalog>("give its file with --projection order.toml.");
    const bool commit = StateTables::asksForCommit(options.query);
    for (const ProjectionPtr& projection : projections) {
        catalog->add(projection->name,
                     [&folding, &options, commit, projection,
                      snapshot](const std::stop_token& stop) -> Result<VersionLogPtr> {
                         const auto order =
                             orderFor(*projection, snapshot, options.clock, commit, stop);
                         if (!order) {
                             return tl::unexpected<Error>(order.error());
                         }
                         return folding.fold(projection, *order, stop);
                     });
    }
    for (const std::string& moment : options.moments) {
        const auto pair =
            named(moment, moment.find('='), "NAME=MOMENT, as before=2026-11-20T14:00:00Z");
        if (!pair) {
            return tl::unexpected<Error>(pair.error());
        }
        catalog->setMoment(pair->first, pair->second);
    }
    return catalog;
}

Result<std::vector<ProjectionPtr>> loaded(const std::vector<std::string>& files)
{
    std::vector<ProjectionPtr> projections;
    for (const std::string& file : files) {
        auto projection = Projection::load(file);
        if (!projection) {
            return tl::unexpected<Error>(projection.error());
        }
        for (const ProjectionPtr& other : projections) {
            if (other->name == projection->name) {
                return fail(ErrorCode::InvalidArgument,
                            fmt::format("{} and {} are both named \"{}\"; give one another name.",
                                        other->file, file, other->name));
            }
        }
        projections.push_back(std::make_shared<const Projection>(std::move(*projection)));
    }
    return projections;
}

std::vector<std::string> topicsToRead(const SqlOptions& options,
                                      const std::vector<ProjectionPtr>& projections)
{
    std::vector<std::string> topics = options.input.topics;
    if (options.input.live()) {
        for (const ProjectionPtr& projection : projections) {
            for (const std::string& topic : projection->topics()) {
                if (std::find(topics.begin(), topics.end(), topic) == topics.end()) {
                    topics.push_back(topic);
                }
            }
        }
    }
    return topics;
}

Result<void> attach(SqlSession& session, const SqlOptions& options, SqlGrounds& grounds)
{
    for (const std::string& text : options.attached) {
        const auto pair = named(text, text.rfind('='), "FILE=NAME, as stock.sqlite=stock");
        if (!pair) {
            return tl::unexpected<Error>(pair.error());
        }
        if (auto done = session.attach(pair->first, pair->second); !done) {
            return done;
        }
        grounds.attached.emplace(pair->second, pair->first);
    }
    return {};
}

int finish(Program& program, const SqlOptions& options, const Input& input, SqlOutput& output,
           const SqlGrounds& grounds)
{
    const std::uint64_t records = input.snapshot()->rowCount();
    if (output.isFile() || !options.output.receiptFile.empty()) {
        // Of records alone that were read from a cluster, what was read is the whole receipt.
        const std::string receipt =
            input.read() && grounds.states.empty() && !output.isFile()
                ? input.read()->toJson()
                : grounds.toJson(options.query, output.rows(), records, program.interrupt.token());
        if (const auto done = output.finishFile(program.receiptOf(receipt)); !done) {
            return program.failed(done.error());
        }
        if (!program.writeReceipt(options.output.receiptFile, receipt)) {
            return Program::kFailed;
        }
    }
    program.console.flush();
    for (const std::string& sentence : grounds.sentences()) {
        program.console.say(sentence);
    }
    if (input.read()) {
        const int code = program.finished(*input.read(), {});
        return code == Program::kComplete && !grounds.complete ? Program::kIncomplete : code;
    }
    program.console.say(fmt::format("{}, from the {} of {}", counted(output.rows(), "row", "rows"),
                                    counted(records, "record", "records"), options.input.file));
    return grounds.complete ? Program::kComplete : Program::kIncomplete;
}

int runSql(Program& program, SqlOptions& options)
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
    if (const auto fits = options.output.checkFile(); !fits) {
        return program.failed(fits.error());
    }
    const auto projections = loaded(options.projections);
    if (!projections) {
        return program.failed(projections.error());
    }
    auto input = Input::open(options.input, topicsToRead(options, *projections), program);
    if (!input) {
        return program.failed(input.error());
    }
    Folding folding(program, options.folding, options.input);
    const auto catalog = catalogOf(options, *projections, folding, (*input)->snapshot());
    if (!catalog) {
        return program.failed(catalog.error());
    }
    auto session = SqlSession::open((*input)->snapshot(), std::make_shared<StateTables>(*catalog));
    if (!session) {
        return program.failed(session.error());
    }
    SqlGrounds grounds;
    if (const auto attached = attach(**session, options, grounds); !attached) {
        return program.failed(attached.error());
    }
    const std::stop_callback cancel(program.interrupt.token(), [&] { (*session)->cancel(); });
    SqlOutput output(program, options.output, "answer");
    FilterMistake mistake;
    const auto answered =
        (*session)->query(options.query,
                          {[&](std::span<const std::string> columns) { output.columns(columns); },
                           [&](std::span<const SqlValue> cells) { return output.row(cells); }},
                          &mistake);
    const auto written = output.finish();
    if (!answered) {
        return mistake.message.empty() ? program.failed(answered.error())
                                       : program.failed(answered.error(), options.query, mistake);
    }
    if (!written) {
        return program.failed(written.error());
    }
    auto attached = std::move(grounds.attached);
    grounds = SqlGrounds::of(**catalog);
    grounds.attached = std::move(attached);
    if ((*input)->read()) {
        grounds.readJson = (*input)->read()->toJson();
    }
    const int code = finish(program, options, **input, output, grounds);
    folding.finish();
    return code;
}

} // namespace

void addSqlCommand(CLI::App& app, Program& program)
{
    auto* const command =
        app.add_subcommand("sql", "Ask records and states in SQL (SQLite's, read only)");
    auto options = std::make_shared<SqlOptions>();
    options->input.addFile(*command);
    command->add_option("QUERY", options->query, "One SELECT");
    options->input.addBroker(*command);
    options->input.addTopics(*command);
    options->input.addRange(*command);
    command
        ->add_option("--projection", options->projections,
                     "A projection (TOML) that the query may name; give more of them")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--clock", options->clock,
                        "What orders the records of the projections, as of hindcast-cli state");
    options->folding.add(*command);
    command
        ->add_option("--moment", options->moments,
                     "A moment's name, to be written in the query, as before=-1h")
        ->allow_extra_args(false);
    command
        ->add_option("--attach", options->attached,
                     "A SQLite file to read beside the capture, as stock.sqlite=stock")
        ->allow_extra_args(false);
    options->output.addWithSqlite(*command);
    command->footer(
        "Tables:\n"
        "  records('topic'), or records for all: topic, partition, offset, time (UTC), timestamp\n"
        "      (milliseconds), key, value, headers (a JSON object). Fields by ->> and\n"
        "      json_extract(); text REGEXP 'pattern' as in Perl.\n"
        "  state('projection', MOMENT): a row for each key: key, the projection's columns, and\n"
        "      time, topic, partition, offset of the record that last changed it; value (not in "
        "*),\n"
        "      the whole state as JSON.\n"
        "  history('projection', MOMENT): every version up to then: the same, and deleted (0, 1).\n"
        "  changes('projection', MOMENT, MOMENT): what differs: key, change (added, removed,\n"
        "      changed), column, a, b, and time and place of the record; before and after (not in "
        "*).\n"
        "  name.table of a file that is attached.\n"
        "A MOMENT is a text as --at of hindcast-cli state takes it ('2026-11-20T14:03:12.418Z', a\n"
        "record 'orders-4@48211954', 'lsn:0/34FF858', 'binlog:mysql-bin.000003:1547', 'tx:4119',\n"
        "'group:billing', a link), milliseconds, a name that --moment gives, or an expression;\n"
        "without one, it is the end; NULL is a mistake.\n"
        "Whole numbers of 64 bits and what a double holds exactly are numbers, all other values\n"
        "text. Keys that are not UTF-8 are blobs. Rows of a state come in key order, whole\n"
        "numbers first by size; ORDER BY key is SQLite's, by the bytes of the text. A column's\n"
        "name that is taken has an underscore behind it.\n"
        "Examples:\n"
        "  hindcast-cli sql shop.hindcast \"select value ->> 'status' status, count(*) n from "
        "records('orders') group by 1\"\n"
        "  hindcast-cli sql shop.hindcast \"select o.key, p.time from records('orders') o join "
        "records('payments') p using (key)\" --format csv\n"
        "  hindcast-cli sql shop.hindcast --projection order.toml \"select a.key, a.status, "
        "b.status "
        "from state('order', '2026-11-20T14:03:00Z') a join state('order') b using (key) where "
        "a.status is not b.status\"\n"
        "  hindcast-cli sql shop.hindcast --projection order.toml --attach stock.sqlite=stock "
        "\"select key from state('order') join stock.lines using (key)\"\n"
        "  hindcast-cli sql shop.hindcast --projection order.toml \"select * from state('order', "
        "'orders-4@48211954')\" --format sqlite -o orders.sqlite\n"
        "  hindcast-cli sql -b localhost -t orders --from -10m \"select count(*) from "
        "records('orders')\"");
    command->callback([options, &program] {
        program.run = [options, &program] { return runSql(program, *options); };
    });
}

} // namespace hindcast

#include "app/cli/folding.h"
#include "app/cli/input.h"
#include "app/cli/lag_source.h"
#include "app/cli/state_answer.h"
#include "model/replay/asked_moment.h"
#include "model/replay/clock_proposal.h"
#include "model/replay/moment_bookmark.h"
#include "model/replay/state_writer.h"
#include "model/replay/trust_judge.h"

#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace hindcast {

namespace {

struct StateOptions
{
    InputOptions input;
    OutputOptions output;
    FoldOptions folding;
    StateQuestion question;
    std::string projection;
    std::string at;
    std::string clock;
    std::string seenBy;
    std::string bookmark;
};

// What the group has committed by now. Asked before any record is read, as what it has seen is then
// in what is read.
Result<std::vector<GroupSamplePtr>> sampleNow(const InputOptions& input, const std::string& group,
                                              Program& program)
{
    SampleOptions sampling;
    sampling.groups = {group};
    sampling.recordTimes = false;
    const auto source = LagSource::open(input, sampling, program);
    if (!source) {
        return tl::unexpected<Error>(source.error());
    }
    std::vector<GroupSamplePtr> samples;
    for (const std::string& sampled : source->history->groups()) {
        const GroupTrackPtr track = source->history->track(sampled);
        for (std::size_t i = 0; i < track->samples.size(); ++i) {
            samples.push_back(track->samples[i]);
        }
    }
    return samples;
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

// Reads what a moment refers to: a bookmark, what a group of the cluster has committed.
Result<AskedMoment> askedMoment(const std::string& text, const StateOptions& options,
                                std::optional<MomentBookmark>* kept, Program& program)
{
    AskedMoment asked{text, options.clock, {}, {}};
    if (text.ends_with(".moment")) {
        auto bookmark = MomentBookmark::load(text);
        if (!bookmark) {
            return tl::unexpected<Error>(bookmark.error());
        }
        asked.text = bookmark->link.toString();
        if (kept) {
            *kept = std::move(*bookmark);
        }
    }
    if (kept) {
        asked.seenBy = options.seenBy;
    }
    if (options.input.live() && !asked.group().empty()) {
        auto groups = sampleNow(options.input, asked.group(), program);
        if (!groups) {
            return tl::unexpected<Error>(groups.error());
        }
        asked.groups = std::move(*groups);
    }
    return asked;
}

// The state at --diff, with what is to be said of its moment.
Result<StatePtr> otherState(const VersionLogPtr& log, const MomentInOrder& first, AskedMoment asked,
                            bool& complete, Program& program)
{
    if (asked.groups.empty()) {
        asked.groups = log->order()->snapshot()->groupSamples();
    }
    const auto found = findAnother(first, log->projection(), asked, program.interrupt.token());
    if (!found) {
        return tl::unexpected<Error>(found.error());
    }
    if (!found->note.empty()) {
        program.console.say(found->note + '.');
    }
    complete = complete && found->complete;
    return State::at(log, found->prefix);
}

// Of a difference the other state stands in it as "to".
Result<std::string> receiptJson(const State& state, const TrustReport& trust,
                                const std::string& sha256, std::uint64_t unreadable,
                                const StatePtr& other, const TrustReport& otherTrust,
                                const std::stop_token& stop)
{
    std::string receipt =
        stateReceiptJson(state, trust, sha256, {.rows = std::nullopt, .unreadable = unreadable});
    if (!other) {
        return receipt;
    }
    const auto otherSha = other->hash(stop);
    if (!otherSha) {
        return tl::unexpected<Error>(otherSha.error());
    }
    auto both = nlohmann::ordered_json::parse(receipt);
    both["to"] = nlohmann::ordered_json::parse(stateReceiptJson(*other, otherTrust, *otherSha));
    return both.dump();
}

int runState(Program& program, const StateOptions& options)
{
    const std::stop_token stop = program.interrupt.token();
    if (const auto fits = options.output.checkFile(); !fits) {
        return program.failed(fits.error());
    }
    const bool asFile = options.output.format == OutputFormat::Sqlite;
    if (asFile && !options.question.isTable()) {
        return program.failed({ErrorCode::InvalidArgument,
                               "--format sqlite writes the table; for other answers ask "
                               "hindcast-cli sql.",
                               {}});
    }
    if (!options.question.as.empty() && options.output.format != OutputFormat::Csv) {
        return program.failed(
            {ErrorCode::InvalidArgument, "--as postgres writes CSV; add --format csv.", {}});
    }
    auto projection = Projection::load(options.projection);
    if (!projection) {
        return program.failed(projection.error());
    }
    const auto shared = std::make_shared<const Projection>(std::move(*projection));
    std::optional<MomentBookmark> kept;
    auto asked = askedMoment(options.at, options, &kept, program);
    auto askedOther = asked ? askedMoment(options.question.diff, options, nullptr, program) : asked;
    if (!askedOther) {
        return program.failed(askedOther.error());
    }
    // A file may lack a topic of the projection (it was empty): the trust says so.
    auto input =
        Input::open(options.input,
                    options.input.live() ? shared->topics() : std::vector<std::string>{}, program);
    if (!input) {
        return program.failed(input.error());
    }
    if (auto narrowed = (*input)->narrow(options.input, shared->topics(), program); !narrowed) {
        return program.failed(narrowed.error());
    }
    if (!options.input.live()) {
        asked->groups = (*input)->snapshot()->groupSamples();
    }
    const auto moment = resolveMoment(*shared, (*input)->snapshot(), *asked,
                                      needsCommit(options.question.diff), stop);
    if (!moment) {
        return program.failed(moment.error());
    }
    const TimeOrderPtr& order = moment->order;
    Folding folding(program, options.folding, options.input);
    auto log = folding.fold(shared, order, stop);
    if (!log) {
        return program.failed(log.error());
    }
    const StatePtr state = State::at(*log, moment->found.prefix);
    const auto judge = std::make_shared<const TrustJudge>(*log);
    const TrustReport trust = judge->at(state->prefix());
    StateQuestion question = options.question;
    question.format = options.output.format;
    bool complete = moment->found.complete;
    if (!question.diff.empty()) {
        auto other = otherState(*log, *moment, std::move(*askedOther), complete, program);
        if (!other) {
            return program.failed(other.error());
        }
        question.other = std::move(*other);
    }
    const StatePtr other = question.other;
    const TrustReport otherTrust = other ? judge->at(other->prefix()) : TrustReport();
    StateAnswer answer(program, std::move(question), state, judge);
    if (auto written = asFile ? Result<void>() : answer.write(); !written) {
        return program.failed(written.error());
    }
    std::cout.flush();
    program.console.flush();
    program.console.say(fmt::format("{}: {}, {}", shared->name,
                                    counted(state->size(), "row", "rows"),
                                    momentText(*order, state->prefix())));
    for (const std::string& note : clockNotes(*order, *shared, stop)) {
        program.console.say(note);
    }
    if (!moment->found.note.empty()) {
        program.console.say(moment->found.note + '.');
    }
    const auto unreadable = answer.unreadable();
    if (!unreadable) {
        return program.failed(unreadable.error());
    }
    if (*unreadable > 0) {
        program.console.say(fmt::format("{} not the JSON that the columns look into: empty cells.",
                                        counted(*unreadable, "row is", "rows are")));
    }
    program.console.say(trust.sentence());
    if (other && otherTrust.sentence() != trust.sentence()) {
        program.console.say("At the other moment: " + otherTrust.sentence());
    }
    program.console.say((*log)->report().sentence() +
                        ((*log)->report().kept ? " Reused from an earlier fold." : ""));
    constexpr Version kWorthItsMemory = 1'000'000;
    if (options.question.trust && (*log)->size() >= kWorthItsMemory) {
        const VersionLog::Memory memory = (*log)->memory();
        program.console.say(fmt::format(
            "The fold takes {} of memory: {} B a version, {:.1f} B a key and its text, {} of "
            "packed states.",
            readableBytes(memory.all), memory.ofVersion, memory.ofKey,
            readableBytes((*log)->stateBytes())));
    }
    sayFindings(program, (*log)->report(), state->prefix());
    program.console.say(MomentLink::of(*order, state->prefix(), shared->topics()).toString());
    // The hash of the state reads every row of it: only for what keeps it.
    std::optional<MomentBookmark> bookmark;
    if (kept || asFile || !options.bookmark.empty() || !options.output.receiptFile.empty()) {
        auto made = MomentBookmark::of(*state, stop);
        if (!made) {
            return program.failed(made.error());
        }
        bookmark = std::move(*made);
    }
    if (!options.bookmark.empty()) {
        if (const auto saved = bookmark->save(options.bookmark); !saved) {
            return program.failed(saved.error());
        }
    }
    std::string receipt;
    if (bookmark) {
        auto made =
            receiptJson(*state, trust, bookmark->stateSha256, *unreadable, other, otherTrust, stop);
        if (!made) {
            return program.failed(made.error());
        }
        receipt = std::move(*made);
    }
    if (asFile) {
        const auto saved = answer.writeFile(options.output.file, program.receiptOf(receipt));
        if (!saved) {
            return program.failed(saved.error());
        }
    }
    if (bookmark && !program.writeReceipt(options.output.receiptFile, receipt)) {
        return Program::kFailed;
    }
    folding.finish();
    const bool readAll = !(*input)->read() || (*input)->read()->complete();
    if (!readAll) {
        program.console.say((*input)->read()->sentence());
    }
    bool same = true;
    if (kept) {
        const auto differences = MomentBookmark::differences(*kept, *bookmark);
        for (const std::string& difference : differences) {
            program.console.say(difference);
        }
        same = differences.empty();
        if (same) {
            program.console.say("The same state as was kept: projection and SHA-256 agree.");
        }
    }
    const auto told = [](const TrustReport& report) {
        return report.skipped == 0 && report.overall != Trust::Unknown;
    };
    return told(trust) && (!other || told(otherTrust)) && readAll && complete && same &&
                   *unreadable == 0
               ? Program::kComplete
               : Program::kIncomplete;
}

} // namespace

void addStateCommand(CLI::App& app, Program& program)
{
    auto* const command =
        app.add_subcommand("state", "Rebuild a table at a moment, by a projection file");
    auto options = std::make_shared<StateOptions>();
    options->input.addFile(*command);
    options->input.addBroker(*command);
    options->input.addRange(*command);
    command->add_option("--projection", options->projection, "The projection (TOML)")->required();
    command->add_option(
        "--at", options->at,
        "The moment (default: the end): a time; a record, orders-4@48211954, or before:that; a "
        "position of the database's log, lsn:55572568, lsn:0/34FF858 or (MySQL, MariaDB) "
        "binlog:mysql-bin.000003:1547; a transaction, tx:4119 or gtid:SERVER:23; "
        "what a consumer group has committed, group:billing; offsets:orders-0@12,orders-1@7; each "
        "but the last two with events behind it, as \"end -5\"; a link that this command printed; "
        "a .moment file, which is verified");
    command->add_option("--as-seen-by", options->seenBy,
                        "The state as this consumer group had seen it at the time of --at, by its "
                        "committed offsets");
    command->add_option(
        "--clock", options->clock,
        "What orders the records: log (the default: in a partition the newest timestamp so far), "
        "robust (the rising curve nearest to the timestamps: a stray one moves nothing), "
        "event-time "
        "(the timestamps as they are, late events sorted in) or event-time:PATH (a field, as "
        "event-time:value.created_at), commit (the transactions that change data tells; default "
        "for cdc)");
    command->add_option("--bookmark", options->bookmark,
                        "Keep the moment, with the state's hash, in this .moment file");
    options->folding.add(*command);
    auto* const questions = command->add_option_group("What to print", "Instead of the table");
    questions->require_option(0, 1);
    StateQuestion& question = options->question;
    questions->add_flag("--hash", question.hash, "The SHA-256 of the state and nothing else");
    questions->add_option("--diff", question.diff,
                          "What differs from --at to this moment, written as --at takes it");
    questions->add_option("--history", question.history, "The versions of this key up to --at");
    questions
        ->add_option("--why", question.why,
                     "KEY COLUMN: the records that set the value, the newest first")
        ->expected(2);
    questions->add_option("--when", question.when,
                          "Where rows began to satisfy this SQL condition, up to --at");
    questions
        ->add_option_function<std::string>(
            "--trust",
            [&question](const std::string& key) {
                question.trust = true;
                question.trustKey = key;
            },
            "How far each partition can be believed, and why; with a KEY, that row")
        ->expected(0, 1)
        ->trigger_on_parse();
    questions
        ->add_option("--as", question.as,
                     "postgres: with --format csv, as PostgreSQL's COPY writes the table (types "
                     "from the events' schema, or from [columns]: due = { path = \"due\", type = "
                     "\"date\" })")
        ->check(CLI::IsMember({"postgres"}));
    options->output.addWithSqlite(*command);
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
        "  hindcast-cli state shop.hindcast --projection order.toml --why order-7 status\n"
        "  hindcast-cli state shop.hindcast --projection order.toml --when \"status = 'FAILED'\"\n"
        "  hindcast-cli state shop.hindcast --projection order.toml --as-seen-by billing --at "
        "2026-11-20T14:03:12Z\n"
        "A projection file:\n"
        "  name = \"order\"\n"
        "  [[source]]\n"
        "  topic = \"orders\"\n"
        "  key = \"key\"              # or paths of key, value and headers, or a list of them\n"
        "  reduce = \"latest\"        # latest, merge-patch, json-patch, machine, aggregate,\n"
        "                           # script, cdc\n"
        "  where = \"value.amount > 0\"  # optional, SQL\n"
        "  [[source]]               # more of them fill the same rows\n"
        "  topic = \"payments\"\n"
        "  key = \"value.orderId\"\n"
        "  reduce = \"latest\"\n"
        "  into = \"payment\"         # the member of the row that is this source's\n"
        "                           # from = \"order.toml\" in place of topic: aggregate over its "
        "rows;\n"
        "                           # table = \"app.stock\": which one of a topic of several, for "
        "cdc\n"
        "  [columns]                # optional\n"
        "  status = \"status\"\n"
        "  due = { path = \"due\", type = \"date\" }  # typed as in PostgreSQL; encoding = days, "
        "s, ms, "
        "us,\n"
        "                           # ns, base64 or hex where it is not the usual one");
    command->callback([options, &program] {
        program.run = [options, &program] { return runState(program, *options); };
    });
}

} // namespace hindcast

#include "app/cli/state_answer.h"

#include "model/decode/value_tree.h"
#include "model/replay/condition_watch.h"
#include "model/replay/history.h"
#include "model/replay/moment_finder.h"
#include "model/replay/postgres_copy.h"
#include "model/replay/state_diff.h"
#include "model/replay/state_file.h"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>

namespace hindcast {

namespace {

constexpr std::size_t kStatesLookedAtForColumns = 100'000;

OutCell outCell(const Cell& cell)
{
    switch (cell.kind) {
    case Cell::Kind::Missing:
    case Cell::Kind::Unreadable:
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

// The column of that name, or a path into the state where it is none.
Result<ProjectionColumn> columnNamed(const std::vector<ProjectionColumn>& columns,
                                     const std::string& name)
{
    const auto known = std::find_if(columns.begin(), columns.end(),
                                    [&](const auto& column) { return column.name == name; });
    if (known != columns.end()) {
        return *known;
    }
    if (const auto path = FieldPath::parse("value." + name); path && path->steps.size() > 1) {
        return ProjectionColumn{name, *path};
    }
    std::vector<std::string> names;
    names.reserve(columns.size());
    for (const ProjectionColumn& column : columns) {
        names.push_back(column.name);
    }
    return fail(ErrorCode::NotFound,
                fmt::format("There is no column \"{}\"; known: {}.", name, fmt::join(names, ", ")));
}

} // namespace

StateAnswer::StateAnswer(Program& program, StateQuestion question, StatePtr state,
                         TrustJudgePtr judge)
    : m_program(program)
    , m_question(std::move(question))
    , m_state(std::move(state))
    , m_log(m_state->log())
    , m_judge(std::move(judge))
    , m_stop(program.interrupt.token())
{
}

Result<void> StateAnswer::write()
{
    if (m_question.hash) {
        auto sha = m_state->hash(m_stop);
        if (!sha) {
            return tl::unexpected<Error>(sha.error());
        }
        m_program.console.out(*sha + "\n");
        return {};
    }
    if (m_question.trust) {
        return writeTrust();
    }
    const bool ofOneMoment = m_question.isTable() || !m_question.as.empty();
    auto columns = ofOneMoment ? columnsOf(*m_state, kStatesLookedAtForColumns, m_stop)
                               : columnsOfAll(*m_state, kStatesLookedAtForColumns, m_stop);
    if (!columns) {
        return tl::unexpected<Error>(columns.error());
    }
    m_columns = std::move(*columns);
    if (!m_question.diff.empty()) {
        return writeDiff();
    }
    if (!m_question.why.empty()) {
        return writeWhy();
    }
    if (!m_question.when.empty()) {
        return writeWhen();
    }
    return m_question.history.empty() ? writeState() : writeHistory();
}

Result<void> StateAnswer::writeFile(const std::string& path, const std::string& receiptJson)
{
    const auto columns = columnsOf(*m_state, kStatesLookedAtForColumns, m_stop);
    return columns ? writeStateFile(path, *m_state, *columns, receiptJson,
                                    SqliteFile::Existing::Keep, m_stop)
                   : tl::unexpected<Error>(columns.error());
}

Result<std::uint64_t> StateAnswer::unreadable() const
{
    if (!m_question.isTable() && m_question.as.empty()) {
        return 0;
    }
    const auto columns = m_columns.empty() // where a file was written
                             ? columnsOf(*m_state, kStatesLookedAtForColumns, m_stop)
                             : Result<std::vector<ProjectionColumn>>(m_columns);
    return columns ? unreadableRows(*m_state, *columns, m_stop)
                   : tl::unexpected<Error>(columns.error());
}

StateWriter StateAnswer::writer() const
{
    return {.format = m_question.format == OutputFormat::Csv ? StateWriter::Format::Csv
                                                             : StateWriter::Format::JsonLines,
            .columns = m_columns,
            .stop = m_stop};
}

std::vector<std::string> StateAnswer::names(std::vector<std::string> before) const
{
    return uniqueNames(std::move(before), m_columns);
}

Result<void> StateAnswer::writeTrust()
{
    if (m_question.trustKey.empty()) {
        RowWriter rows(m_program.console, m_question.format, {"partition", "trust", "reason"});
        for (const PartitionTrust& part : m_judge->at(m_state->prefix()).partitions) {
            rows.row({OutCell::of(part.place.toString()), OutCell::of(trustWord(part.verdict())),
                      OutCell::orNull(part.why())});
        }
        return {};
    }
    const KeyNo key = m_log->keys().find(m_question.trustKey);
    if (key == kNoKeyNo) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The key \"{}\" was never there.", m_question.trustKey));
    }
    const PartitionTrust row = m_judge->ofKey(*m_log, key, m_state->prefix());
    RowWriter rows(m_program.console, m_question.format, {"key", "trust", "reason"});
    rows.row({OutCell::of(m_question.trustKey), OutCell::of(trustWord(row.trust)),
              OutCell::orNull(row.reason)});
    return {};
}

Result<void> StateAnswer::writePostgres()
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
    const auto misfits = copy->write(std::cout, *m_state, m_stop);
    if (!misfits) {
        return tl::unexpected<Error>(misfits.error());
    }
    if (misfits->count > 0) {
        m_program.console.say(fmt::format(
            "{} not of the type of its column and written as it came, the first in {}: {}. Say "
            "how they are encoded: {} = {{ path = ..., type = ..., encoding = \"base64\" }}.",
            counted(misfits->count, "value is", "values are"), misfits->column,
            preview(misfits->value, 40), misfits->column));
    }
    return {};
}

Result<void> StateAnswer::writeState()
{
    if (m_question.as == "postgres") {
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
            std::vector<OutCell> cells{OutCell::payload(m_state->keyText(row))};
            for (const Cell& cell : reader.read(state)) {
                cells.push_back(outCell(cell));
            }
            rows.row(cells);
            return !m_program.console.outFailed();
        },
        m_stop);
}

Result<void> StateAnswer::writeDiff()
{
    const StatePtr& other = m_question.other;
    const auto diff = StateDiff::between(*m_state, *other, m_stop);
    if (!diff) {
        return tl::unexpected<Error>(diff.error());
    }
    m_program.console.say(
        fmt::format("From the state {} to the one {}: {} added, {} removed, {} changed",
                    momentText(*m_log->order(), m_state->prefix()),
                    momentText(*m_log->order(), other->prefix()), grouped(diff->added),
                    grouped(diff->removed), grouped(diff->changed)));
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
                    rows.row({OutCell::of(word), OutCell::payload(m_log->keys().text(row.key)),
                              OutCell::of(m_columns[i].name), outCell(a[i]), outCell(b[i])});
                }
            }
            return !m_program.console.outFailed();
        },
        m_stop);
}

Result<void> StateAnswer::writeHistory()
{
    auto entries = historyOf(*m_log, m_question.history);
    if (!entries) {
        return tl::unexpected<Error>(entries.error());
    }
    if (entries->empty()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The key \"{}\" was never there.", m_question.history));
    }
    std::erase_if(*entries, [this](const HistoryEntry& e) { return e.rank >= m_state->prefix(); });
    if (!table()) {
        return writer().history(std::cout, *entries);
    }
    RowWriter rows(m_program.console, OutputFormat::Table, names({"time", "record"}));
    ColumnReader reader(m_columns);
    for (const HistoryEntry& entry : *entries) {
        std::vector<OutCell> cells{OutCell::time(entry.time), OutCell::of(entry.place.toString())};
        for (const Cell& cell : reader.read(entry.state)) {
            cells.push_back(outCell(cell));
        }
        rows.row(cells);
    }
    return {};
}

Result<void> StateAnswer::writeWhy()
{
    const std::string& key = m_question.why.front();
    const auto column = columnNamed(m_columns, m_question.why.back());
    if (!column) {
        return tl::unexpected<Error>(column.error());
    }
    auto entries = historyOf(*m_log, key);
    if (!entries) {
        return tl::unexpected<Error>(entries.error());
    }
    std::erase_if(*entries, [this](const HistoryEntry& e) { return e.rank >= m_state->prefix(); });
    if (entries->empty()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The key \"{}\" was not there up to this moment.", key));
    }
    // The newest first: that record set what the column is; those below it what it was.
    const std::string name = uniqueNames({"time", "record", "before"}, {*column}).back();
    RowWriter rows(m_program.console, m_question.format, {"time", "record", name, "before"});
    ColumnReader reader({*column});
    const std::vector<std::size_t> steps = stepsThatSet(*entries, *column);
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        const HistoryEntry& entry = (*entries)[*step];
        const Cell now = reader.read(entry.state).front();
        const Cell before = *step == 0 ? Cell{} : reader.read((*entries)[*step - 1].state).front();
        rows.row({OutCell::time(entry.time), OutCell::of(entry.place.toString()), outCell(now),
                  outCell(before)});
    }
    return {};
}

Result<void> StateAnswer::writeWhen()
{
    FilterMistake mistake;
    auto watch = ConditionWatch::compile(m_log, m_question.when, m_columns, &mistake);
    if (!watch) {
        return tl::unexpected<Error>(watch.error());
    }
    RowWriter rows(m_program.console, m_question.format, names({"time", "record", "key"}));
    ColumnReader reader(m_columns);
    for (Version from = 0; !m_program.console.outFailed();) {
        const auto found = watch->next(from, kNoKeyNo, m_stop);
        if (!found) {
            return tl::unexpected<Error>(found.error());
        }
        if (!*found || **found >= m_state->versionPrefix()) {
            break;
        }
        const Version version = **found;
        const auto state = m_log->stateOf(version);
        if (!state) {
            return tl::unexpected<Error>(state.error());
        }
        std::vector<OutCell> cells{OutCell::time(m_log->timeOf(version)),
                                   OutCell::of(m_log->placeOf(version).toString()),
                                   OutCell::payload(m_log->keys().text(m_log->keyOf(version)))};
        for (const Cell& cell : reader.read(*state)) {
            cells.push_back(outCell(cell));
        }
        rows.row(cells);
        from = version + 1;
    }
    return {};
}

} // namespace hindcast

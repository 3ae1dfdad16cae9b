#include "model/replay/row_aggregate_reducer.h"

#include "model/replay/aggregate_values.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

namespace {

std::size_t placesOf(const Decimal& number)
{
    const std::string text = number.toString();
    const std::size_t dot = text.find('.');
    return dot == std::string::npos ? 0 : text.size() - dot - 1;
}

Decimal negative(const Decimal& number)
{
    const std::string text = number.toString();
    return Decimal::parse(text.front() == '-' ? text.substr(1) : "-" + text).value_or(Decimal());
}

Decimal totalOf(const std::map<std::size_t, std::pair<std::uint64_t, Decimal>>& sums)
{
    Decimal total;
    for (const auto& entry : sums) {
        total += entry.second.second;
    }
    return total;
}

} // namespace

bool RowAggregateReducer::Sorted::operator<(const Sorted& other) const
{
    if (text != other.text) {
        return other.text;
    }
    return text ? plain < other.plain : (number <=> other.number) < 0;
}

MadeReducer RowAggregateReducer::make(const ProjectionSource& source)
{
    auto plan = AggregateReducer::readPlan(source);
    if (!plan) {
        return tl::unexpected(plan.error());
    }
    std::vector<FieldPath> paths = plan->paths;
    paths.insert(paths.end(), source.key.begin(), source.key.end());
    for (const FieldPath& path : paths) {
        if (path.root != FieldPath::Root::Key && path.root != FieldPath::Root::Value) {
            return tl::unexpected(
                SettingMistake{source.line, fmt::format("A row has a key and a value, and no {}.",
                                                        path.toString())});
        }
    }
    return std::unique_ptr<Reducer>(new RowAggregateReducer(std::move(*plan), source));
}

RowAggregateReducer::RowAggregateReducer(AggregateReducer::Plan plan,
                                         const ProjectionSource& source)
    : m_plan(std::move(plan))
    , m_keys(source.key)
    , m_fields(m_plan.paths)
    , m_ages(std::any_of(m_plan.columns.begin(), m_plan.columns.end(), [](const Column& column) {
        return column.function == Function::First || column.function == Function::Last;
    }))
{
}

std::string RowAggregateReducer::readPart(const Column& column, const FieldValue& value, Part& part)
{
    part.absent = isAbsent(value) && column.function != Function::Group;
    if (part.absent) {
        return {};
    }
    if (!appendToken(value, part.token)) {
        return column.name + " is bytes";
    }
    const bool text = value.kind == FieldValue::Kind::String;
    const bool mayBeNumber =
        text || value.kind == FieldValue::Kind::Integer || value.kind == FieldValue::Kind::Number;
    const auto number = mayBeNumber ? Decimal::parse(value.text) : std::nullopt;
    switch (column.function) {
    case Function::Sum:
    case Function::Avg:
        if (!number) {
            return fmt::format("{} is {}, which is no number that can be added up", column.path,
                               shortenedToken(part.token));
        }
        part.number = *number;
        part.places = placesOf(*number);
        break;
    case Function::Min:
    case Function::Max:
        if (!text && !number) {
            return fmt::format("{} is {}, which is neither a text nor a number that can be "
                               "compared",
                               column.path, shortenedToken(part.token));
        }
        part.sorted.text = text;
        part.sorted.plain = text ? std::string(value.text) : std::string();
        part.sorted.number = text ? Decimal() : *number;
        break;
    case Function::Distinct:
        part.identity = identityOf(value, part.token);
        break;
    case Function::Group:
    case Function::Count:
    case Function::First:
    case Function::Last:
        break;
    }
    return {};
}

std::string RowAggregateReducer::read(std::string_view key, std::string_view state,
                                      const RecordView& record, std::optional<Contribution>& out)
{
    out.reset();
    RecordView row = record;
    row.key = key;
    row.value = state;
    row.headers = {};
    Contribution contribution;
    if (m_plan.everything) {
        contribution.group = "[]";
    } else if (const auto group = m_keys.read(row)) {
        contribution.group = *group;
    } else {
        return m_keys.broken() ? "The row is not the JSON that its group is looked for in" : "";
    }
    const auto values = m_fields.read(row);
    if (m_fields.broken()) {
        return "The row is not the JSON that its columns are looked for in";
    }
    contribution.parts.resize(m_plan.columns.size());
    for (std::size_t i = 0; i < m_plan.columns.size(); ++i) {
        const Column& column = m_plan.columns[i];
        if (!column.field) {
            contribution.parts[i].absent = false; // `count` of all
        } else if (std::string wrong =
                       readPart(column, values[*column.field], contribution.parts[i]);
                   !wrong.empty()) {
            return wrong;
        }
    }
    out = std::move(contribution);
    return {};
}

void RowAggregateReducer::changeColumn(const Column& column, const Part& part, std::uint64_t age,
                                       bool adds, ColumnState& state)
{
    if (part.absent) {
        return;
    }
    state.count += adds ? 1 : std::uint64_t(-1);
    const auto tell = [adds](auto& counts, const auto& what) {
        const auto entry = counts.try_emplace(what, 0).first;
        entry->second += adds ? 1 : std::uint64_t(-1);
        if (entry->second == 0) {
            counts.erase(entry);
        }
    };
    switch (column.function) {
    case Function::Group:
    case Function::Count:
        break;
    case Function::Sum:
    case Function::Avg: {
        auto& [count, sum] = state.sums[part.places];
        count += adds ? 1 : std::uint64_t(-1);
        sum += adds ? part.number : negative(part.number);
        if (count == 0) {
            state.sums.erase(part.places);
        }
        break;
    }
    case Function::Min:
    case Function::Max: {
        auto& tokens = state.values[part.sorted];
        tell(tokens, part.token);
        if (tokens.empty()) {
            state.values.erase(part.sorted);
        }
        break;
    }
    case Function::First:
    case Function::Last:
        if (adds) {
            state.byAge.emplace(age, part.token);
        } else {
            state.byAge.erase(age);
        }
        break;
    case Function::Distinct:
        tell(state.distinct, part.identity);
        break;
    }
}

void RowAggregateReducer::change(const Contribution& row, std::uint64_t age, bool adds)
{
    m_changed.push_back(row.group);
    Group& group = m_groups[row.group];
    group.rows += adds ? 1 : std::uint64_t(-1);
    group.columns.resize(m_plan.columns.size());
    group.tokens.resize(m_plan.columns.size());
    for (std::size_t i = 0; i < m_plan.columns.size(); ++i) {
        changeColumn(m_plan.columns[i], row.parts[i], age, adds, group.columns[i]);
        if (adds && m_plan.columns[i].function == Function::Group) {
            group.tokens[i] = row.parts[i].token;
        }
    }
}

std::string RowAggregateReducer::tokenOf(const Column& column, const ColumnState& state)
{
    switch (column.function) {
    case Function::Count:
        return std::to_string(state.count);
    case Function::Distinct:
        return std::to_string(state.distinct.size());
    case Function::Sum:
        return state.count == 0 ? "null" : totalOf(state.sums).toString();
    case Function::Avg:
        return state.count == 0 ? "null" : totalOf(state.sums).dividedBy(state.count);
    case Function::Min:
        return state.count == 0 ? "null" : state.values.begin()->second.begin()->first;
    case Function::Max:
        return state.count == 0 ? "null" : state.values.rbegin()->second.begin()->first;
    case Function::First:
        return state.count == 0 ? "null" : state.byAge.begin()->second;
    case Function::Last:
        return state.count == 0 ? "null" : state.byAge.rbegin()->second;
    case Function::Group:
        break;
    }
    return "null";
}

void RowAggregateReducer::write(const std::string& key, FoldContext& context)
{
    const auto found = m_groups.find(key);
    if (found == m_groups.end()) {
        return;
    }
    Group& group = found->second;
    if (group.rows == 0) {
        m_groups.erase(found);
        context.remove(key);
        return;
    }
    std::string text = "{";
    const auto put = [&text](std::string_view name, std::string_view part, std::string_view token) {
        text += text.size() > 1 ? ",\"" : "\"";
        text += name;
        text += part;
        text += "\":";
        text += token;
    };
    for (std::size_t i = 0; i < m_plan.columns.size(); ++i) {
        const Column& column = m_plan.columns[i];
        const ColumnState& state = group.columns[i];
        if (column.function == Function::Group) {
            put(column.jsonName, "", group.tokens[i]);
            continue;
        }
        put(column.jsonName, "", tokenOf(column, state));
        if (column.function == Function::Avg) {
            put(column.jsonName, ".sum",
                state.count == 0 ? "null" : totalOf(state.sums).toString());
            put(column.jsonName, ".count", std::to_string(state.count));
        }
    }
    text += '}';
    if (text != group.text) {
        context.put(key, text);
        group.text = std::move(text);
    }
}

void RowAggregateReducer::applyRow(const RowUpdate& row, FoldContext& context)
{
    // A row that did not count, for what was wrong with it, has nothing to take back.
    std::optional<Contribution> before;
    std::optional<Contribution> after;
    if (row.before) {
        read(row.key, *row.before, row.record, before);
    }
    if (row.after) {
        if (const std::string wrong = read(row.key, *row.after, row.record, after);
            !wrong.empty()) {
            context.skip(wrong + ".");
        } else if (!after) {
            context.skipWithoutKey();
        }
    }
    const std::string key(m_ages ? row.key : std::string_view());
    if (before) {
        change(*before, m_ages ? m_ageOf[key] : 0, false);
    }
    ++m_age;
    if (m_ages && after) {
        m_ageOf[key] = m_age;
    } else if (m_ages) {
        m_ageOf.erase(key);
    }
    if (after) {
        change(*after, m_age, true);
    }
}

// A group that loses a row and gains another by one event is written once.
void RowAggregateReducer::applyUpdates(std::span<const RowUpdate> rows, FoldContext& context)
{
    m_changed.clear();
    for (const RowUpdate& row : rows) {
        applyRow(row, context);
    }
    std::sort(m_changed.begin(), m_changed.end());
    m_changed.erase(std::unique(m_changed.begin(), m_changed.end()), m_changed.end());
    for (const std::string& group : m_changed) {
        write(group, context);
    }
}

} // namespace hindcast

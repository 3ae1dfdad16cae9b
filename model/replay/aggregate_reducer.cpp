#include "model/replay/aggregate_reducer.h"

#include "model/decode/json_text.h"
#include "model/replay/aggregate_values.h"
#include "model/replay/decimal.h"
#include "model/replay/key_reader.h"
#include "model/replay/prepared_fields.h"
#include "model/replay/row_aggregate_reducer.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>

namespace hindcast {

namespace {

constexpr std::array<std::string_view, 8> kFunctions{"count", "sum",   "min",  "max",
                                                     "avg",   "first", "last", "distinct"};

std::uint64_t countIn(std::string_view token)
{
    std::uint64_t count = 0;
    std::from_chars(token.data(), token.data() + token.size(), count);
    return count;
}

} // namespace

Set<std::pair<AggregateReducer::Function, std::string>>
AggregateReducer::readFunction(const Setting& setting)
{
    const auto text = settingText(setting);
    if (!text) {
        return tl::unexpected(text.error());
    }
    const std::size_t open = text->find('(');
    const std::string name = text->substr(0, open);
    const auto* const known = std::find(kFunctions.begin(), kFunctions.end(), name);
    if (known == kFunctions.end()) {
        return tl::unexpected(SettingMistake{
            setting.line, fmt::format("{} = \"{}\" begins with no function; known are: {}.",
                                      setting.name, *text, fmt::join(kFunctions, ", "))});
    }
    const auto function = static_cast<Function>(1 + (known - kFunctions.begin()));
    if (open == std::string::npos && function == Function::Count) {
        return std::pair{function, std::string()};
    }
    if (open == std::string::npos || !text->ends_with(')') || open + 2 >= text->size()) {
        return tl::unexpected(SettingMistake{
            setting.line, fmt::format("{} = \"{}\" needs a path in brackets: {}(value.amount).",
                                      setting.name, *text, name)});
    }
    return std::pair{function, text->substr(open + 1, text->size() - open - 2)};
}

Set<AggregateReducer::Plan> AggregateReducer::readPlan(const ProjectionSource& source)
{
    Plan plan;
    std::vector<FieldPath>& paths = plan.paths;
    if (const Setting* const group = findSetting(source.settings, "group")) {
        plan.everything = source.key.empty();
        for (std::size_t i = 0; i < source.key.size(); ++i) {
            Column column;
            column.name = group->kind == Setting::Kind::Table ? group->items[i].name
                          : source.key[i].steps.empty()       ? source.key[i].toString()
                                                              : std::string();
            if (column.name.empty()) {
                const auto* const name = std::get_if<std::string>(&source.key[i].steps.back());
                column.name = name ? *name : source.key[i].toString();
            }
            column.function = Function::Group;
            column.field = paths.size();
            paths.push_back(source.key[i]);
            plan.columns.push_back(std::move(column));
        }
    }
    const Setting* const compute = findSetting(source.settings, "compute");
    if (!compute || compute->kind != Setting::Kind::Table || compute->items.empty()) {
        return tl::unexpected(
            SettingMistake{compute ? compute->line : source.line,
                           "This aggregate computes nothing; add [source.compute] and lines like "
                           "total = \"sum(value.amount)\" below it."});
    }
    for (const Setting& setting : compute->items) {
        const auto read = readFunction(setting);
        if (!read) {
            return tl::unexpected(read.error());
        }
        Column column;
        column.name = setting.name;
        column.function = read->first;
        column.path = read->second;
        if (!column.path.empty()) {
            const auto path = FieldPath::parse(column.path);
            if (!path) {
                return tl::unexpected(SettingMistake{
                    setting.line, fmt::format("{}: \"{}\" is not a path: {}", setting.name,
                                              column.path, path.error().message)});
            }
            column.field = paths.size();
            paths.push_back(*path);
        }
        if (column.function == Function::Distinct) {
            column.set = plan.distinct++;
        }
        plan.columns.push_back(std::move(column));
    }
    std::set<std::string> names;
    for (Column& column : plan.columns) {
        std::vector<std::string> own{column.name};
        if (column.function == Function::Avg) {
            own.push_back(column.name + ".sum");
            own.push_back(column.name + ".count");
        }
        for (const std::string& name : own) {
            if (!names.insert(name).second) {
                return tl::unexpected(SettingMistake{
                    compute->line, fmt::format("Two columns would have the name {}.", name)});
            }
            plan.ownNames.push_back(escapeJson(name));
        }
        column.jsonName = escapeJson(column.name);
    }
    return plan;
}

MadeReducer AggregateReducer::make(const ProjectionSource& source)
{
    if (source.rows) {
        return RowAggregateReducer::make(source);
    }
    auto plan = readPlan(source);
    if (!plan) {
        return tl::unexpected(plan.error());
    }
    std::unique_ptr<AggregateReducer> reducer(new AggregateReducer);
    reducer->m_columns = std::move(plan->columns);
    reducer->m_everything = plan->everything;
    reducer->m_distinct = plan->distinct;
    reducer->m_ownNames = std::move(plan->ownNames);
    reducer->m_paths = std::move(plan->paths);
    reducer->m_fields.emplace(reducer->m_paths);
    reducer->m_rows.resize(kRows);
    return reducer;
}

std::vector<std::string> AggregateReducer::columnNames(const ProjectionSource& source)
{
    std::vector<std::string> names;
    if (const auto plan = readPlan(source)) {
        for (const Column& column : plan->columns) {
            names.push_back(column.name);
        }
    }
    return names;
}

std::string AggregateReducer::add(const Column& column, const FieldValue& value, Cell& cell)
{
    const bool may = value.kind == FieldValue::Kind::Integer ||
                     value.kind == FieldValue::Kind::Number ||
                     value.kind == FieldValue::Kind::String;
    const auto number = may ? Decimal::parse(value.text) : std::nullopt;
    if (!number) {
        std::string token;
        const bool shown = appendToken(value, token);
        return fmt::format("{} is {}, which is no number that can be added up", column.path,
                           shown ? shortenedToken(token) : "bytes");
    }
    cell.number += *number;
    return {};
}

std::string AggregateReducer::extreme(const Column& column, const FieldValue& value,
                                      const Cell& old, Cell& cell)
{
    const bool text = value.kind == FieldValue::Kind::String;
    const auto number = text ? std::nullopt : Decimal::parse(value.text);
    m_token.clear();
    if (!appendToken(value, m_token) || (!text && !number)) {
        return fmt::format("{} is {}, which is neither a text nor a number that can be compared",
                           column.path, m_token.empty() ? "bytes" : shortenedToken(m_token));
    }
    const bool none = old.token.empty() || old.token == "null";
    const bool oldText = !none && old.token.front() == '"';
    std::strong_ordering order = std::strong_ordering::equal;
    if (none || text != oldText) {
        order = text <=> oldText; // numbers before texts, as SQLite sorts them
    } else if (text) {
        std::string plain;
        appendKeyToken(old.token, plain);
        order = value.text.compare(plain) <=> 0;
    } else {
        order = *number <=> old.number;
    }
    if (none || (column.function == Function::Min ? order < 0 : order > 0)) {
        cell.token = m_token;
        cell.number = number.value_or(Decimal());
    }
    return {};
}

std::string AggregateReducer::compute(const Column& column, const FieldValue* value,
                                      const Cell& old, Seen* seen, Cell& cell)
{
    const bool absent = value && isAbsent(*value);
    const auto tell = [&value, &column](std::string& token) {
        token.clear();
        return appendToken(*value, token) ? std::string() : column.path + " is bytes";
    };
    cell = old;
    switch (column.function) {
    case Function::Group:
        cell.token.clear();
        return appendToken(*value, cell.token) ? std::string() : column.name + " is bytes";
    case Function::Count:
        cell.count += absent ? 0 : 1;
        cell.token = std::to_string(cell.count);
        return {};
    case Function::Sum:
    case Function::Avg: {
        const bool average = column.function == Function::Avg;
        std::string& sum = average ? cell.sum : cell.token;
        sum = sum.empty() ? "null" : sum;
        cell.token = cell.token.empty() ? "null" : cell.token;
        if (absent) {
            return {};
        }
        std::string wrong = add(column, *value, cell);
        if (wrong.empty()) {
            sum = cell.number.toString();
            cell.count += 1;
            cell.token = average ? cell.number.dividedBy(cell.count) : cell.token;
        }
        return wrong;
    }
    case Function::Min:
    case Function::Max:
        cell.token = cell.token.empty() ? "null" : cell.token;
        return absent ? std::string() : extreme(column, *value, old, cell);
    case Function::First:
    case Function::Last:
        cell.token = cell.token.empty() ? "null" : cell.token;
        return !absent && (column.function == Function::Last || cell.token == "null")
                   ? tell(cell.token)
                   : std::string();
    case Function::Distinct: {
        auto& set = (*seen)[column.set];
        if (old.token.empty()) {
            set.clear(); // the row is new, or another source began it
        }
        std::string wrong = absent ? std::string() : tell(m_token);
        if (wrong.empty()) {
            const bool isNew = !absent && !set.contains(identityOf(*value, m_token));
            cell.token = std::to_string(set.size() + (isNew ? 1 : 0));
        }
        return wrong;
    }
    }
    return {};
}

bool AggregateReducer::isOurs(const JsonMember& member) const
{
    return std::any_of(m_ownNames.begin(), m_ownNames.end(), [&](const std::string& name) {
        return member.key == name || (member.escaped && sameJsonKey(member.key, name));
    });
}

void AggregateReducer::readRow(std::optional<std::string_view> state, Row& row)
{
    row.others.clear();
    if (!state || m_members.read(*state, false) != JsonMembers::Kind::Object) {
        m_members.clear();
    }
    row.cells.assign(m_columns.size(), {});
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Column& column = m_columns[i];
        Cell& cell = row.cells[i];
        cell.token = m_members.value(column.jsonName);
        switch (column.function) {
        case Function::Count:
            cell.count = countIn(cell.token);
            break;
        case Function::Sum:
        case Function::Min:
        case Function::Max: // where it is a text, or null: 0
            cell.number = Decimal::parse(cell.token).value_or(Decimal());
            break;
        case Function::Avg:
            cell.sum = m_members.value(column.jsonName + ".sum");
            cell.number = Decimal::parse(cell.sum).value_or(Decimal());
            cell.count = countIn(m_members.value(column.jsonName + ".count"));
            break;
        case Function::Group:
        case Function::First:
        case Function::Last:
        case Function::Distinct:
            break;
        }
    }
    for (const JsonMember& member : m_members.members()) {
        if (!isOurs(member)) {
            row.others += ",\"";
            row.others += member.key;
            row.others += "\":";
            row.others += member.value;
        }
    }
}

AggregateReducer::Row& AggregateReducer::rowOf(std::string_view key,
                                               std::optional<std::string_view> state)
{
    Row& row = m_rows[std::hash<std::string_view>{}(key) % kRows];
    if (!state || row.text != *state || row.key != key) {
        row.key = key;
        row.text = state.value_or(std::string_view());
        readRow(state, row);
    }
    return row;
}

void AggregateReducer::write(const std::string& others)
{
    m_text = "{";
    const auto put = [this](std::string_view name, std::string_view part, std::string_view token) {
        m_text += m_text.size() > 1 ? ",\"" : "\"";
        m_text += name;
        m_text += part;
        m_text += "\":";
        m_text += token;
    };
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Column& column = m_columns[i];
        const Cell& cell = m_cells[i];
        put(column.jsonName, "", cell.token);
        if (column.function == Function::Avg) {
            put(column.jsonName, ".sum", cell.sum);
            put(column.jsonName, ".count", std::to_string(cell.count));
        }
    }
    m_text += others;
    m_text += '}';
}

std::unique_ptr<RecordPreparer> AggregateReducer::preparer() const
{
    return PreparedFields::preparer(m_paths);
}

void AggregateReducer::apply(const FoldEvent& event, FoldContext& context)
{
    const auto key = m_everything ? std::optional<std::string_view>("[]") : event.key;
    if (!key) {
        context.skipWithoutKey();
        return;
    }
    const auto* const prepared = static_cast<const PreparedFields*>(event.prepared);
    const auto values = prepared ? prepared->values(event.index) : m_fields->read(event.record);
    if (prepared ? prepared->broken(event.index) : m_fields->broken()) {
        context.skip("The record's bytes are not the JSON that its columns are looked for in.");
        return;
    }
    Row& row = rowOf(*key, context.stateOf(*key));
    Seen* seen = nullptr;
    if (m_distinct > 0) {
        seen = &m_seen[std::string(*key)];
        seen->resize(m_distinct);
    }
    m_cells.resize(m_columns.size());
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Column& column = m_columns[i];
        const FieldValue* const value = column.field ? &values[*column.field] : nullptr;
        const std::string wrong = compute(column, value, row.cells[i], seen, m_cells[i]);
        if (!wrong.empty()) {
            context.skip(wrong + ".");
            return;
        }
    }
    for (const Column& column : m_columns) {
        if (column.function == Function::Distinct && !isAbsent(values[*column.field])) {
            m_token.clear();
            appendToken(values[*column.field], m_token);
            (*seen)[column.set].insert(identityOf(values[*column.field], m_token));
        }
    }
    write(row.others);
    context.put(*key, m_text);
    row.text = m_text;
    std::swap(row.cells, m_cells);
}

std::optional<std::string_view> AggregateReducer::stateInRecord(const RecordView&)
{
    return std::nullopt;
}

} // namespace hindcast

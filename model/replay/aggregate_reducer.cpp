#include "model/replay/aggregate_reducer.h"

#include "model/decode/json_text.h"
#include "model/replay/aggregate_values.h"
#include "model/replay/decimal.h"
#include "model/replay/key_reader.h"
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
    reducer->m_fields.emplace(std::move(plan->paths));
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

std::string AggregateReducer::add(std::string& sum, const Column& column, const FieldValue& value)
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
    Decimal total = Decimal::parse(sum).value_or(Decimal()); // null: nothing yet
    total += *number;
    sum = total.toString();
    return {};
}

std::string AggregateReducer::extreme(Column& column, const FieldValue& value, std::string_view old)
{
    const bool text = value.kind == FieldValue::Kind::String;
    const auto number = text ? std::nullopt : Decimal::parse(value.text);
    std::string token;
    if (!appendToken(value, token) || (!text && !number)) {
        return fmt::format("{} is {}, which is neither a text nor a number that can be compared",
                           column.path, token.empty() ? "bytes" : shortenedToken(token));
    }
    std::strong_ordering order = std::strong_ordering::equal;
    if (old.empty() || old == "null") {
        column.token = std::move(token);
        return {};
    }
    const bool oldText = old.front() == '"';
    if (text != oldText) {
        order = text <=> oldText; // numbers before texts, as SQLite sorts them
    } else if (text) {
        std::string plain;
        appendKeyToken(old, plain);
        order = value.text.compare(plain) <=> 0;
    } else {
        order = *number <=> Decimal::parse(old).value_or(Decimal());
    }
    const bool better = column.function == Function::Min ? order < 0 : order > 0;
    column.token = better ? std::move(token) : std::string(old);
    return {};
}

std::string AggregateReducer::compute(Column& column, const FieldValue* value, bool fresh,
                                      Seen* seen)
{
    const std::string_view old = fresh ? std::string_view() : m_members.value(column.jsonName);
    const bool absent = value && isAbsent(*value);
    const auto keep = [&old](std::string_view none) {
        return std::string(old.empty() ? none : old);
    };
    switch (column.function) {
    case Function::Group:
        column.token.clear();
        return appendToken(*value, column.token) ? std::string() : column.name + " is bytes";
    case Function::Count:
        column.token = fmt::format("{}", countIn(old) + (absent ? 0 : 1));
        return {};
    case Function::Sum:
        column.token = keep("null");
        return absent ? std::string() : add(column.token, column, *value);
    case Function::Avg: {
        const std::string_view sum =
            fresh ? std::string_view() : m_members.value(column.jsonName + ".sum");
        column.sum = sum.empty() ? "null" : std::string(sum);
        const std::uint64_t count =
            (fresh ? 0 : countIn(m_members.value(column.jsonName + ".count"))) + (absent ? 0 : 1);
        column.count = fmt::format("{}", count);
        column.token = keep("null");
        std::string wrong = absent ? std::string() : add(column.sum, column, *value);
        if (wrong.empty() && !absent) {
            column.token = Decimal::parse(column.sum).value_or(Decimal()).dividedBy(count);
        }
        return wrong;
    }
    case Function::Min:
    case Function::Max:
        column.token = keep("null");
        return absent ? std::string() : extreme(column, *value, old);
    case Function::First:
    case Function::Last:
        column.token = keep("null");
        if (!absent && (column.function == Function::Last || column.token == "null")) {
            column.token.clear();
            return appendToken(*value, column.token) ? std::string() : column.path + " is bytes";
        }
        return {};
    case Function::Distinct: {
        auto& set = (*seen)[column.set];
        if (old.empty()) {
            set.clear(); // the row is new, or another source began it
        }
        m_token.clear();
        if (!absent && !appendToken(*value, m_token)) {
            return column.path + " is bytes";
        }
        const bool isNew = !absent && !set.contains(identityOf(*value, m_token));
        column.token = fmt::format("{}", set.size() + (isNew ? 1 : 0));
        return {};
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

void AggregateReducer::write()
{
    m_text = "{";
    const auto put = [this](std::string_view name, std::string_view part, std::string_view token) {
        m_text += m_text.size() > 1 ? ",\"" : "\"";
        m_text += name;
        m_text += part;
        m_text += "\":";
        m_text += token;
    };
    for (const Column& column : m_columns) {
        put(column.jsonName, "", column.token);
        if (column.function == Function::Avg) {
            put(column.jsonName, ".sum", column.sum);
            put(column.jsonName, ".count", column.count);
        }
    }
    for (const JsonMember& member : m_members.members()) {
        if (!isOurs(member)) {
            put(member.key, "", member.value);
        }
    }
    m_text += '}';
}

void AggregateReducer::apply(const RecordView& record, std::optional<std::string_view> key,
                             FoldContext& context)
{
    if (m_everything) {
        key = "[]";
    }
    if (!key) {
        context.skipWithoutKey();
        return;
    }
    const auto values = m_fields->read(record);
    if (m_fields->broken()) {
        context.skip("The record's bytes are not the JSON that its columns are looked for in.");
        return;
    }
    const auto state = context.stateOf(*key);
    const bool fresh = !state || m_members.read(*state, false) != JsonMembers::Kind::Object;
    if (fresh) {
        m_members.clear();
    }
    Seen* seen = nullptr;
    if (m_distinct > 0) {
        seen = &m_seen[std::string(*key)];
        seen->resize(m_distinct);
    }
    for (Column& column : m_columns) {
        const FieldValue* const value = column.field ? &values[*column.field] : nullptr;
        if (const std::string wrong = compute(column, value, fresh, seen); !wrong.empty()) {
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
    write();
    context.put(*key, m_text);
}

std::optional<std::string_view> AggregateReducer::stateInRecord(const RecordView&)
{
    return std::nullopt;
}

} // namespace hindcast

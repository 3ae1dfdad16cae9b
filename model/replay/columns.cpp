#include "model/replay/columns.h"

#include "model/decode/json_text.h"
#include "model/replay/json_members.h"

#include <algorithm>
#include <set>

namespace hindcast {

std::vector<FieldPath> pathsOf(const std::vector<ProjectionColumn>& columns)
{
    std::vector<FieldPath> paths;
    paths.reserve(columns.size());
    for (const ProjectionColumn& column : columns) {
        paths.push_back(column.path);
    }
    return paths;
}

namespace {

Cell cellOf(const FieldValue& value)
{
    switch (value.kind) {
    case FieldValue::Kind::Missing:
        return {};
    case FieldValue::Kind::Null:
        return {Cell::Kind::Null, {}};
    case FieldValue::Kind::Bool:
        return {Cell::Kind::Bool, value.boolean ? "true" : "false"};
    case FieldValue::Kind::Integer:
    case FieldValue::Kind::Number:
        return {Cell::Kind::Number, std::string(value.text)};
    case FieldValue::Kind::Json:
        return {Cell::Kind::Json, std::string(value.text)};
    case FieldValue::Kind::String:
    case FieldValue::Kind::Bytes:
        break;
    }
    return {Cell::Kind::String, std::string(value.text)};
}

} // namespace

ColumnReader::ColumnReader(const std::vector<ProjectionColumn>& columns)
    : m_count(columns.size())
    , m_fields(pathsOf(columns))
{
}

std::vector<Cell> ColumnReader::read(std::optional<std::string_view> state)
{
    if (!state || m_count == 0) {
        return std::vector<Cell>(m_count);
    }
    std::vector<Cell> cells;
    cells.reserve(m_count);
    for (const FieldValue& value : m_fields.read(*state)) {
        cells.push_back(cellOf(value));
    }
    return cells;
}

Result<std::vector<ProjectionColumn>> columnsOf(const State& state, std::size_t rows,
                                                const std::stop_token& stop)
{
    if (!state.log()->projection().columns.empty()) {
        return state.log()->projection().columns;
    }
    std::vector<ProjectionColumn> columns;
    std::set<std::string, std::less<>> known;
    bool other = false;
    JsonMembers members;
    std::string padded;
    const auto look = [&](std::string_view bytes) {
        padded.assign(bytes);
        padded.append(RecordBatch::kPadding, '\0');
        if (members.read(std::string_view(padded).substr(0, bytes.size()), false) !=
            JsonMembers::Kind::Object) {
            other = true;
            return;
        }
        for (const JsonMember& member : members.members()) {
            if (known.contains(member.key)) {
                continue;
            }
            known.emplace(member.key);
            std::string name;
            if (!unescapeJson(member.key, name)) {
                name = member.key;
            }
            FieldPath path;
            path.steps.emplace_back(name);
            columns.push_back({std::move(name), std::move(path)});
        }
    };
    Result<void> read;
    if (rows >= state.size()) {
        read = state.forEach(
            0, state.size(),
            [&](std::size_t, const StateRow&, std::string_view bytes) {
                look(bytes);
                return true;
            },
            stop);
    } else {
        std::vector<Version> versions;
        for (std::size_t i = 0; i < rows; ++i) {
            versions.push_back(state.at(i * state.size() / rows).version);
        }
        std::vector<std::string> states(rows);
        read = state.log()->statesOf(
            versions,
            [&](std::size_t i, std::optional<std::string_view> bytes) {
                states[i] = bytes.value_or(std::string_view());
            },
            stop);
        std::for_each(states.begin(), states.end(), look);
    }
    if (!read) {
        return tl::unexpected(read.error());
    }
    if (other || columns.empty()) {
        columns.insert(columns.begin(), {"value", FieldPath{FieldPath::Root::Value, {}}});
    }
    return columns;
}

} // namespace hindcast

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

bool showsWhole(const std::vector<ProjectionColumn>& columns)
{
    return std::any_of(columns.begin(), columns.end(), [](const ProjectionColumn& column) {
        return column.path.root == FieldPath::Root::Value && column.path.steps.empty();
    });
}

} // namespace

ColumnReader::ColumnReader(const std::vector<ProjectionColumn>& columns)
    : m_count(columns.size())
    , m_showsWhole(showsWhole(columns))
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
    if (m_fields.broken() && !m_showsWhole) {
        for (Cell& cell : cells) {
            cell.kind = cell.kind == Cell::Kind::Missing ? Cell::Kind::Unreadable : cell.kind;
        }
    }
    return cells;
}

namespace {

bool keepsRecords(const Projection& projection)
{
    return std::any_of(projection.sources.begin(), projection.sources.end(),
                       [](const ProjectionSource& source) { return source.reduce == "latest"; });
}

} // namespace

Result<std::uint64_t> unreadableRows(const State& state,
                                     const std::vector<ProjectionColumn>& columns,
                                     const std::stop_token& stop)
{
    std::uint64_t count = 0;
    if (!keepsRecords(state.log()->projection()) || showsWhole(columns)) {
        return count;
    }
    StateFields fields(pathsOf(columns));
    const auto read = state.forEach(
        0, state.size(),
        [&](std::size_t, const StateRow&, std::string_view bytes) {
            fields.read(bytes);
            count += fields.broken() ? 1 : 0;
            return true;
        },
        stop);
    return read ? Result<std::uint64_t>(count) : tl::unexpected<Error>(read.error());
}

namespace {

// Collects the fields of states at their top level.
class FieldNames
{
public:
    void look(std::string_view bytes)
    {
        m_padded.assign(bytes);
        m_padded.append(RecordBatch::kPadding, '\0');
        if (m_members.read(std::string_view(m_padded).substr(0, bytes.size()), false) !=
            JsonMembers::Kind::Object) {
            m_other = true;
            return;
        }
        for (const JsonMember& member : m_members.members()) {
            if (m_known.contains(member.key)) {
                continue;
            }
            m_known.emplace(member.key);
            std::string name;
            if (!unescapeJson(member.key, name)) {
                name = member.key;
            }
            FieldPath path;
            path.steps.emplace_back(name);
            m_columns.push_back({std::move(name), std::move(path)});
        }
    }

    // Of at most `rows` rows of the state, evenly spread.
    Result<void> lookAt(const State& state, std::size_t rows, const std::stop_token& stop)
    {
        if (rows >= state.size()) {
            return state.forEach(
                0, state.size(),
                [&](std::size_t, const StateRow&, std::string_view bytes) {
                    look(bytes);
                    return true;
                },
                stop);
        }
        std::vector<Version> versions;
        for (std::size_t i = 0; i < rows; ++i) {
            versions.push_back(state.at(i * state.size() / rows).version);
        }
        return lookAt(*state.log(), versions, stop);
    }

    Result<void> lookAt(const VersionLog& log, const std::vector<Version>& versions,
                        const std::stop_token& stop)
    {
        std::vector<std::string> states(versions.size());
        auto read = log.statesOf(
            versions,
            [&](std::size_t i, std::optional<std::string_view> bytes) {
                states[i] = bytes.value_or("{}");
            },
            stop);
        std::for_each(states.begin(), states.end(), [this](const auto& state) { look(state); });
        return read;
    }

    std::vector<ProjectionColumn> take()
    {
        if (m_other || m_columns.empty()) {
            m_columns.insert(m_columns.begin(), {"value", FieldPath{FieldPath::Root::Value, {}}});
        }
        return std::move(m_columns);
    }

private:
    std::vector<ProjectionColumn> m_columns;
    std::set<std::string, std::less<>> m_known;
    bool m_other = false;
    JsonMembers m_members;
    std::string m_padded;
};

} // namespace

Result<std::vector<ProjectionColumn>> columnsOf(const State& state, std::size_t rows,
                                                const std::stop_token& stop)
{
    if (!state.log()->projection().columns.empty()) {
        return state.log()->projection().columns;
    }
    FieldNames names;
    if (auto read = names.lookAt(state, rows, stop); !read) {
        return tl::unexpected(read.error());
    }
    return names.take();
}

Result<std::vector<ProjectionColumn>> columnsOfAll(const State& newest, std::size_t rows,
                                                   const std::stop_token& stop)
{
    const VersionLog& log = *newest.log();
    if (!log.projection().columns.empty()) {
        return log.projection().columns;
    }
    // Each may cost a block of its own in a large log.
    constexpr Version kAllUpTo = 100'000;
    constexpr Version kOfMore = 1'000;
    const Version count = log.size() <= kAllUpTo ? log.size() : kOfMore;
    std::vector<Version> versions;
    for (Version i = 0; i < count; ++i) {
        versions.push_back(static_cast<Version>(std::uint64_t{i} * log.size() / count));
    }
    FieldNames names;
    auto read = names.lookAt(newest, rows, stop);
    if (read) {
        read = names.lookAt(log, versions, stop);
    }
    if (!read) {
        return tl::unexpected(read.error());
    }
    return names.take();
}

std::vector<std::string> uniqueNames(std::vector<std::string> taken,
                                     const std::vector<ProjectionColumn>& columns)
{
    std::set<std::string> known(taken.begin(), taken.end());
    for (const ProjectionColumn& column : columns) {
        std::string name = column.name;
        while (!known.insert(name).second) {
            name += '_';
        }
        taken.push_back(std::move(name));
    }
    return taken;
}

} // namespace hindcast

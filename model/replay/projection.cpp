#include "model/replay/projection.h"

#include "model/query/filter.h"
#include "model/replay/reducer_registry.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <set>
#include <sstream>
#include <toml++/toml.h>

namespace hindcast {

namespace {

constexpr std::array<std::string_view, 3> kTopNames{"name", "source", "columns"};
constexpr std::array<std::string_view, 4> kSourceNames{"topic", "where", "key", "reduce"};

// A mistake in the file; turned into an Error where parse() ends.
struct Mistake
{
    int line = 0;
    std::string words;
};

int lineOf(const toml::node& node)
{
    return static_cast<int>(node.source().begin.line);
}

template <typename Names>
void refuseUnknown(const toml::table& table, const Names& known, std::string_view where)
{
    for (const auto& [key, node] : table) {
        if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
            throw Mistake{static_cast<int>(key.source().begin.line),
                          fmt::format("\"{}\" is not known {}; known here: {}.", key.str(), where,
                                      fmt::join(known, ", "))};
        }
    }
}

std::string stringOf(const toml::node& node, std::string_view what)
{
    const auto text = node.value_exact<std::string>();
    if (!text) {
        throw Mistake{lineOf(node), fmt::format("{} must be a text in quotes.", what)};
    }
    if (text->empty()) {
        throw Mistake{lineOf(node), fmt::format("{} is empty.", what)};
    }
    return *text;
}

std::vector<std::string> stringsOf(const toml::node& node, std::string_view what)
{
    const toml::array* const list = node.as_array();
    if (!list) {
        return {stringOf(node, what)};
    }
    std::vector<std::string> result;
    for (const toml::node& item : *list) {
        result.push_back(stringOf(item, what));
    }
    if (result.empty()) {
        throw Mistake{lineOf(node), fmt::format("{} is an empty list.", what)};
    }
    return result;
}

FieldPath pathOf(const std::string& text, int line, std::string_view what)
{
    auto path = FieldPath::parse(text);
    if (!path) {
        throw Mistake{line,
                      fmt::format("{} \"{}\" is not a path: {}", what, text, path.error().message)};
    }
    return std::move(*path);
}

ProjectionSource readSource(const toml::table& table)
{
    ProjectionSource source;
    source.line = static_cast<int>(table.source().begin.line);
    refuseUnknown(table, kSourceNames, "in [[source]]");
    const toml::node* const topic = table.get("topic");
    if (!topic) {
        throw Mistake{source.line, "This [[source]] names no topic; add topic = \"...\"."};
    }
    source.topics = stringsOf(*topic, "topic");
    if (const toml::node* const where = table.get("where")) {
        source.where = stringOf(*where, "where");
        if (const auto filter = Filter::compile(source.where); !filter) {
            throw Mistake{lineOf(*where), "where: " + filter.error().message};
        }
    }
    const toml::node* const reduce = table.get("reduce");
    const auto names = reducerNames();
    if (!reduce) {
        throw Mistake{
            source.line,
            fmt::format("This [[source]] does not say how to reduce; add reduce = \"...\" "
                        "with one of: {}.",
                        fmt::join(names, ", "))};
    }
    source.reduce = stringOf(*reduce, "reduce");
    const ReducerKind* const kind = findReducer(source.reduce);
    if (!kind) {
        throw Mistake{lineOf(*reduce), fmt::format("reduce = \"{}\" is not known; known are: {}.",
                                                   source.reduce, fmt::join(names, ", "))};
    }
    if (const toml::node* const key = table.get("key")) {
        for (const std::string& text : stringsOf(*key, "key")) {
            source.key.push_back(pathOf(text, lineOf(*key), "key"));
        }
    } else if (!kind->ownKey) {
        source.key.push_back(FieldPath{FieldPath::Root::Key, {}});
    }
    return source;
}

ProjectionColumn readColumn(const toml::key& key, const toml::node& node)
{
    const std::string name{key.str()};
    const std::string text = stringOf(node, fmt::format("The path of column \"{}\"", name));
    const bool below = !text.starts_with('[');
    return {name, pathOf("value" + std::string(below ? "." : "") + text, lineOf(node),
                         fmt::format("Column \"{}\":", name))};
}

Projection read(const toml::table& table)
{
    Projection projection;
    refuseUnknown(table, kTopNames, "at the top of a projection");
    const toml::node* const name = table.get("name");
    if (!name) {
        throw Mistake{1, "The projection has no name; add name = \"...\" as its first line."};
    }
    projection.name = stringOf(*name, "name");
    const toml::node* const sources = table.get("source");
    const toml::array* const list = sources ? sources->as_array() : nullptr;
    if (!list || !list->is_homogeneous<toml::table>()) {
        throw Mistake{sources ? lineOf(*sources) : 1,
                      "The projection has no source; add a [[source]] with topic and reduce."};
    }
    for (const toml::node& source : *list) {
        projection.sources.push_back(readSource(*source.as_table()));
    }
    if (const toml::node* const columns = table.get("columns")) {
        const toml::table* const entries = columns->as_table();
        if (!entries) {
            throw Mistake{lineOf(*columns), "[columns] must be a table of name = \"path\" lines."};
        }
        // toml++ sorts a table by name; the person's own order is that of the lines.
        std::vector<std::pair<toml::source_position, ProjectionColumn>> inOrder;
        for (const auto& [key, node] : *entries) {
            inOrder.emplace_back(key.source().begin, readColumn(key, node));
        }
        std::sort(inOrder.begin(), inOrder.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        for (auto& entry : inOrder) {
            projection.columns.push_back(std::move(entry.second));
        }
    }
    return projection;
}

std::string quoted(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += c == '\n' ? ' ' : c;
    }
    return result + "\"";
}

} // namespace

bool ProjectionSource::keyIsRecordKey() const
{
    return key.size() == 1 && key.front().root == FieldPath::Root::Key && key.front().steps.empty();
}

Result<Projection> Projection::parse(std::string_view text, const std::string& file, int* line)
{
    const auto refuse = [&](int at, const std::string& words) {
        if (line) {
            *line = at;
        }
        return fail(ErrorCode::InvalidArgument, fmt::format("{}:{}: {}", file, at, words));
    };
    try {
        Projection projection = read(toml::parse(text, file));
        projection.file = file;
        projection.text = std::string(text);
        return projection;
    } catch (const toml::parse_error& error) {
        return refuse(static_cast<int>(error.source().begin.line),
                      fmt::format("This is not TOML: {}.", error.description()));
    } catch (const Mistake& mistake) {
        return refuse(mistake.line, mistake.words);
    }
}

Result<Projection> Projection::load(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The projection file {} cannot be read; check the path.", path));
    }
    return parse(text.str(), path);
}

bool Projection::hasTopic(std::string_view topic) const
{
    return std::any_of(sources.begin(), sources.end(), [&](const ProjectionSource& source) {
        return std::find(source.topics.begin(), source.topics.end(), topic) != source.topics.end();
    });
}

std::vector<std::string> Projection::topics() const
{
    std::set<std::string> names;
    for (const ProjectionSource& source : sources) {
        names.insert(source.topics.begin(), source.topics.end());
    }
    return {names.begin(), names.end()};
}

bool Projection::foldsLike(const Projection& other) const
{
    return canonical() == other.canonical();
}

std::string Projection::canonical() const
{
    std::string result = "name=" + quoted(name);
    for (const ProjectionSource& source : sources) {
        result += " source topic=[";
        for (const std::string& topic : source.topics) {
            result += quoted(topic);
        }
        result += "] key=[";
        for (const FieldPath& path : source.key) {
            result += quoted(path.toString());
        }
        result += "] reduce=" + source.reduce;
        if (!source.where.empty()) {
            result += " where=" + quoted(source.where);
        }
    }
    return result;
}

} // namespace hindcast

#include "model/replay/projection.h"

#include "model/query/filter.h"
#include "model/replay/aggregate_reducer.h"
#include "model/replay/reducer_registry.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <set>
#include <sstream>
#include <toml++/toml.h>

namespace hindcast {

namespace {

constexpr std::array<std::string_view, 3> kTopNames{"name", "source", "columns"};
constexpr std::array<std::string_view, 5> kSourceNames{"topic", "where", "key", "reduce", "into"};
constexpr std::array<std::string_view, 3> kColumnNames{"path", "type", "encoding"};

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

Setting settingOf(const std::string& name, int line, const toml::node& node)
{
    Setting setting{name, Setting::Kind::Text, {}, {}, line};
    if (const toml::array* const list = node.as_array()) {
        setting.kind = Setting::Kind::List;
        for (const toml::node& item : *list) {
            setting.items.push_back(settingOf({}, lineOf(item), item));
        }
    } else if (const toml::table* const table = node.as_table()) {
        setting.kind = Setting::Kind::Table;
        // toml++ sorts a table by name; the person's own order is that of the lines.
        std::vector<std::pair<toml::source_position, Setting>> inOrder;
        for (const auto& [key, item] : *table) {
            const auto at = key.source().begin;
            inOrder.emplace_back(
                at, settingOf(std::string(key.str()), static_cast<int>(at.line), item));
        }
        std::sort(inOrder.begin(), inOrder.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        for (auto& entry : inOrder) {
            setting.items.push_back(std::move(entry.second));
        }
    } else if (const auto text = node.value_exact<std::string>()) {
        setting.text = *text;
        // A text of several lines begins behind its quotes, or on the line below them.
        setting.textLine = static_cast<int>(node.source().end.line) -
                           static_cast<int>(std::count(text->begin(), text->end(), '\n'));
    } else if (const auto whole = node.value_exact<std::int64_t>()) {
        setting.kind = Setting::Kind::Whole;
        setting.text = std::to_string(*whole);
    } else if (const auto flag = node.value_exact<bool>()) {
        setting.kind = Setting::Kind::Bool;
        setting.text = *flag ? "true" : "false";
    } else {
        throw Mistake{line, "This must be a text in quotes, a whole number, true or false, a list "
                            "or a table."};
    }
    return setting;
}

// How to fold, and what only that way of folding has to be told.
const ReducerKind& readReducer(const toml::table& table, ProjectionSource& source)
{
    const toml::node* const reduce = table.get("reduce");
    const auto names = reducerNames();
    const ReducerKind* kind = nullptr;
    if (const auto name = reduce ? reduce->value_exact<std::string>() : std::nullopt) {
        kind = findReducer(*name);
    }
    std::vector<std::string_view> known(kSourceNames.begin(), kSourceNames.end());
    if (kind) {
        known.insert(known.end(), kind->settings.begin(), kind->settings.end());
    }
    refuseUnknown(table, known,
                  kind ? fmt::format("in a [[source]] with reduce = \"{}\"", kind->name)
                       : std::string("in [[source]]"));
    if (!reduce) {
        throw Mistake{
            source.line,
            fmt::format("This [[source]] does not say how to reduce; add reduce = \"...\" "
                        "with one of: {}.",
                        fmt::join(names, ", "))};
    }
    source.reduce = stringOf(*reduce, "reduce");
    if (!kind) {
        throw Mistake{lineOf(*reduce), fmt::format("reduce = \"{}\" is not known; known are: {}.",
                                                   source.reduce, fmt::join(names, ", "))};
    }
    for (const std::string_view name : kind->settings) {
        if (const toml::node* const node = table.get(name)) {
            source.settings.push_back(settingOf(std::string(name), lineOf(*node), *node));
        }
    }
    return *kind;
}

std::vector<std::string> readTopics(const toml::node& node)
{
    std::vector<std::string> topics = stringsOf(node, "topic");
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (std::find(topics.begin(), topics.begin() + static_cast<std::ptrdiff_t>(i), topics[i]) !=
            topics.begin() + static_cast<std::ptrdiff_t>(i)) {
            throw Mistake{lineOf(*node.as_array()->get(i)),
                          fmt::format("topic names \"{}\" twice.", topics[i])};
        }
    }
    return topics;
}

// The columns that make the rows of an aggregate: a path, a list, or a table of name and path.
std::vector<FieldPath> groupPaths(const Setting& group)
{
    std::vector<FieldPath> paths;
    if (group.kind != Setting::Kind::List && group.kind != Setting::Kind::Table) {
        const auto path = settingPath(group);
        if (!path) {
            throw Mistake{path.error().line, path.error().words};
        }
        paths.push_back(*path);
        return paths;
    }
    paths.reserve(group.items.size());
    for (const Setting& item : group.items) {
        const auto path = settingPath(item);
        if (!path) {
            throw Mistake{path.error().line, path.error().words};
        }
        paths.push_back(*path);
    }
    return paths;
}

// The projection whose rows a source reads, by its file.
std::shared_ptr<const Projection> readRows(const toml::table& table, const toml::node& from,
                                           const std::string& folder)
{
    for (const char* const name : {"topic", "where", "key", "into"}) {
        if (const toml::node* const other = table.get(name)) {
            throw Mistake{lineOf(*other),
                          fmt::format("{} does not go with from: the rows of another projection "
                                      "are read, all of them.",
                                      name)};
        }
    }
    thread_local bool nested = false;
    if (nested) {
        throw Mistake{lineOf(from), "This projection reads another one's rows, so none can read "
                                    "its own."};
    }
    nested = true;
    auto rows = Projection::load((std::filesystem::path(folder) / stringOf(from, "from")).string());
    nested = false;
    if (!rows) {
        throw Mistake{lineOf(from), "from: " + rows.error().message};
    }
    return std::make_shared<const Projection>(std::move(*rows));
}

ProjectionSource readSource(const toml::table& table, const std::string& folder)
{
    ProjectionSource source;
    source.line = static_cast<int>(table.source().begin.line);
    const ReducerKind& kind = readReducer(table, source);
    const toml::node* const topic = table.get("topic");
    if (const toml::node* const from = table.get("from")) { // known to `aggregate` only
        source.rows = readRows(table, *from, folder);
        source.topics = source.rows->topics();
    } else if (topic) {
        source.topics = readTopics(*topic);
    } else {
        throw Mistake{source.line, "This [[source]] names no topic; add topic = \"...\"."};
    }
    if (const toml::node* const where = table.get("where")) {
        source.where = stringOf(*where, "where");
        if (const auto filter = Filter::compileForFold(source.where); !filter) {
            throw Mistake{lineOf(*where), "where: " + filter.error().message};
        }
    }
    if (const toml::node* const key = table.get("key")) {
        if (table.contains("group")) {
            throw Mistake{lineOf(*key), "key and group exclude each other: rows have one key."};
        }
        for (const std::string& text : stringsOf(*key, "key")) {
            source.key.push_back(pathOf(text, lineOf(*key), "key"));
        }
    } else if (const Setting* const group = findSetting(source.settings, "group")) {
        source.key = groupPaths(*group);
    } else if (!kind.ownKey) {
        source.key.push_back(FieldPath{FieldPath::Root::Key, {}});
    }
    if (const toml::node* const into = table.get("into")) {
        source.into = stringOf(*into, "into");
        if (kind.ownKey) {
            throw Mistake{lineOf(*into),
                          fmt::format("into does not go with reduce = \"{}\", whose rows have keys "
                                      "of their own and are always whole.",
                                      kind.name)};
        }
    }
    if (kind.load != nullptr) {
        if (const auto loaded = kind.load(source, folder); !loaded) {
            throw Mistake{loaded.error().line, loaded.error().words};
        }
    }
    if (const auto made = kind.make(source); !made) {
        throw Mistake{made.error().line, made.error().words};
    }
    return source;
}

std::optional<SqlType> readType(const toml::table& column)
{
    const toml::node* const name = column.get("type");
    const toml::node* const encoding = column.get("encoding");
    if (!name) {
        if (encoding) {
            throw Mistake{lineOf(*encoding), "encoding says how a type's values are written; add "
                                             "type = \"...\"."};
        }
        return std::nullopt;
    }
    auto type = SqlType::parse(stringOf(*name, "type"));
    if (!type) {
        throw Mistake{lineOf(*name), "type: " + type.error().message};
    }
    if (encoding) {
        const auto known = SqlType::parseEncoding(stringOf(*encoding, "encoding"));
        if (!known) {
            throw Mistake{lineOf(*encoding), "encoding: " + known.error().message};
        }
        type->encoding = *known;
    }
    return *type;
}

ProjectionColumn readColumn(const toml::key& key, const toml::node& node)
{
    const std::string name{key.str()};
    const toml::table* const table = node.as_table();
    const toml::node* path = &node;
    if (table) {
        refuseUnknown(*table, kColumnNames, fmt::format("in column \"{}\"", name));
        path = table->get("path");
    }
    // A column that only has a type is the field of its name.
    const std::string text =
        path ? stringOf(*path, fmt::format("The path of column \"{}\"", name)) : std::string();
    ProjectionColumn column{name, {}};
    if (path) {
        const bool below = !text.starts_with('[');
        const auto parsed = FieldPath::parse("value" + std::string(below ? "." : "") + text);
        if (!parsed) {
            throw Mistake{lineOf(*path),
                          fmt::format("Column \"{}\": \"{}\" is no path below the value: {}", name,
                                      text, parsed.error().message)};
        }
        column.path = *parsed;
    } else {
        column.path.steps.emplace_back(name);
    }
    if (table) {
        column.type = readType(*table);
    }
    return column;
}

// A table of aggregates shows what it computes, in the order of the file; what an average is made
// of stands in the state only.
void addComputedColumns(Projection& projection)
{
    const auto computes = [](const ProjectionSource& source) {
        return source.reduce == "aggregate" && source.into.empty();
    };
    if (!projection.columns.empty() ||
        !std::all_of(projection.sources.begin(), projection.sources.end(), computes)) {
        return;
    }
    for (const ProjectionSource& source : projection.sources) {
        for (const std::string& name : AggregateReducer::columnNames(source)) {
            FieldPath path;
            path.steps.emplace_back(name);
            const ProjectionColumn column{name, path};
            if (std::find(projection.columns.begin(), projection.columns.end(), column) ==
                projection.columns.end()) {
                projection.columns.push_back(column);
            }
        }
    }
}

Projection read(const toml::table& table, const std::string& folder)
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
        projection.sources.push_back(readSource(*source.as_table(), folder));
    }
    for (const ProjectionSource& source : projection.sources) {
        if (source.rows && projection.sources.size() > 1) {
            throw Mistake{source.line, "A [[source]] with from is the only one of its projection."};
        }
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
    addComputedColumns(projection);
    return projection;
}

} // namespace

bool ProjectionSource::keyIsRecordKey() const
{
    return key.size() == 1 && key.front().root == FieldPath::Root::Key && key.front().steps.empty();
}

Result<Projection> Projection::parse(std::string_view text, const std::string& file, int* line,
                                     const std::string& folder)
{
    const auto refuse = [&](int at, const std::string& words) {
        if (line) {
            *line = at;
        }
        return fail(ErrorCode::InvalidArgument, fmt::format("{}:{}: {}", file, at, words));
    };
    try {
        Projection projection =
            read(toml::parse(text, file),
                 folder.empty() ? std::filesystem::path(file).parent_path().string() : folder);
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
    // A device may never end.
    constexpr std::size_t kLargest = 1 << 20;
    std::string text(kLargest + 1, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.eof() && !in.good()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("The projection file {} cannot be read; check the path.", path));
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kLargest) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} is larger than 1 MB and so no projection.", path));
    }
    return parse(text, path);
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
    std::string result = "name=" + quotedText(name);
    for (const ProjectionSource& source : sources) {
        result += " source topic=[";
        for (const std::string& topic : source.topics) {
            result += quotedText(topic);
        }
        result += "] key=[";
        for (const FieldPath& path : source.key) {
            result += quotedText(path.toString());
        }
        result += "] reduce=" + source.reduce;
        if (source.rows) {
            result += " from={" + source.rows->canonical() + "}";
        }
        if (!source.where.empty()) {
            result += " where=" + quotedText(source.where);
        }
        if (!source.into.empty()) {
            result += " into=" + quotedText(source.into);
        }
        for (const Setting& setting : source.settings) {
            result += " " + canonicalSetting(setting);
        }
    }
    return result;
}

} // namespace hindcast

#include "model/replay/projection_proposal.h"

#include "model/decode/json_text.h"
#include "model/replay/change_counts.h"
#include "model/replay/change_event.h"
#include "model/replay/change_tokens.h"
#include "model/replay/key_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace hindcast {

namespace {

constexpr std::size_t kBlocks = 4; // from each end
constexpr std::size_t kPerBlock = 64;
constexpr std::size_t kMostColumns = 12;

struct TableSeen
{
    std::size_t changes = 0;
    std::vector<std::string> fields; // in the order they are first met
    std::set<std::string> notKey;    // fields that are not the record's key, or not always
    std::set<std::string> nested;    // that hold more than one value
    bool keyTold = false;
    std::vector<std::string> identity; // columns that tell a row apart, as JSON writes them
};

struct Seen
{
    std::size_t records = 0;
    std::size_t withKey = 0;
    std::size_t objects = 0;
    ChangeCounts shapes;
    std::size_t changeEvents = 0;
    std::map<std::string, TableSeen> tables; // "": what names no table

    void look(const RecordView& record);
    void lookAtRows(const RecordView& record);
    void addFields(std::string_view object, TableSeen& table,
                   std::optional<std::string_view> key = std::nullopt);

    ChangeReader reader;
    JsonMembers members;
};

void Seen::addFields(std::string_view object, TableSeen& table, std::optional<std::string_view> key)
{
    if (members.read(object, false) != JsonMembers::Kind::Object) {
        return;
    }
    for (const JsonMember& member : members.members()) {
        std::string name;
        if (ChangeReader::isMetadata(member.key) || !unescapeJson(member.key, name)) {
            continue;
        }
        const std::string_view text = change_tokens::isText(member.value)
                                          ? change_tokens::inside(member.value)
                                          : member.value;
        if (key != text) {
            table.notKey.insert(name);
        }
        if (change_tokens::isObject(member.value) || change_tokens::isList(member.value)) {
            table.nested.insert(name);
        }
        if (std::find(table.fields.begin(), table.fields.end(), name) == table.fields.end()) {
            table.fields.push_back(std::move(name));
        }
    }
}

void Seen::lookAtRows(const RecordView& record)
{
    for (const RowChange& row : reader.rows().rows()) {
        if (!isOfRow(row.op)) {
            continue;
        }
        TableSeen& table = tables[row.schema.empty() ? std::string(row.table)
                                                     : fmt::format("{}.{}", row.schema, row.table)];
        ++table.changes;
        table.keyTold = table.keyTold || record.key || row.keyTold;
        addFields(row.after.empty() ? row.before : row.after, table);
        if (row.made && table.identity.empty() &&
            members.read(row.before, false) == JsonMembers::Kind::Object) {
            for (const JsonMember& member : members.members()) {
                table.identity.emplace_back(member.key);
            }
        }
    }
}

void Seen::look(const RecordView& record)
{
    ++records;
    withKey += record.key ? 1 : 0;
    if (!record.value || members.read(*record.value, false) != JsonMembers::Kind::Object) {
        return;
    }
    ++objects;
    const ChangeEvent& event = reader.read(record);
    if (changeShapeName(event.shape).empty()) {
        addFields(*record.value, tables[{}], record.key);
        return;
    }
    ++changeEvents;
    shapes.saw(event.shape);
    if (isStreamed(event.shape)) {
        lookAtRows(record);
    } else if (!event.after.empty()) {
        ++tables[{}].changes;
        addFields(event.after, tables[{}]);
    }
}

std::string tomlText(std::string_view text)
{
    std::string result;
    appendJsonText(text, result); // a TOML basic string takes JSON's escapes
    return result;
}

bool isPlainName(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

// A field's name as a path: quoted where it is not a plain word.
std::string pathText(const std::string& name)
{
    FieldPath path;
    path.steps.emplace_back(name);
    return path.toString().substr(std::string_view("value.").size());
}

// "inventory.public.stock" -> "stock", "orders" -> "orders".
std::string nameFor(const std::string& topic)
{
    const std::size_t dot = topic.find_last_of('.');
    const std::string last = dot == std::string::npos ? topic : topic.substr(dot + 1);
    return last.empty() ? topic : last;
}

// The lines of a [[source]] that reads change events; `table` is the one that it is about.
std::string changeSource(const Seen& seen, const std::string& name, const TableSeen& table)
{
    std::string text =
        fmt::format("# {}{}\n", seen.shapes.words(),
                    name.empty() || table.keyTold ? ": the key is the row's own." : ".");
    if (!name.empty()) {
        std::vector<std::string> others;
        for (const auto& [other, of] : seen.tables) {
            if (other != name && !other.empty()) {
                others.push_back(other);
            }
        }
        if (!others.empty()) {
            text += fmt::format("# The topic also tells {}.\n", fmt::join(others, ", "));
        }
        text += fmt::format("table = {}\n", tomlText(name));
    }
    if (!name.empty() && !table.keyTold) {
        // wal2json without include-pk: the replica identity, where it is not the whole row.
        std::vector<std::string> paths;
        for (const std::string& column : table.identity) {
            paths.push_back(tomlText("value." + pathText(column)));
        }
        const bool some = !paths.empty() && paths.size() < table.fields.size();
        text += some ? fmt::format("key = [{}]\n", fmt::join(paths, ", "))
                     : std::string("# Nothing seen says which columns tell its rows apart; name "
                                   "them: key = \"value.id\".\n");
    }
    return text + "reduce = \"cdc\"\n";
}

// A field that tells a row apart by its name: "id", "orderId", "order_id"; empty: none.
std::string idAmong(const TableSeen& table)
{
    const auto named = [&table](const std::string& name) {
        return (name == "id" || name.ends_with("Id") || name.ends_with("_id")) &&
               !table.nested.contains(name);
    };
    const auto found = std::find_if(table.fields.begin(), table.fields.end(), named);
    return found == table.fields.end() ? std::string() : *found;
}

std::string keyLines(Seen& seen)
{
    if (seen.withKey * 2 >= seen.records) {
        return "key = \"key\"\n";
    }
    const std::string id = idAmong(seen.tables[{}]);
    const std::string words = fmt::format("# {} of {} records looked at have no key",
                                          seen.records - seen.withKey, seen.records);
    return id.empty() ? words + ": name a path of the value instead.\nkey = \"key\"\n"
                      : fmt::format("{}; this field may tell the rows apart.\nkey = {}\n", words,
                                    tomlText("value." + pathText(id)));
}

} // namespace

Result<std::string> proposeProjection(const CaptureSnapshot& snapshot, const std::string& topic)
{
    std::vector<std::size_t> blocks;
    const auto id = snapshot.topicId(topic);
    for (std::size_t i = 0; id && i < snapshot.blockCount(); ++i) {
        if (snapshot.block(i).topic == *id) {
            blocks.push_back(i);
        }
    }
    if (blocks.empty()) {
        return fail(
            ErrorCode::NotFound,
            fmt::format("The capture holds no records of {}; read some of it first.", topic));
    }
    if (blocks.size() > 2 * kBlocks) {
        blocks.erase(blocks.begin() + kBlocks, blocks.end() - kBlocks);
    }
    Seen seen;
    for (const std::size_t block : blocks) {
        const auto batch = snapshot.loadBlock(block);
        if (!batch) {
            return tl::unexpected(batch.error());
        }
        const std::size_t step = std::max<std::size_t>((*batch)->size() / kPerBlock, 1);
        for (std::size_t i = 0; i < (*batch)->size(); i += step) {
            seen.look((*batch)->record(i));
        }
    }
    const bool cdc = seen.changeEvents > 0 && seen.changeEvents * 2 >= seen.objects;
    const auto most =
        std::max_element(seen.tables.begin(), seen.tables.end(), [](const auto& a, const auto& b) {
            return a.second.changes < b.second.changes;
        });
    const bool named = cdc && most != seen.tables.end();
    const std::string table = named ? most->first : std::string();
    std::string text =
        fmt::format("name = {}\n\n[[source]]\ntopic = {}\n",
                    tomlText(nameFor(table.empty() ? topic : table)), tomlText(topic));
    if (cdc) {
        text += changeSource(seen, table, named ? most->second : TableSeen{});
    } else {
        text += keyLines(seen) + "reduce = \"latest\"\n";
    }
    std::vector<std::string> fields = seen.tables[table].fields;
    if (!cdc) {
        // The row's key stands in front of it already.
        std::erase_if(fields, [&](const std::string& field) {
            return !seen.tables[table].notKey.contains(field);
        });
    }
    if (fields.empty()) {
        return text;
    }
    text += "\n[columns]\n";
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string& field = fields[i];
        text +=
            fmt::format("{}{} = {}\n", i < kMostColumns ? "" : "# ",
                        isPlainName(field) ? field : tomlText(field), tomlText(pathText(field)));
    }
    return text;
}

} // namespace hindcast

#include "model/replay/projection_proposal.h"

#include "model/decode/json_text.h"
#include "model/replay/json_members.h"
#include "model/replay/key_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <vector>

namespace hindcast {

namespace {

constexpr std::size_t kBlocks = 4; // from each end
constexpr std::size_t kPerBlock = 64;
constexpr std::size_t kMostColumns = 12;

struct Seen
{
    std::size_t records = 0;
    std::size_t withKey = 0;
    std::size_t objects = 0;
    std::size_t changeEvents = 0;
    std::vector<std::string> fields; // in the order they are first met

    void look(const RecordView& record);
    void addFields(std::string_view object);

    JsonMembers members;
    JsonMembers nested;
};

bool isChangeEvent(const JsonMembers& members)
{
    return members.value("op").starts_with('"') && !members.value("source").empty() &&
           (members.value("after").starts_with('{') || members.value("before").starts_with('{') ||
            members.value("op") == "\"t\"");
}

void Seen::addFields(std::string_view object)
{
    if (nested.read(object, false) != JsonMembers::Kind::Object) {
        return;
    }
    for (const JsonMember& member : nested.members()) {
        std::string name;
        if (unescapeJson(member.key, name) &&
            std::find(fields.begin(), fields.end(), name) == fields.end()) {
            fields.push_back(std::move(name));
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
    if (const std::string_view payload = members.value("payload");
        members.value("op").empty() && payload.starts_with('{')) {
        if (nested.read(payload, false) == JsonMembers::Kind::Object) {
            std::swap(members, nested);
        }
    }
    if (isChangeEvent(members)) {
        ++changeEvents;
        if (const std::string_view after = members.value("after"); after.starts_with('{')) {
            addFields(after);
        }
        return;
    }
    addFields(*record.value);
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
    std::string text = fmt::format("name = {}\n\n[[source]]\ntopic = {}\n",
                                   tomlText(nameFor(topic)), tomlText(topic));
    if (cdc) {
        text += "# Change events of Debezium: the key is the row's own.\nreduce = \"cdc\"\n";
    } else {
        if (seen.withKey * 2 < seen.records) {
            text += fmt::format("# {} of {} records looked at have no key: name a path of the "
                                "value instead.\n",
                                seen.records - seen.withKey, seen.records);
        }
        text += "key = \"key\"\nreduce = \"latest\"\n";
    }
    if (seen.fields.empty()) {
        return text;
    }
    text += "\n[columns]\n";
    for (std::size_t i = 0; i < seen.fields.size(); ++i) {
        const std::string& field = seen.fields[i];
        text +=
            fmt::format("{}{} = {}\n", i < kMostColumns ? "" : "# ",
                        isPlainName(field) ? field : tomlText(field), tomlText(pathText(field)));
    }
    return text;
}

} // namespace hindcast

#include "model/replay/history.h"

#include "model/decode/json_text.h"
#include "model/replay/json_members.h"

#include <algorithm>

namespace hindcast {

namespace {

struct Field
{
    std::string name;
    std::string_view value;
};

// The views are those of `padded`.
std::vector<Field> fieldsOf(std::optional<std::string_view> state, std::string& padded)
{
    std::vector<Field> fields;
    if (!state) {
        return fields;
    }
    padded.assign(*state);
    padded.append(RecordBatch::kPadding, '\0');
    const std::string_view text = std::string_view(padded).substr(0, state->size());
    JsonMembers members;
    if (members.read(text, false) != JsonMembers::Kind::Object) {
        return {{"value", text}};
    }
    for (const JsonMember& member : members.members()) {
        std::string name;
        if (!unescapeJson(member.key, name)) {
            name = member.key;
        }
        fields.push_back({std::move(name), member.value});
    }
    return fields;
}

const Field* find(const std::vector<Field>& fields, const std::string& name)
{
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

} // namespace

std::vector<FieldChange> fieldChanges(std::optional<std::string_view> before,
                                      std::optional<std::string_view> after)
{
    std::string paddedBefore;
    std::string paddedAfter;
    const auto was = fieldsOf(before, paddedBefore);
    const auto is = fieldsOf(after, paddedAfter);
    std::vector<FieldChange> changes;
    for (const Field& field : is) {
        const Field* const old = find(was, field.name);
        if (!old) {
            changes.push_back({field.name, std::nullopt, std::string(field.value)});
        } else if (old->value != field.value) {
            changes.push_back({field.name, std::string(old->value), std::string(field.value)});
        }
    }
    for (const Field& field : was) {
        if (!find(is, field.name)) {
            changes.push_back({field.name, std::string(field.value), std::nullopt});
        }
    }
    return changes;
}

Result<std::vector<HistoryEntry>> historyOf(const VersionLog& log, std::string_view key,
                                            std::size_t most)
{
    std::vector<HistoryEntry> entries;
    const KeyNo number = log.keys().find(key);
    if (number == kNoKeyNo) {
        return entries;
    }
    std::vector<Version> versions = log.chains().all(number);
    if (versions.size() > most) {
        versions.erase(versions.begin(), versions.end() - static_cast<std::ptrdiff_t>(most));
    }
    entries.resize(versions.size());
    const auto read =
        log.statesOf(versions, [&](std::size_t i, std::optional<std::string_view> state) {
            if (state) {
                entries[i].state.emplace(*state);
            }
        });
    if (!read) {
        return tl::unexpected(read.error());
    }
    for (std::size_t i = 0; i < versions.size(); ++i) {
        HistoryEntry& entry = entries[i];
        entry.version = versions[i];
        entry.rank = log.rankOf(versions[i]);
        entry.time = log.timeOf(versions[i]);
        entry.place = log.placeOf(versions[i]);
        entry.changes =
            fieldChanges(i == 0 ? std::optional<std::string>() : entries[i - 1].state, entry.state);
    }
    return entries;
}

Result<std::optional<Version>> provenanceOf(const VersionLog& log, std::string_view key,
                                            const ProjectionColumn& column, Rank prefix)
{
    const KeyNo number = log.keys().find(key);
    auto version =
        number == kNoKeyNo ? std::nullopt : log.chains().lastBefore(number, log.prefixOf(prefix));
    if (!version || log.deleted(*version)) {
        return std::optional<Version>();
    }
    ColumnReader reader({column});
    std::optional<Cell> value;
    std::optional<Version> setBy;
    while (version && !log.deleted(*version)) {
        const auto state = log.stateOf(*version);
        if (!state) {
            return tl::unexpected(state.error());
        }
        const Cell cell = reader.read(*state).front();
        if (value && !(cell == *value)) {
            break;
        }
        value = cell;
        setBy = version;
        version = log.chains().lastBefore(number, *version);
    }
    return setBy;
}

std::vector<std::size_t> stepsThatSet(const std::vector<HistoryEntry>& entries,
                                      const ProjectionColumn& column)
{
    std::vector<std::size_t> steps;
    ColumnReader reader({column});
    Cell before;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        Cell now = reader.read(entries[i].state).front();
        if (!(now == before)) {
            steps.push_back(i);
            before = std::move(now);
        }
    }
    return steps;
}

std::optional<Version> nextChange(const VersionLog& log, std::string_view key, Rank prefix)
{
    const KeyNo number = log.keys().find(key);
    return number == kNoKeyNo ? std::nullopt : log.chains().firstFrom(number, log.prefixOf(prefix));
}

std::optional<Version> previousChange(const VersionLog& log, std::string_view key, Rank prefix)
{
    const KeyNo number = log.keys().find(key);
    if (number == kNoKeyNo) {
        return std::nullopt;
    }
    const auto newest = log.chains().lastBefore(number, log.prefixOf(prefix));
    if (!newest || log.rankOf(*newest) + 1 < prefix) {
        return newest;
    }
    // A is on a change of this key already: the one before it.
    return log.chains().lastBefore(number, *newest);
}

} // namespace hindcast

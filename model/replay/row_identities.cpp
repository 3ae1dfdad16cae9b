#include "model/replay/row_identities.h"

#include <algorithm>

namespace hindcast {

bool RowIdentities::isBlank(std::string_view token)
{
    return token == "null" || token == "\"\"" || token == "0" || token == "false" ||
           token == "0.0" || token == "\"0\"";
}

void RowIdentities::look(TopicId topic, const RecordView& record, const ChangeEvent& event)
{
    if (event.before.empty() || !record.key) {
        return;
    }
    if (event.op != 'd' && event.op != 'u') {
        return;
    }
    Evidence& evidence = m_evidence[{topic, {}}];
    if (m_members.read(*record.key, false) == JsonMembers::Kind::Object) {
        std::string_view payload = m_members.value("payload");
        const bool wrapped = !payload.empty() && !m_members.value("schema").empty();
        if (!wrapped || m_members.read(payload, false) == JsonMembers::Kind::Object) {
            for (const JsonMember& member : m_members.members()) {
                evidence.keyColumns.emplace(member.key);
            }
        }
    }
    if (m_members.read(event.before, false) != JsonMembers::Kind::Object) {
        return;
    }
    for (const JsonMember& member : m_members.members()) {
        if (!isBlank(member.value) && !(event.metadata && ChangeReader::isMetadata(member.key)) &&
            std::find(evidence.told.begin(), evidence.told.end(), member.key) ==
                evidence.told.end()) {
            evidence.told.emplace_back(member.key);
        }
    }
}

void RowIdentities::look(TopicId topic, const RowChanges& changes)
{
    for (const RowChange& row : changes.rows()) {
        if (!row.keyTold || row.before.empty() || (row.op != 'd' && row.op != 'u')) {
            continue;
        }
        Evidence& evidence = m_evidence[{topic, row.tableName()}];
        for (const std::string_view column : changes.keyOf(row)) {
            evidence.keyColumns.emplace(column);
        }
        if (m_members.read(row.before, false) != JsonMembers::Kind::Object) {
            continue;
        }
        for (const JsonMember& member : m_members.members()) {
            if (std::find(evidence.told.begin(), evidence.told.end(), member.key) ==
                evidence.told.end()) {
                evidence.told.emplace_back(member.key);
            }
        }
    }
}

std::map<RowIdentities::Table, std::vector<std::string>> RowIdentities::find() const
{
    std::map<Table, std::vector<std::string>> found;
    for (const auto& entry : m_evidence) {
        const Evidence& evidence = entry.second;
        if (!evidence.told.empty() && !evidence.keyColumns.empty() && !evidence.tellsKey()) {
            found[entry.first] = evidence.told;
        }
    }
    return found;
}

std::set<TopicId> RowIdentities::wholeImages() const
{
    std::set<TopicId> found;
    for (const auto& entry : m_evidence) {
        const auto& [topic, table] = entry.first;
        const Evidence& evidence = entry.second;
        const bool tellsMore =
            std::any_of(evidence.told.begin(), evidence.told.end(), [&](const std::string& column) {
                return !evidence.keyColumns.contains(column);
            });
        if (table.empty() && tellsMore && evidence.tellsKey()) {
            found.insert(topic);
        }
    }
    return found;
}

bool RowIdentities::Evidence::tellsKey() const
{
    return std::any_of(told.begin(), told.end(),
                       [this](const std::string& column) { return keyColumns.contains(column); });
}

} // namespace hindcast

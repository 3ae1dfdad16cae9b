#include "model/replay/nested_context.h"

#include "model/decode/json_text.h"
#include "model/record/record_batch.h"
#include "model/replay/key_reader.h"

#include <fmt/core.h>

namespace hindcast {

NestedContext::NestedContext(FoldContext& row, const std::string& member)
    : m_row(row)
    , m_name(member)
    , m_member(escapeJson(member))
{
}

std::optional<std::string_view> NestedContext::memberOf(std::optional<std::string_view> row)
{
    if (!row || m_members.read(*row, false) != JsonMembers::Kind::Object) {
        return std::nullopt;
    }
    const std::string_view value = m_members.value(m_member);
    return value.empty() ? std::nullopt : std::optional(value);
}

std::optional<std::string_view> NestedContext::stateOf(std::string_view key)
{
    return memberOf(m_row.stateOf(key));
}

bool NestedContext::exists(std::string_view key)
{
    return stateOf(key).has_value();
}

const std::vector<std::string>* NestedContext::rowIdentity(std::string_view table)
{
    return m_row.rowIdentity(table);
}

std::optional<std::string_view> NestedContext::lastStateOf(std::string_view key)
{
    return memberOf(m_row.lastStateOf(key));
}

bool NestedContext::readOthers(std::string_view key)
{
    const auto row = m_row.stateOf(key);
    m_present = false;
    m_text = "{";
    if (!row) {
        return true;
    }
    if (m_members.read(*row, false) != JsonMembers::Kind::Object) {
        return false;
    }
    for (const JsonMember& member : m_members.members()) {
        if (member.key == m_member || (member.escaped && sameJsonKey(member.key, m_member))) {
            m_present = true;
            continue;
        }
        m_text += m_text.size() > 1 ? ",\"" : "\"";
        m_text += member.key;
        m_text += "\":";
        m_text += member.value;
    }
    return true;
}

void NestedContext::put(std::string_view key, std::string_view state)
{
    m_padded.assign(state);
    m_padded.append(RecordBatch::kPadding, '\0');
    const std::string_view text = std::string_view(m_padded).substr(0, state.size());
    if (m_check.read(text, true) == JsonMembers::Kind::Broken) {
        m_row.skip(fmt::format(
            "The value is no JSON, so it cannot stand in the row's member \"{}\".", m_name));
        return;
    }
    if (!readOthers(key)) {
        m_row.skip(fmt::format(
            "The row's state is no JSON object, so it has no member \"{}\" to put this into.",
            m_name));
        return;
    }
    m_text += m_text.size() > 1 ? ",\"" : "\"";
    m_text += m_member;
    m_text += "\":";
    // Without what stands around it: a byte order mark inside a row would break it.
    const std::string_view whole = withoutBom(text);
    m_text += trimJsonToken(whole.substr(whole.find_first_not_of(" \t\r\n")));
    m_text += '}';
    m_row.put(key, m_text);
}

void NestedContext::putFromRecord(std::string_view key, std::string_view part)
{
    put(key, part);
}

void NestedContext::remove(std::string_view key)
{
    if (!readOthers(key) || !m_present) {
        return;
    }
    if (m_text.size() == 1) {
        m_row.remove(key);
        return;
    }
    m_text += '}';
    m_row.put(key, m_text);
}

// Only `cdc` asks for it, and its rows are whole (see ReducerKind::ownKey).
void NestedContext::removeAllOfTopic()
{
    m_row.removeAllOfTopic();
}

void NestedContext::stop(std::string_view key)
{
    m_row.stop(key);
}

void NestedContext::goOn(std::string_view key)
{
    m_row.goOn(key);
}

std::optional<std::string> NestedContext::stoppedAt(std::string_view key)
{
    return m_row.stoppedAt(key);
}

void NestedContext::finding(std::string_view key, std::string_view what)
{
    m_row.finding(key, what);
}

void NestedContext::skip(std::string_view reason)
{
    m_row.skip(reason);
}

void NestedContext::untold(std::string_view reason)
{
    m_row.untold(reason);
}

void NestedContext::skipWithoutKey()
{
    m_row.skipWithoutKey();
}

void NestedContext::unknownValue()
{
    m_row.unknownValue();
}

} // namespace hindcast

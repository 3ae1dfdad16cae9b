#include "model/replay/change_key.h"

#include "model/replay/key_reader.h"

namespace hindcast {

bool ChangeKey::read(std::string_view raw, std::string& key)
{
    key.clear();
    m_hasNull = false;
    const auto kind = m_outer.read(raw, false);
    if (kind != JsonMembers::Kind::Object) {
        key = raw; // a key of another converter: its bytes
        return !raw.empty();
    }
    const std::string_view payload = m_outer.value("payload");
    if (!payload.empty() && !m_outer.value("schema").empty()) {
        if (m_fields.read(payload, false) != JsonMembers::Kind::Object) {
            if (payload == "null") {
                return false;
            }
            appendKeyToken(payload, key);
            return true;
        }
    } else {
        std::swap(m_outer, m_fields);
    }
    const auto& fields = m_fields.members();
    if (isMaxwell(m_fields)) {
        return readMaxwell(key);
    }
    if (fields.empty()) {
        return false;
    }
    if (fields.size() == 1) {
        m_hasNull = fields.front().value == "null";
        appendKeyToken(fields.front().value, key);
        return true;
    }
    for (const JsonMember& field : fields) {
        m_hasNull = m_hasNull || field.value == "null";
        key += key.empty() ? '[' : ',';
        key += field.value;
    }
    key += ']';
    return true;
}

bool ChangeKey::isMaxwell(const JsonMembers& key)
{
    const auto& fields = key.members();
    return fields.size() > 2 && fields[0].key == "database" && fields[1].key == "table" &&
           (fields[2].key.starts_with("pk.") || fields[2].key == "_uuid");
}

bool ChangeKey::readMaxwell(std::string& key) const
{
    std::size_t columns = 0;
    for (const JsonMember& field : m_fields.members()) {
        columns += field.key.starts_with("pk.") ? 1 : 0;
    }
    for (const JsonMember& field : m_fields.members()) {
        if (!field.key.starts_with("pk.")) {
            continue;
        }
        if (columns == 1) {
            appendKeyToken(field.value, key);
            return true;
        }
        key += key.empty() ? '[' : ',';
        key += field.value;
    }
    key += columns > 0 ? "]" : "";
    return columns > 0;
}

} // namespace hindcast

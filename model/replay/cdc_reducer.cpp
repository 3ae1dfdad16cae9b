#include "model/replay/cdc_reducer.h"

#include "model/decode/json_text.h"
#include "model/replay/key_reader.h"

#include <algorithm>
#include <array>

namespace hindcast {

namespace {

// What stands for a value that the database did not write again, per Debezium's default
// `unavailable.value.placeholder`: as a text, as bytes (base64), inside an array.
constexpr std::string_view kUnavailable = "__debezium_unavailable_value";
constexpr std::string_view kUnavailableBase64 = "X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==";

bool isUnavailable(std::string_view token)
{
    if (token.starts_with('[') && token.ends_with(']')) {
        token = token.substr(1, token.size() - 2);
        token.remove_prefix(std::min(token.find_first_not_of(" \t\r\n"), token.size()));
        token = trimJsonToken(token);
    }
    if (token.size() < 2 || token.front() != '"') {
        return false;
    }
    token = token.substr(1, token.size() - 2);
    return token == kUnavailable || token == kUnavailableBase64;
}

bool mayHoldUnavailable(std::string_view row)
{
    return row.find(kUnavailable) != std::string_view::npos ||
           row.find(kUnavailableBase64) != std::string_view::npos;
}

} // namespace

// Members of the envelope itself: under "payload" where the converter writes schemas.
bool CdcReducer::readEnvelope(std::string_view value)
{
    if (m_outer.read(value, false) != JsonMembers::Kind::Object) {
        return false;
    }
    const std::string_view payload = m_outer.value("payload");
    if (payload.empty() || !m_outer.value("op").empty()) {
        std::swap(m_outer, m_envelope);
        return !m_envelope.value("op").empty();
    }
    return m_envelope.read(payload, false) == JsonMembers::Kind::Object &&
           !m_envelope.value("op").empty();
}

// The key's text: its one field, or all of them as a JSON array.
bool CdcReducer::readKey(std::string_view raw, std::string& key)
{
    key.clear();
    const auto kind = m_outer.read(raw, false);
    if (kind != JsonMembers::Kind::Object) {
        key = raw; // a key of another converter: its bytes
        return !raw.empty();
    }
    const std::string_view payload = m_outer.value("payload");
    if (!payload.empty() && !m_outer.value("schema").empty()) {
        if (m_row.read(payload, false) != JsonMembers::Kind::Object) {
            if (payload == "null") {
                return false;
            }
            appendKeyToken(payload, key);
            return true;
        }
    } else {
        std::swap(m_outer, m_row);
    }
    const auto& fields = m_row.members();
    if (fields.empty()) {
        return false;
    }
    if (fields.size() == 1) {
        appendKeyToken(fields.front().value, key);
        return true;
    }
    for (const JsonMember& field : fields) {
        key += key.empty() ? '[' : ',';
        key += field.value;
    }
    key += ']';
    return true;
}

void CdcReducer::apply(const RecordView& record, std::optional<std::string_view>,
                       FoldContext& context)
{
    const bool hasKey = record.key && readKey(*record.key, m_key);
    if (!record.value) {
        // After a `d` there is nothing left to remove; where compaction took the `d`, the tombstone
        // says the same.
        if (hasKey) {
            context.remove(m_key);
        }
        return;
    }
    if (!readEnvelope(*record.value)) {
        context.skip("This is not a change event of Debezium: an object with \"op\" is expected.");
        return;
    }
    const std::string_view op = m_envelope.value("op");
    if (op == "\"t\"") {
        context.removeAllOfTopic();
    } else if (op == "\"m\"") {
        return; // a logical message: no row
    } else if (!hasKey) {
        context.skipWithoutKey();
    } else if (op == "\"d\"") {
        context.remove(m_key);
    } else if (op == "\"c\"" || op == "\"u\"" || op == "\"r\"") {
        putAfter(record, context);
    } else {
        context.skip("This change event has an \"op\" that is none of c, u, d, r, t and m.");
    }
}

void CdcReducer::putAfter(const RecordView& record, FoldContext& context)
{
    const std::string_view after = m_envelope.value("after");
    if (after.empty() || after.front() != '{') {
        context.skip("This change event has no row in \"after\".");
        return;
    }
    if (!mayHoldUnavailable(after)) {
        context.putFromRecord(m_key, after);
        return;
    }
    auto before = context.stateOf(m_key);
    if (!before) {
        // A changed primary key arrives as a delete of the old row and this creation.
        if (const auto old = record.headers.last("__debezium.oldkey"); old && old->value) {
            // The parser reads past the end; a header has no padding behind it.
            std::string padded(*old->value);
            padded.append(RecordBatch::kPadding, '\0');
            if (readKey(std::string_view(padded).substr(0, old->value->size()), m_oldKey)) {
                before = context.lastStateOf(m_oldKey);
            }
        }
    }
    if (replaceUnavailable(after, before, context)) {
        context.put(m_key, m_state);
    } else {
        context.putFromRecord(m_key, after);
    }
}

// Rebuilds the row with the values it had; false where it holds no placeholder after all.
bool CdcReducer::replaceUnavailable(std::string_view after, std::optional<std::string_view> before,
                                    FoldContext& context)
{
    if (m_row.read(after, false) != JsonMembers::Kind::Object) {
        return false;
    }
    if (!before || m_before.read(*before, false) != JsonMembers::Kind::Object) {
        m_before.clear();
    }
    bool replaced = false;
    m_state = "{";
    for (const JsonMember& column : m_row.members()) {
        std::string_view value = column.value;
        if (isUnavailable(value)) {
            const std::string_view had = m_before.value(column.key);
            if (had.empty() || isUnavailable(had)) {
                context.unknownValue();
            } else {
                value = had;
                replaced = true;
            }
        }
        if (m_state.size() > 1) {
            m_state += ',';
        }
        m_state += '"';
        m_state += column.key;
        m_state += "\":";
        m_state += value;
    }
    m_state += '}';
    return replaced;
}

std::optional<std::string_view> CdcReducer::stateInRecord(const RecordView& record)
{
    if (!record.value || !readEnvelope(*record.value)) {
        return std::nullopt;
    }
    const std::string_view after = m_envelope.value("after");
    return after.empty() ? std::nullopt : std::optional(after);
}

} // namespace hindcast

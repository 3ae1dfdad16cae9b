#include "model/replay/key_reader.h"

#include "model/decode/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace hindcast {

KeyReader::KeyReader(std::vector<FieldPath> paths)
    : m_isRecordKey(paths.size() == 1 && paths.front().root == FieldPath::Root::Key &&
                    paths.front().steps.empty())
    , m_composite(paths.size() > 1)
    , m_fields(std::move(paths))
{
}

std::optional<std::string_view> KeyReader::read(const RecordView& record)
{
    m_broken = false;
    if (m_isRecordKey) {
        return record.key;
    }
    const auto values = m_fields.read(record);
    m_broken = m_fields.broken();
    m_text.clear();
    for (const FieldValue& value : values) {
        if (m_composite) {
            m_text += m_text.empty() ? '[' : ',';
        }
        switch (value.kind) {
        case FieldValue::Kind::Missing:
        case FieldValue::Kind::Null:
            return std::nullopt;
        case FieldValue::Kind::Bool:
            m_text += value.boolean ? "true" : "false";
            break;
        case FieldValue::Kind::String:
        case FieldValue::Kind::Bytes:
            if (m_composite) {
                appendJsonText(value.text, m_text);
            } else {
                m_text += value.text;
            }
            break;
        case FieldValue::Kind::Integer:
        case FieldValue::Kind::Number:
        case FieldValue::Kind::Json:
            m_text += value.text;
            break;
        }
    }
    if (m_composite) {
        m_text += ']';
    }
    return m_text;
}

bool KeyReader::broken() const
{
    return m_broken;
}

void appendKeyToken(std::string_view token, std::string& out)
{
    const std::size_t size = out.size();
    if (token.size() >= 2 && token.front() == '"' &&
        unescapeJson(token.substr(1, token.size() - 2), out)) {
        return;
    }
    out.resize(size);
    out += token;
}

void appendJsonText(std::string_view text, std::string& out)
{
    // Nearly every text stands in JSON as it is; what does not is the library's.
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return c >= ' ' && c < '\x7f' && c != '"' && c != '\\';
    });
    if (plain) {
        out += '"';
        out += text;
        out += '"';
        return;
    }
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string escapeJson(std::string_view text)
{
    std::string quoted;
    appendJsonText(text, quoted);
    return quoted.substr(1, quoted.size() - 2);
}

} // namespace hindcast

#include "model/replay/json_members.h"

#include "model/decode/json_text.h"
#include "model/record/record_batch.h"

#include <simdjson.h>
#include <string>

namespace hindcast {

namespace ondemand = simdjson::ondemand;

namespace {

bool validString(std::string_view token)
{
    if (token.find('\\') == std::string_view::npos) {
        return true;
    }
    std::string ignored;
    return token.size() >= 2 && unescapeJson(token.substr(1, token.size() - 2), ignored);
}

bool validScalar(std::string_view token)
{
    if (token.empty()) {
        return false;
    }
    switch (token.front()) {
    case '"':
        return validString(token);
    case 't':
        return token == "true";
    case 'f':
        return token == "false";
    case 'n':
        return token == "null";
    default:
        return isJsonNumber(token);
    }
}

// simdjson's on-demand parser does not look how deep it is led; a thousand levels are data, more
// are an attack on the stack.
constexpr std::size_t kDeepestValue = 1000;

// Walks a value to its end, checking each token.
bool walk(ondemand::value value, std::size_t depth = 1)
{
    if (depth > kDeepestValue) {
        return false;
    }
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) {
        return false;
    }
    if (type == ondemand::json_type::object) {
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) {
            return false;
        }
        for (auto field : object) {
            ondemand::value child;
            if (field.value().get(child) != simdjson::SUCCESS || !walk(child, depth + 1)) {
                return false;
            }
        }
        return true;
    }
    if (type == ondemand::json_type::array) {
        ondemand::array array;
        if (value.get_array().get(array) != simdjson::SUCCESS) {
            return false;
        }
        for (auto element : array) {
            ondemand::value child;
            if (element.get(child) != simdjson::SUCCESS || !walk(child, depth + 1)) {
                return false;
            }
        }
        return true;
    }
    return validScalar(trimJsonToken(value.raw_json_token()));
}

// The value as it is written; one that is nested is skipped over without a look inside.
bool tokenOf(ondemand::value value, std::string_view& raw)
{
    const std::string_view token = value.raw_json_token();
    if (token.front() == '{') {
        ondemand::object nested;
        if (value.get_object().get(nested) != simdjson::SUCCESS ||
            nested.raw_json().get(raw) != simdjson::SUCCESS) {
            return false;
        }
    } else if (token.front() == '[') {
        ondemand::array nested;
        if (value.get_array().get(nested) != simdjson::SUCCESS ||
            nested.raw_json().get(raw) != simdjson::SUCCESS) {
            return false;
        }
    } else {
        raw = trimJsonToken(token);
        return validScalar(raw);
    }
    raw = trimJsonToken(raw);
    return true;
}

} // namespace

struct JsonMembers::Private
{
    ondemand::parser parser;
};

JsonMembers::JsonMembers()
    : d(std::make_unique<Private>())
{
}

JsonMembers::~JsonMembers() = default;
JsonMembers::JsonMembers(JsonMembers&&) noexcept = default;
JsonMembers& JsonMembers::operator=(JsonMembers&&) noexcept = default;

void JsonMembers::clear()
{
    m_members.clear();
}

JsonMembers::Kind JsonMembers::read(std::string_view text, bool checkAll)
{
    m_members.clear();
    text = withoutBom(text);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
        return Kind::Broken;
    }
    if (text[first] != '{') {
        return isOther(text, first) ? Kind::Other : Kind::Broken;
    }
    ondemand::document document;
    ondemand::object object;
    const simdjson::padded_string_view padded(text.data(), text.size(),
                                              text.size() + RecordBatch::kPadding);
    if (d->parser.iterate(padded).get(document) != simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS) {
        return Kind::Broken;
    }
    for (auto item : object) {
        ondemand::field field;
        if (std::move(item).get(field) != simdjson::SUCCESS) {
            return Kind::Broken;
        }
        const char* const keyBegin = field.key().raw();
        ondemand::value value = field.value();
        const char* const begin = value.raw_json_token().data();
        // The quote that ends the key is the last one before the value.
        const char* keyEnd = begin;
        while (*--keyEnd != '"') {
        }
        const std::string_view key(keyBegin, static_cast<std::size_t>(keyEnd - keyBegin));
        std::string_view raw;
        if (checkAll && (*begin == '{' || *begin == '[')) {
            const char* end = nullptr;
            if (!walk(value) || document.current_location().get(end) != simdjson::SUCCESS) {
                return Kind::Broken;
            }
            raw = trimJsonToken({begin, static_cast<std::size_t>(end - begin)});
        } else if (!tokenOf(value, raw)) {
            return Kind::Broken;
        }
        m_members.push_back({key, raw, key.find('\\') != std::string_view::npos});
    }
    // Something behind the object?
    const char* rest = nullptr;
    return document.current_location().get(rest) == simdjson::SUCCESS ? Kind::Broken : Kind::Object;
}

bool JsonMembers::readItems(std::string_view text)
{
    m_members.clear();
    ondemand::document document;
    ondemand::array array;
    const simdjson::padded_string_view padded(text.data(), text.size(),
                                              text.size() + RecordBatch::kPadding);
    if (d->parser.iterate(padded).get(document) != simdjson::SUCCESS ||
        document.get_array().get(array) != simdjson::SUCCESS) {
        return false;
    }
    for (auto element : array) {
        ondemand::value value;
        std::string_view raw;
        if (element.get(value) != simdjson::SUCCESS || !tokenOf(value, raw)) {
            m_members.clear();
            return false;
        }
        m_members.push_back({{}, raw, false});
    }
    const char* rest = nullptr;
    return document.current_location().get(rest) != simdjson::SUCCESS;
}

// JSON that is no object.
bool JsonMembers::isOther(std::string_view text, std::size_t first)
{
    ondemand::document document;
    const simdjson::padded_string_view padded(text.data(), text.size(),
                                              text.size() + RecordBatch::kPadding);
    if (d->parser.iterate(padded).get(document) != simdjson::SUCCESS) {
        return false; // no UTF-8, say
    }
    if (text[first] != '[') {
        return validScalar(trimJsonToken(text.substr(first)));
    }
    ondemand::array array;
    if (document.get_array().get(array) != simdjson::SUCCESS) {
        return false;
    }
    for (auto element : array) {
        ondemand::value child;
        if (element.get(child) != simdjson::SUCCESS || !walk(child)) {
            return false;
        }
    }
    const char* rest = nullptr;
    return document.current_location().get(rest) != simdjson::SUCCESS;
}

std::string_view JsonMembers::value(std::string_view key) const
{
    for (auto member = m_members.rbegin(); member != m_members.rend(); ++member) {
        if (member->key == key || (member->escaped && sameJsonKey(member->key, key))) {
            return member->value;
        }
    }
    return {};
}

bool sameJsonKey(std::string_view a, std::string_view b)
{
    if (a == b) {
        return true;
    }
    const bool escaped =
        a.find('\\') != std::string_view::npos || b.find('\\') != std::string_view::npos;
    if (!escaped) {
        return false;
    }
    std::string plainA;
    std::string plainB;
    return unescapeJson(a, plainA) && unescapeJson(b, plainB) && plainA == plainB;
}

} // namespace hindcast

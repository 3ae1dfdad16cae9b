#include "model/decode/json_payload.h"

#include "model/decode/json_text.h"

#include <algorithm>
#include <cstring>

namespace hindcast {

namespace {

namespace ondemand = simdjson::ondemand;

static_assert(RecordBatch::kPadding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t kFirstCapacity = 64 * 1024;
constexpr std::size_t kHugeCapacity = 16 * 1024 * 1024;

constexpr bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Or is empty. What simdjson passes over as an object need not be one, and it takes its structure
// for granted when it comes by again: {x} in what breaks off behind it.
bool beginsWithAName(std::string_view object)
{
    std::size_t at = 1;
    while (at < object.size() && isBlank(object[at])) {
        ++at;
    }
    return at < object.size() && (object[at] == '"' || object[at] == '}');
}

} // namespace

bool JsonPayload::isOddName(std::string_view name)
{
    return std::any_of(name.begin(), name.end(), [](char c) {
        return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    });
}

// Grows ahead, so that records of rising sizes do not allocate each time, and gives back what one
// huge record took.
bool JsonPayload::reserve(std::size_t length)
{
    const std::size_t capacity = m_parser.capacity();
    if (length <= capacity && !(capacity > kHugeCapacity && length < kFirstCapacity)) {
        return true;
    }
    const std::size_t wanted = length > kFirstCapacity
                                   ? std::max(length, std::min(2 * capacity, 2 * length))
                                   : kFirstCapacity;
    return m_parser.allocate(wanted) == simdjson::SUCCESS;
}

void JsonPayload::open(std::optional<std::string_view> bytes)
{
    m_touched = false;
    m_state = State::Nothing;
    if (!bytes || bytes->empty()) {
        return;
    }
    m_state = State::Broken;
    m_json = withoutBom(*bytes);
    std::size_t first = 0;
    std::size_t last = m_json.size();
    while (first < last && isBlank(m_json[first])) {
        ++first;
    }
    while (last > first && isBlank(m_json[last - 1])) {
        --last;
    }
    if (first == last || !reserve(m_json.size())) {
        return;
    }
    m_escapes = std::memchr(m_json.data(), '\\', m_json.size()) != nullptr;
    const simdjson::padded_string_view padded(m_json.data(), m_json.size(),
                                              m_json.size() + simdjson::SIMDJSON_PADDING);
    if (m_parser.iterate(padded).get(m_document) != simdjson::SUCCESS) {
        return;
    }
    const char opening = m_json[first];
    m_isObject = opening == '{';
    if (m_isObject || opening == '[') {
        // simdjson looks for the closing bracket when an object is entered; a lookup that enters
        // none (an index into an object) must not go without.
        if (m_json[last - 1] == (m_isObject ? '}' : ']')) {
            m_state = State::Open;
        }
        return;
    }
    // A string, number or word alone is JSON without fields; anything else is no JSON.
    const std::string_view token = m_json.substr(first, last - first);
    std::string_view firstToken;
    FieldValue ignored;
    std::string scratch;
    if (m_document.raw_json_token().get(firstToken) == simdjson::SUCCESS &&
        trimJsonToken(firstToken) == token && readScalar(token, ignored, scratch)) {
        m_state = State::Scalar;
    }
}

ondemand::document& JsonPayload::document()
{
    if (m_touched) {
        m_document.rewind();
    }
    m_touched = true;
    return m_document;
}

bool JsonPayload::isNamed(ondemand::raw_json_string raw, std::string_view name)
{
    const char* const from = raw.raw();
    const char* const end = m_json.data() + m_json.size();
    if (!m_escapes) {
        // A name with a quote, compared as it is, would reach over the end of the string.
        return static_cast<std::size_t>(end - from) > name.size() && from[name.size()] == '"' &&
               std::memcmp(from, name.data(), name.size()) == 0 && !isOddName(name);
    }
    const char* quote = from;
    while (quote < end && *quote != '"') {
        quote += *quote == '\\' ? 2 : 1;
    }
    m_nameScratch.clear();
    return quote < end &&
           unescapeJson({from, static_cast<std::size_t>(quote - from)}, m_nameScratch) &&
           m_nameScratch == name;
}

// The token is taken as it is written; no double is made where an integer stands, and no text is
// copied unless it holds escapes.
bool JsonPayload::readScalar(std::string_view token, FieldValue& out, std::string& scratch) const
{
    token = trimJsonToken(token);
    out = {};
    if (token.empty()) {
        return false;
    }
    switch (token.front()) {
    case '"':
        if (token.size() < 2 || token.back() != '"') {
            return false;
        }
        out.kind = FieldValue::Kind::String;
        out.text = token.substr(1, token.size() - 2);
        if (m_escapes && out.text.find('\\') != std::string_view::npos) {
            scratch.clear();
            if (!unescapeJson(out.text, scratch)) {
                return false;
            }
            out.text = scratch;
        }
        return true;
    case 't':
    case 'f':
        out.kind = FieldValue::Kind::Bool;
        out.boolean = token == "true";
        out.text = token;
        return token == "true" || token == "false";
    case 'n':
        out.kind = FieldValue::Kind::Null;
        return token == "null";
    default:
        break;
    }
    const auto number = readJsonNumber(token);
    if (!number) {
        return false;
    }
    out.kind = number->integer ? FieldValue::Kind::Integer : FieldValue::Kind::Number;
    out.integer = number->value;
    out.number = number->approximate;
    out.text = token;
    return true;
}

bool JsonPayload::read(ondemand::value& value, FieldValue& out, std::string& scratch) const
{
    const std::string_view token = value.raw_json_token();
    const bool object = !token.empty() && token.front() == '{';
    if (!object && (token.empty() || token.front() != '[')) {
        return readScalar(token, out, scratch);
    }
    std::string_view json;
    if (object) {
        ondemand::object entered;
        if (value.get_object().get(entered) != simdjson::SUCCESS ||
            entered.raw_json().get(json) != simdjson::SUCCESS || !beginsWithAName(json)) {
            return false;
        }
    } else {
        ondemand::array entered;
        if (value.get_array().get(entered) != simdjson::SUCCESS ||
            entered.raw_json().get(json) != simdjson::SUCCESS) {
            return false;
        }
    }
    out = {};
    out.kind = FieldValue::Kind::Json;
    out.text = trimJsonToken(json);
    return true;
}

} // namespace hindcast

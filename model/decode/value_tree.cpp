#include "model/decode/value_tree.h"

#include "model/decode/json_text.h"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>
#include <simdjson.h>

namespace hindcast {

namespace {

namespace ondemand = simdjson::ondemand;

// A tree's nodes are walked and destroyed by recursion; what lies deeper is cut.
constexpr std::size_t kMaxDepth = 256;
constexpr std::size_t kMaxHexBytes = 4096;
// A table cell looks at no more than this of a payload to tell text from binary.
constexpr std::size_t kPreviewBytes = 64 * 1024;
constexpr std::string_view kEllipsis = "\u2026";

class TreeBuilder
{
public:
    explicit TreeBuilder(std::size_t maxNodes)
        : m_left(std::max<std::size_t>(maxNodes, 1))
    {
    }

    bool cut() const { return m_cut; }

    // false: not JSON here.
    bool fill(ValueNode& node, ondemand::value value, std::size_t depth);
    bool fillScalar(ValueNode& node, std::string_view token);
    bool fillObject(ValueNode& node, ondemand::object& object, std::size_t depth);
    bool fillArray(ValueNode& node, ondemand::array& array, std::size_t depth);

private:
    bool full(ValueNode& parent, std::size_t depth)
    {
        if (m_left > 1 && depth < kMaxDepth) {
            --m_left;
            return false;
        }
        m_cut = true;
        ValueNode ellipsis;
        ellipsis.kind = ValueNode::Kind::String;
        ellipsis.name = kEllipsis;
        ellipsis.text = depth < kMaxDepth ? "more is not shown" : "deeper than 256 levels";
        parent.children.push_back(std::move(ellipsis));
        return true;
    }

    std::size_t m_left;
    bool m_cut = false;
};

bool TreeBuilder::fill(ValueNode& node, ondemand::value value, std::size_t depth)
{
    const std::string_view token = value.raw_json_token();
    if (!token.empty() && token.front() == '{') {
        ondemand::object object;
        return value.get_object().get(object) == simdjson::SUCCESS &&
               fillObject(node, object, depth);
    }
    if (!token.empty() && token.front() == '[') {
        ondemand::array array;
        return value.get_array().get(array) == simdjson::SUCCESS && fillArray(node, array, depth);
    }
    return fillScalar(node, token);
}

bool TreeBuilder::fillScalar(ValueNode& node, std::string_view token)
{
    token = trimJsonToken(token);
    if (token.size() >= 2 && token.front() == '"' && token.back() == '"') {
        node.kind = ValueNode::Kind::String;
        return unescapeJson(token.substr(1, token.size() - 2), node.text);
    }
    node.text = token;
    if (token == "null") {
        node.kind = ValueNode::Kind::Null;
        return true;
    }
    if (token == "true" || token == "false") {
        node.kind = ValueNode::Kind::Bool;
        return true;
    }
    node.kind = ValueNode::Kind::Number;
    return readJsonNumber(token).has_value();
}

bool TreeBuilder::fillObject(ValueNode& node, ondemand::object& object, std::size_t depth)
{
    node.kind = ValueNode::Kind::Object;
    for (auto field : object) {
        ondemand::field one;
        if (std::move(field).get(one) != simdjson::SUCCESS) {
            return false;
        }
        if (full(node, depth + 1)) {
            return true;
        }
        ValueNode& child = node.children.emplace_back();
        const char* const from = one.key().raw();
        const char* quote = from;
        while (*quote != '"') { // stage 1 vouches that the string is closed
            quote += *quote == '\\' ? 2 : 1;
        }
        if (!unescapeJson({from, static_cast<std::size_t>(quote - from)}, child.name) ||
            !fill(child, one.value(), depth + 1)) {
            return false;
        }
        if (m_cut) {
            return true;
        }
    }
    return true;
}

bool TreeBuilder::fillArray(ValueNode& node, ondemand::array& array, std::size_t depth)
{
    node.kind = ValueNode::Kind::Array;
    for (auto element : array) {
        if (element.error() != simdjson::SUCCESS) {
            return false;
        }
        ondemand::value value = element.value_unsafe();
        if (full(node, depth + 1)) {
            return true;
        }
        ValueNode& child = node.children.emplace_back();
        child.name = fmt::format("[{}]", node.children.size() - 1);
        if (!fill(child, value, depth + 1)) {
            return false;
        }
        if (m_cut) {
            return true;
        }
    }
    return true;
}

bool fillRoot(ValueNode& root, const simdjson::padded_string& json, char opening,
              std::size_t maxNodes)
{
    ondemand::parser parser;
    ondemand::document document;
    if (parser.iterate(json).get(document) != simdjson::SUCCESS) {
        return false;
    }
    TreeBuilder builder(maxNodes);
    if (opening == '{') {
        ondemand::object object;
        if (document.get_object().get(object) != simdjson::SUCCESS ||
            !builder.fillObject(root, object, 0)) {
            return false;
        }
    } else if (opening == '[') {
        ondemand::array array;
        if (document.get_array().get(array) != simdjson::SUCCESS ||
            !builder.fillArray(root, array, 0)) {
            return false;
        }
    } else {
        std::string_view token;
        return document.raw_json_token().get(token) == simdjson::SUCCESS &&
               trimJsonToken(token) == trimJsonToken(std::string_view(json)) &&
               builder.fillScalar(root, token);
    }
    return builder.cut() || document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

bool isText(std::string_view bytes)
{
    // A NUL is valid UTF-8, but no text has one, and most binary formats do.
    return std::memchr(bytes.data(), '\0', bytes.size()) == nullptr &&
           simdjson::validate_utf8(bytes.data(), bytes.size());
}

std::string hex(std::string_view bytes, std::size_t maxBytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(std::min(bytes.size(), maxBytes) * 3 + kEllipsis.size());
    for (const char c : bytes.substr(0, maxBytes)) {
        const auto byte = static_cast<unsigned char>(c);
        text += text.empty() ? "" : " ";
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    if (bytes.size() > maxBytes) {
        text += ' ';
        text += kEllipsis;
    }
    return text;
}

// A character that would be invisible, break the line or turn the direction of what follows.
std::string_view madeVisible(std::string_view character, std::string& scratch)
{
    const auto first = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) {
        if (first == '\n') {
            return "\u21B5";
        }
        if (first == '\t') {
            return "\u21E5";
        }
        if (first < 0x20 || first == 0x7F) {
            // U+2400 and on: the pictures of the control characters.
            scratch = "\xE2\x90";
            scratch += static_cast<char>(first == 0x7F ? 0xA1 : 0x80 + first);
            return scratch;
        }
        return character;
    }
    if (character == "\u2028" || character == "\u2029") {
        return "\u21B5";
    }
    const bool c1 = first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
    const bool direction = character == "\u200E" || character == "\u200F" ||
                           (character >= "\u202A" && character <= "\u202E") ||
                           (character >= "\u2066" && character <= "\u2069");
    return c1 || (direction && character.size() == 3) ? std::string_view("\uFFFD") : character;
}

std::size_t utf8Length(char lead)
{
    const auto byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// The longest beginning of at most `size` bytes that cuts no character.
std::string_view wholeCharacters(std::string_view bytes, std::size_t size)
{
    if (bytes.size() <= size) {
        return bytes;
    }
    while (size > 0 && (static_cast<unsigned char>(bytes[size]) & 0xC0) == 0x80) {
        --size;
    }
    return bytes.substr(0, size);
}

} // namespace

Decoded decode(std::optional<std::string_view> bytes, std::size_t maxNodes)
{
    Decoded decoded;
    if (!bytes) {
        return decoded;
    }
    decoded.root.kind = ValueNode::Kind::String;
    if (bytes->empty()) {
        decoded.format = Format::Empty;
        return decoded;
    }
    const std::string_view text = withoutBom(*bytes);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const char opening = first == std::string_view::npos ? '\0' : text[first];
    if (opening == '{' || opening == '[' ||
        (opening != '\0' && std::strchr("\"-0123456789tfn", opening) != nullptr)) {
        const simdjson::padded_string json(text.substr(first));
        ValueNode root;
        if (fillRoot(root, json, opening, maxNodes)) {
            decoded.format = Format::Json;
            decoded.root = std::move(root);
            return decoded;
        }
        if (opening == '{' || opening == '[') {
            decoded.error = explainBrokenJson(*bytes);
            if (decoded.error.empty()) {
                decoded.error = "This looks like JSON, and cannot be read as such.";
            }
        }
    }
    if (isText(*bytes)) {
        decoded.format = Format::Text;
        decoded.root.text = *bytes;
        return decoded;
    }
    decoded.format = Format::Binary;
    decoded.root.text = hex(*bytes, kMaxHexBytes);
    return decoded;
}

std::string preview(std::optional<std::string_view> bytes, std::size_t maxChars)
{
    if (!bytes || bytes->empty()) {
        return {};
    }
    const std::string_view looked = wholeCharacters(*bytes, kPreviewBytes);
    if (!isText(looked)) {
        std::string text = hex(*bytes, (maxChars + 1) / 3);
        if (bytes->size() > (maxChars + 1) / 3) {
            text = hex(*bytes, maxChars > 1 ? (maxChars - 1) / 3 : 0);
        }
        return text;
    }
    std::string text;
    std::string scratch;
    std::string_view rest = withoutBom(looked);
    for (std::size_t chars = 0; !rest.empty(); ++chars) {
        if (chars + 1 >= maxChars && rest.size() > utf8Length(rest.front())) {
            text += kEllipsis;
            return text;
        }
        if (rest.starts_with("\r\n")) {
            rest.remove_prefix(1);
        }
        const std::string_view character = rest.substr(0, utf8Length(rest.front()));
        text += madeVisible(character, scratch);
        rest.remove_prefix(character.size());
    }
    if (looked.size() < bytes->size()) {
        text += kEllipsis;
    }
    return text;
}

} // namespace hindcast

#include "model/replay/json_tree.h"

#include "model/decode/json_text.h"
#include "model/record/record_batch.h"
#include "model/replay/decimal.h"
#include "model/replay/key_reader.h"

#include <algorithm>
#include <utility>

namespace hindcast {

namespace {

constexpr std::size_t kDeepestTree = 512;

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view() : trimJsonToken(text.substr(first));
}

// Behind the string that begins at `at`.
std::size_t endOfString(std::string_view text, std::size_t at)
{
    for (++at; text[at] != '"'; ++at) {
        at += text[at] == '\\' ? 1 : 0;
    }
    return at + 1;
}

// Behind the value that begins at `at`: at its container's next comma or its end. Of valid JSON.
std::size_t endOfValue(std::string_view text, std::size_t at)
{
    for (std::size_t depth = 0; at < text.size(); ++at) {
        switch (text[at]) {
        case '"':
            at = endOfString(text, at) - 1;
            break;
        case '{':
        case '[':
            ++depth;
            break;
        case '}':
        case ']':
            if (depth-- == 0) {
                return at;
            }
            break;
        case ',':
            if (depth == 0) {
                return at;
            }
            break;
        default:
            break;
        }
    }
    return at;
}

bool tooDeep(std::string_view text)
{
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"') {
            at = endOfString(text, at) - 1;
        } else if (c == '{' || c == '[') {
            if (++depth > kDeepestTree) {
                return true;
            }
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

std::string plainText(std::string_view token)
{
    std::string plain;
    return unescapeJson(token, plain) ? plain : std::string(token);
}

} // namespace

bool JsonTreeReader::read(std::string_view text, JsonTree& tree)
{
    text = trimmed(withoutBom(text));
    m_padded.assign(text);
    m_padded.append(RecordBatch::kPadding, '\0');
    const std::string_view padded = std::string_view(m_padded).substr(0, text.size());
    if (text.empty() || m_members.read(padded, true) == JsonMembers::Kind::Broken ||
        tooDeep(text)) {
        return false;
    }
    tree = JsonTree{JsonTree::Kind::Text, text, {}};
    return true;
}

void JsonTree::open()
{
    if (kind != Kind::Text || text.empty() || (text.front() != '{' && text.front() != '[')) {
        return;
    }
    kind = text.front() == '{' ? Kind::Object : Kind::Array;
    std::size_t at = text.find_first_not_of(" \t\r\n", 1);
    while (at < text.size() - 1) {
        Member child;
        if (kind == Kind::Object) {
            const std::size_t nameEnd = endOfString(text, at);
            child.name = text.substr(at + 1, nameEnd - at - 2);
            at = text.find(':', nameEnd) + 1;
        }
        const std::size_t end = endOfValue(text, at);
        child.value.text = trimmed(text.substr(at, end - at));
        children.push_back(std::move(child));
        at = text.find_first_not_of(" \t\r\n", end + 1);
    }
}

JsonTree::Member* JsonTree::find(std::string_view plainName)
{
    const auto found = std::find_if(children.rbegin(), children.rend(), [&](const Member& child) {
        return child.name.find('\\') == std::string_view::npos ? child.name == plainName
                                                               : plainText(child.name) == plainName;
    });
    return found == children.rend() ? nullptr : &*found;
}

void JsonTree::write(std::string& out) const
{
    if (kind == Kind::Text) {
        out += text;
        return;
    }
    out += kind == Kind::Object ? '{' : '[';
    for (std::size_t i = 0; i < children.size(); ++i) {
        out += i == 0 ? "" : ",";
        if (kind == Kind::Object) {
            out += '"';
            out += children[i].name;
            out += "\":";
        }
        children[i].value.write(out);
    }
    out += kind == Kind::Object ? '}' : ']';
}

std::size_t JsonTree::size() const
{
    std::size_t bytes = 2 + text.size();
    for (const Member& child : children) {
        bytes += child.name.size() + 1 + child.value.size();
    }
    return bytes;
}

void JsonTree::writeCanonical(std::string& out)
{
    open();
    if (kind == Kind::Text) {
        if (text.starts_with('"')) {
            appendJsonText(plainText(text.substr(1, text.size() - 2)), out);
        } else {
            out += readJsonNumber(text) ? sameNumberText(text) : std::string(text);
        }
        return;
    }
    std::vector<std::pair<std::string, JsonTree*>> inOrder;
    for (Member& child : children) {
        inOrder.emplace_back(plainText(child.name), &child.value);
    }
    if (kind == Kind::Object) {
        // Of several members of one name the last counts.
        std::stable_sort(inOrder.begin(), inOrder.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t i = inOrder.size(); i-- > 1;) {
            if (inOrder[i - 1].first == inOrder[i].first) {
                inOrder.erase(inOrder.begin() + static_cast<std::ptrdiff_t>(i) - 1);
            }
        }
    }
    out += kind == Kind::Object ? '{' : '[';
    for (std::size_t i = 0; i < inOrder.size(); ++i) {
        out += i == 0 ? "" : ",";
        if (kind == Kind::Object) {
            appendJsonText(inOrder[i].first, out);
            out += ':';
        }
        inOrder[i].second->writeCanonical(out);
    }
    out += kind == Kind::Object ? '}' : ']';
}

bool JsonTree::equal(JsonTree& a, JsonTree& b)
{
    a.open();
    b.open();
    if (a.kind != b.kind) {
        return false;
    }
    if (a.kind == Kind::Text) {
        if (a.text == b.text) {
            return true;
        }
        if (a.text.front() == '"' && b.text.front() == '"') {
            return plainText(a.text.substr(1, a.text.size() - 2)) ==
                   plainText(b.text.substr(1, b.text.size() - 2));
        }
        return readJsonNumber(a.text) && readJsonNumber(b.text) &&
               sameNumberText(a.text) == sameNumberText(b.text);
    }
    if (a.kind == Kind::Array) {
        return std::equal(a.children.begin(), a.children.end(), b.children.begin(),
                          b.children.end(),
                          [](Member& x, Member& y) { return equal(x.value, y.value); });
    }
    // Of several members of one name the last counts, on both sides.
    const auto within = [](JsonTree& one, JsonTree& other) {
        return std::all_of(one.children.begin(), one.children.end(), [&](Member& child) {
            const std::string name = plainText(child.name);
            if (one.find(name) != &child) {
                return true;
            }
            Member* const same = other.find(name);
            return same && equal(child.value, same->value);
        });
    };
    return within(a, b) && std::all_of(b.children.begin(), b.children.end(), [&](Member& child) {
               return a.find(plainText(child.name)) != nullptr;
           });
}

} // namespace hindcast

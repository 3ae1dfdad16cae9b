#include "model/replay/json_patch.h"

#include "model/decode/json_text.h"
#include "model/replay/key_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace hindcast {

namespace {

// `copy` of the whole into itself doubles it each time: forty such lines would fill any memory.
constexpr std::size_t kMostCopied = 16u << 20;

constexpr std::array<std::string_view, 6> kOperations{"add",  "remove", "replace",
                                                      "move", "copy",   "test"};

std::string asText(const std::vector<std::string>& pointer, std::size_t steps)
{
    std::string text;
    for (std::size_t i = 0; i < steps; ++i) {
        text += '/';
        for (const char c : pointer[i]) {
            text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
        }
    }
    return text.empty() ? "the document" : "\"" + text + "\"";
}

// An array's index as RFC 6901 has it: no sign, no leading zero.
std::optional<std::size_t> indexOf(const std::string& step)
{
    std::size_t index = 0;
    const char* const end = step.data() + step.size();
    const auto [last, error] = std::from_chars(step.data(), end, index);
    const bool plain = !step.empty() && step.front() >= '0' && step.front() <= '9' &&
                       (step.front() != '0' || step.size() == 1);
    return plain && error == std::errc{} && last == end ? std::optional(index) : std::nullopt;
}

std::string noSuch(const std::vector<std::string>& pointer, std::size_t steps)
{
    return fmt::format("there is no {}", asText(pointer, steps));
}

std::string noIndex(const std::string& step, std::size_t size)
{
    return fmt::format("\"{}\" is no index into an array of {}", step, size);
}

std::string plainName(std::string_view name)
{
    std::string plain;
    return unescapeJson(name, plain) ? plain : std::string(name);
}

} // namespace

struct JsonPatch::Operation
{
    std::string name;
    Pointer path;
    Pointer from;
    JsonTree value;
    bool hasFrom = false;
    bool hasValue = false;
};

std::string JsonPatch::readPointer(std::string_view token, std::string_view what, Pointer& steps)
{
    std::string text;
    if (token.front() != '"' || !unescapeJson(token.substr(1, token.size() - 2), text)) {
        return fmt::format("its \"{}\" is no text", what);
    }
    if (!text.empty() && text.front() != '/') {
        return fmt::format("its \"{}\" is \"{}\", and a JSON pointer begins with /", what, text);
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '/') {
            steps.emplace_back();
        } else if (text[i] != '~') {
            steps.back() += text[i];
        } else if (++i < text.size() && (text[i] == '0' || text[i] == '1')) {
            steps.back() += text[i] == '0' ? '~' : '/';
        } else {
            return fmt::format("its \"{}\" has a ~ that is neither ~0 nor ~1", what);
        }
    }
    return {};
}

std::string JsonPatch::read(JsonTree& member, Operation& operation)
{
    member.open();
    if (member.kind != JsonTree::Kind::Object) {
        return "it is no object";
    }
    std::string_view op;
    std::string_view path;
    std::string_view from;
    for (const auto& [rawName, value] : member.children) {
        std::string name;
        unescapeJson(rawName, name);
        const bool isValue = name == "value";
        std::string_view* const slot = name == "op"     ? &op
                                       : name == "path" ? &path
                                       : name == "from" ? &from
                                                        : nullptr;
        if ((slot && !slot->empty()) || (isValue && operation.hasValue)) {
            return fmt::format("it has \"{}\" twice", name);
        }
        if (slot) {
            *slot = value.text;
        } else if (isValue) {
            operation.value = value;
            operation.hasValue = true;
        }
    }
    if (op.empty() || path.empty()) {
        return fmt::format("it has no \"{}\"", op.empty() ? "op" : "path");
    }
    if (op.front() != '"' || !unescapeJson(op.substr(1, op.size() - 2), operation.name) ||
        std::find(kOperations.begin(), kOperations.end(), operation.name) == kOperations.end()) {
        operation.name.clear();
        return fmt::format("its \"op\" is {}, and known are: {}", op, fmt::join(kOperations, ", "));
    }
    if (std::string wrong = readPointer(path, "path", operation.path); !wrong.empty()) {
        return wrong;
    }
    operation.hasFrom = !from.empty();
    const bool usesFrom = operation.name == "move" || operation.name == "copy";
    return usesFrom && operation.hasFrom ? readPointer(from, "from", operation.from)
                                         : std::string();
}

std::string JsonPatch::locate(const Pointer& path, std::size_t steps, JsonTree*& found)
{
    if (!m_document) {
        return "there is no document";
    }
    found = &*m_document;
    for (std::size_t i = 0; i < steps; ++i) {
        found->open();
        if (found->kind == JsonTree::Kind::Object) {
            JsonTree::Member* const member = found->find(path[i]);
            if (!member) {
                return noSuch(path, i + 1);
            }
            found = &member->value;
        } else if (found->kind == JsonTree::Kind::Array) {
            const auto index = indexOf(path[i]);
            if (!index || *index >= found->children.size()) {
                return noIndex(path[i], found->children.size());
            }
            found = &found->children[*index].value;
        } else {
            return fmt::format("{} is neither object nor array", asText(path, i));
        }
    }
    return {};
}

std::string JsonPatch::add(const Pointer& path, JsonTree value)
{
    if (path.empty()) {
        m_document = std::move(value);
        return {};
    }
    JsonTree* parent = nullptr;
    if (std::string wrong = locate(path, path.size() - 1, parent); !wrong.empty()) {
        return wrong;
    }
    parent->open();
    const std::string& last = path.back();
    if (parent->kind == JsonTree::Kind::Object) {
        if (JsonTree::Member* const member = parent->find(last)) {
            member->value = std::move(value);
        } else {
            m_names.push_back(escapeJson(last));
            parent->children.push_back({m_names.back(), std::move(value)});
        }
        return {};
    }
    if (parent->kind != JsonTree::Kind::Array) {
        return fmt::format("{} is neither object nor array", asText(path, path.size() - 1));
    }
    const std::size_t size = parent->children.size();
    const auto index = last == "-" ? size : indexOf(last);
    if (!index || *index > size) {
        return noIndex(last, size);
    }
    parent->children.insert(parent->children.begin() + static_cast<std::ptrdiff_t>(*index),
                            {{}, std::move(value)});
    return {};
}

std::string JsonPatch::remove(const Pointer& path, JsonTree* taken)
{
    JsonTree* target = nullptr;
    if (std::string wrong = locate(path, path.size(), target); !wrong.empty()) {
        return wrong;
    }
    if (taken) {
        *taken = *target;
    }
    if (path.empty()) {
        m_document.reset();
        return {};
    }
    JsonTree* parent = nullptr;
    locate(path, path.size() - 1, parent);
    // All members of one name are one: none may show up again when the last is taken away.
    std::erase_if(parent->children, [&](const JsonTree::Member& child) {
        return parent->kind == JsonTree::Kind::Array
                   ? &child.value == target
                   : &child.value == target || plainName(child.name) == path.back();
    });
    return {};
}

std::string JsonPatch::run(Operation& operation)
{
    const std::string& name = operation.name;
    if ((name == "add" || name == "replace" || name == "test") && !operation.hasValue) {
        return "it has no \"value\"";
    }
    if ((name == "move" || name == "copy") && !operation.hasFrom) {
        return "it has no \"from\"";
    }
    if (name == "add") {
        return add(operation.path, std::move(operation.value));
    }
    if (name == "remove") {
        return remove(operation.path);
    }
    JsonTree* found = nullptr;
    const Pointer& source =
        operation.hasFrom && (name == "move" || name == "copy") ? operation.from : operation.path;
    if (std::string wrong = locate(source, source.size(), found); !wrong.empty()) {
        return wrong;
    }
    if (name == "replace") {
        *found = std::move(operation.value);
        return {};
    }
    if (name == "test") {
        return JsonTree::equal(*found, operation.value)
                   ? std::string()
                   : fmt::format("{} is not what it tests for",
                                 asText(operation.path, operation.path.size()));
    }
    if (name == "copy") {
        m_copied += found->size();
        return m_copied > kMostCopied ? std::string("it copies more than 16 MiB")
                                      : add(operation.path, *found);
    }
    if (operation.from == operation.path) {
        return {};
    }
    if (operation.path.size() > operation.from.size() &&
        std::equal(operation.from.begin(), operation.from.end(), operation.path.begin())) {
        return fmt::format("{} cannot be moved into itself",
                           asText(operation.from, operation.from.size()));
    }
    JsonTree taken;
    std::string wrong = remove(operation.from, &taken);
    return wrong.empty() ? add(operation.path, std::move(taken)) : wrong;
}

Result<std::optional<std::string>> JsonPatch::apply(std::optional<std::string_view> target,
                                                    std::string_view patch)
{
    m_document.reset();
    m_names.clear();
    m_copied = 0;
    if (target && !m_reader.read(*target, m_document.emplace())) {
        return fail(ErrorCode::Corrupt, "The state that this JSON patch meets is no JSON.");
    }
    JsonTree operations;
    if (!m_reader.read(patch, operations)) {
        const std::string why = explainBrokenJson(patch);
        return fail(ErrorCode::Corrupt, fmt::format("This is no JSON patch: {}.",
                                                    why.empty() ? "it is nested too deeply" : why));
    }
    operations.open();
    if (operations.kind != JsonTree::Kind::Array) {
        return fail(ErrorCode::Corrupt,
                    "This is no JSON patch: a patch is an array of operations.");
    }
    for (std::size_t i = 0; i < operations.children.size(); ++i) {
        Operation operation;
        std::string wrong = read(operations.children[i].value, operation);
        wrong = wrong.empty() ? run(operation) : wrong;
        if (!wrong.empty()) {
            const std::string name = operation.name.empty() ? "" : " (" + operation.name + ")";
            return fail(
                ErrorCode::Corrupt,
                fmt::format("Operation {}{} of this JSON patch fails: {}.", i + 1, name, wrong));
        }
    }
    if (!m_document) {
        return std::optional<std::string>();
    }
    std::string result;
    m_document->write(result);
    return std::optional(std::move(result));
}

} // namespace hindcast

#include "model/decode/field_path.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>
#include <optional>

namespace hindcast {

namespace {

struct NamedRoot
{
    std::string_view name;
    FieldPath::Root root;
};

constexpr std::array<NamedRoot, 7> kRoots{{{"key", FieldPath::Root::Key},
                                           {"value", FieldPath::Root::Value},
                                           {"header", FieldPath::Root::Header},
                                           {"topic", FieldPath::Root::Topic},
                                           {"partition", FieldPath::Root::Partition},
                                           {"offset", FieldPath::Root::Offset},
                                           {"timestamp", FieldPath::Root::Time}}};

// Deeper than any payload a person addresses by hand; bounds the recursion of those who walk paths.
constexpr std::size_t kMaxSteps = 256;

bool isPlain(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '$' || c == '-' || c == '@' || (c & 0x80) != 0;
    });
}

std::string quoted(std::string_view name)
{
    std::string text = "\"";
    for (const char c : name) {
        text += c;
        if (c == '"') {
            text += c;
        }
    }
    return text + '"';
}

tl::unexpected<Error> wrong(std::string_view text, std::size_t at, std::string_view why)
{
    return fail(ErrorCode::InvalidArgument,
                fmt::format("The path \"{}\" goes wrong at character {}: {}.", text, at + 1, why));
}

// A name in double quotes; a quote inside is written twice, as in SQL. `at` stands on the quote and
// is moved behind the closing one; nullopt where that is missing.
std::optional<std::string> readQuoted(std::string_view text, std::size_t& at)
{
    std::string name;
    for (++at; at < text.size(); ++at) {
        if (text[at] == '"') {
            if (at + 1 < text.size() && text[at + 1] == '"') {
                ++at;
            } else {
                ++at;
                return name;
            }
        }
        name += text[at];
    }
    return std::nullopt;
}

} // namespace

Result<FieldPath> FieldPath::parse(std::string_view text)
{
    std::size_t at = std::min(text.find_first_of(".[\""), text.size());
    const std::string_view rootName = text.substr(0, at);
    const auto root = std::find_if(kRoots.begin(), kRoots.end(),
                                   [&](const NamedRoot& r) { return r.name == rootName; });
    if (root == kRoots.end()) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("The path \"{}\" starts with none of key, value, header, topic, "
                                "partition, offset, timestamp.",
                                text));
    }
    FieldPath path;
    path.root = root->root;
    if (path.root == Root::Header) {
        if (at + 1 >= text.size() || text[at] != '.') {
            return wrong(text, at, "a header is named as header.traceparent");
        }
        ++at;
        // Header names hold dots more often than not ("spring.json.type"): the rest is the name.
        if (text[at] != '"') {
            path.steps.emplace_back(std::string(text.substr(at)));
            return path;
        }
    } else if (at < text.size() && path.root != Root::Key && path.root != Root::Value) {
        return wrong(text, at, fmt::format("{} has no fields", rootName));
    }
    bool first = path.root == Root::Header; // its dot is behind us
    while (at < text.size()) {
        if (text[at] == '[') {
            std::size_t index = 0;
            const char* const end = text.data() + text.size();
            const auto [last, error] = std::from_chars(text.data() + at + 1, end, index);
            if (error != std::errc{} || last == end || *last != ']') {
                return wrong(text, at, "an index is written as [0]");
            }
            path.steps.emplace_back(index);
            at = static_cast<std::size_t>(last - text.data()) + 1;
            continue;
        }
        if (!first && text[at] != '.') {
            return wrong(text, at, "a dot or an index in brackets must stand here");
        }
        at += first ? 0 : 1;
        first = false;
        if (at < text.size() && text[at] == '"') {
            auto name = readQuoted(text, at);
            if (!name) {
                return wrong(text, text.size(), "the closing quote is missing");
            }
            path.steps.emplace_back(std::move(*name));
            continue;
        }
        const std::size_t end = std::min(text.find_first_of(".[\"", at), text.size());
        if (end == at) {
            return wrong(text, at, "a name must stand here");
        }
        path.steps.emplace_back(std::string(text.substr(at, end - at)));
        at = end;
    }
    if (path.steps.size() > kMaxSteps) {
        return wrong(text, text.size(), fmt::format("more than {} steps", kMaxSteps));
    }
    if (path.root == Root::Header && path.steps.size() != 1) {
        return wrong(text, text.size(), "a header has no fields");
    }
    return path;
}

std::string FieldPath::toString() const
{
    std::string text(std::find_if(kRoots.begin(), kRoots.end(), [this](const NamedRoot& r) {
                         return r.root == root;
                     })->name);
    for (const Step& step : steps) {
        if (const auto* index = std::get_if<std::size_t>(&step)) {
            text += fmt::format("[{}]", *index);
        } else {
            const auto& name = std::get<std::string>(step);
            text += '.';
            text += isPlain(name) ? name : quoted(name);
        }
    }
    return text;
}

} // namespace hindcast

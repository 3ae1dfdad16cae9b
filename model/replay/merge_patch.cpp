#include "model/replay/merge_patch.h"

#include "model/decode/json_text.h"

#include <fmt/core.h>
#include <unordered_map>

namespace hindcast {

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::size_t kManyMembers = 32; // from here on a map beats looking at each
constexpr std::size_t kDeepestPatch = 512;

bool opensObject(std::string_view raw)
{
    return !raw.empty() && raw.front() == '{';
}

std::string_view withoutMargins(std::string_view text)
{
    text = withoutBom(text);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    return trimJsonToken(text);
}

std::string plainKey(std::string_view key)
{
    std::string plain;
    return unescapeJson(key, plain) ? plain : std::string(key);
}

void appendKey(std::string_view key, std::string& result)
{
    if (result.back() != '{') {
        result += ',';
    }
    result += '"';
    result += key;
    result += "\":";
}

} // namespace

MergePatch::MergePatch() = default;
MergePatch::~MergePatch() = default;

Result<void> MergePatch::apply(std::optional<std::string_view> target, std::string_view patch,
                               std::string& result)
{
    result.clear();
    if (!merge(target ? std::optional(withoutMargins(*target)) : std::nullopt,
               withoutMargins(patch), 0, result)) {
        const std::string why = explainBrokenJson(patch);
        return fail(ErrorCode::Corrupt,
                    fmt::format("This merge patch cannot be applied: {}.",
                                why.empty() ? "it is nested too deeply or not UTF-8" : why));
    }
    return {};
}

// Which patch member each target member meets; of several with one name the last counts.
void MergePatch::matchMembers(Level& level)
{
    const auto& patch = level.patch.members();
    const auto& target = level.target.members();
    level.used.assign(patch.size(), 0);
    level.patchOf.assign(target.size(), kNone);
    if (patch.size() * target.size() < kManyMembers * kManyMembers && patch.size() < kManyMembers) {
        for (std::size_t p = patch.size(); p-- > 0;) {
            for (std::size_t later = p + 1; later < patch.size() && !level.used[p]; ++later) {
                level.used[p] = sameJsonKey(patch[p], patch[later]) ? 1 : 0;
            }
        }
        // Patches nearly always name members in the order in which the target has them.
        std::size_t next = 0;
        const auto names = [&](std::size_t p, std::size_t t) {
            return !level.used[p] && sameJsonKey(patch[p], target[t]);
        };
        for (std::size_t t = 0; t < target.size(); ++t) {
            for (std::size_t i = 0; i < patch.size(); ++i) {
                const std::size_t p = next + i < patch.size() ? next + i : next + i - patch.size();
                if (names(p, t)) {
                    level.patchOf[t] = p;
                    next = p + 1;
                    break;
                }
            }
        }
        return;
    }
    std::unordered_map<std::string, std::size_t> byName;
    for (std::size_t p = 0; p < patch.size(); ++p) {
        const auto [entry, fresh] = byName.emplace(plainKey(patch[p].key), p);
        if (!fresh) {
            level.used[entry->second] = 1;
            entry->second = p;
        }
    }
    for (std::size_t t = 0; t < target.size(); ++t) {
        const auto found = byName.find(plainKey(target[t].key));
        level.patchOf[t] = found == byName.end() ? kNone : found->second;
    }
}

bool MergePatch::merge(std::optional<std::string_view> target, std::string_view patch,
                       std::size_t depth, std::string& result)
{
    if (depth > kDeepestPatch) {
        return false;
    }
    if (m_levels.size() <= depth) {
        m_levels.push_back(std::make_unique<Level>());
    }
    Level& level = *m_levels[depth];
    // Nested values were checked with the whole.
    const auto kind = level.patch.read(patch, depth == 0);
    if (kind == JsonMembers::Kind::Broken) {
        return false;
    }
    if (kind == JsonMembers::Kind::Other) {
        result += patch;
        return true;
    }
    const bool onObject = target && opensObject(*target) &&
                          level.target.read(*target, false) == JsonMembers::Kind::Object;
    if (!onObject) {
        level.target.clear();
    }
    matchMembers(level);
    result += '{';
    for (std::size_t t = 0; t < level.target.members().size(); ++t) {
        const JsonMember old = level.target.members()[t];
        const std::size_t p = level.patchOf[t];
        if (p == kNone) {
            appendKey(old.key, result);
            result += old.value;
            continue;
        }
        const JsonMember change = level.patch.members()[p];
        // Several members of one name in the target: the first takes the patch.
        if (level.used[p] || change.value == "null") {
            level.used[p] = 1;
            continue;
        }
        level.used[p] = 1;
        appendKey(old.key, result);
        if (!opensObject(change.value)) {
            result += change.value;
        } else if (!merge(old.value, change.value, depth + 1, result)) {
            return false;
        }
    }
    for (std::size_t p = 0; p < level.patch.members().size(); ++p) {
        const JsonMember change = level.patch.members()[p];
        if (level.used[p] || change.value == "null") {
            continue;
        }
        appendKey(change.key, result);
        if (!opensObject(change.value)) {
            result += change.value;
        } else if (!merge(std::nullopt, change.value, depth + 1, result)) {
            return false;
        }
    }
    result += '}';
    return true;
}

} // namespace hindcast

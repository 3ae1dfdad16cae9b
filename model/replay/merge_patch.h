#pragma once

#include "model/record/result.h"
#include "model/replay/json_members.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// JSON merge patch, RFC 7396, on texts: every token of target and patch that survives stands in the
// result as it was written (2^63 and 0.10 keep their digits). One thread an object.
class MergePatch
{
public:
    MergePatch();
    ~MergePatch();

    // Replaces `result` (which must not hold target or patch). A target of nullopt is "undefined".
    // Both texts must be followed by RecordBatch::kPadding readable bytes.
    Result<void> apply(std::optional<std::string_view> target, std::string_view patch,
                       std::string& result);

private:
    // One nesting level's parsed members, kept so that a warm object allocates nothing.
    struct Level
    {
        JsonMembers target;
        JsonMembers patch;
        std::vector<char> used; // of the patch's members: overridden by a later one of its name
        std::vector<std::size_t> patchOf; // of the target's members: the patch's member, or none
    };

    bool merge(std::optional<std::string_view> target, std::string_view patch, std::size_t depth,
               std::string& result);
    void matchMembers(Level& level);

    std::vector<std::unique_ptr<Level>> m_levels;
};

} // namespace hindcast

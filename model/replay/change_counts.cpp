#include "model/replay/change_counts.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

std::string_view changeShapeName(ChangeShape shape)
{
    switch (shape) {
    case ChangeShape::Envelope:
        return "Debezium";
    case ChangeShape::Unwrapped:
        return "unwrapped Debezium";
    case ChangeShape::Maxwell:
        return "Maxwell";
    case ChangeShape::Canal:
        return "Canal";
    case ChangeShape::Dms:
        return "AWS DMS";
    case ChangeShape::Wal2json:
        return "wal2json";
    case ChangeShape::Other:
    case ChangeShape::Boundary:
        break;
    }
    return {};
}

void ChangeCounts::leftOut(const std::string& other)
{
    ++otherTables;
    if (others.size() < kNamed && std::find(others.begin(), others.end(), other) == others.end()) {
        others.push_back(other);
    }
}

std::string ChangeCounts::words() const
{
    std::vector<std::string> parts;
    std::string_view only;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const std::string_view name = changeShapeName(static_cast<ChangeShape>(i));
        if (records[i] > 0 && !name.empty()) {
            parts.push_back(fmt::format("{} {}", records[i], name));
            only = name;
        }
    }
    if (parts.empty()) {
        return {};
    }
    std::string words = parts.size() == 1 ? std::string(only) : parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) {
        words += (i + 1 == parts.size() ? " and " : ", ") + parts[i];
    }
    return words + " change events";
}

} // namespace hindcast

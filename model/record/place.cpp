#include "model/record/place.h"

#include <charconv>
#include <fmt/core.h>

namespace hindcast {

std::string TopicPartition::toString() const
{
    return fmt::format("{}-{}", topic, partition);
}

std::string RecordPlace::toString() const
{
    return fmt::format("{}-{}@{}", topic, partition, offset);
}

Result<RecordPlace> RecordPlace::parse(std::string_view text)
{
    std::string compact;
    for (const char c : text) {
        if (c != ' ' && c != ',') {
            compact += c;
        }
    }
    const auto at = compact.rfind('@');
    const auto dash = at == std::string::npos ? at : compact.rfind('-', at);
    RecordPlace place;
    if (dash != std::string::npos && dash > 0) {
        const char* const partition = compact.data() + dash + 1;
        const char* const offset = compact.data() + at + 1;
        const char* const end = compact.data() + compact.size();
        const auto p = std::from_chars(partition, compact.data() + at, place.partition);
        const auto o = std::from_chars(offset, end, place.offset);
        if (p.ec == std::errc{} && p.ptr == compact.data() + at && o.ec == std::errc{} &&
            o.ptr == end && place.partition >= 0 && place.offset >= 0) {
            place.topic = compact.substr(0, dash);
            return place;
        }
    }
    return fail(
        ErrorCode::InvalidArgument,
        fmt::format("\"{}\" is not a record; write topic-partition@offset, as orders-4@48211954.",
                    text));
}

} // namespace hindcast

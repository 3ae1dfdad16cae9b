#pragma once

#include "model/record/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace hindcast {

struct TopicPartition
{
    std::string topic;
    std::int32_t partition = 0;

    auto operator<=>(const TopicPartition&) const = default;
    std::string toString() const; // "orders-4"
};

// Where a record stands on its cluster.
struct RecordPlace
{
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;

    auto operator<=>(const RecordPlace&) const = default;
    std::string toString() const; // "orders-4@48211954"

    // Reads "topic-partition@offset"; blanks around the @ and grouping commas in the offset are
    // allowed.
    static Result<RecordPlace> parse(std::string_view text);
};

} // namespace hindcast

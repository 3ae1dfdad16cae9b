#pragma once

#include "model/record/result.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hindcast {

// Names a piece of a record: `key`, `value`, `key.id`, `value.customer.country`,
// `value.items[0].sku`, `value."odd name"`, `header.traceparent`, and the fields `topic`,
// `partition`, `offset`, `timestamp`.
struct FieldPath
{
    enum class Root { Key, Value, Header, Topic, Partition, Offset, Time };
    using Step = std::variant<std::string, std::size_t>; // a member, or an index into an array

    Root root = Root::Value;
    std::vector<Step> steps; // for Header: exactly one, the name

    static Result<FieldPath> parse(std::string_view text);
    std::string toString() const;
    friend bool operator==(const FieldPath&, const FieldPath&) = default;
};

} // namespace hindcast

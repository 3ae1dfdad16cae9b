#pragma once

#include "model/query/filter_expression.h"

#include <memory>
#include <string_view>

namespace hindcast {

// A quick look at a record's value before it is parsed: could the expression be true of it? Knows
// the comparisons of a field with literals (=, <, between, in, ...) that the whole depends on,
// finds the field's name in the bytes and judges what is written behind it. What it cannot judge
// may match: an escape anywhere, any other operator, whatever is no plain JSON. Immutable; any
// thread.
class FilterGuard
{
public:
    // One that lets everything through.
    FilterGuard();
    explicit FilterGuard(const FilterExpression& expression);

    // false: nothing is ruled out, whatever the value.
    bool judges() const { return m_root != nullptr; }
    // false: the expression is not true of any record with this value, nor of any whose value is
    // among these bytes, whatever stands between the values.
    bool mayMatch(std::string_view bytes) const;

private:
    struct Node;
    struct Field;
    class Reading;

    static bool may(const Node& node, std::string_view value);

    std::shared_ptr<const Node> m_root;
};

} // namespace hindcast

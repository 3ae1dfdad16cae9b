#include "model/query/table_bounds.h"

#include "model/record/timestamp.h"

#include <algorithm>
#include <cmath>

namespace hindcast {

namespace {

template <typename Bounds, typename Narrow>
void narrowToList(Bounds& bounds, const std::vector<TableValue>& list, Narrow narrowTo)
{
    Bounds hull;
    hull.from = std::numeric_limits<std::int64_t>::max();
    hull.to = std::numeric_limits<std::int64_t>::min();
    for (const TableValue& value : list) {
        if (!value.isNull()) {
            Bounds one;
            narrowTo(one, value);
            hull.from = std::min(hull.from, one.from);
            hull.to = std::max(hull.to, one.to);
        }
    }
    bounds.from = std::max(bounds.from, hull.from);
    bounds.to = std::min(bounds.to, hull.to);
}

bool boundsBelow(char op)
{
    return op == '=' || op == 'g' || op == '>';
}

bool boundsAbove(char op)
{
    return op == '=' || op == 'l' || op == '<';
}

void narrowByInteger(NumberBounds& bounds, char op, std::int64_t value)
{
    constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    if (boundsBelow(op)) {
        bounds.from = std::max(bounds.from, op == '>' && value < kMax ? value + 1 : value);
    }
    if (boundsAbove(op)) {
        bounds.to = std::min(bounds.to, op == '<' && value > kMin ? value - 1 : value);
    }
}

void narrowByNumber(NumberBounds& bounds, char op, const TableValue& value)
{
    constexpr double kEnd = 9.2e18; // an integer of 64 bits holds all below
    if (value.kind == TableValue::Kind::Integer) {
        narrowByInteger(bounds, op, value.integer);
    } else if (value.kind == TableValue::Kind::Real && std::abs(value.real) < kEnd) {
        if (boundsBelow(op)) {
            bounds.from = std::max(bounds.from, static_cast<std::int64_t>(std::floor(value.real)));
        }
        if (boundsAbove(op)) {
            bounds.to = std::min(bounds.to, static_cast<std::int64_t>(std::ceil(value.real)));
        }
    }
}

std::string textOfTime(std::int64_t ms)
{
    const Timestamp time = timestampFromMs(ms);
    return time == kNoTimestamp ? "1969-12-31T23:59:59.999Z" : formatUtc(time);
}

// The first time whose text does not stand before `text`; behind the last where all do.
std::int64_t firstNotBefore(const std::string& text)
{
    std::int64_t from = TimeBounds::kFirst;
    std::int64_t to = TimeBounds::kLast + 1;
    while (from < to) {
        const std::int64_t middle = from + (to - from) / 2;
        if (textOfTime(middle) < text) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

// A number or a blob is compared by its type or as another text.
void narrowByText(TimeBounds& bounds, char op, const TableValue& value)
{
    if (value.kind != TableValue::Kind::Text) {
        return;
    }
    const std::int64_t edge = firstNotBefore(value.bytes);
    if (boundsBelow(op)) {
        bounds.from = std::max(bounds.from, edge);
    }
    if (boundsAbove(op)) {
        bounds.to = std::min(bounds.to, edge);
    }
}

} // namespace

void NumberBounds::narrow(const TableConstraint& constraint)
{
    if (constraint.op == 'i') {
        narrowToList(*this, constraint.list, [](NumberBounds& one, const TableValue& value) {
            narrowByNumber(one, '=', value);
        });
    } else {
        narrowByNumber(*this, constraint.op, constraint.value);
    }
}

void TimeBounds::narrow(const TableConstraint& constraint)
{
    if (constraint.op == 'i') {
        narrowToList(*this, constraint.list, [](TimeBounds& one, const TableValue& value) {
            narrowByText(one, '=', value);
        });
    } else {
        narrowByText(*this, constraint.op, constraint.value);
    }
}

} // namespace hindcast

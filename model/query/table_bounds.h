#pragma once

#include "model/query/virtual_table.h"

#include <cstdint>
#include <limits>

namespace hindcast {

// Whole numbers that comparisons with a column of them leave. Never fewer than SQLite lets through,
// which goes on looking: what is no number leaves them as they are, as a text is converted or not
// by what it looks like. Both ends inclusive.
struct NumberBounds
{
    std::int64_t from = std::numeric_limits<std::int64_t>::min();
    std::int64_t to = std::numeric_limits<std::int64_t>::max();

    void narrow(const TableConstraint& constraint);
    bool contains(std::int64_t value) const { return value >= from && value <= to; }
};

// Times, in milliseconds, that comparisons of their texts leave: of formatUtc()'s, by their bytes.
// Those are in the order of time for years of four digits; all other times are always left.
struct TimeBounds
{
    static constexpr std::int64_t kFirst = -62'167'219'200'000; // 0000-01-01T00:00:00.000Z
    static constexpr std::int64_t kLast = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z
    std::int64_t from = kFirst;
    std::int64_t to = kLast;

    void narrow(const TableConstraint& constraint);
    bool contains(std::int64_t ms) const
    {
        return (ms >= from && ms <= to) || ms < kFirst || ms > kLast;
    }
    // Whether one of the times from `first` to `last` may be left.
    bool meets(std::int64_t first, std::int64_t last) const
    {
        return (last >= from && first <= to) || first < kFirst || last > kLast;
    }
};

} // namespace hindcast

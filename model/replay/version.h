#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>

namespace hindcast {

// A key's number in a version log, in the order of its first version.
using KeyNo = std::uint32_t;
inline constexpr KeyNo kNoKeyNo = std::numeric_limits<KeyNo>::max();

// A version's number in its log: one for each event and key it changed, in the order of the clock.
using Version = std::uint32_t;
inline constexpr Version kNoVersion = std::numeric_limits<Version>::max();

// Where a version's post-state lies.
using StateRef = std::uint32_t;
inline constexpr StateRef kDeleted = std::numeric_limits<StateRef>::max(); // the key is gone
// The record itself holds it, and its reducer says where: the number of its [[source]], and beside
// it bits of its bytes' hash, so that most versions that differ are known to without reading them.
inline constexpr StateRef kInRecord = 1u << 31;
inline constexpr unsigned kStateHashBits = 26;
inline constexpr StateRef kStateHashMask = (1u << kStateHashBits) - 1;
inline constexpr StateRef kMostSourcesInRecord = 15; // the 16th would meet kDeleted

inline StateRef stateHashBits(std::string_view state)
{
    const std::size_t hash = std::hash<std::string_view>{}(state);
    return static_cast<StateRef>(hash ^ (hash >> 32)) & kStateHashMask;
}
constexpr bool isInRecord(StateRef ref)
{
    return ref >= kInRecord && ref != kDeleted;
}
constexpr StateRef sourceOf(StateRef ref)
{
    return (ref & ~kInRecord) >> kStateHashBits;
}

} // namespace hindcast

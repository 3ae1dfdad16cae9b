#pragma once

#include "model/decode/field_path.h"
#include "model/query/table_bounds.h"
#include "model/replay/projection.h"
#include "model/replay/version_log.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hindcast {

// What the SQL tables of a projection have in common: their columns' names, each there once, and
// the columns that tell which record a version comes from.
class TableColumns
{
public:
    // `first`, the projection's columns where `own` gives them, `last` and the hidden ones, in this
    // order. A name that is taken already gets an underscore behind it.
    TableColumns(const std::vector<std::string>& first, const std::vector<ProjectionColumn>& own,
                 const std::vector<std::string>& last, const std::vector<std::string>& hidden);

    const std::vector<std::string>& names() const { return m_names; } // without the hidden ones
    std::string schema() const;

private:
    std::vector<std::string> m_names;
    std::vector<std::string_view> m_types; // as records() declares columns of these names
    std::vector<std::string> m_hidden;
};

// time, topic, partition and offset of the record that a version comes from; the time is the
// clock's.
enum RecordColumn : std::uint8_t { VersionTime, VersionTopic, VersionPartition, VersionOffset };
void giveVersion(sqlite3_context* context, const VersionLog& log, Version version, int column);

// The moment that a call of the table is given: NULL is none.
Result<std::string> givenMoment(const TableValue& value, std::string_view table);

// Which versions a query's comparisons with those columns leave.
class VersionBounds
{
public:
    // By a comparison with anything but NULL. False: nothing is left.
    bool narrow(const VersionLog& log, int column, const TableConstraint& constraint);
    bool any() const { return m_any; }
    bool admits(const VersionLog& log, Version version) const;
    // By times alone: the first and the one behind the last.
    std::pair<Version, Version> range(const VersionLog& log) const;

private:
    TimeBounds m_time;
    NumberBounds m_partition;
    NumberBounds m_offset;
    std::optional<std::vector<TopicId>> m_topics;
    bool m_any = false;
};

// Whether a query asks for a column, by the bits that VirtualCursor::begin() is given.
inline bool asksFor(std::uint64_t columns, std::size_t column)
{
    return (columns >> (column < 63 ? column : 63) & 1) != 0;
}

} // namespace hindcast

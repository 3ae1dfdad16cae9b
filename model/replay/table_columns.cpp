#include "model/replay/table_columns.h"

#include "model/query/sql_names.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

namespace {

std::string_view typeOf(const std::string& name)
{
    if (name == "key" || name == "time" || name == "topic") {
        return " TEXT";
    }
    return name == "partition" || name == "offset" || name == "deleted" ? " INTEGER" : "";
}

bool contains(const std::vector<TopicId>& topics, TopicId topic)
{
    return std::find(topics.begin(), topics.end(), topic) != topics.end();
}

} // namespace

TableColumns::TableColumns(const std::vector<std::string>& first,
                           const std::vector<ProjectionColumn>& own,
                           const std::vector<std::string>& last,
                           const std::vector<std::string>& hidden)
    : m_names(first)
{
    std::transform(first.begin(), first.end(), std::back_inserter(m_types), typeOf);
    m_types.resize(first.size() + own.size());
    std::transform(last.begin(), last.end(), std::back_inserter(m_types), typeOf);
    for (const ProjectionColumn& column : own) {
        m_names.push_back(column.name);
    }
    m_names.insert(m_names.end(), last.begin(), last.end());
    m_names.insert(m_names.end(), hidden.begin(), hidden.end());
    m_names = uniqueSqlNames(std::move(m_names));
    const auto shown = m_names.end() - static_cast<std::ptrdiff_t>(hidden.size());
    m_hidden.assign(shown, m_names.end());
    m_names.erase(shown, m_names.end());
}

std::string TableColumns::schema() const
{
    std::string sql = "CREATE TABLE rows(";
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        sql += (i == 0 ? "" : ", ") + quotedSqlName(m_names[i]);
        sql += m_types[i];
    }
    for (const std::string& name : m_hidden) {
        sql += ", " + quotedSqlName(name) + " HIDDEN";
    }
    return sql + ")";
}

void giveVersion(sqlite3_context* context, const VersionLog& log, Version version, int column)
{
    if (version == kNoVersion) {
        return giveNull(context);
    }
    if (column == VersionTime) {
        const Timestamp time = log.timeOf(version);
        return time == kNoTimestamp ? giveNull(context) : giveText(context, formatUtc(time));
    }
    const TimeOrder& order = *log.order();
    const RowInfo info = order.snapshot()->row(order.rowAt(log.rankOf(version)));
    if (column == VersionTopic) {
        giveText(context, order.snapshot()->topics()[info.topic]);
    } else {
        giveInteger(context, column == VersionPartition ? info.partition : info.offset);
    }
}

Result<std::string> givenMoment(const TableValue& value, std::string_view table)
{
    if (value.isNull()) {
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format("The moment of {}() is NULL; a subselect that finds nothing is.", table));
    }
    return value.bytes;
}

bool VersionBounds::narrow(const VersionLog& log, int column, const TableConstraint& constraint)
{
    m_any = true;
    switch (column) {
    case VersionTime:
        m_time.narrow(constraint);
        break;
    case VersionTopic: {
        const std::span<const TableValue> values =
            constraint.op == 'i' ? std::span<const TableValue>(constraint.list)
                                 : std::span<const TableValue>(&constraint.value, 1);
        std::vector<TopicId> topics;
        for (const TableValue& value : values) {
            if (value.isNumber()) {
                return true; // which the topic's text may be converted to
            }
            const auto topic =
                value.isNull() ? std::nullopt : log.order()->snapshot()->topicId(value.bytes);
            if (topic && (!m_topics || contains(*m_topics, *topic))) {
                topics.push_back(*topic);
            }
        }
        m_topics = std::move(topics);
        return !m_topics->empty();
    }
    case VersionPartition:
        m_partition.narrow(constraint);
        break;
    default:
        m_offset.narrow(constraint);
        break;
    }
    return true;
}

bool VersionBounds::admits(const VersionLog& log, Version version) const
{
    if (!m_time.contains(toMs(log.timeOf(version)))) {
        return false;
    }
    const TimeOrder& order = *log.order();
    const RowInfo info = order.snapshot()->row(order.rowAt(log.rankOf(version)));
    return (!m_topics || contains(*m_topics, info.topic)) && m_partition.contains(info.partition) &&
           m_offset.contains(info.offset);
}

std::pair<Version, Version> VersionBounds::range(const VersionLog& log) const
{
    const TimeOrder& order = *log.order();
    const TimeRange times = order.range();
    const auto versionFrom = [&](std::int64_t ms) {
        return log.prefixOf(order.lowerBound(timestampFromMs(ms)));
    };
    const bool fromFirst =
        m_time.from == TimeBounds::kFirst || toMs(times.from) < TimeBounds::kFirst;
    const bool toLast = m_time.to == TimeBounds::kLast || toMs(times.to) > TimeBounds::kLast;
    return {fromFirst ? 0 : versionFrom(m_time.from),
            toLast ? log.size() : versionFrom(m_time.to + 1)};
}

} // namespace hindcast

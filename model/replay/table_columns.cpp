#include "model/replay/table_columns.h"

#include "model/query/sql_names.h"

namespace hindcast {

TableColumns::TableColumns(const std::vector<std::string>& first,
                           const std::vector<ProjectionColumn>& own,
                           const std::vector<std::string>& last,
                           const std::vector<std::string>& hidden)
    : m_names(first)
{
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
        sql += m_names[i] == "key" ? " TEXT" : "";
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
        return giveText(context, formatUtc(log.timeOf(version)));
    }
    const TimeOrder& order = *log.order();
    const RowInfo info = order.snapshot()->row(order.rowAt(log.rankOf(version)));
    if (column == VersionTopic) {
        giveText(context, order.snapshot()->topics()[info.topic]);
    } else {
        giveInteger(context, column == VersionPartition ? info.partition : info.offset);
    }
}

bool VersionBounds::narrow(const VersionLog& log, int column, const TableConstraint& constraint)
{
    if (isNullValue(constraint.value)) {
        return false; // no comparison with NULL is true
    }
    m_any = true;
    switch (column) {
    case VersionTime:
        m_ms.narrowByTime(constraint.op, textOfValue(constraint.value));
        break;
    case VersionTopic: {
        const auto topic = log.order()->snapshot()->topicId(textOfValue(constraint.value));
        if (!topic || (m_topic && m_topic != topic)) {
            return false;
        }
        m_topic = topic;
        break;
    }
    case VersionPartition:
        m_partition.narrow(constraint.op, constraint.value);
        break;
    default:
        m_offset.narrow(constraint.op, constraint.value);
        break;
    }
    return true;
}

bool VersionBounds::admits(const VersionLog& log, Version version) const
{
    if (!m_ms.contains(toMs(log.timeOf(version)))) {
        return false;
    }
    const TimeOrder& order = *log.order();
    const RowInfo info = order.snapshot()->row(order.rowAt(log.rankOf(version)));
    return (!m_topic || info.topic == *m_topic) && m_partition.contains(info.partition) &&
           m_offset.contains(info.offset);
}

std::pair<Version, Version> VersionBounds::range(const VersionLog& log) const
{
    const TimeOrder& order = *log.order();
    const auto rankFrom = [&](std::int64_t ms) { return order.lowerBound(timestampFromMs(ms)); };
    const bool open = m_ms.to == std::numeric_limits<std::int64_t>::max();
    const Version end = open ? log.size() : log.prefixOf(rankFrom(m_ms.to + 1));
    const bool whole = m_ms.from == std::numeric_limits<std::int64_t>::min();
    return {whole ? 0 : log.prefixOf(rankFrom(m_ms.from)), end};
}

} // namespace hindcast

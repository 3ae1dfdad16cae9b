// What a fold notes beside the versions: keys left out for a while, findings, and what was skipped.
#include "model/replay/fold.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>

namespace hindcast {

void Fold::stop(std::string_view key)
{
    m_stopped.insert_or_assign({m_run->number, std::string(key)}, m_rank);
    m_log->m_stops.push_back({m_rank, m_run->number, std::string(key), true});
}

void Fold::goOn(std::string_view key)
{
    if (!m_stopped.empty() && m_stopped.erase({m_run->number, std::string(key)}) > 0) {
        m_log->m_stops.push_back({m_rank, m_run->number, std::string(key), false});
    }
}

std::optional<std::string> Fold::stoppedAt(std::string_view key)
{
    if (m_stopped.empty()) {
        return std::nullopt;
    }
    const auto found = m_stopped.find({m_run->number, std::string(key)});
    return found == m_stopped.end()
               ? std::nullopt
               : std::optional(m_snapshot->placeOf(m_order->rowAt(found->second)).toString());
}

std::optional<std::string_view> Fold::lastRemoved()
{
    const VersionLog& log = *m_log;
    const bool removed = log.size() > 0 && log.deleted(log.size() - 1);
    return removed ? std::optional(log.keys().text(log.keyOf(log.size() - 1))) : std::nullopt;
}

ChangeCounts& Fold::changes()
{
    auto& changes = m_log->m_report.changes;
    if (changes.empty()) {
        changes.resize(m_runs.size());
    }
    return changes[m_run->number];
}

std::uint64_t Fold::rowCount() const
{
    std::uint64_t rows = 0;
    for (const std::uint64_t word : m_alive) {
        rows += static_cast<std::uint64_t>(std::popcount(word));
    }
    return rows;
}

// A change that came again may find its row gone, though it was there: that tells nothing. By the
// clock `log` only one partition that is all there has its changes in their order; what the cleaner
// took is looked after by its offsets.
void Fold::changesRow(std::string_view key, const RecordView& record)
{
    const bool inOrder =
        m_commits != nullptr ||
        (m_logOfTopic && static_cast<std::int64_t>(m_log->m_report.records) == record.offset + 1);
    if (!inOrder || !m_run->source->where.empty() || find(key) != kNoKeyNo) {
        return;
    }
    m_log->m_report.doubts.since(
        TableDoubt::Kind::Unseen,
        fmt::format("at {}-{}@{} is a row that no record before it tells: the table held rows "
                    "that are not in the log",
                    record.topic, record.partition, record.offset));
}

void Fold::finding(std::string_view key, std::string_view what)
{
    m_log->m_report.find(
        {m_rank, m_snapshot->placeOf(m_order->rowAt(m_rank)), std::string(key), std::string(what)});
}

void Fold::skip(std::string_view reason)
{
    m_lookUp = true; // what failed may have taken its time
    m_log->m_report.skip(
        {m_rank, m_snapshot->placeOf(m_order->rowAt(m_rank)), std::string(reason)});
}

void Fold::untold(std::string_view reason)
{
    skip(reason);
    m_log->m_report.tellUntold(m_rank, reason);
}

void Fold::skipWithoutKey()
{
    ++m_log->m_report.withoutKey;
}

void Fold::unknownValue()
{
    m_log->m_report.countUnknownValue(m_rank);
}

void Fold::tellMissing(TopicId topic)
{
    FoldReport& report = m_log->m_report;
    const auto tell = [](std::optional<Rank> missing, Rank& first, std::string& why) {
        if (missing && *missing < first) {
            first = *missing;
            why = "A transaction changed more than its unwrapped changes tell: a TRUNCATE is not "
                  "among them.";
        }
    };
    tell(m_commits->firstMissing(topic), report.firstUntold, report.untold);
    if (const auto first = m_commits->firstPlaceless(topic); first && *first < report.firstUntold) {
        report.firstUntold = *first;
        report.untold =
            "Changes of this topic do not say in which transaction they were made "
            "(unwrapped without add.fields or add.headers), so their order is not told.";
    }
    for (SnapshotCounts& since : report.snapshots) {
        tell(m_commits->firstMissing(topic, since.from), since.firstUntold, since.untold);
    }
}

} // namespace hindcast

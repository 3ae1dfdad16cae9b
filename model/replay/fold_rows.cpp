// A fold over another fold: its events are what happens to that one's rows.
#include "model/replay/fold.h"

#include <algorithm>

namespace hindcast {

void Fold::watchRows()
{
    m_watched = true;
    m_keepsCurrent = true;
}

// Before a version is added: the row as it was before this event.
void Fold::touch(KeyNo key)
{
    if (key >= m_touchedAt.size()) {
        m_touchedAt.resize(std::max<std::size_t>(key + 1, m_touchedAt.size() * 2), kNoRank);
    }
    if (m_touchedAt[key] != m_rank) {
        m_touchedAt[key] = m_rank;
        m_touched.emplace_back(key, key < m_current.size() ? m_current[key] : std::string());
    }
}

Result<void> Fold::foldRows(Run& run, Rank rank)
{
    Fold& rows = *run.rows;
    rows.m_touched.clear();
    if (auto folded = rows.foldRank(rank); !folded) {
        return folded;
    }
    m_run = &run;
    m_keyOfRecord.reset();
    const RecordView nothing;
    const auto stateOf = [](const std::string& padded) {
        return padded.empty() ? std::nullopt
                              : std::optional(std::string_view(padded).substr(
                                    0, padded.size() - RecordBatch::kPadding));
    };
    std::vector<RowUpdate> updates;
    updates.reserve(rows.m_touched.size());
    for (const auto& [key, before] : rows.m_touched) {
        const std::string& after =
            key < rows.m_current.size() ? rows.m_current[key] : rows.m_scratch;
        updates.push_back({rows.m_log->keys().text(key), stateOf(before), stateOf(after), nothing});
    }
    run.reducer->applyUpdates(updates, *this);
    return m_failed ? Result<void>(tl::unexpected(m_problem)) : Result<void>();
}

// What the other fold left out is left out here too.
void Fold::addReportOfRows(const Fold& rows)
{
    FoldReport& report = m_log->m_report;
    const FoldReport& other = rows.m_log->m_report;
    report.filtered += other.filtered;
    report.redelivered += other.redelivered;
    report.withoutKey += other.withoutKey;
    report.unknownValues += other.unknownValues;
    report.firstUnknownValue = std::min(report.firstUnknownValue, other.firstUnknownValue);
    if (other.firstUntold < report.firstUntold) {
        report.firstUntold = other.firstUntold;
        report.untold = other.untold;
    }
    report.changes = other.changes;
    for (const TableDoubt& doubt : other.doubts.all()) {
        report.doubts.add(doubt);
    }
    const std::uint64_t skipped = report.skipped + other.skipped;
    for (const SkippedRecord& record : other.firstSkipped) {
        report.skip(record);
    }
    report.skipped = skipped;
    const std::uint64_t findings = report.findings + other.findings;
    for (const FoldFinding& finding : other.firstFindings) {
        report.find(finding);
    }
    report.findings = findings;
    std::stable_sort(report.firstSkipped.begin(), report.firstSkipped.end(),
                     [](const auto& a, const auto& b) { return a.rank < b.rank; });
    std::stable_sort(report.firstFindings.begin(), report.firstFindings.end(),
                     [](const auto& a, const auto& b) { return a.rank < b.rank; });
}

} // namespace hindcast

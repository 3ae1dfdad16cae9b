#include "widgets/records/record_search.h"

#include "model/decode/field_reader.h"
#include "model/query/search.h"

#include <algorithm>
#include <set>

namespace hindcast {

namespace {

// Growth comes in small pieces; threads would cost more than they bring.
constexpr std::size_t kWorthThreads = 20'000;

std::vector<TopicId> topicsOf(const CaptureSnapshot& snapshot, const std::vector<Row>& rows)
{
    std::set<TopicId> topics;
    for (auto at = rows.begin(); at != rows.end();) {
        const BlockInfo block = snapshot.block(snapshot.blockOf(*at));
        topics.insert(block.topic);
        at = std::lower_bound(at, rows.end(), block.firstRow + block.count);
    }
    return {topics.begin(), topics.end()};
}

} // namespace

std::shared_ptr<RecordSearch> RecordSearch::matching(Filter filter)
{
    std::shared_ptr<RecordSearch> search(new RecordSearch);
    search->m_filter = std::make_unique<Filter>(std::move(filter));
    return search;
}

std::shared_ptr<RecordSearch> RecordSearch::undecodableBy(const FilterExpression& expression)
{
    std::shared_ptr<RecordSearch> search(new RecordSearch);
    for (const FilterExpression::Column& column : expression.columns()) {
        if (column.path) {
            search->m_paths.push_back(*column.path);
        }
    }
    return search;
}

RowMatcher RecordSearch::matcher()
{
    return [self = shared_from_this()](const CaptureSnapshotPtr& snapshot, std::vector<Row> rows,
                                       const std::stop_token& stop) -> Result<std::vector<Row>> {
        if (rows.empty()) {
            return rows;
        }
        const std::stop_callback chained(stop, [&self] { self->stop(); });
        return self->m_filter ? self->runFilter(snapshot, rows) : self->runReader(*snapshot, rows);
    };
}

std::string RecordSearch::problem() const
{
    const std::lock_guard lock(m_mutex);
    return m_problem;
}

void RecordSearch::note(const std::string& problem)
{
    const std::lock_guard lock(m_mutex);
    if (m_problem.empty()) {
        m_problem = problem;
    }
}

std::vector<Row> RecordSearch::runFilter(const CaptureSnapshotPtr& snapshot,
                                         const std::vector<Row>& rows)
{
    const std::uint64_t before = m_records;
    const std::uint64_t matchedBefore = m_matched;
    m_planned = before + rows.size();
    SearchOptions options;
    options.topics = topicsOf(*snapshot, rows);
    options.from = rows.front();
    options.to = rows.back() + 1;
    options.threads = rows.size() < kWorthThreads ? 1 : 0;
    options.stop = m_stop.get_token();
    options.progress = [&](const SearchProgress& progress, std::span<const Row>) {
        m_planned = before + progress.planned;
        m_records = before + progress.records;
        m_matched = matchedBefore + progress.matched;
    };
    SearchResult found = search(snapshot, *m_filter, options);
    m_undecodable += found.receipt.undecodable;
    if (!found.problem.empty()) {
        note(found.problem);
    }
    if (!found.receipt.problems.empty()) {
        note(found.receipt.problems.front());
    }
    // The list may be about some partitions or offsets only.
    std::vector<Row> wanted;
    std::set_intersection(found.rows.begin(), found.rows.end(), rows.begin(), rows.end(),
                          std::back_inserter(wanted));
    m_matched = matchedBefore + wanted.size();
    return wanted;
}

std::vector<Row> RecordSearch::runReader(const CaptureSnapshot& snapshot,
                                         const std::vector<Row>& rows)
{
    m_planned += rows.size();
    FieldReader reader(m_paths);
    std::vector<Row> found;
    for (auto at = rows.begin(); at != rows.end() && !stopped();) {
        const std::size_t number = snapshot.blockOf(*at);
        const BlockInfo block = snapshot.block(number);
        const auto end = std::lower_bound(at, rows.end(), block.firstRow + block.count);
        const auto batch = snapshot.loadBlock(number);
        if (!batch) {
            note(batch.error().message);
        }
        for (; at != end; ++at) {
            if (batch) {
                reader.read((*batch)->record(*at - block.firstRow));
                if (reader.broken()) {
                    found.push_back(*at);
                }
            }
            ++m_records;
        }
        m_matched = found.size();
    }
    return found;
}

} // namespace hindcast

#include "model/query/search.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

namespace hindcast {

namespace {

constexpr std::chrono::milliseconds kBetweenReports{50};

// What was looked at in one partition.
struct PartitionTally
{
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = -1;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;

    void add(const PartitionTally& other)
    {
        first = std::min(first, other.first);
        last = std::max(last, other.last);
        records += other.records;
        bytes += other.bytes;
    }
};

using Tally = std::map<std::pair<TopicId, std::int32_t>, PartitionTally>;

void addLength(std::uint64_t& bytes, RecordBatch::Span span)
{
    bytes += span.length > 0 ? static_cast<std::uint64_t>(span.length) : 0;
}

void count(const RecordBatch& batch, std::size_t from, std::size_t to, TopicId topic, Tally& tally)
{
    PartitionTally* part = nullptr;
    std::int32_t partition = 0;
    for (std::size_t i = from; i < to; ++i) {
        if (!part || batch.partition(i) != partition) {
            partition = batch.partition(i);
            part = &tally[{topic, partition}];
        }
        part->first = std::min(part->first, batch.offset(i));
        part->last = std::max(part->last, batch.offset(i));
        ++part->records;
        addLength(part->bytes, batch.keys()[i]);
        addLength(part->bytes, batch.values()[i]);
        addLength(part->bytes, batch.headers()[i]);
    }
}

class Search
{
public:
    Search(const CaptureSnapshot& snapshot, const SearchOptions& options)
        : m_snapshot(snapshot)
        , m_options(options)
    {
        const Row to = std::min(options.to, snapshot.rowCount());
        for (std::size_t i = 0; i < snapshot.blockCount(); ++i) {
            const BlockInfo block = snapshot.block(i);
            const Row first = std::max(block.firstRow, options.from);
            const Row end = std::min(block.firstRow + block.count, to);
            const bool wanted =
                options.topics.empty() || std::find(options.topics.begin(), options.topics.end(),
                                                    block.topic) != options.topics.end();
            if (wanted && first < end) {
                m_parts.push_back({i, block.topic, block.firstRow, first, end, {}, false});
                m_progress.planned += end - first;
            }
        }
        std::sort(m_parts.begin(), m_parts.end(),
                  [](const Part& a, const Part& b) { return a.first < b.first; });
    }

    SearchResult run(const Filter& filter);

private:
    // A block, or the piece of it that is asked for.
    struct Part
    {
        std::size_t block = 0;
        TopicId topic = 0;
        Row blockFirst = 0;
        Row first = 0;
        Row end = 0;
        std::vector<Row> rows;
        bool done = false;
    };

    void work(Filter filter);
    void searchPart(Part& part, Filter& filter, Tally& tally);
    void finished(Part& part);
    void report(bool last);
    Receipt receipt() const;

    // Constant while threads run, but for each part's own results.
    const CaptureSnapshot& m_snapshot;
    const SearchOptions& m_options;
    std::vector<Part> m_parts;
    std::atomic<std::size_t> m_next{0};

    std::mutex m_mutex; // guards what follows
    SearchProgress m_progress;
    std::vector<Row> m_rows; // of the parts before m_delivered
    std::size_t m_delivered = 0;
    std::size_t m_reported = 0; // rows
    std::chrono::steady_clock::time_point m_lastReport = std::chrono::steady_clock::now();
    Tally m_tally;
    std::uint64_t m_undecodable = 0;
    std::string m_problem;
    std::vector<std::string> m_problems;
};

void Search::work(Filter filter)
{
    Tally tally;
    std::string failure;
    try {
        while (!m_options.stop.stop_requested()) {
            const std::size_t next = m_next.fetch_add(1);
            if (next >= m_parts.size()) {
                break;
            }
            searchPart(m_parts[next], filter, tally);
        }
    } catch (const std::exception& e) {
        failure = std::string("The search broke off: ") + e.what();
    }
    const std::lock_guard lock(m_mutex);
    for (const auto& [place, part] : tally) {
        m_tally[place].add(part);
    }
    m_undecodable += filter.undecodable();
    if (m_problem.empty()) {
        m_problem = filter.problem();
    }
    if (!failure.empty()) {
        m_problems.push_back(std::move(failure));
    }
}

void Search::searchPart(Part& part, Filter& filter, Tally& tally)
{
    auto batch = m_snapshot.loadBlock(part.block);
    if (!batch) {
        const std::lock_guard lock(m_mutex);
        m_problems.push_back(batch.error().message);
        part.done = true;
        return;
    }
    std::vector<std::uint32_t> indexes;
    filter.match(**batch, indexes, m_options.stop);
    if (m_options.stop.stop_requested()) {
        return; // perhaps half of it: not counted, not delivered
    }
    for (const std::uint32_t index : indexes) {
        const Row row = part.blockFirst + index;
        if (row >= part.first && row < part.end) {
            part.rows.push_back(row);
        }
    }
    count(**batch, part.first - part.blockFirst, part.end - part.blockFirst, part.topic, tally);
    finished(part);
}

// Matches are handed on in the order of rows, whatever part is ready first.
void Search::finished(Part& part)
{
    const std::lock_guard lock(m_mutex);
    part.done = true;
    m_progress.records += part.end - part.first;
    m_progress.matched += part.rows.size();
    for (; m_delivered < m_parts.size() && m_parts[m_delivered].done; ++m_delivered) {
        auto& rows = m_parts[m_delivered].rows;
        m_rows.insert(m_rows.end(), rows.begin(), rows.end());
        std::vector<Row>().swap(rows);
    }
    report(false);
}

void Search::report(bool last)
{
    const auto now = std::chrono::steady_clock::now();
    if (!m_options.progress || (!last && now - m_lastReport < kBetweenReports)) {
        return;
    }
    m_lastReport = now;
    m_options.progress(m_progress, std::span(m_rows).subspan(m_reported));
    m_reported = m_rows.size();
}

Receipt Search::receipt() const
{
    Receipt receipt;
    for (const auto& [place, tally] : m_tally) {
        PartitionReceipt part;
        part.place = {m_snapshot.topics()[place.first], place.second};
        part.from = part.logStart = tally.first;
        part.to = part.next = part.logEnd = tally.last + 1;
        part.records = tally.records;
        part.bytes = tally.bytes;
        // Only where the capture knows that an offset was read does its absence mean something.
        std::uint64_t known = 0;
        for (const OffsetRange& range : m_snapshot.covered(part.place)) {
            const std::int64_t from = std::max(range.from, part.from);
            const std::int64_t to = std::min(range.to, part.to);
            known += to > from ? static_cast<std::uint64_t>(to - from) : 0;
        }
        part.holes = known > part.records ? known - part.records : 0;
        receipt.partitions.push_back(std::move(part));
    }
    std::sort(receipt.partitions.begin(), receipt.partitions.end(),
              [](const auto& a, const auto& b) { return a.place < b.place; });
    return receipt;
}

SearchResult Search::run(const Filter& filter)
{
    const auto started = std::chrono::steady_clock::now();
    const std::size_t threads = std::clamp<std::size_t>(
        m_options.threads > 0 ? m_options.threads : std::thread::hardware_concurrency(), 1,
        std::max<std::size_t>(m_parts.size(), 1));
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 1; i < threads; ++i) {
            workers.emplace_back(
                [this, copy = filter.clone()]() mutable { work(std::move(copy)); });
        }
        work(filter.clone());
    }
    const std::lock_guard lock(m_mutex);
    report(true);
    SearchResult result;
    result.receipt = receipt();
    result.receipt.cancelled = m_options.stop.stop_requested();
    result.receipt.where = filter.expression();
    result.receipt.matched = m_rows.size();
    result.receipt.undecodable = m_undecodable;
    result.receipt.problems = std::move(m_problems);
    result.receipt.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started);
    result.rows = std::move(m_rows);
    result.problem = std::move(m_problem);
    return result;
}

} // namespace

SearchResult search(const CaptureSnapshotPtr& snapshot, const Filter& filter,
                    const SearchOptions& options)
{
    return Search(*snapshot, options).run(filter);
}

} // namespace hindcast

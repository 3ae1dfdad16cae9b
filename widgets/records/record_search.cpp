#include "widgets/records/record_search.h"

#include "model/decode/field_reader.h"

#include <algorithm>
#include <span>
#include <thread>

namespace hindcast {

namespace {

// The candidates of one block: ascending, all inside it.
struct Piece
{
    std::size_t block = 0;
    Row firstRow = 0;
    std::span<const Row> rows;
    std::vector<Row> found;
};

std::vector<Piece> split(const CaptureSnapshot& snapshot, const std::vector<Row>& candidates)
{
    std::vector<Piece> pieces;
    auto at = candidates.begin();
    while (at != candidates.end()) {
        const std::size_t number = snapshot.blockOf(*at);
        const BlockInfo block = snapshot.block(number);
        const auto end = std::lower_bound(at, candidates.end(), block.firstRow + block.count);
        pieces.push_back({number, block.firstRow, {at, end}, {}});
        at = end;
    }
    return pieces;
}

RecordBatchPtr picked(const RecordBatch& batch, const Piece& piece)
{
    RecordBatchBuilder builder(batch.topic());
    for (const Row row : piece.rows) {
        builder.add(batch.record(row - piece.firstRow));
    }
    return builder.take();
}

} // namespace

RecordSearch::RecordSearch(MakeWorker makeWorker)
    : m_makeWorker(std::move(makeWorker))
{
}

std::shared_ptr<RecordSearch> RecordSearch::matching(Filter filter)
{
    const auto original = std::make_shared<Filter>(std::move(filter));
    const auto cloning = std::make_shared<std::mutex>();
    return std::shared_ptr<RecordSearch>(
        new RecordSearch([original, cloning](std::stop_token stop) {
            const std::lock_guard lock(*cloning);
            const auto own = std::make_shared<Filter>(original->clone());
            return Worker([own, stop](const RecordBatch& batch, std::vector<std::uint32_t>& out,
                                      std::uint64_t& undecodable, std::string& problem) {
                const std::uint64_t before = own->undecodable();
                own->match(batch, out, stop);
                undecodable = own->undecodable() - before;
                problem = own->problem();
            });
        }));
}

std::shared_ptr<RecordSearch> RecordSearch::undecodableBy(const FilterExpression& expression)
{
    std::vector<FieldPath> paths;
    for (const FilterExpression::Column& column : expression.columns()) {
        if (column.path) {
            paths.push_back(*column.path);
        }
    }
    return std::shared_ptr<RecordSearch>(new RecordSearch([paths](std::stop_token stop) {
        const auto reader = std::make_shared<FieldReader>(paths);
        return Worker([reader, stop](const RecordBatch& batch, std::vector<std::uint32_t>& out,
                                     std::uint64_t& undecodable, std::string&) {
            undecodable = 0;
            for (std::size_t i = 0; i < batch.size() && !stop.stop_requested(); ++i) {
                reader->read(batch.record(i));
                if (reader->broken()) {
                    out.push_back(static_cast<std::uint32_t>(i));
                    ++undecodable;
                }
            }
        });
    }));
}

RowMatcher RecordSearch::matcher()
{
    return [self = shared_from_this()](const CaptureSnapshotPtr& snapshot,
                                       std::vector<Row> candidates, std::stop_token stop) {
        return self->run(snapshot, std::move(candidates), stop);
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

Result<std::vector<Row>> RecordSearch::run(const CaptureSnapshotPtr& snapshot,
                                           std::vector<Row> candidates, std::stop_token stop)
{
    m_planned += candidates.size();
    std::vector<Piece> pieces = split(*snapshot, candidates);
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        const Worker worker = m_makeWorker(m_stop.get_token());
        std::vector<std::uint32_t> hits;
        while (!stop.stop_requested() && !m_stop.stop_requested()) {
            const std::size_t at = next++;
            if (at >= pieces.size()) {
                return;
            }
            Piece& piece = pieces[at];
            const auto batch = snapshot->loadBlock(piece.block);
            if (!batch) {
                note(batch.error().message);
                continue;
            }
            // Only the candidates, so that a record is counted once however the list grows.
            const bool whole = piece.rows.size() == (*batch)->size();
            const RecordBatchPtr looked = whole ? *batch : picked(**batch, piece);
            hits.clear();
            std::uint64_t undecodable = 0;
            std::string problem;
            worker(*looked, hits, undecodable, problem);
            if (!problem.empty()) {
                note(problem);
            }
            for (const std::uint32_t hit : hits) {
                piece.found.push_back(piece.rows[hit]);
            }
            m_matched += piece.found.size();
            m_undecodable += undecodable;
            m_records += piece.rows.size();
            m_bytes += looked->arenaBytes();
        }
    };
    const std::size_t threads =
        std::min<std::size_t>(pieces.size(), std::max(1U, std::thread::hardware_concurrency()));
    {
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < threads; ++i) {
            helpers.emplace_back(work);
        }
        work();
    }
    if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "The search was stopped.");
    }
    std::vector<Row> rows;
    for (const Piece& piece : pieces) {
        rows.insert(rows.end(), piece.found.begin(), piece.found.end());
    }
    return rows;
}

} // namespace hindcast

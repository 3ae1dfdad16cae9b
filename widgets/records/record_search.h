#pragma once

#include "model/query/filter.h"
#include "widgets/items/row_set.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace hindcast {

// A filter at work over the records of a capture, on all cores, with its counts. stop() ends it
// early with what it has. Shared between the view, which reads the counts, and the steps of the row
// list, which run one after the other.
class RecordSearch : public std::enable_shared_from_this<RecordSearch>
{
public:
    // Records that the expression is true of.
    static std::shared_ptr<RecordSearch> matching(Filter filter);
    // Records that the expression's paths lead into without finding JSON there.
    static std::shared_ptr<RecordSearch> undecodableBy(const FilterExpression& expression);

    RowMatcher matcher(); // keeps the search alive
    void stop() { m_stop.request_stop(); }

    bool stopped() const { return m_stop.stop_requested(); }
    std::uint64_t planned() const { return m_planned; } // records to look at so far
    std::uint64_t records() const { return m_records; } // looked at
    std::uint64_t bytes() const { return m_bytes; }
    std::uint64_t matched() const { return m_matched; }
    std::uint64_t undecodable() const { return m_undecodable; }
    std::string problem() const; // of blocks that could not be read, or of a function; the first

private:
    // Works on one batch; one object a thread.
    using Worker = std::function<void(const RecordBatch&, std::vector<std::uint32_t>& out,
                                      std::uint64_t& undecodable, std::string& problem)>;
    using MakeWorker = std::function<Worker(std::stop_token)>;

    explicit RecordSearch(MakeWorker makeWorker);
    Result<std::vector<Row>> run(const CaptureSnapshotPtr& snapshot, std::vector<Row> candidates,
                                 std::stop_token stop);
    void note(const std::string& problem);

    const MakeWorker m_makeWorker;
    std::stop_source m_stop;
    std::atomic<std::uint64_t> m_planned = 0;
    std::atomic<std::uint64_t> m_records = 0;
    std::atomic<std::uint64_t> m_bytes = 0;
    std::atomic<std::uint64_t> m_matched = 0;
    std::atomic<std::uint64_t> m_undecodable = 0;
    mutable std::mutex m_mutex;
    std::string m_problem; // guarded by m_mutex
};

using RecordSearchPtr = std::shared_ptr<RecordSearch>;

} // namespace hindcast

#pragma once

#include "model/query/filter.h"
#include "widgets/items/row_set.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace hindcast {

// A question put to the records of a list, with its counts as it goes. stop() ends it early with
// what it has. Shared between the view, which reads the counts, and the steps of the row list,
// which run one after the other off the GUI thread.
class RecordSearch : public std::enable_shared_from_this<RecordSearch>
{
public:
    // Records that the expression is true of; on all cores.
    static std::shared_ptr<RecordSearch> matching(Filter filter);
    // Records that the expression's paths lead into without finding JSON there.
    static std::shared_ptr<RecordSearch> undecodableBy(const FilterExpression& expression);

    RowMatcher matcher(); // keeps the search alive
    void stop() { m_stop.request_stop(); }

    bool stopped() const { return m_stop.stop_requested(); }
    std::uint64_t planned() const { return m_planned; } // records to look at so far
    std::uint64_t records() const { return m_records; } // looked at
    std::uint64_t undecodable() const { return m_undecodable; }
    std::uint64_t matched() const { return m_matched; }
    std::string problem() const; // of blocks that could not be read, or of a function; the first

private:
    RecordSearch() = default;
    std::vector<Row> runFilter(const CaptureSnapshotPtr& snapshot, const std::vector<Row>& rows);
    std::vector<Row> runReader(const CaptureSnapshot& snapshot, const std::vector<Row>& rows);
    void note(const std::string& problem);

    std::unique_ptr<Filter> m_filter; // null: looks for what cannot be decoded
    std::vector<FieldPath> m_paths;
    std::stop_source m_stop;
    std::atomic<std::uint64_t> m_planned = 0;
    std::atomic<std::uint64_t> m_records = 0;
    std::atomic<std::uint64_t> m_matched = 0;
    std::atomic<std::uint64_t> m_undecodable = 0;
    mutable std::mutex m_mutex;
    std::string m_problem; // guarded by m_mutex
};

using RecordSearchPtr = std::shared_ptr<RecordSearch>;

} // namespace hindcast

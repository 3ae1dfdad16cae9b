#pragma once

#include "model/query/filter.h"
#include "model/record/record_source.h"

#include <map>
#include <stop_token>

namespace hindcast {

// Filters batches as they arrive and hands them to another sink: a search while a topic is read.
// Used by the one thread that reads; the other sink must outlive it.
class FilterSink final : public RecordSink
{
public:
    enum class Keep { All, Matches };

    FilterSink(Filter filter, RecordSink& next, Keep keep, std::stop_token stop = {});

    // Matches are gathered into batches of the usual size; what a rare one waits for, flush() or
    // half a second, whichever is first, hands over.
    Result<void> accept(RecordBatchPtr batch) override;
    void progress(const ReadProgress& progress) override;
    // The matches still held back. To be called when the read has ended.
    Result<void> flush();

    std::uint64_t matched() const { return m_matched; }
    std::uint64_t undecodable() const { return m_filter.undecodable(); }
    const std::string& problem() const { return m_filter.problem(); }
    // Adds the filter and its counts to what a read says it did.
    void describe(Receipt& receipt) const;

private:
    Result<void> hand(RecordBatchBuilder& builder);

    Filter m_filter;
    RecordSink& m_next;
    Keep m_keep;
    std::stop_token m_stop;
    std::map<std::string, RecordBatchBuilder, std::less<>> m_held; // by topic
    std::chrono::steady_clock::time_point m_lastFlush;
    std::vector<std::uint32_t> m_indexes;
    std::uint64_t m_matched = 0;
};

} // namespace hindcast
